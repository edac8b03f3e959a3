#include "worker/rule/rule_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "worker/rule/criterion_table.h"
#include "worker/rule/finding_table.h"

namespace pecg {

std::string FormatValue(double value, std::string_view unit) {
  if (unit == "1") return fmt::format("{:.2f}", value);
  if (unit == "mV" || unit == "mV/s") return fmt::format("{:.2f} {}", value, unit);
  if (unit == "mV*ms") return fmt::format("{:.1f} {}", value, unit);
  return fmt::format("{:.0f} {}", value, unit);
}

Observed RuleCase::Of(const Quantity& quantity, std::string_view name,
                      std::string_view unit) const {
  Observed observed{std::string(name), unit, quantity.value, quantity.quality};
  if (quantity.quality < kLeastQuality) observed.value.reset();
  return observed;
}

Observed RuleCase::AxisOf(const Axis& axis, std::string_view name) const {
  Observed observed = Of(axis.deg, name, "deg");
  if (axis.indeterminate) observed.value.reset();
  return observed;
}

Observed RuleCase::HeartRate() const { return Of(ecg_.rhythm.heart_rate_bpm, "heart rate", "bpm"); }

bool RuleCase::Has(Lead lead) const {
  const auto state = ecg_.signals[static_cast<std::size_t>(lead)].state;
  return state != LeadSignal::State::kMissing && state != LeadSignal::State::kDisconnected;
}

Observed RuleCase::Magnitude(Lead lead, std::string_view wave,
                             std::initializer_list<const Quantity*> waves) const {
  const LeadMeasurements& measured = ecg_.Of(lead);
  Observed observed{fmt::format("{} {}", wave, NameOf(lead)), "mV", std::nullopt, 0};
  if (!Has(lead) || measured.pattern.empty()) return observed;
  observed.value = 0;
  observed.quality = measured.qrs_peak_to_peak_mv.quality;
  for (const Quantity* quantity : waves) {
    if (quantity->has_value()) {
      observed.value = std::max(*observed.value, std::abs(**quantity));
    }
  }
  return observed;
}

Observed RuleCase::R(Lead lead) const {
  const LeadMeasurements& measured = ecg_.Of(lead);
  return Magnitude(lead, "R", {&measured.r_mv, &measured.r2_mv});
}

Observed RuleCase::S(Lead lead) const {
  const LeadMeasurements& measured = ecg_.Of(lead);
  return Magnitude(lead, "S", {&measured.s_mv, &measured.s2_mv, &measured.qs_mv});
}

Observed RuleCase::Q(Lead lead) const { return Magnitude(lead, "Q", {&ecg_.Of(lead).q_mv}); }

Observed RuleCase::SecondR(Lead lead) const {
  return Magnitude(lead, "R'", {&ecg_.Of(lead).r2_mv});
}

Observed RuleCase::T(Lead lead) const {
  return Of(ecg_.Of(lead).t_mv, fmt::format("T {}", NameOf(lead)), "mV");
}

Observed RuleCase::St(Lead lead) const {
  const auto rate = ecg_.rhythm.heart_rate_bpm.value;
  const bool is_fast = rate && *rate > LimitOf("L145_fast");
  const LeadMeasurements& measured = ecg_.Of(lead);
  return Of(is_fast ? measured.st60_mv : measured.st80_mv, fmt::format("ST {}", NameOf(lead)),
            "mV");
}

std::optional<Lead> RuleCase::Lateral() const {
  if (Has(Lead::kV6)) return Lead::kV6;
  if (Has(Lead::kV5)) return Lead::kV5;
  return std::nullopt;
}

std::optional<double> RuleCase::P2(std::string_view measurement) const {
  const auto range = limits_.Of(measurement);
  return range ? range->p2 : std::nullopt;
}

std::optional<double> RuleCase::P98(std::string_view measurement) const {
  const auto range = limits_.Of(measurement);
  return range ? range->p98 : std::nullopt;
}

Outcome RuleCase::Earlier(std::string_view code) const {
  for (const Judgement& judgement : judgements_) {
    if (judgement.kind->code == code) return judgement.evidence.outcome;
  }
  return Outcome::kUnknown;
}

Judge::Judge(const RuleCase& rule_case, std::string_view code) : case_(rule_case) {
  judgement_.kind = &FindFinding(code);
  judgement_.severity = judgement_.kind->severity;
}

std::string Judge::WhyNot(const Observed& observed) const {
  if (observed.value) {
    return fmt::format("no limit for {} {}", observed.name,
                       case_.age_days() ? "at this age" : "without an age");
  }
  return fmt::format("{} not measurable", observed.name);
}

Evidence Judge::Compare(std::string_view id, const Observed& observed, std::optional<double> limit,
                        double scale, Relation relation) {
  Criterion criterion{id, "", observed.value, limit, observed.unit, Outcome::kUnknown, 0};
  if (!observed.value || !limit) {
    criterion.text = WhyNot(observed);
    judgement_.criteria.push_back(criterion);
    return {};
  }
  const bool upward = relation == Relation::kAbove || relation == Relation::kAtLeast;
  const bool with_equal = relation == Relation::kAtLeast || relation == Relation::kAtMost;
  const double over = upward ? *observed.value - *limit : *limit - *observed.value;
  const bool holds = over > 0 || (with_equal && over == 0);
  constexpr double kLeastScale = 0.01;
  const double unit_margin = scale > 0 ? scale : std::max(std::abs(*limit), kLeastScale);
  criterion.margin = std::clamp(over / unit_margin, -1.0, 1.0);
  criterion.outcome = holds ? Outcome::kYes : Outcome::kNo;
  constexpr std::string_view kSigns[] = {">", ">=", "<", "<="};
  constexpr std::string_view kOpposites[] = {"<=", "<", ">=", ">"};
  const auto sign = static_cast<std::size_t>(relation);
  criterion.text =
      fmt::format("{} {} {} {}", observed.name, FormatValue(*observed.value, observed.unit),
                  holds ? kSigns[sign] : kOpposites[sign], FormatValue(*limit, observed.unit));
  if (holds) judgement_.confidence = std::min(judgement_.confidence, observed.quality);
  judgement_.criteria.push_back(criterion);
  return {criterion.outcome, criterion.margin};
}

Evidence Judge::Above(std::string_view id, const Observed& observed, std::optional<double> limit,
                      double scale) {
  return Compare(id, observed, limit, scale, Relation::kAbove);
}

Evidence Judge::AtLeast(std::string_view id, const Observed& observed, std::optional<double> limit,
                        double scale) {
  return Compare(id, observed, limit, scale, Relation::kAtLeast);
}

Evidence Judge::Below(std::string_view id, const Observed& observed, std::optional<double> limit,
                      double scale) {
  return Compare(id, observed, limit, scale, Relation::kBelow);
}

Evidence Judge::AtMost(std::string_view id, const Observed& observed, std::optional<double> limit,
                       double scale) {
  return Compare(id, observed, limit, scale, Relation::kAtMost);
}

Evidence Judge::Fact(std::string_view id, std::optional<bool> holds, std::string_view text) {
  Criterion criterion{id, std::string(text), std::nullopt, std::nullopt, "", Outcome::kUnknown, 0};
  if (holds) {
    criterion.outcome = *holds ? Outcome::kYes : Outcome::kNo;
    criterion.margin = *holds ? 1 : -1;
    if (!*holds) criterion.text = fmt::format("not: {}", text);
  } else {
    criterion.text = fmt::format("not to be told: {}", text);
  }
  judgement_.criteria.push_back(criterion);
  return {criterion.outcome, criterion.margin};
}

Judgement Judge::Decide(Evidence evidence) {
  judgement_.evidence = evidence;
  return std::move(judgement_);
}

}  // namespace pecg
