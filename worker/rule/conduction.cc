#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "worker/rule/criterion_table.h"
#include "worker/rule/judge_family.h"

namespace pecg {
namespace {

constexpr double kAxisScale = 90;

Observed QrsDuration(const RuleCase& c) {
  return c.Of(c.ecg().intervals.qrs_ms, "QRS duration", "ms");
}

Observed QrsAxis(const RuleCase& c) { return c.AxisOf(c.ecg().axes.qrs, "QRS axis"); }

bool Present(const RuleCase& c, std::string_view code) { return c.Earlier(code) == Outcome::kYes; }

Evidence NotPaced(const RuleCase& c, Judge* judge) {
  return judge->Fact("no_pacing", !c.ecg().Has(Limitation::kPaced), "no pacing");
}

Observed WaveDuration(const RuleCase& c, Lead lead, const Quantity& quantity,
                      std::string_view wave) {
  return c.Of(quantity, fmt::format("{} duration {}", wave, NameOf(lead)), "ms");
}

/// Delta waves in at least three leads.
Evidence DeltaWaves(const RuleCase& c, Judge* judge) {
  constexpr double kFewestLeads = 3;
  Observed count{"leads with a slurred QRS onset", "1", std::nullopt, 1};
  for (const LeadMeasurements& lead : c.ecg().leads) {
    if (!lead.delta_score.has_value()) continue;
    count.value = count.value.value_or(0) + (*lead.delta_score >= LimitOf("I108_delta") ? 1 : 0);
  }
  return judge->AtLeast("I108_delta", count, kFewestLeads);
}

/// Weighted votes for pre-excitation, each open one counted both ways.
class Points {
 public:
  void Add(int weight, Evidence evidence) {
    if (evidence.outcome != Outcome::kNo) most_ += weight;
    if (evidence.outcome == Outcome::kYes) least_ += weight;
  }

  /// The points, unless the open ones decide.
  Observed Count(double limit) const {
    Observed points{"points for pre-excitation", "1", least_, 1};
    if (least_ < limit && most_ >= limit) points.value.reset();
    return points;
  }

