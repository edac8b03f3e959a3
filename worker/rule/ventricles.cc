#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "worker/rule/criterion_table.h"
#include "worker/rule/judge_family.h"

namespace pecg {
namespace {

/// What counts as a wave; keeps a ratio finite where there is no S.
constexpr double kLeastWave = 0.02;

Observed Ratio(const RuleCase& c, Lead lead) {
  const Observed r = c.R(lead);
  const Observed s = c.S(lead);
  Observed ratio{fmt::format("R/S {}", NameOf(lead)), "1", std::nullopt, r.quality};
  if (r.value && s.value) ratio.value = *r.value / std::max(*s.value, kLeastWave);
  return ratio;
}

/// `r_amp_V1` and so on: how the tables call a wave of a lead.
std::string AmplitudeOf(std::string_view wave, Lead lead) {
  return fmt::format("{}_amp_{}", wave, NameOf(lead));
}

Evidence RAboveP98(const RuleCase& c, Judge* judge, std::string_view id, Lead lead) {
  return judge->Above(id, c.R(lead), c.P98(AmplitudeOf("r", lead)));
}

Evidence SAboveP98(const RuleCase& c, Judge* judge, std::string_view id, Lead lead) {
  return judge->Above(id, c.S(lead), c.P98(AmplitudeOf("s", lead)));
}

/// Suppresses hypertrophy where the QRS complex is no longer that of a normal conduction.
Evidence NormalConduction(const RuleCase& c, Judge* judge) {
  const bool hindered = c.Earlier("I106") == Outcome::kYes || c.Earlier("I104") == Outcome::kYes ||
                        c.Earlier("I108") == Outcome::kYes || c.Earlier("PACE") == Outcome::kYes;
  return judge->Fact("normal_conduction", !hindered,
                     "no bundle-branch block, pre-excitation or pacing");
}

/// No evidence where a lead is missing: criteria of other leads decide.
Evidence NoLead() { return {Outcome::kNo, -1}; }

Evidence UprightT(const RuleCase& c, Judge* judge) {
  const auto limit = LimitOf("K143e", c.age_days());
  if (c.age_days() && !limit) return NoLead();  // Normal at this age.
  const Lead left = c.Lateral().value_or(Lead::kI);
  return judge->Together([&] {
    return All({judge->Above("K143e", c.T(Lead::kV1), limit, 0.2),
                judge->Above("K143e_left", c.T(left), limit, 0.2)});
  });
}

Evidence NewbornRight(const RuleCase& c, Judge* judge) {
  const auto limit = LimitOf("K143g", c.age_days());
  if (c.age_days() && !limit) return NoLead();
  const Evidence tall = judge->Above("K143g", c.R(Lead::kV1), limit);
  const Evidence pure = judge->Together([&] {
    return All({judge->Above("K143g_pure", c.R(Lead::kV1), LimitOf("K143g_pure", c.age_days())),
                judge->Below("K143g_no_s", c.S(Lead::kV1), kLeastWave)});
  });
  return Any({tall, pure});
}

Evidence QrInV1(const RuleCase& c, Judge* judge) {
  const double limit = LimitOf("K143f");
  return judge->Together([&] {
    return All({judge->AtLeast("K143f", c.Q(Lead::kV1), limit),
                judge->AtLeast("K143f_r", c.R(Lead::kV1), limit)});
  });
}

Evidence SLateral(const RuleCase& c, Judge* judge) {
  const auto lateral = c.Lateral();
  if (!lateral) return judge->Fact("K143b", std::nullopt, "S in V6 or V5");
  return SAboveP98(c, judge, "K143b", *lateral);
}

/// S in I and R in aVR say the same of the frontal plane, so they count once.
Evidence RightwardLimbs(const RuleCase& c, Judge* judge) {
  if (!c.TrustsLimbLeads()) return NoLead();
  return Any({SAboveP98(c, judge, "K143b_I", Lead::kI), RAboveP98(c, judge, "K143i", Lead::kAVR)});
}

Evidence ReversedLateral(const RuleCase& c, Judge* judge) {
  const auto limit = LimitOf("K143d", c.age_days());
  if (c.age_days() && !limit) return NoLead();
  const auto lateral = c.Lateral();
  if (!lateral) return judge->Fact("K143d", std::nullopt, "R/S in V6 or V5");
  return judge->Below("K143d", Ratio(c, *lateral), limit);
}

Evidence SecondRInV1(const RuleCase& c, Judge* judge) {
  return judge->Above("K143h", c.SecondR(Lead::kV1), LimitOf("K143h", c.age_days()));
}

void JudgeRight(RuleCase* c) {
  Judge judge(*c, "K143");
  const Evidence tall = RAboveP98(*c, &judge, "K143a", Lead::kV1);
  const Evidence deep = SLateral(*c, &judge);
  const Evidence right_axis{c->Earlier("J120"), c->Earlier("J120") == Outcome::kYes ? 1.0 : -1.0};
  const std::vector<Evidence> criteria = {
      tall,
      deep,
      judge.Above("K143c", Ratio(*c, Lead::kV1), c->P98("rs_ratio_V1")),
      ReversedLateral(*c, &judge),
      SecondRInV1(*c, &judge),
      RightwardLimbs(*c, &judge),
      right_axis};
  const std::vector<Evidence> strong = {UprightT(*c, &judge), QrInV1(*c, &judge),
                                        NewbornRight(*c, &judge)};
  const Evidence found = Any({AtLeast(1, strong), AtLeast(2, criteria)});
  c->Add(judge.Decide(All({found, NormalConduction(*c, &judge)})));

  Judge voltage(*c, "RVHV");
  const Evidence high = Any({RAboveP98(*c, &voltage, "K143a", Lead::kV1), SLateral(*c, &voltage)});
  const bool more = c->Earlier("K143") == Outcome::kYes;
  const Evidence alone = voltage.Fact("no_hypertrophy", !more, "no right ventricular hypertrophy");
  c->Add(voltage.Decide(All({high, alone, NormalConduction(*c, &voltage)})));
}

Evidence TallLeft(const RuleCase& c, Judge* judge) {
  std::vector<Evidence> evidence;
  if (const auto lateral = c.Lateral()) {
    evidence.push_back(RAboveP98(c, judge, "K142a", *lateral));
  }
  if (!c.TrustsLimbLeads()) return Any(evidence);
  for (const Lead lead : {Lead::kI, Lead::kAVL, Lead::kII, Lead::kAVF}) {
    evidence.push_back(RAboveP98(c, judge, "K142a", lead));
  }
  return Any(evidence);
}

Evidence DeepRight(const RuleCase& c, Judge* judge) {
  std::vector<Evidence> evidence = {SAboveP98(c, judge, "K142b", Lead::kV1)};
  if (c.Has(Lead::kV2)) evidence.push_back(SAboveP98(c, judge, "K142b", Lead::kV2));
  return Any(evidence);
}

Evidence LargeSum(const RuleCase& c, Judge* judge) {
  const auto limit = c.P98("sv1_plus_rv6");
  // The tables know no sum with V5, and none above 16 years.
  if (!c.Has(Lead::kV6) || (c.age_days() && !limit)) return NoLead();
  return judge->Above("K142c", c.Of(c.ecg().voltages.s_v1_plus_r_v6_mv, "S V1 + R V6", "mV"),
                      limit);
}

Evidence LateralQ(const RuleCase& c, Judge* judge) {
  std::vector<Evidence> evidence;
  for (const Lead lead : {Lead::kV5, Lead::kV6}) {
    if (!c.Has(lead)) continue;
    evidence.push_back(judge->Together([&] {
      return All({judge->AtLeast("K142d", c.Q(lead), LimitOf("K142d")),
                  judge->AtLeast("K142d_t", c.T(lead), LimitOf("K142d_t"))});
    }));
  }
  if (evidence.empty()) return judge->Fact("K142d", std::nullopt, "Q in V5 or V6");
  return Any(evidence);
}

Evidence Strain(const RuleCase& c, Judge* judge) {
  const double limit = LimitOf("K142e");
  const auto inverted = [&](Lead lead) { return judge->Below("K142e", c.T(lead), limit, 0.2); };
  std::vector<Evidence> chest;
  for (const Lead lead : {Lead::kV5, Lead::kV6}) {
    if (c.Has(lead)) chest.push_back(inverted(lead));
  }
  const Evidence somewhere = Any({Any(chest), All({inverted(Lead::kI), inverted(Lead::kAVF)})});
  const auto lateral = c.Lateral();
  if (!lateral) return judge->Fact("K142e", std::nullopt, "R in V6 or V5");
  return All({somewhere, RAboveP98(c, judge, "K142a", *lateral)});
}

Evidence NewbornLeft(const RuleCase& c, Judge* judge) {
  const auto r = LimitOf("K142g_r", c.age_days());
  if (c.age_days() && !r) return NoLead();
  const auto lateral = c.Lateral();
  std::vector<Evidence> evidence = {
      judge->Above("K142g_s", c.S(Lead::kV1), LimitOf("K142g_s", c.age_days()))};
  if (lateral) evidence.push_back(judge->Above("K142g_r", c.R(*lateral), r));
  if (c.Has(Lead::kV6)) {
    evidence.push_back(judge->Above("K142g_sum",
                                    c.Of(c.ecg().voltages.s_v1_plus_r_v6_mv, "S V1 + R V6", "mV"),
                                    LimitOf("K142g_sum", c.age_days())));
  }
  return Any(evidence);
}

void JudgeLeft(RuleCase* c) {
  Judge judge(*c, "K142");
  const std::vector<Evidence> voltages = {TallLeft(*c, &judge), DeepRight(*c, &judge),
                                          LargeSum(*c, &judge)};
  std::vector<Evidence> criteria = voltages;
  criteria.push_back(LateralQ(*c, &judge));
  criteria.push_back(judge.Below("K142f", Ratio(*c, Lead::kV1), c->P2("rs_ratio_V1")));
  const Evidence strain = judge.Together([&] { return Strain(*c, &judge); });
  const Evidence strong = Any({strain, NewbornLeft(*c, &judge)});
  const Evidence found = Any({All({strong, AtLeast(1, voltages)}), AtLeast(2, criteria)});
  c->Add(judge.Decide(All({found, NormalConduction(*c, &judge)})));

  // The chest leads alone: of eight limits of p98 one is passed by every seventh child.
  Judge voltage(*c, "LVHV");
  const auto lateral = c->Lateral();
  const Evidence tall = lateral ? RAboveP98(*c, &voltage, "K142a", *lateral)
                                : voltage.Fact("K142a", std::nullopt, "R in V6 or V5");
  const Evidence high =
      Any({tall, SAboveP98(*c, &voltage, "K142b", Lead::kV1), LargeSum(*c, &voltage)});
  const bool more = c->Earlier("K142") == Outcome::kYes;
  const Evidence alone = voltage.Fact("no_hypertrophy", !more, "no left ventricular hypertrophy");
  c->Add(voltage.Decide(All({high, alone, NormalConduction(*c, &voltage)})));
}

void JudgeBoth(RuleCase* c) {
  Judge judge(*c, "K144");
  const auto side = [&](std::string_view code, std::string_view text) {
    const Outcome outcome = c->Earlier(code);
    return judge.Fact(
        code, outcome == Outcome::kUnknown ? std::nullopt : std::optional(outcome == Outcome::kYes),
        text);
  };
  const Evidence right = side("K143", "right ventricular hypertrophy");
  const Evidence left = side("K142", "left ventricular hypertrophy");
  const Evidence katz = judge.Above(
      "K144", c->Of(c->ecg().voltages.katz_wachtel_mv, "R + S in V2 to V4", "mV"), LimitOf("K144"));
  const Observed r = c->R(Lead::kV4);
  const Observed s = c->S(Lead::kV4);
  Observed both{"R + S V4", "mV", std::nullopt, r.quality};
  if (r.value && s.value) both.value = *r.value + *s.value;
  const Evidence middle =
      c->Has(Lead::kV4) ? judge.Above("K144_v4", both, c->P98("r_plus_s_V4")) : NoLead();
  const Evidence found = Any({All({right, left}), katz, All({Any({right, left}), middle})});
  c->Add(judge.Decide(All({found, NormalConduction(*c, &judge)})));
}

}  // namespace

void JudgeVentricles(RuleCase* rule_case) {
  JudgeRight(rule_case);
  JudgeLeft(rule_case);
  JudgeBoth(rule_case);
}

}  // namespace pecg
