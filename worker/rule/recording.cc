#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "worker/rule/criterion_table.h"
#include "worker/rule/judge_family.h"

namespace pecg {
namespace {

/// Degrees that make a margin of 1 for an axis.
constexpr double kAxisScale = 90;
constexpr double kSuperior = -90;
/// Peak to peak that the other limb leads must have before a flat one is strange.
constexpr double kCertainVoltage = 0.3;
/// Of V1's size: below it the heart seems to lie on the other side.
constexpr double kMirrorRatio = 0.5;

Observed PeakToPeak(const RuleCase& c, Lead lead) {
  return c.Of(c.ecg().Of(lead).qrs_peak_to_peak_mv, fmt::format("QRS size {}", NameOf(lead)), "mV");
}

Observed PWave(const RuleCase& c, Lead lead) {
  return c.Of(c.ecg().Of(lead).p_mv, fmt::format("P {}", NameOf(lead)), "mV");
}

/// Yes when the chest leads grow smaller towards the left, as in a mirrored chest.
Evidence MirroredChest(const RuleCase& c, Judge* judge, bool wanted) {
  const auto lateral = c.Lateral();
  const Observed first = PeakToPeak(c, Lead::kV1);
  std::optional<bool> holds;
  if (lateral && first.value) {
    const Observed last = PeakToPeak(c, *lateral);
    if (last.value) holds = (*last.value < kMirrorRatio * *first.value) == wanted;
  }
  return judge->Fact("B11", holds,
                     wanted ? "QRS complexes shrink from V1 to V6 (V5)"
                            : "QRS complexes do not shrink from V1 to V6 (V5)");
}

Evidence MirroredLimbs(const RuleCase& c, Judge* judge) {
  const double p = LimitOf("B10_p");
  const Observed area = c.Of(c.ecg().Of(Lead::kI).qrs_area_mv_ms, "net QRS area I", "mV*ms");
  return All({judge->Below("B10_p", PWave(c, Lead::kI), p),
              judge->Above("B10_avr", PWave(c, Lead::kAVR), -p), judge->Below("B10", area, 0, 1),
              judge->Below("B10_t", c.T(Lead::kI), 0, -p)});
}

void JudgeArms(RuleCase* c) {
  Judge arms(*c, "B10");
  const Evidence limbs = MirroredLimbs(*c, &arms);
  const Evidence chest = MirroredChest(*c, &arms, false);
  c->Add(arms.Decide(All({limbs, chest})));

  Judge mirror(*c, "B11");
  const Evidence mirrored_limbs = MirroredLimbs(*c, &mirror);
  const Evidence mirrored_chest = MirroredChest(*c, &mirror, true);
  c->Add(mirror.Decide(All({mirrored_limbs, mirrored_chest})));
}

void JudgeLegs(RuleCase* c) {
  Judge foot(*c, "B10r");
  const Observed p = c->AxisOf(c->ecg().axes.p, "P axis");
  const Observed qrs = c->AxisOf(c->ecg().axes.qrs, "QRS axis");
  const Observed t = c->AxisOf(c->ecg().axes.t, "T axis");
  c->Add(foot.Decide(All({foot.Below("B10r", p, kSuperior, kAxisScale),
                          foot.Below("B10r", qrs, kSuperior, kAxisScale),
                          foot.Below("B10r", t, kSuperior, kAxisScale)})));

  Judge right_leg(*c, "B10l");
  const double flat = LimitOf("B10_rl");
  const Evidence one_flat = Any({right_leg.Below("B10_rl", PeakToPeak(*c, Lead::kII), flat),
                                 right_leg.Below("B10_rl", PeakToPeak(*c, Lead::kIII), flat)});
  const Evidence other = right_leg.AtLeast("B10_other", PeakToPeak(*c, Lead::kI), kCertainVoltage);
  c->Add(right_leg.Decide(All({one_flat, other})));
}

/// The lead with the largest of something.
struct WorstLead {
  Lead lead = Lead::kI;
  double value = 0;
  bool found = false;
};

template <typename Get>
WorstLead FindWorst(const RuleCase& c, Get get) {
  WorstLead worst;
  for (int i = 0; i < kLeadCount; ++i) {
    const LeadSignal& signal = c.ecg().signals[static_cast<std::size_t>(i)];
    if (signal.state == LeadSignal::State::kMissing) continue;
    const double value = get(signal);
    if (!worst.found || value > worst.value) worst = {static_cast<Lead>(i), value, true};
  }
  return worst;
}

Observed ShareOf(const WorstLead& worst, std::string_view what) {
  Observed observed{fmt::format("{} of {}", what, NameOf(worst.lead)), "1", std::nullopt, 1};
  if (worst.found) observed.value = worst.value;
  return observed;
}

void JudgeSignals(RuleCase* c) {
  Judge limbs(*c, "B10q");
  const double most = LimitOf("B10q");
  c->Add(limbs.Decide(
      Any({limbs.Above("B10q", c->Of(c->ecg().einthoven_residual_mv, "I + III - II", "mV"), most),
           limbs.Above("B10q", c->Of(c->ecg().goldberger_residual_mv, "aVR + aVL + aVF", "mV"),
                       most)})));

  Judge rails(*c, "B14");
  const WorstLead railed = FindWorst(*c, [](const LeadSignal& s) { return s.rail_fraction; });
  c->Add(rails.Decide(rails.AtLeast("B14", ShareOf(railed, "rails in"), LimitOf("B14"))));

  Judge noise(*c, "B15");
  std::vector<double> levels;
  for (const LeadSignal& signal : c->ecg().signals) {
    if (signal.noise_mv.has_value()) levels.push_back(*signal.noise_mv);
  }
  Observed level{"median noise of the leads", "mV", std::nullopt, 1};
  if (!levels.empty()) {
    const auto middle = levels.begin() + static_cast<std::ptrdiff_t>(levels.size() / 2);
    std::nth_element(levels.begin(), middle, levels.end());
    level.value = *middle;
  }
  c->Add(noise.Decide(noise.Above("B15", level, LimitOf("B15"))));

  Judge off(*c, "B16");
  const WorstLead lost = FindWorst(*c, [](const LeadSignal& s) {
    return s.state == LeadSignal::State::kDisconnected ? 1.0 : s.masked_fraction;
  });
  c->Add(off.Decide(off.AtLeast("B16", ShareOf(lost, "no signal in"), LimitOf("B16"))));
}

}  // namespace

void JudgeRecording(RuleCase* rule_case) {
  JudgeArms(rule_case);
  JudgeLegs(rule_case);
  JudgeSignals(rule_case);
}

}  // namespace pecg
