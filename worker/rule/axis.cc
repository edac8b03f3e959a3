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

  Judge right(*c, "J120");
  c->Add(right.Decide(right.Above("J120", axis, c->P98("qrs_axis"), kAxisScale)));

  Judge left(*c, "J121");
  const Evidence below =
      Any({left.Below("J121", axis, c->P2("qrs_axis"), kAxisScale),
           left.Below("J121_any_age", axis, LimitOf("J121_any_age", c->age_days()), kAxisScale)});
  c->Add(left.Decide(All({below, left.AtLeast("J122", axis, kStraightUp, kAxisScale)})));

  Judge superior(*c, "J122");
  c->Add(superior.Decide(superior.Below("J122", axis, LimitOf("J122"), kAxisScale)));
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
