#include "worker/rule/rule_case.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "worker/rule/criterion_table.h"
#include "worker/rule/finding_table.h"

namespace pecg {
namespace {

int DecimalsOf(std::string_view unit) {
  if (unit == "1" || unit == "mV" || unit == "mV/s") return 2;
  return unit == "mV*ms" ? 1 : 0;
}

std::string Format(double value, std::string_view unit, int decimals) {
  if (unit == "1") return fmt::format("{:.{}f}", value, decimals);
  return fmt::format("{:.{}f} {}", value, decimals, unit);
}

/// Both with as many digits as tell them apart.
std::pair<std::string, std::string> FormatPair(double value, double limit, std::string_view unit) {
  constexpr int kMoreDecimals = 2;
  const int usual = DecimalsOf(unit);
  std::pair<std::string, std::string> texts;
  for (int decimals = usual; decimals <= usual + kMoreDecimals; ++decimals) {
    texts = {Format(value, unit, decimals), Format(limit, unit, decimals)};
    if (texts.first != texts.second) break;
  }
  if (texts.first == texts.second) {
    texts = {Format(value, unit, usual), Format(limit, unit, usual)};
  }
  return texts;
}

}  // namespace

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
  const double rate = ecg_.rhythm.heart_rate_bpm.value.value_or(0);
  const LeadMeasurements& measured = ecg_.Of(lead);
  if (rate > LimitOf("L145_very_fast")) {
    return Of(measured.st40_mv, fmt::format("ST+40 {}", NameOf(lead)), "mV");
  }
  if (rate > LimitOf("L145_fast")) {
    return Of(measured.st60_mv, fmt::format("ST+60 {}", NameOf(lead)), "mV");
  }
  return Of(measured.st80_mv, fmt::format("ST+80 {}", NameOf(lead)), "mV");
}

bool RuleCase::TrustsLimbLeads() const {
  return Earlier("B10") != Outcome::kYes && Earlier("B10r") != Outcome::kYes &&
         Earlier("B10l") != Outcome::kYes;
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
  Criterion criterion;
  criterion.id = id;
  criterion.value = observed.value;
  criterion.limit = limit;
  criterion.unit = observed.unit;
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
  const auto [value_text, limit_text] = FormatPair(*observed.value, *limit, observed.unit);
  criterion.text = fmt::format("{} {} {} {}", observed.name, value_text,
                               holds ? kSigns[sign] : kOpposites[sign], limit_text);
  criterion.quality = observed.quality;
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
  Criterion criterion;
  criterion.id = id;
  criterion.text = text;
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

Evidence Judge::AtLeastLeads(std::string_view id, std::size_t count,
                             const std::vector<Evidence>& leads) {
  if (leads.size() < count) return Fact(id, std::nullopt, "enough leads to judge");
  return pecg::AtLeast(static_cast<int>(count), leads);
}

void Judge::Discount(std::size_t first) {
  for (std::size_t i = first; i < judgement_.criteria.size(); ++i) {
    judgement_.criteria[i].counts = false;
  }
}

Judgement Judge::Decide(Evidence evidence) {
  judgement_.evidence = evidence;
  for (const Criterion* reason : judgement_.Reasons()) {
    judgement_.confidence = std::min(judgement_.confidence, reason->quality);
  }
  return std::move(judgement_);
}

}  // namespace pecg
