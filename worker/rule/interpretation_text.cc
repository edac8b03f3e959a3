#include "worker/rule/interpretation_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace pecg {
namespace {

constexpr double kDaysPerYear = 365.25;
constexpr double kDaysPerMonth = 30.44;

std::string Whole(const Quantity& quantity) {
  return quantity.has_value() ? fmt::format("{:.0f}", *quantity) : "-";
}

std::string WholeAxis(const Axis& axis) {
  return axis.indeterminate ? "indeterminate" : Whole(axis.deg);
}

/// ` (62-115)`; empty without limits.
std::string Limits(const AgeLimits& limits, std::string_view measurement) {
  const auto range = limits.Of(measurement);
  if (!range || !range->p98) return "";
  if (!range->p2) return fmt::format(" (to {:.0f})", *range->p98);
  return fmt::format(" ({:.0f} to {:.0f})", *range->p2, *range->p98);
}

std::string_view TextOf(Conclusion conclusion) {
  switch (conclusion) {
    case Conclusion::kNotInterpretable:
      return "Not interpretable";
    case Conclusion::kNormal:
      return "Normal ECG";
    case Conclusion::kOtherwiseNormal:
      return "Borderline or minor findings";
    case Conclusion::kAbnormal:
      return "Abnormal ECG";
    case Conclusion::kUrgent:
      return "Abnormal ECG that should be looked at soon";
  }
  return "";
}

/// Criteria that only make sure of others: a sinus rhythm, J on the side of ST.
bool IsSupport(std::string_view id) { return id.starts_with("sinus") || id == "L145_j"; }

/// The reasons with a number, else the facts; at most `most` of them.
std::string ReasonsOf(const Judgement& judgement, std::size_t most) {
  std::vector<std::string_view> with_number;
  std::vector<std::string_view> facts;
  for (const Criterion* reason : judgement.Reasons()) {
    if (IsSupport(reason->id)) continue;
    auto& list = reason->value ? with_number : facts;
    if (std::ranges::find(list, reason->text) == list.end()) list.emplace_back(reason->text);
  }
  std::vector<std::string_view>& reasons = with_number.empty() ? facts : with_number;
  const bool is_cut = reasons.size() > most;
  if (is_cut) reasons.resize(most);
  return fmt::format("{}{}", fmt::join(reasons, ", "), is_cut ? ", ..." : "");
}

std::string ConventionLine(const Interpretation& interpretation) {
  const auto line = [&](std::string_view code, std::string_view word) -> std::string {
    const Judgement& judgement = interpretation.Of(code);
    if (!judgement.present()) return "";
    return fmt::format("By the hospital's convention: {} ({})\n", word,
                       ReasonsOf(judgement, kAllReasons));
  };
  return line("C21z", "tachycardia") + line("C22z", "bradycardia");
}

/// What could not be judged, findings with the same reason together.
std::string OpenLines(const Interpretation& interpretation) {
  std::vector<std::pair<std::string, std::vector<std::string_view>>> by_reason;
  for (const Judgement* judgement : interpretation.NotJudged()) {
    const std::string why = judgement->WhyUnknown();
    const auto found = std::ranges::find(by_reason, why, [](const auto& row) { return row.first; });
    if (found != by_reason.end()) {
      found->second.push_back(judgement->kind->name);
    } else {
      by_reason.push_back({why, {judgement->kind->name}});
    }
  }
  std::string text;
  for (const auto& [why, names] : by_reason) {
    text += fmt::format("  {} ({})\n", fmt::join(names, "; "), why);
  }
  return text.empty() ? text : "Not judged:\n" + text;
}

std::string RecordingLines(const EcgMeasurements& ecg) {
  std::string text;
  for (const Limitation limitation : ecg.limitations) {
    text += fmt::format("  {}\n", pecg::TextOf(limitation));
  }
  std::vector<std::string> leads;
  for (int i = 0; i < kLeadCount; ++i) {
    const LeadSignal& signal = ecg.signals[static_cast<std::size_t>(i)];
    const std::string_view name = NameOf(static_cast<Lead>(i));
    switch (signal.state) {
      case LeadSignal::State::kMissing:
        leads.push_back(fmt::format("{} not recorded", name));
        break;
      case LeadSignal::State::kNoisy:
        leads.push_back(fmt::format("{} noisy", name));
        break;
      case LeadSignal::State::kDisconnected:
        leads.push_back(fmt::format("{} without signal", name));
        break;
      case LeadSignal::State::kRepaired:
        leads.push_back(fmt::format("{} recomputed from other limb leads", name));
        break;
      case LeadSignal::State::kReadable:
        break;
    }
  }
  if (!leads.empty()) text += fmt::format("  {}\n", fmt::join(leads, ", "));
  return text.empty() ? text : "Recording:\n" + text;
}

}  // namespace

