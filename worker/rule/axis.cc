#include <fmt/format.h>

#include <array>
#include <vector>

#include "worker/rule/criterion_table.h"
#include "worker/rule/judge_family.h"

namespace pecg {
namespace {

constexpr double kAxisScale = 90;
constexpr double kStraightUp = -90;
constexpr std::array kLimbLeads = {Lead::kI,   Lead::kII,  Lead::kIII,
                                   Lead::kAVR, Lead::kAVL, Lead::kAVF};
constexpr std::array kChestLeads = {Lead::kV1, Lead::kV2, Lead::kV3,
                                    Lead::kV4, Lead::kV5, Lead::kV6};

/// The circle is cut at J120_sweep: beyond it an axis is superior, before it (through 180) right.
void JudgeFrontal(RuleCase* c) {
  Observed axis = c->AxisOf(c->ecg().axes.qrs, "QRS axis");
  const double sweep = LimitOf("J120_sweep");
  if (axis.value && *axis.value <= sweep) *axis.value += 360;

  const auto trusted = [&](Judge* judge) {
    return judge->Fact("limb_leads", c->TrustsLimbLeads() ? std::optional(true) : std::nullopt,
                       "electrodes on their limbs");
  };
  Judge right(*c, "J120");
  const Evidence beyond = right.Above("J120", axis, c->P98("qrs_axis"), kAxisScale);
  c->Add(right.Decide(All({beyond, trusted(&right)})));

  Judge left(*c, "J121");
  const Evidence below =
      Any({left.Below("J121", axis, c->P2("qrs_axis"), kAxisScale),
           left.Below("J121_any_age", axis, LimitOf("J121_any_age", c->age_days()), kAxisScale)});
  const Evidence not_superior = left.AtLeast("J122", axis, kStraightUp, kAxisScale);
  c->Add(left.Decide(All({below, not_superior, trusted(&left)})));

  Judge superior(*c, "J122");
  const Evidence up = superior.Below("J122", axis, LimitOf("J122"), kAxisScale);
  c->Add(superior.Decide(All({up, trusted(&superior)})));
}

template <std::size_t count>
Evidence AllBelow(const RuleCase& c, Judge* judge, std::string_view id,
                  const std::array<Lead, count>& leads, std::size_t fewest) {
  std::vector<Evidence> evidence;
  for (const Lead lead : leads) {
    if (!c.Has(lead)) continue;
    evidence.push_back(judge->Below(
        id,
        c.Of(c.ecg().Of(lead).qrs_peak_to_peak_mv, fmt::format("QRS size {}", NameOf(lead)), "mV"),
        LimitOf(id)));
  }
  if (evidence.size() < fewest) return judge->Fact(id, std::nullopt, "low voltage: leads missing");
  return All(evidence);
}

void JudgeVoltage(RuleCase* c) {
  constexpr std::size_t kFewestChestLeads = 3;
  Judge judge(*c, "J125");
  const Evidence limb = AllBelow(*c, &judge, "J125_limb", kLimbLeads, kLimbLeads.size());
  const Evidence chest = AllBelow(*c, &judge, "J125_chest", kChestLeads, kFewestChestLeads);
  c->Add(judge.Decide(Any({limb, chest})));
}

}  // namespace

void JudgeAxis(RuleCase* rule_case) {
  JudgeFrontal(rule_case);
  JudgeVoltage(rule_case);
}

}  // namespace pecg