 private:
  double least_ = 0;
  double most_ = 0;
};

void JudgePreexcitation(RuleCase* c) {
  Judge judge(*c, "I108");
  Points points;
  const Observed pr = c->Of(c->ecg().intervals.pr_ms, "PR interval", "ms");
  const Evidence brief = judge.Below("I108_pr", pr, LimitOf("I108_pr"));
  points.Add(1, brief);
  // 80 ms is a limit for infants; later the limit for age is above it.
  const auto widest = c->P98("qrs_duration");
  const auto wide = widest ? std::optional(std::max(*widest, LimitOf("I108_qrs"))) : std::nullopt;
  points.Add(1, judge.Above("I108_qrs", QrsDuration(*c), wide));
  const auto lateral = c->Lateral();
  const Observed q = lateral ? c->Q(*lateral) : Observed{"Q V6", "mV", std::nullopt, 0};
  points.Add(1, judge.Below("I108_q", q, LimitOf("I108_q")));
  points.Add(1, judge.Below("J121", QrsAxis(*c), c->P2("qrs_axis"), kAxisScale));
  points.Add(2, DeltaWaves(*c, &judge));
  const double enough = LimitOf("I108");
  const Evidence reached = judge.AtLeast("I108", points.Count(enough), enough);
  // PR says nothing of the AV node where P does not come from the sinus node.
  const bool from_sinus = !Present(*c, "E55") && !Present(*c, "PAX");
  const Evidence sinus = judge.Fact("I108_sinus", from_sinus, "P waves of the sinus node");
  c->Add(judge.Decide(All({reached, sinus, NotPaced(*c, &judge)})));
}

/// rSR' in V1 or V2, or a late notched R in V1.
Evidence RightDelay(const RuleCase& c, Judge* judge) {
  const LeadMeasurements& v1 = c.ecg().Of(Lead::kV1);
  const Evidence second = judge->AtLeast("I106_r2", c.SecondR(Lead::kV1), LimitOf("I106_r2"));
  const Evidence second_v2 =
      c.Has(Lead::kV2) ? judge->AtLeast("I106_r2", c.SecondR(Lead::kV2), LimitOf("I106_r2"))
                       : Evidence{Outcome::kNo, -1};
  const Evidence late = judge->Together([&] {
    return All(
        {judge->Above("I106_activation", c.Of(v1.activation_ms, "time to the R peak V1", "ms"),
                      LimitOf("I106_activation")),
         judge->AtLeast("I106_notch", c.Of(v1.notch_count, "notches V1", "1"), 1)});
  });
  return Any({second, second_v2, late});
}

/// S wider than R, or wider than 40 ms, in I or in V6 (V5).
Evidence TerminalS(const RuleCase& c, Judge* judge) {
  const auto wide = [&](Lead lead) {
    const LeadMeasurements& measured = c.ecg().Of(lead);
    Observed s = WaveDuration(c, lead, measured.s_ms, "S");
    // A measured complex without S has one of no duration.
    if (!s.value && c.S(lead).value && *c.S(lead).value == 0) s.value = 0;
    const auto r = measured.r_ms.value;
    const double limit = std::min(LimitOf("I106_s"), r.value_or(LimitOf("I106_s")));
    return judge->Above("I106_s", s, limit);
  };
  const auto lateral = c.Lateral();
  if (!lateral) return judge->Fact("I106_s", std::nullopt, "S in V6 or V5");
  return Any({wide(Lead::kI), wide(*lateral)});
}

void JudgeRightBundle(RuleCase* c) {
  const auto limit = LimitOf("I106", c->age_days());
  Judge whole(*c, "I106");
  c->Add(whole.Decide(All({whole.Above("I106", QrsDuration(*c), limit), RightDelay(*c, &whole),
                           TerminalS(*c, &whole), NotPaced(*c, &whole)})));

  const auto lowest = LimitOf("I105", c->age_days());
  Judge part(*c, "I105");
  c->Add(part.Decide(All({part.AtLeast("I105", QrsDuration(*c), lowest),
                          part.AtMost("I106", QrsDuration(*c), limit), RightDelay(*c, &part),
                          NotPaced(*c, &part)})));

  Judge normal(*c, "RSR");
  c->Add(normal.Decide(All({normal.Below("I105", QrsDuration(*c), lowest),
                            normal.AtLeast("I106_r2", c->SecondR(Lead::kV1), LimitOf("I106_r2")),
                            NotPaced(*c, &normal)})));
}

void JudgeLeftBundle(RuleCase* c) {
  Judge judge(*c, "I104");
  const auto lateral = c->Lateral();
  const Lead side = lateral.value_or(Lead::kV6);
  const auto no_q = [&](Lead lead) { return judge.Below("I108_q", c->Q(lead), LimitOf("I108_q")); };
  const Observed r = c->R(Lead::kV1);
  const Observed s = c->S(Lead::kV1);
  std::optional<bool> downward;
  if (r.value && s.value) downward = *s.value > *r.value;
  c->Add(judge.Decide(
      All({judge.Above("I104", QrsDuration(*c), LimitOf("I104", c->age_days())),
           judge.AtLeast("I104_activation",
                         c->Of(c->ecg().Of(side).activation_ms,
                               fmt::format("time to the R peak {}", NameOf(side)), "ms"),
                         LimitOf("I104_activation", c->age_days())),
           no_q(Lead::kI), no_q(side), judge.Fact("I104_v1", downward, "V1 mainly negative"),
           NotPaced(*c, &judge),
           judge.Fact("no_preexcitation", !Present(*c, "I108"), "no pre-excitation")})));
}

void JudgeWidth(RuleCase* c) {
  Judge judge(*c, "QRSw");
  const bool named = Present(*c, "I106") || Present(*c, "I104") || Present(*c, "I108") ||
                     Present(*c, "I105") || Present(*c, "G70");
  const Evidence wide = judge.AtLeast("QRSw", QrsDuration(*c), LimitOf("QRSw", c->age_days()));
  // From 12 years on the fixed limit lies below p98.
  const Evidence wide_for_age = judge.Above("QRSw_age", QrsDuration(*c), c->P98("qrs_duration"));
  const Evidence unnamed =
      judge.Fact("QRSw_unnamed", !named, "no bundle-branch block or pre-excitation");
  const Evidence unpaced = NotPaced(*c, &judge);
  c->Add(judge.Decide(All({wide, wide_for_age, unnamed, unpaced})));
}

/// rS: S larger than R.
Evidence MainlyNegative(const RuleCase& c, Judge* judge, std::string_view id, Lead lead) {
  const Observed r = c.R(lead);
  const Observed s = c.S(lead);
  std::optional<bool> holds;
  if (r.value && s.value) holds = *s.value > *r.value;
  return judge->Fact(id, holds, fmt::format("rS in {}", NameOf(lead)));
}

/// qR: a Q wave and R larger than S.
Evidence SmallQTallR(const RuleCase& c, Judge* judge, std::string_view id, Lead lead) {
  const Observed q = c.Q(lead);
  const Observed r = c.R(lead);
  const Observed s = c.S(lead);
  std::optional<bool> holds;
  if (q.value && r.value && s.value) {
    holds = *q.value >= LimitOf("I108_q") && *r.value > *s.value && *r.value > *q.value;
  }
  return judge->Fact(id, holds, fmt::format("qR in {}", NameOf(lead)));
}

void JudgeFascicles(RuleCase* c) {
  Judge anterior(*c, "I101");
  const Observed axis = QrsAxis(*c);
  c->Add(anterior.Decide(
      All({anterior.AtMost("I101_axis_high", axis, LimitOf("I101_axis_high"), kAxisScale),
           anterior.AtLeast("I101_axis_low", axis, LimitOf("I101_axis_low"), kAxisScale),
           SmallQTallR(*c, &anterior, "I101_shape", Lead::kAVL),
           MainlyNegative(*c, &anterior, "I101_shape", Lead::kII),
           MainlyNegative(*c, &anterior, "I101_shape", Lead::kIII),
           MainlyNegative(*c, &anterior, "I101_shape", Lead::kAVF)})));

  Judge posterior(*c, "I102");
  Observed age{"age", "d", std::nullopt, 1};
  if (c->age_days()) age.value = *c->age_days();
  c->Add(
      posterior.Decide(All({posterior.AtLeast("I102_age", age, LimitOf("I102_age")),
                            posterior.AtLeast("I102_axis", axis, LimitOf("I102_axis"), kAxisScale),
                            MainlyNegative(*c, &posterior, "I102_shape", Lead::kI),
                            MainlyNegative(*c, &posterior, "I102_shape", Lead::kAVL),
                            SmallQTallR(*c, &posterior, "I102_shape", Lead::kIII),
                            SmallQTallR(*c, &posterior, "I102_shape", Lead::kAVF)})));
}

}  // namespace

void JudgeConduction(RuleCase* rule_case) {
  JudgePreexcitation(rule_case);
  JudgeRightBundle(rule_case);
  JudgeLeftBundle(rule_case);
  JudgeWidth(rule_case);
  JudgeFascicles(rule_case);
}

}  // namespace pecg
