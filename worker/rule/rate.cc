#include "worker/rule/beat_statistics.h"
#include "worker/rule/criterion_table.h"
#include "worker/rule/judge_family.h"

namespace pecg {
namespace {

constexpr double kAxisScale = 90;

bool Present(const RuleCase& c, std::string_view code) { return c.Earlier(code) == Outcome::kYes; }

Evidence NoOtherRhythm(const RuleCase& c, Judge* judge) {
  const bool other = Present(c, "E50") || Present(c, "E51") || Present(c, "E55") ||
                     Present(c, "G70") || Present(c, "PACE");
  return judge->Fact("sinus", !other, "no other rhythm found");
}

/// P waves before the QRS complexes, from the sinus node by their axis.
Evidence SinusRhythm(const RuleCase& c, Judge* judge) {
  const Observed p = c.Of(c.ecg().rhythm.p_fraction, "share of beats with a P wave", "1");
  const Observed axis = c.AxisOf(c.ecg().axes.p, "P axis");
  return All({judge->AtLeast("sinus_p_fraction", p, LimitOf("sinus_p_fraction"), 1),
              judge->AtLeast("sinus_p_axis_low", axis, LimitOf("sinus_p_axis_low"), kAxisScale),
              judge->AtMost("sinus_p_axis_high", axis, LimitOf("sinus_p_axis_high"), kAxisScale),
              NoOtherRhythm(c, judge)});
}

struct RateSide {
  std::string_view sinus;       ///< C21 or C22.
  std::string_view other;       ///< RHIGH or RLOW.
  std::string_view convention;  ///< C21z or C22z.
  bool is_fast;
};

void JudgeSide(RuleCase* c, const RateSide& side) {
  const auto limit = side.is_fast ? c->P98("heart_rate") : c->P2("heart_rate");
  const auto beyond = [&](Judge* judge) {
    return side.is_fast ? judge->Above(side.sinus, c->HeartRate(), limit)
                        : judge->Below(side.sinus, c->HeartRate(), limit);
  };
  Judge sinus(*c, side.sinus);
  const Evidence rate = beyond(&sinus);
  const Evidence is_sinus = SinusRhythm(*c, &sinus);
  const Evidence both = All({rate, is_sinus});
  c->Add(sinus.Decide(both));

  Judge other(*c, side.other);
  const Evidence other_rate = beyond(&other);
  const Evidence not_sinus =
      other.Fact("sinus", both.outcome != Outcome::kYes, "not shown to be sinus rhythm");
  const Evidence unnamed = NoOtherRhythm(*c, &other);
  c->Add(other.Decide(All({other_rate, not_sinus, unnamed})));

  Judge convention(*c, side.convention);
  const auto site = LimitOf(side.convention, c->age_days());
  c->Add(convention.Decide(side.is_fast ? convention.Above(side.convention, c->HeartRate(), site)
                                        : convention.Below(side.convention, c->HeartRate(), site)));
}

void JudgeSinusArrhythmia(RuleCase* c) {
  Judge judge(*c, "C23");
  const BeatStatistics beats = CountBeats(c->ecg());
  const Observed range{"longest minus shortest sinus RR", "ms", beats.sinus_rr_range_ms, 1};
  const Evidence varies = judge.Above("C23", range, LimitOf("C23"));
  const Evidence is_sinus = SinusRhythm(*c, &judge);
  c->Add(judge.Decide(All({varies, is_sinus})));
}

void JudgePAxis(RuleCase* c) {
  Judge judge(*c, "PAX");
  const Observed axis = c->AxisOf(c->ecg().axes.p, "P axis");
  const Evidence outside =
      Any({judge.Below("PAX_low", axis, LimitOf("sinus_p_axis_low"), kAxisScale),
           judge.Above("PAX_high", axis, LimitOf("sinus_p_axis_high"), kAxisScale)});
  const bool exchanged = Present(*c, "B10") || Present(*c, "B10r") || Present(*c, "B11");
  c->Add(judge.Decide(All(
      {outside, judge.Fact("PAX_leads", !exchanged, "no exchanged electrodes, no dextrocardia")})));
}

}  // namespace

void JudgeRate(RuleCase* rule_case) {
  JudgeSide(rule_case, {"C21", "RHIGH", "C21z", true});
  JudgeSide(rule_case, {"C22", "RLOW", "C22z", false});
  JudgeSinusArrhythmia(rule_case);
  JudgePAxis(rule_case);
}

}  // namespace pecg