std::string AgeText(const Patient& patient) {
  if (!patient.age_days) return "age unknown";
  const int days = *patient.age_days;
  constexpr int kMonthsFrom = 61;
  constexpr int kYearsFrom = 730;
  if (days < kMonthsFrom) return fmt::format("{} days", days);
  if (days < kYearsFrom) return fmt::format("{:.0f} months", std::floor(days / kDaysPerMonth));
  return fmt::format("{:.1f} years", std::floor(days / kDaysPerYear * 10) / 10);
}

std::string_view SexText(const Patient& patient) {
  constexpr int kAdultDays = 6575;
  const bool adult = patient.age_days && *patient.age_days >= kAdultDays;
  switch (patient.sex) {
    case Sex::kFemale:
      return adult ? "woman" : "girl";
    case Sex::kMale:
      return adult ? "man" : "boy";
    case Sex::kUnknown:
      return "sex unknown";
  }
  return "";
}

std::vector<std::string> MeasurementLines(const EcgMeasurements& ecg,
                                          const Interpretation& interpretation) {
  const AgeLimits limits(interpretation.patient);
  const IntervalMeasurements& at = ecg.intervals;
  return {fmt::format("Rate {}/min{}   PR {} ms{}   QRS {} ms{}", Whole(ecg.rhythm.heart_rate_bpm),
                      Limits(limits, "heart_rate"), Whole(at.pr_ms), Limits(limits, "pr_interval"),
                      Whole(at.qrs_ms), Limits(limits, "qrs_duration")),
          fmt::format("QT {} ms   QTc {} ms Bazett{}, {} ms Fridericia", Whole(at.qt_ms),
                      Whole(at.qtc_bazett_ms), Limits(limits, "qtc_bazett"),
                      Whole(at.qtc_fridericia_ms)),
          fmt::format("Axes: P {}, QRS {}{}, T {} degrees", WholeAxis(ecg.axes.p),
                      WholeAxis(ecg.axes.qrs), Limits(limits, "qrs_axis"), WholeAxis(ecg.axes.t))};
}

std::vector<std::string> FindingLines(const Interpretation& interpretation,
                                      std::size_t most_reasons) {
  std::vector<std::string> lines = {std::string(TextOf(interpretation.conclusion))};
  for (const Judgement* judgement : interpretation.Findings()) {
    const std::string code =
        judgement->kind->aha_code.empty() ? "" : fmt::format(" ({})", judgement->kind->aha_code);
    lines.push_back(
        fmt::format("{}{}: {}", judgement->kind->name, code, ReasonsOf(*judgement, most_reasons)));
  }
  return lines;
}

std::string InterpretationText(std::string_view record, const EcgMeasurements& ecg,
                               const Interpretation& interpretation) {
  const auto seconds = ecg.rate_hz > 0 ? static_cast<double>(ecg.sample_count) / ecg.rate_hz : 0.0;
  std::string text =
      fmt::format("{}   {}, {}   {:.1f} s\n", record, AgeText(interpretation.patient),
                  SexText(interpretation.patient), seconds);
  for (const std::string& line : MeasurementLines(ecg, interpretation)) text += line + "\n";
  bool is_first = true;
  for (const std::string& line : FindingLines(interpretation)) {
    text += is_first ? line + "\n" : "  " + line + "\n";
    is_first = false;
  }
  text += ConventionLine(interpretation);
  text += OpenLines(interpretation);
  text += RecordingLines(ecg);
  return text;
}

}  // namespace pecg
