#include "worker/evaluate/subgroup.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

namespace pecg {
namespace {

bool IsTold(std::int64_t count) { return count == 0 || count >= kFewestTold; }

/// A group's figures with the numbers that decide what is told.
struct Counted {
  SubgroupFigures figures;
  std::int64_t patients = 0;
  std::int64_t positives = 0;
};

Counted EvaluateGroup(const Subgroup& group, EvaluationOptions options) {
  Counted counted;
  counted.figures.family = group.family;
  counted.figures.name = group.name;
  options.auroc_only = true;
  const TargetFigures figures = EvaluateTarget(group.records, options);
  counted.patients = figures.patient_count;
  counted.positives = figures.positive_count;
  const std::int64_t rarer =
      std::min(figures.positive_count, figures.patient_count - figures.positive_count);
  if (rarer < kFewestForAuroc) {
    counted.figures.auroc.reason =
        fmt::format("there are fewer than {} positive or negative patients", kFewestForAuroc);
    return counted;
  }
  counted.figures.auroc = *figures.Find("auroc");
  if (const Estimate* floor = figures.Find("floor_auroc")) counted.figures.floor_auroc = *floor;
  return counted;
}

/// Tells what may be told of one family.
void Tell(std::span<Counted> family, std::int64_t Counted::*count,
          std::optional<std::int64_t> SubgroupFigures::*told) {
  std::vector<Counted*> hidden;
  std::vector<Counted*> open;
  for (Counted& group : family) {
    (IsTold(group.*count) ? open : hidden).push_back(&group);
  }
  if (hidden.size() == 1 && !open.empty()) {
    const auto next = std::ranges::min_element(open, {}, [&](const Counted* group) {
      return group->*count == 0 ? std::numeric_limits<std::int64_t>::max() : group->*count;
    });
    open.erase(next);
  }
  for (Counted* group : open) group->figures.*told = group->*count;
}

}  // namespace

std::vector<SubgroupFigures> EvaluateSubgroups(const std::vector<Subgroup>& groups,
                                               const EvaluationOptions& options) {
  std::vector<Counted> counted;
  for (const Subgroup& group : groups) counted.push_back(EvaluateGroup(group, options));
  for (auto begin = counted.begin(); begin != counted.end();) {
    const auto end = std::find_if(begin, counted.end(), [&](const Counted& group) {
      return group.figures.family != begin->figures.family;
    });
    const std::span<Counted> family(begin, end);
    Tell(family, &Counted::patients, &SubgroupFigures::patient_count);
    Tell(family, &Counted::positives, &SubgroupFigures::positive_count);
    for (Counted& group : family) {
      // The negatives are the difference of the two.
      if (!IsTold(group.patients - group.positives)) group.figures.positive_count.reset();
    }
    begin = end;
  }
  std::vector<SubgroupFigures> figures;
  for (Counted& group : counted) figures.push_back(std::move(group.figures));
  return figures;
}

std::string CountText(std::optional<std::int64_t> count) {
  return count.has_value() ? fmt::format("{}", *count) : fmt::format("<{}", kFewestTold);
}

}  // namespace pecg
