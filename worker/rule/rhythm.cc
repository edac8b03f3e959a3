#include <fmt/format.h>

#include "worker/rule/beat_statistics.h"
#include "worker/rule/criterion_table.h"
#include "worker/rule/judge_family.h"

namespace pecg {
namespace {

constexpr double kAxisScale = 90;

Observed Number(std::string_view name, std::string_view unit, std::optional<double> value) {
  return {std::string(name), unit, value, 1};
}

/// A count over beats; none where no beat was found.
Observed CountOf(const BeatStatistics& beats, std::string_view name, int count) {
  if (beats.beat_count == 0) return Number(name, "1", std::nullopt);
  return Number(name, "1", count);
}

Observed RrVariation(const RuleCase& c) {
  return c.Of(c.ecg().rhythm.rr_variation, "RR variation (SD/mean)", "1");
}

Observed PFraction(const RuleCase& c) {
  return c.Of(c.ecg().rhythm.p_fraction, "share of beats with a P wave", "1");
}

Observed QrsDuration(const RuleCase& c) {
  return c.Of(c.ecg().intervals.qrs_ms, "QRS duration", "ms");
}

bool IsPaced(const RuleCase& c) { return c.ecg().Has(Limitation::kPaced); }

void JudgePacing(RuleCase* c) {
  Judge judge(*c, "PACE");
  c->Add(judge.Decide(judge.Fact("PACE", IsPaced(*c), "spikes before QRS complexes or P waves")));
}

void JudgeFibrillation(RuleCase* c) {
  Judge judge(*c, "E50");
  const auto& rhythm = c->ecg().rhythm;
  std::optional<double> successive;
  if (rhythm.rmssd_ms.has_value() && rhythm.rr_mean_ms.has_value() && *rhythm.rr_mean_ms > 0) {
    successive = *rhythm.rmssd_ms / *rhythm.rr_mean_ms;
  }
  c->Add(judge.Decide(
      All({judge.Above("E50_variation", RrVariation(*c), LimitOf("E50_variation")),
           judge.Above("E50_successive", Number("RMSSD over mean RR", "1", successive),
                       LimitOf("E50_successive")),
           judge.Below("E50_p_fraction", PFraction(*c), LimitOf("E50_p_fraction"), 1)})));
}

void JudgeFlutter(RuleCase* c) {
  Judge judge(*c, "E51");
  const auto& rhythm = c->ecg().rhythm;
  const Observed rate = c->Of(rhythm.flutter_rate_bpm, "atrial oscillation", "bpm");
  // A record without any such oscillation has no rate: then it is no flutter, not an open question.
  if (!rhythm.flutter_rate_bpm.has_value() && rhythm.heart_rate_bpm.has_value()) {
    c->Add(judge.Decide(judge.Fact("E51", false, "a regular atrial oscillation")));
    return;
  }
  // Faster than the ventricles: a harmonic of the QRS complexes is no atrium.
  std::optional<double> over;
  if (rate.value && rhythm.heart_rate_bpm.has_value()) {
    over = *rate.value / *rhythm.heart_rate_bpm;
  }
  c->Add(judge.Decide(
      All({judge.AtLeast("E51_rate_low", rate, LimitOf("E51_rate_low", c->age_days())),
           judge.AtMost("E51_rate_high", rate, LimitOf("E51_rate_high", c->age_days())),
           judge.AtLeast("H88_ratio", Number("atrial over ventricular rate", "1", over),
                         LimitOf("H88_ratio")),
           judge.AtLeast("E51_share", c->Of(rhythm.flutter_share, "share of the oscillation", "1"),
                         LimitOf("E51_share"), 1)})));
}

void JudgeWideRuns(RuleCase* c, const BeatStatistics& beats) {
  Judge judge(*c, "G70");
  const Evidence run =
      judge.AtLeast("G70_run", CountOf(beats, "consecutive wide beats", beats.longest_wide_run),
                    LimitOf("G70_run"));
  std::optional<double> faster;
  const auto& rate = c->ecg().rhythm.heart_rate_bpm;
  if (beats.wide_run_rate_bpm && rate.has_value()) faster = *beats.wide_run_rate_bpm / *rate;
  if (!faster && beats.longest_wide_run == 0) faster = 0;
  const Evidence fast = judge.AtLeast(
      "G70_rate", Number("rate of the run over the heart rate", "1", faster), LimitOf("G70_rate"));

  const auto widest = c->P98("qrs_duration");
  const auto wide = widest ? std::optional(*widest + LimitOf("G70_width")) : std::nullopt;
  const Evidence steady =
      All({judge.Above("G70_width", QrsDuration(*c), wide),
           judge.Above("C21", c->HeartRate(), c->P98("heart_rate")),
           judge.Below("E55_p_fraction", PFraction(*c), LimitOf("E55_p_fraction"), 1),
           judge.Fact("no_pacing", !IsPaced(*c), "no pacing")});
  c->Add(judge.Decide(Any({All({run, fast}), steady})));
}

/// By rate, as PALS has it, or above the rate for age without a P wave: the slowest one of the 23
/// real records has 168 bpm at 15 years.
void JudgeSupraventricular(RuleCase* c) {
  Judge judge(*c, "E55");
  const Evidence narrow = judge.AtMost("E55_qrs", QrsDuration(*c), LimitOf("E55_qrs"));
  const Evidence steady = judge.AtMost("E55_variation", RrVariation(*c), LimitOf("E55_variation"));
  const Observed p_axis = c->AxisOf(c->ecg().axes.p, "P axis");
  const Evidence no_p = judge.Below("E55_p_fraction", PFraction(*c), LimitOf("E55_p_fraction"), 1);
  const Evidence no_sinus_p =
      Any({no_p, judge.Below("E55_p_low", p_axis, LimitOf("sinus_p_axis_low"), kAxisScale),
           judge.Above("E55_p_high", p_axis, LimitOf("sinus_p_axis_high"), kAxisScale)});
  const Evidence fast =
      judge.AtLeast("E55_rate", c->HeartRate(), LimitOf("E55_rate", c->age_days()));
  const Evidence fast_for_age = judge.Above("C21", c->HeartRate(), c->P98("heart_rate"));
  c->Add(judge.Decide(All({narrow, steady, no_sinus_p, Any({fast, fast_for_age})})));
}

void JudgePremature(RuleCase* c, const BeatStatistics& beats) {
  constexpr double kOne = 1;
  Judge narrow(*c, "D30");
  const bool fibrillates = c->Earlier("E50") == Outcome::kYes;
  c->Add(narrow.Decide(
      All({narrow.AtLeast("D30_early",
                          CountOf(beats, "early narrow beats", beats.narrow_premature_count), kOne),
           narrow.Fact("D30_regular", !fibrillates, "no fibrillation")})));
  Judge wide(*c, "F60");
  c->Add(wide.Decide(wide.AtLeast(
      "F60_width", CountOf(beats, "early wide beats", beats.wide_premature_count), kOne)));
}

void JudgePause(RuleCase* c) {
  Judge judge(*c, "C26");
  const auto& rhythm = c->ecg().rhythm;
  const Observed pause = c->Of(rhythm.longest_pause_ms, "longest pause", "ms");
  std::optional<double> relative;
  if (pause.value && rhythm.rr_median_ms.has_value())
    relative = *pause.value / *rhythm.rr_median_ms;
  c->Add(
      judge.Decide(All({judge.Above("C26", pause, LimitOf("C26", c->age_days())),
                        judge.Above("C26_relative", Number("pause over median RR", "1", relative),
                                    LimitOf("C26_relative"))})));
}

Observed AtrialRatio(const RuleCase& c) {
  const auto& rhythm = c.ecg().rhythm;
  std::optional<double> ratio;
  if (rhythm.atrial_rate_bpm.has_value() && rhythm.mean_rate_bpm.has_value()) {
    ratio = *rhythm.atrial_rate_bpm / *rhythm.mean_rate_bpm;
  }
  return Number("P waves per QRS", "1", ratio);
}

void JudgeSecondDegree(RuleCase* c, const BeatStatistics& beats) {
  const Observed dropped = c->Of(c->ecg().rhythm.unconducted_p_count, "P waves without QRS", "1");
  const Observed increase =
      Number("PR before the pause minus after it", "ms", beats.pr_increase_before_pause_ms);
  Judge first(*c, "H83");
  c->Add(
      first.Decide(All({first.AtLeast("H83", dropped, 1),
                        first.AtLeast("H83_increase", increase, LimitOf("H83_increase")),
                        first.Below("H83_pause", Number("pause over PP", "1", beats.pause_over_pp),
                                    LimitOf("H83_pause"))})));
  const Observed ratio = AtrialRatio(*c);
  Judge two_to_one(*c, "H85");
  const Evidence is_two =
      All({two_to_one.AtLeast("H83", dropped, 2),
           two_to_one.AtLeast("H85_ratio_low", ratio, LimitOf("H85_ratio_low")),
           two_to_one.AtMost("H85_ratio_high", ratio, LimitOf("H85_ratio_high")),
           two_to_one.Below("H88_variation", RrVariation(*c), LimitOf("H88_variation")),
           two_to_one.Below("H88_pr_sd", Number("SD of PR", "ms", beats.pr_sd_ms),
                            LimitOf("H88_pr_sd"))});
  Judge second(*c, "H84");
  c->Add(second.Decide(All({second.AtLeast("H83", dropped, 1),
                            second.Below("H84_change", increase, LimitOf("H84_change")),
                            second.Below("H85_ratio_low", ratio, LimitOf("H85_ratio_low"))})));
  c->Add(two_to_one.Decide(is_two));
}

void JudgeComplete(RuleCase* c, const BeatStatistics& beats) {
  Judge judge(*c, "H88");
  c->Add(judge.Decide(All(
      {judge.AtLeast("H88_ratio", AtrialRatio(*c), LimitOf("H88_ratio")),
       judge.Above("H88_pr_sd", Number("SD of PR", "ms", beats.pr_sd_ms), LimitOf("H88_pr_sd")),
       judge.Below("H88_variation", RrVariation(*c), LimitOf("H88_variation")),
       judge.AtLeast("H83", c->Of(c->ecg().rhythm.unconducted_p_count, "P waves without QRS", "1"),
                     1)})));
}

void JudgePr(RuleCase* c) {
  const Observed pr = c->Of(c->ecg().intervals.pr_ms, "PR interval", "ms");
  Judge brief(*c, "H80");
  c->Add(brief.Decide(brief.Below("H80", pr, c->P2("pr_interval"))));
  Judge prolonged(*c, "H82");
  c->Add(prolonged.Decide(Any({prolonged.Above("H82", pr, c->P98("pr_interval")),
                               prolonged.Above("H82_any_age", pr, LimitOf("H82_any_age"))})));
}

}  // namespace

void JudgeRhythm(RuleCase* rule_case) {
  const BeatStatistics beats = CountBeats(rule_case->ecg());
  JudgePacing(rule_case);
  JudgeFibrillation(rule_case);
  JudgeFlutter(rule_case);
  JudgeWideRuns(rule_case, beats);
  JudgeSupraventricular(rule_case);
  JudgePremature(rule_case, beats);
  JudgePause(rule_case);
}

void JudgeAtrioventricular(RuleCase* rule_case) {
  const BeatStatistics beats = CountBeats(rule_case->ecg());
  JudgePr(rule_case);
  JudgeSecondDegree(rule_case, beats);
  JudgeComplete(rule_case, beats);
}

}  // namespace pecg
