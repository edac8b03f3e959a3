#include "worker/rule/finding.h"

#include <algorithm>
#include <functional>

namespace pecg {

std::string_view NameOf(Severity severity) {
  switch (severity) {
    case Severity::kConvention:
      return "convention";
    case Severity::kNormalVariant:
      return "normal_variant";
    case Severity::kTechnical:
      return "technical";
    case Severity::kBorderline:
      return "borderline";
    case Severity::kMinor:
      return "minor";
    case Severity::kAbnormal:
      return "abnormal";
    case Severity::kUrgent:
      return "urgent";
    case Severity::kCritical:
      return "critical";
  }
  return "";
}

std::string_view NameOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kNo:
      return "no";
    case Outcome::kUnknown:
      return "unknown";
    case Outcome::kYes:
      return "yes";
  }
  return "";
}

Evidence AtLeast(int count, std::span<const Evidence> evidence) {
  if (count <= 0) return {Outcome::kYes, 1};
  const auto needed = static_cast<std::size_t>(count);
  if (evidence.size() < needed) return {Outcome::kNo, -1};
  const auto sure = std::ranges::count(evidence, Outcome::kYes, &Evidence::outcome);
  const auto open = std::ranges::count(evidence, Outcome::kUnknown, &Evidence::outcome);
  std::vector<double> margins;
  for (const Evidence& one : evidence) margins.push_back(one.margin);
  std::ranges::nth_element(margins, margins.begin() + count - 1, std::greater<>());
  const double margin = margins[needed - 1];
  if (sure >= count) return {Outcome::kYes, margin};
  if (sure + open >= count) return {Outcome::kUnknown, 0};
  return {Outcome::kNo, margin};
}

Evidence All(std::span<const Evidence> evidence) {
  return AtLeast(static_cast<int>(evidence.size()), evidence);
}
Evidence All(std::initializer_list<Evidence> evidence) {
  return All(std::span(evidence.begin(), evidence.size()));
}

Evidence Any(std::span<const Evidence> evidence) { return AtLeast(1, evidence); }
Evidence Any(std::initializer_list<Evidence> evidence) {
  return Any(std::span(evidence.begin(), evidence.size()));
}

std::vector<const Criterion*> Judgement::Reasons() const {
  std::vector<const Criterion*> reasons;
  for (const Criterion& criterion : criteria) {
    if (criterion.outcome == Outcome::kYes && criterion.counts) reasons.push_back(&criterion);
  }
  return reasons;
}

std::string Judgement::WhyUnknown() const {
  if (evidence.outcome != Outcome::kUnknown) return "";
  const auto open = std::ranges::find(criteria, Outcome::kUnknown, &Criterion::outcome);
  return open == criteria.end() ? "" : open->text;
}

}  // namespace pecg
