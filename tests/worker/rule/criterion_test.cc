// Every criterion has a case in which it holds and one in which it alone does not.
#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "tests/worker/rule/measured_child.h"
#include "worker/rule/criterion_table.h"
#include "worker/rule/interpret.h"

namespace pecg {
namespace {

using testing::Measured;
using testing::MeasuredChild;
using testing::NormalGirl;
using testing::NotMeasured;

using Change = std::function<void(MeasuredChild*)>;

/// Whether the finding is gone once the criterion no longer holds, and whether the criterion stands
/// in the judgement by its own id.
enum class Effect {
  kDecides,      ///< It is gone.
  kContributes,  ///< Something else still carries it.
  kWorksInside,  ///< It is gone; the limit works inside a count or a choice, not as a criterion.
};

struct Case {
  std::string id;
  std::string finding;
  Change hold;   ///< From a normal girl of seven to a child with the finding.
  Change spoil;  ///< Then the value goes to the limit's other side.
  Effect effect = Effect::kDecides;
};

void SetRate(MeasuredChild* c, double bpm) {
  c->ecg.rhythm.heart_rate_bpm = c->ecg.rhythm.mean_rate_bpm = Measured(bpm);
}
void SetQrs(MeasuredChild* c, double ms) { c->ecg.intervals.qrs_ms = Measured(ms); }
void SetAxis(MeasuredChild* c, double deg) { c->ecg.axes.qrs.deg = Measured(deg); }
void SetQ(MeasuredChild* c, Lead lead, double mv, double ms = 15) {
  c->At(lead).q_mv = mv > 0 ? Measured(-mv) : NotMeasured();
  c->At(lead).q_ms = mv > 0 ? Measured(ms) : NotMeasured();
}
void SetR(MeasuredChild* c, Lead lead, double mv) { c->At(lead).r_mv = Measured(mv); }
void SetS(MeasuredChild* c, Lead lead, double mv) {
  c->At(lead).s_mv = mv > 0 ? Measured(-mv) : NotMeasured();
}
void SetT(MeasuredChild* c, Lead lead, double mv) { c->At(lead).t_mv = Measured(mv); }
void SetSt(MeasuredChild* c, Lead lead, double mv) {
  c->At(lead).j_mv = c->At(lead).st40_mv = c->At(lead).st60_mv = c->At(lead).st80_mv = Measured(mv);
}

// Rhythms.

void MakeSvt(MeasuredChild* c) {
  SetRate(c, 190);
  c->ecg.rhythm.rr_variation = Measured(0.01);
  c->ecg.rhythm.p_fraction = Measured(0);
}
void MakeFibrillation(MeasuredChild* c) {
  c->ecg.rhythm.rr_variation = Measured(0.2);
  c->ecg.rhythm.rmssd_ms = Measured(140);
  c->ecg.rhythm.p_fraction = Measured(0.1);
}
void MakeFlutter(MeasuredChild* c) {
  SetRate(c, 150);
  c->ecg.rhythm.flutter_rate_bpm = Measured(300);
  c->ecg.rhythm.flutter_share = Measured(0.8);
}
void AddWideClass(MeasuredChild* c, double correlation = 0.5, double width = 130) {
  c->ecg.classes.push_back(
      {.beat_count = 3, .correlation = correlation, .qrs_ms = Measured(width)});
}
void MakeWideRun(MeasuredChild* c, std::size_t count, double rr_ms) {
  AddWideClass(c);
  for (std::size_t i = 8; i < 8 + count; ++i) {
    c->ecg.beats[i].beat_class = 1;
    c->ecg.beats[i].rr_ms = rr_ms;
  }
}
void MakeWideTachycardia(MeasuredChild* c) {
  SetRate(c, 160);
  SetQrs(c, 150);
  c->ecg.rhythm.p_fraction = Measured(0);
}
void MakeEarlyBeat(MeasuredChild* c, double rr_ms, int beat_class) {
  c->ecg.beats[8].rr_ms = rr_ms;
  c->ecg.beats[8].is_premature = true;
  c->ecg.beats[8].beat_class = beat_class;
}
void MakeDroppedBeat(MeasuredChild* c, double pause_ms, double pr_before, double pr_after) {
  c->ecg.rhythm.unconducted_p_count = Measured(1);
  c->ecg.rhythm.mean_rate_bpm = Measured(90);
  c->ecg.beats[8].rr_ms = pause_ms;
  c->ecg.beats[7].pr_ms = Measured(pr_before);
  c->ecg.beats[8].pr_ms = Measured(pr_after);
}
void MakeTwoToOne(MeasuredChild* c) {
  SetRate(c, 60);
  c->ecg.rhythm.atrial_rate_bpm = Measured(120);
  c->ecg.rhythm.unconducted_p_count = Measured(8);
}
void MakeCompleteBlock(MeasuredChild* c) {
  SetRate(c, 50);
  c->ecg.rhythm.atrial_rate_bpm = Measured(110);
  c->ecg.rhythm.unconducted_p_count = Measured(10);
  double pr = 60;
  for (Beat& beat : c->ecg.beats) beat.pr_ms = Measured(pr += 20);
}

std::vector<Case> RhythmCases() {
  const auto fast = [](MeasuredChild* c) { SetRate(c, 130); };
  return {
      {"C21", "C21", fast, [](MeasuredChild* c) { SetRate(c, 110); }},
      {"C22", "C22", [](MeasuredChild* c) { SetRate(c, 60); },
       [](MeasuredChild* c) { SetRate(c, 75); }},
      {"C21z", "C21z", [](MeasuredChild* c) { SetRate(c, 101); },
       [](MeasuredChild* c) { SetRate(c, 99); }},
      {"C22z", "C22z", [](MeasuredChild* c) { SetRate(c, 59); },
       [](MeasuredChild* c) { SetRate(c, 61); }},
      {"sinus_p_fraction", "C21", fast,
       [](MeasuredChild* c) { c->ecg.rhythm.p_fraction = Measured(0.5); }},
      {"sinus_p_axis_low", "C21", fast,
       [](MeasuredChild* c) { c->ecg.axes.p.deg = Measured(-60); }},
      {"sinus_p_axis_high", "C21", fast,
       [](MeasuredChild* c) { c->ecg.axes.p.deg = Measured(150); }},
      {"C23", "C23",
       [](MeasuredChild* c) {
         c->ecg.beats[5].rr_ms = 560;
         c->ecg.beats[9].rr_ms = 700;
       },
       [](MeasuredChild* c) { c->ecg.beats[9].rr_ms = 670; }},
      {"E55_rate", "E55", MakeSvt, [](MeasuredChild* c) { SetRate(c, 170); }, Effect::kContributes},
      {"E55_qrs", "E55", MakeSvt, [](MeasuredChild* c) { SetQrs(c, 95); }},
      {"E55_variation", "E55", MakeSvt,
       [](MeasuredChild* c) { c->ecg.rhythm.rr_variation = Measured(0.05); }},
      {"E55_p_fraction", "E55", MakeSvt,
       [](MeasuredChild* c) { c->ecg.rhythm.p_fraction = Measured(0.9); }},
      {"G70_run", "G70", [](MeasuredChild* c) { MakeWideRun(c, 3, 350); },
       [](MeasuredChild* c) { c->ecg.beats[9].beat_class = 0; }},
      {"G70_rate", "G70", [](MeasuredChild* c) { MakeWideRun(c, 3, 350); },
       [](MeasuredChild* c) {
         for (std::size_t i = 8; i < 11; ++i) c->ecg.beats[i].rr_ms = 600;
       }},
      {"G70_width", "G70", MakeWideTachycardia, [](MeasuredChild* c) { SetQrs(c, 105); }},
      {"E50_variation", "E50", MakeFibrillation,
       [](MeasuredChild* c) { c->ecg.rhythm.rr_variation = Measured(0.08); }},
      {"E50_successive", "E50", MakeFibrillation,
       [](MeasuredChild* c) { c->ecg.rhythm.rmssd_ms = Measured(40); }},
      {"E50_p_fraction", "E50", MakeFibrillation,
       [](MeasuredChild* c) { c->ecg.rhythm.p_fraction = Measured(0.6); }},
      {"E51_rate_low", "E51", MakeFlutter,
       [](MeasuredChild* c) { c->ecg.rhythm.flutter_rate_bpm = Measured(230); }},
      {"E51_rate_high", "E51", MakeFlutter,
       [](MeasuredChild* c) { c->ecg.rhythm.flutter_rate_bpm = Measured(420); }},
      {"E51_share", "E51", MakeFlutter,
       [](MeasuredChild* c) { c->ecg.rhythm.flutter_share = Measured(0.3); }},
      {"D30_early", "D30", [](MeasuredChild* c) { MakeEarlyBeat(c, 480, 0); },
       [](MeasuredChild* c) { c->ecg.beats[8].rr_ms = 560; }},
      {"D30_correlation", "D30",
       [](MeasuredChild* c) {
         AddWideClass(c, 0.95, 80);
         MakeEarlyBeat(c, 480, 1);
       },
       [](MeasuredChild* c) { c->ecg.classes[1].correlation = 0.88; }, Effect::kWorksInside},
      {"F60_correlation", "F60",
       [](MeasuredChild* c) {
         AddWideClass(c);
         MakeEarlyBeat(c, 480, 1);
       },
       [](MeasuredChild* c) { c->ecg.classes[1].correlation = 0.9; }, Effect::kWorksInside},
      {"F60_width", "F60",
       [](MeasuredChild* c) {
         AddWideClass(c);
         MakeEarlyBeat(c, 480, 1);
       },
       [](MeasuredChild* c) { c->ecg.classes[1].qrs_ms = Measured(90); }},
      {"C26", "C26", [](MeasuredChild* c) { c->ecg.rhythm.longest_pause_ms = Measured(2100); },
       [](MeasuredChild* c) { c->ecg.rhythm.longest_pause_ms = Measured(1900); }},
      {"C26_relative", "C26",
       [](MeasuredChild* c) { c->ecg.rhythm.longest_pause_ms = Measured(2100); },
       [](MeasuredChild* c) { c->ecg.rhythm.rr_median_ms = Measured(1300); }},
      {"H80", "H80", [](MeasuredChild* c) { c->ecg.intervals.pr_ms = Measured(85); },
       [](MeasuredChild* c) { c->ecg.intervals.pr_ms = Measured(105); }},
      {"H82", "H82", [](MeasuredChild* c) { c->ecg.intervals.pr_ms = Measured(170); },
       [](MeasuredChild* c) { c->ecg.intervals.pr_ms = Measured(150); }},
      {"H82_any_age", "H82",
       [](MeasuredChild* c) {
         c->patient = {};
         c->ecg.intervals.pr_ms = Measured(205);
       },
       [](MeasuredChild* c) { c->ecg.intervals.pr_ms = Measured(195); }},
      {"H83_increase", "H83", [](MeasuredChild* c) { MakeDroppedBeat(c, 1000, 200, 150); },
       [](MeasuredChild* c) { c->ecg.beats[7].pr_ms = Measured(155); }},
      {"H83_pause", "H83", [](MeasuredChild* c) { MakeDroppedBeat(c, 1000, 200, 150); },
       [](MeasuredChild* c) { c->ecg.beats[8].rr_ms = 1400; }},
      {"H84_change", "H84", [](MeasuredChild* c) { MakeDroppedBeat(c, 1260, 150, 150); },
       [](MeasuredChild* c) { c->ecg.beats[7].pr_ms = Measured(190); }},
      {"H85_ratio_low", "H85", MakeTwoToOne,
       [](MeasuredChild* c) { c->ecg.rhythm.atrial_rate_bpm = Measured(90); }},
      {"H85_ratio_high", "H85", MakeTwoToOne,
       [](MeasuredChild* c) { c->ecg.rhythm.atrial_rate_bpm = Measured(180); }},
      {"H88_ratio", "H88", MakeCompleteBlock,
       [](MeasuredChild* c) { c->ecg.rhythm.atrial_rate_bpm = Measured(52); }},
      {"H88_pr_sd", "H88", MakeCompleteBlock,
       [](MeasuredChild* c) {
         for (Beat& beat : c->ecg.beats) beat.pr_ms = Measured(150);
       }},
      {"H88_variation", "H88", MakeCompleteBlock,
       [](MeasuredChild* c) { c->ecg.rhythm.rr_variation = Measured(0.2); }},
  };
}

// Conduction and axis.

void MakePreexcitation(MeasuredChild* c) {
  c->ecg.intervals.pr_ms = Measured(80);
  SetQrs(c, 110);
  SetQ(c, Lead::kV6, 0);
  for (const Lead lead : {Lead::kI, Lead::kII, Lead::kV4, Lead::kV5}) {
    c->At(lead).delta_score = Measured(0.8);
  }
}
void MakeRightBundleBlock(MeasuredChild* c) {
  SetQrs(c, 115);
  c->At(Lead::kV1).r2_mv = Measured(0.8);
  c->At(Lead::kI).s_ms = Measured(55);
  c->At(Lead::kV6).s_ms = Measured(55);
}
void MakeLateNotchedV1(MeasuredChild* c) {
  MakeRightBundleBlock(c);
  c->At(Lead::kV1).r2_mv = NotMeasured();
  c->At(Lead::kV1).activation_ms = Measured(70);
  c->At(Lead::kV1).notch_count = Measured(1);
}
void MakeLeftBundleBlock(MeasuredChild* c) {
  SetQrs(c, 120);
  SetQ(c, Lead::kI, 0);
  SetQ(c, Lead::kV6, 0);
  c->At(Lead::kV6).activation_ms = Measured(70);
}
void MakeAnteriorBlock(MeasuredChild* c) {
  SetAxis(c, -60);
  SetQ(c, Lead::kAVL, 0.1);
  SetR(c, Lead::kAVL, 0.9);
  SetS(c, Lead::kAVL, 0);
  for (const Lead lead : {Lead::kII, Lead::kIII, Lead::kAVF}) {
    SetR(c, lead, 0.2);
    SetS(c, lead, 0.9);
  }
}
void MakePosteriorBlock(MeasuredChild* c) {
  c->patient.age_days = 6000;
  SetAxis(c, 110);
  for (const Lead lead : {Lead::kI, Lead::kAVL}) {
    SetR(c, lead, 0.2);
    SetS(c, lead, 0.8);
  }
  for (const Lead lead : {Lead::kIII, Lead::kAVF}) {
    SetQ(c, lead, 0.1);
    SetR(c, lead, 1.2);
    SetS(c, lead, 0);
  }
}

std::vector<Case> ConductionCases() {
  return {
      {"I108", "I108", MakePreexcitation,
       [](MeasuredChild* c) {
         SetQrs(c, 76);
         for (LeadMeasurements& lead : c->ecg.leads) lead.delta_score = Measured(0.1);
       }},
      {"I108_pr", "I108", MakePreexcitation,
       [](MeasuredChild* c) { c->ecg.intervals.pr_ms = Measured(110); }, Effect::kContributes},
      {"I108_qrs", "I108", MakePreexcitation, [](MeasuredChild* c) { SetQrs(c, 90); },
       Effect::kContributes},
      {"I108_q", "I108", MakePreexcitation, [](MeasuredChild* c) { SetQ(c, Lead::kV6, 0.1); },
       Effect::kContributes},
      {"I108_delta", "I108", MakePreexcitation,
       [](MeasuredChild* c) {
         for (LeadMeasurements& lead : c->ecg.leads) lead.delta_score = Measured(0.4);
       },
       Effect::kContributes},
      {"QRSw", "QRSw", [](MeasuredChild* c) { SetQrs(c, 101); },
       [](MeasuredChild* c) { SetQrs(c, 99); }},
      {"I106", "I106", MakeRightBundleBlock, [](MeasuredChild* c) { SetQrs(c, 99); }},
      {"I106_s", "I106", MakeRightBundleBlock,
       [](MeasuredChild* c) {
         c->At(Lead::kI).s_ms = Measured(30);
         c->At(Lead::kV6).s_ms = Measured(30);
       }},
      {"I106_r2", "I106", MakeRightBundleBlock,
       [](MeasuredChild* c) { c->At(Lead::kV1).r2_mv = Measured(0.05); }},
      {"I106_activation", "I106", MakeLateNotchedV1,
       [](MeasuredChild* c) { c->At(Lead::kV1).activation_ms = Measured(45); }},
      {"I105", "I105",
       [](MeasuredChild* c) {
         SetQrs(c, 90);
         c->At(Lead::kV1).r2_mv = Measured(0.3);
       },
       [](MeasuredChild* c) { SetQrs(c, 84); }},
      {"I104", "I104", MakeLeftBundleBlock, [](MeasuredChild* c) { SetQrs(c, 99); }},
      {"I104_activation", "I104", MakeLeftBundleBlock,
       [](MeasuredChild* c) { c->At(Lead::kV6).activation_ms = Measured(45); }},
      {"I101_axis_high", "I101", MakeAnteriorBlock, [](MeasuredChild* c) { SetAxis(c, -40); }},
      {"I101_axis_low", "I101", MakeAnteriorBlock, [](MeasuredChild* c) { SetAxis(c, -100); }},
      {"I102_axis", "I102", MakePosteriorBlock, [](MeasuredChild* c) { SetAxis(c, 80); }},
      {"I102_age", "I102", MakePosteriorBlock,
       [](MeasuredChild* c) { c->patient.age_days = 5000; }},
      {"J120", "J120", [](MeasuredChild* c) { SetAxis(c, 130); },
       [](MeasuredChild* c) { SetAxis(c, 100); }},
      {"J120_sweep", "J120", [](MeasuredChild* c) { SetAxis(c, -155); },
       [](MeasuredChild* c) { SetAxis(c, -145); }, Effect::kWorksInside},
      {"J121", "J121", [](MeasuredChild* c) { SetAxis(c, 0); },
       [](MeasuredChild* c) { SetAxis(c, 40); }},
      {"J121_any_age", "J121",
       [](MeasuredChild* c) {
         c->patient.age_days = 12;
         SetAxis(c, 25);
       },
       [](MeasuredChild* c) { SetAxis(c, 35); }, Effect::kContributes},
      {"J122", "J122", [](MeasuredChild* c) { SetAxis(c, -120); },
       [](MeasuredChild* c) { SetAxis(c, -80); }},
      {"J125_limb", "J125",
       [](MeasuredChild* c) {
         for (std::size_t i = 0; i < 6; ++i) c->ecg.leads[i].qrs_peak_to_peak_mv = Measured(0.4);
       },
       [](MeasuredChild* c) {
         for (std::size_t i = 0; i < 6; ++i) c->ecg.leads[i].qrs_peak_to_peak_mv = Measured(0.6);
       }},
      {"J125_chest", "J125",
       [](MeasuredChild* c) {
         for (std::size_t i = 6; i < 12; ++i) c->ecg.leads[i].qrs_peak_to_peak_mv = Measured(0.9);
       },
       [](MeasuredChild* c) {
         for (std::size_t i = 6; i < 12; ++i) c->ecg.leads[i].qrs_peak_to_peak_mv = Measured(1.1);
       }},
  };
}

// Chambers.

void MakeTallRightAndReversedLeft(MeasuredChild* c) {
  SetR(c, Lead::kV1, 2.0);
  SetS(c, Lead::kV1, 2.0);
  SetR(c, Lead::kV6, 0.3);
  SetS(c, Lead::kV6, 0.5);
}
void MakeTerminalForce(MeasuredChild* c) {
  c->At(Lead::kV1).p_terminal_mv_ms = Measured(5);
  c->At(Lead::kV1).p_negative_mv = Measured(-0.12);
}
void MakeNewborn(MeasuredChild* c) {
  c->patient.age_days = 12;
  SetAxis(c, 100);
  SetR(c, Lead::kV1, 1.5);
  SetS(c, Lead::kV1, 1.2);
  SetR(c, Lead::kV6, 1.0);
  SetR(c, Lead::kII, 0.8);
  c->ecg.voltages.s_v1_plus_r_v6_mv = Measured(1.8);
}

std::vector<Case> RightCases() {
  return {
      {"K143a", "K143", MakeTallRightAndReversedLeft,
       [](MeasuredChild* c) { SetR(c, Lead::kV1, 1.0); }},
      {"K143b", "K143",
       [](MeasuredChild* c) {
         SetR(c, Lead::kV1, 2.0);
         SetS(c, Lead::kV1, 2.0);
         SetS(c, Lead::kV6, 1.0);
       },
       [](MeasuredChild* c) { SetS(c, Lead::kV6, 0.5); }},
      {"K143c", "K143",
       [](MeasuredChild* c) {
         SetR(c, Lead::kV1, 2.0);
         SetS(c, Lead::kV1, 0.5);
       },
       [](MeasuredChild* c) { SetS(c, Lead::kV1, 2.0); }},
      {"K143d", "K143", MakeTallRightAndReversedLeft,
       [](MeasuredChild* c) { SetR(c, Lead::kV6, 0.6); }},
      {"K143e", "K143",
       [](MeasuredChild* c) {
         c->patient.age_days = 1000;
         SetT(c, Lead::kV1, 0.2);
       },
       [](MeasuredChild* c) { SetT(c, Lead::kV1, 0.03); }, Effect::kWorksInside},
      {"K143f", "K143", [](MeasuredChild* c) { SetQ(c, Lead::kV1, 0.15); },
       [](MeasuredChild* c) { SetQ(c, Lead::kV1, 0.05); }, Effect::kWorksInside},
      {"K143g", "K143",
       [](MeasuredChild* c) {
         MakeNewborn(c);
         SetR(c, Lead::kV1, 2.6);
       },
       [](MeasuredChild* c) { SetR(c, Lead::kV1, 2.4); }},
      {"K143g_pure", "K143",
       [](MeasuredChild* c) {
         MakeNewborn(c);
         SetR(c, Lead::kV1, 1.2);
         SetS(c, Lead::kV1, 0);
       },
       [](MeasuredChild* c) { SetR(c, Lead::kV1, 0.9); }},
      {"K143h", "K143",
       [](MeasuredChild* c) {
         MakeTallRightAndReversedLeft(c);
         SetR(c, Lead::kV1, 0.5);
         c->At(Lead::kV1).r2_mv = Measured(1.15);
       },
       [](MeasuredChild* c) { c->At(Lead::kV1).r2_mv = Measured(0.9); }},
      {"K143i", "K143",
       [](MeasuredChild* c) {
         MakeTallRightAndReversedLeft(c);
         SetR(c, Lead::kV1, 1.0);
         SetR(c, Lead::kAVR, 0.9);
       },
       [](MeasuredChild* c) { SetR(c, Lead::kAVR, 0.1); }},
      {"K141", "K141", [](MeasuredChild* c) { c->At(Lead::kII).p_positive_mv = Measured(0.27); },
       [](MeasuredChild* c) { c->At(Lead::kII).p_positive_mv = Measured(0.23); }},
      {"K140", "K140", [](MeasuredChild* c) { c->ecg.intervals.p_ms = Measured(130); },
       [](MeasuredChild* c) { c->ecg.intervals.p_ms = Measured(90); }},
      {"K140_terminal", "K140", MakeTerminalForce,
       [](MeasuredChild* c) { c->At(Lead::kV1).p_terminal_mv_ms = Measured(3); }},
      {"K140_depth", "K140", MakeTerminalForce,
       [](MeasuredChild* c) { c->At(Lead::kV1).p_negative_mv = Measured(-0.06); }},
  };
}

std::vector<Case> LeftCases() {
  const auto deep_v1 = [](MeasuredChild* c) { SetS(c, Lead::kV1, 2.7); };
  return {
      {"K142a", "K142",
       [=](MeasuredChild* c) {
         deep_v1(c);
         SetR(c, Lead::kV6, 3.6);
       },
       [](MeasuredChild* c) { SetR(c, Lead::kV6, 2.5); }},
      {"K142b", "K142",
       [=](MeasuredChild* c) {
         deep_v1(c);
         SetR(c, Lead::kV6, 3.6);
       },
       [](MeasuredChild* c) { SetS(c, Lead::kV1, 2.0); }},
      {"K142c", "K142",
       [=](MeasuredChild* c) {
         deep_v1(c);
         c->ecg.voltages.s_v1_plus_r_v6_mv = Measured(6.5);
       },
       [](MeasuredChild* c) { c->ecg.voltages.s_v1_plus_r_v6_mv = Measured(3.5); }},
      {"K142d", "K142",
       [=](MeasuredChild* c) {
         deep_v1(c);
         SetQ(c, Lead::kV6, 0.6);
         SetT(c, Lead::kV6, 0.7);
       },
       [](MeasuredChild* c) { SetQ(c, Lead::kV6, 0.4); }},
      {"K142d_t", "K142",
       [=](MeasuredChild* c) {
         deep_v1(c);
         SetQ(c, Lead::kV6, 0.6);
         SetT(c, Lead::kV6, 0.7);
       },
       [](MeasuredChild* c) { SetT(c, Lead::kV6, 0.4); }},
      {"K142e", "K142",
       [](MeasuredChild* c) {
         SetR(c, Lead::kV6, 3.6);
         SetT(c, Lead::kV6, -0.3);
       },
       [](MeasuredChild* c) { SetT(c, Lead::kV6, 0.3); }},
      {"K142f", "K142",
       [=](MeasuredChild* c) {
         deep_v1(c);
         SetR(c, Lead::kV1, 0.05);
       },
       [](MeasuredChild* c) { SetR(c, Lead::kV1, 0.6); }},
      {"K142g_r", "K142",
       [](MeasuredChild* c) {
         MakeNewborn(c);
         SetR(c, Lead::kV6, 2.6);
       },
       [](MeasuredChild* c) { SetR(c, Lead::kV6, 2.4); }},
      {"K142g_s", "K142",
       [](MeasuredChild* c) {
         MakeNewborn(c);
         SetR(c, Lead::kV1, 2.2);
         SetS(c, Lead::kV1, 2.1);
       },
       [](MeasuredChild* c) { SetS(c, Lead::kV1, 1.9); }},
      {"K142g_sum", "K142",
       [](MeasuredChild* c) {
         MakeNewborn(c);
         c->ecg.voltages.s_v1_plus_r_v6_mv = Measured(4.6);
       },
       [](MeasuredChild* c) { c->ecg.voltages.s_v1_plus_r_v6_mv = Measured(4.4); }},
      {"K144", "K144", [](MeasuredChild* c) { c->ecg.voltages.katz_wachtel_mv = Measured(6.2); },
       [](MeasuredChild* c) { c->ecg.voltages.katz_wachtel_mv = Measured(5.8); }},
      {"K144_v4", "K144",
       [](MeasuredChild* c) {
         MakeTallRightAndReversedLeft(c);
         SetR(c, Lead::kV4, 5.0);
         SetS(c, Lead::kV4, 3.0);
       },
       [](MeasuredChild* c) {
         SetS(c, Lead::kV4, 0.1);
         SetR(c, Lead::kV4, 2.0);
       }},
  };
}

// Repolarisation.

void MakeLongQt(MeasuredChild* c) {
  c->ecg.intervals.qtc_bazett_ms = Measured(475);
  c->ecg.intervals.qtc_fridericia_ms = Measured(450);
}
void MakeCoved(MeasuredChild* c) {
  c->At(Lead::kV1).j_mv = Measured(0.25);
  c->At(Lead::kV1).st40_mv = Measured(0.2);
  c->At(Lead::kV1).st80_mv = Measured(0.12);
  SetT(c, Lead::kV1, -0.2);
}
void MakeSaddle(MeasuredChild* c) {
  c->At(Lead::kV1).j_mv = Measured(0.25);
  c->At(Lead::kV1).st40_mv = c->At(Lead::kV1).st80_mv = Measured(0.15);
  SetT(c, Lead::kV1, 0.3);
}
void MakeLowTerminal(MeasuredChild* c) {
  MakeSaddle(c);
  c->At(Lead::kV1).st40_mv = c->At(Lead::kV1).st80_mv = Measured(0.05);
}
void MakeWideLateralQ(MeasuredChild* c) {
  SetQ(c, Lead::kI, 0.3, 45);
  SetQ(c, Lead::kAVL, 0.3, 45);
}
void MakeInfantLateralQ(MeasuredChild* c) {
  c->patient.age_days = 120;
  SetQ(c, Lead::kI, 0.4, 40);
  SetQ(c, Lead::kAVL, 0.4, 40);
}

std::vector<Case> RepolarisationCases() {
  const auto st = [](std::initializer_list<Lead> leads, double mv) {
    return [leads = std::vector<Lead>(leads), mv](MeasuredChild* c) {
      for (const Lead lead : leads) SetSt(c, lead, mv);
    };
  };
  return {
      {"L148_borderline", "L148b",
       [](MeasuredChild* c) {
         MakeLongQt(c);
         c->ecg.intervals.qtc_bazett_ms = Measured(455);
       },
       [](MeasuredChild* c) { c->ecg.intervals.qtc_bazett_ms = Measured(445); }},
      {"L148", "L148", MakeLongQt,
       [](MeasuredChild* c) { c->ecg.intervals.qtc_bazett_ms = Measured(459); }},
      {"L148_fridericia", "L148", MakeLongQt,
       [](MeasuredChild* c) { c->ecg.intervals.qtc_fridericia_ms = Measured(435); }},
      {"L149", "L149", [](MeasuredChild* c) { c->ecg.intervals.qtc_bazett_ms = Measured(325); },
       [](MeasuredChild* c) { c->ecg.intervals.qtc_bazett_ms = Measured(335); }},
      {"BRU1_j", "BRU1", MakeCoved,
       [](MeasuredChild* c) { c->At(Lead::kV1).j_mv = Measured(0.19); }},
      {"BRU1_st", "BRU1", MakeCoved,
       [](MeasuredChild* c) {
         c->At(Lead::kV1).st40_mv = Measured(0.08);
         c->At(Lead::kV2).st40_mv = Measured(0.08);
       }},
      {"BRU1_t", "BRU1", MakeCoved,
       [](MeasuredChild* c) {
         SetT(c, Lead::kV1, 0.1);
         SetT(c, Lead::kV2, 0.1);
       }},
      {"BRU2_j", "BRU2", MakeSaddle,
       [](MeasuredChild* c) { c->At(Lead::kV1).j_mv = Measured(0.19); }},
      {"BRU2_trough", "BRU2", MakeSaddle,
       [](MeasuredChild* c) { c->At(Lead::kV1).st40_mv = Measured(0.08); }},
      {"BRU3_st", "BRU3", MakeLowTerminal,
       [](MeasuredChild* c) {
         c->At(Lead::kV1).st80_mv = Measured(0.15);
         c->At(Lead::kV2).st80_mv = Measured(0.15);
       }},
      {"L145_limb", "L145", st({Lead::kII, Lead::kAVF}, 0.15), st({Lead::kII, Lead::kAVF}, 0.05)},
      {"L145_chest", "L145", st({Lead::kV5, Lead::kV6}, 0.25), st({Lead::kV5, Lead::kV6}, 0.15)},
      {"L145_depression", "L145", st({Lead::kV5, Lead::kV6}, -0.15),
       st({Lead::kV5, Lead::kV6}, -0.05)},
      {"L145_j", "L145", st({Lead::kII, Lead::kAVF}, 0.15),
       [](MeasuredChild* c) { c->At(Lead::kII).j_mv = c->At(Lead::kAVF).j_mv = Measured(0.03); }},
      {"L155_j", "L155",
       [](MeasuredChild* c) { c->At(Lead::kII).j_mv = c->At(Lead::kAVF).j_mv = Measured(0.15); },
       [](MeasuredChild* c) { c->At(Lead::kII).j_mv = c->At(Lead::kAVF).j_mv = Measured(0.05); }},
      {"L147_inverted", "L147", [](MeasuredChild* c) { SetT(c, Lead::kV6, -0.2); },
       [](MeasuredChild* c) { SetT(c, Lead::kV6, 0.1); }},
      {"L147_flat", "L147",
       [](MeasuredChild* c) {
         SetT(c, Lead::kI, 0.02);
         SetT(c, Lead::kII, -0.02);
       },
       [](MeasuredChild* c) {
         SetT(c, Lead::kI, 0.1);
         SetT(c, Lead::kII, 0.1);
       }},
      {"QRST", "QRST", [](MeasuredChild* c) { c->ecg.axes.qrs_t_angle_deg = Measured(110); },
       [](MeasuredChild* c) { c->ecg.axes.qrs_t_angle_deg = Measured(90); }},
      {"QWAVE", "QWAVE",
       [](MeasuredChild* c) {
         SetQ(c, Lead::kII, 0.9);
         SetQ(c, Lead::kAVF, 0.9);
       },
       [](MeasuredChild* c) {
         SetQ(c, Lead::kII, 0.05);
         SetQ(c, Lead::kAVF, 0.05);
       }},
      {"Q_ms", "QWAVE", MakeWideLateralQ,
       [](MeasuredChild* c) {
         SetQ(c, Lead::kI, 0.3, 30);
         SetQ(c, Lead::kAVL, 0.3, 30);
       }},
      {"Q_share", "QWAVE", MakeWideLateralQ,
       [](MeasuredChild* c) {
         SetQ(c, Lead::kI, 0.1, 45);
         SetQ(c, Lead::kAVL, 0.04, 45);
       }},
      {"ALCAPA_mv", "ALCAPA", MakeInfantLateralQ,
       [](MeasuredChild* c) {
         SetQ(c, Lead::kI, 0.2, 40);
         SetQ(c, Lead::kAVL, 0.2, 40);
       }},
      {"ALCAPA_ms", "ALCAPA", MakeInfantLateralQ,
       [](MeasuredChild* c) {
         SetQ(c, Lead::kI, 0.4, 25);
         SetQ(c, Lead::kAVL, 0.4, 25);
       }},
  };
}

std::vector<Case> RecordingCases() {
  const auto exchanged = [](MeasuredChild* c) {
    c->At(Lead::kI).p_mv = Measured(-0.08);
    c->At(Lead::kAVR).p_mv = Measured(0.12);
    c->At(Lead::kI).qrs_area_mv_ms = Measured(-10);
    SetT(c, Lead::kI, -0.2);
  };
  return {
      {"B10_p", "B10", exchanged, [](MeasuredChild* c) { c->At(Lead::kI).p_mv = Measured(0.08); }},
      {"B10_rl", "B10l",
       [](MeasuredChild* c) { c->At(Lead::kII).qrs_peak_to_peak_mv = Measured(0.05); },
       [](MeasuredChild* c) { c->At(Lead::kII).qrs_peak_to_peak_mv = Measured(0.3); }},
      {"B10q", "B10q", [](MeasuredChild* c) { c->ecg.einthoven_residual_mv = Measured(0.08); },
       [](MeasuredChild* c) { c->ecg.einthoven_residual_mv = Measured(0.03); }},
      {"B14", "B14", [](MeasuredChild* c) { c->ecg.signals[8].rail_fraction = 0.05; },
       [](MeasuredChild* c) { c->ecg.signals[8].rail_fraction = 0.01; }},
      {"B15", "B15",
       [](MeasuredChild* c) {
         for (LeadSignal& signal : c->ecg.signals) signal.noise_mv = Measured(0.15);
       },
       [](MeasuredChild* c) {
         for (LeadSignal& signal : c->ecg.signals) signal.noise_mv = Measured(0.05);
       }},
      {"B16", "B16", [](MeasuredChild* c) { c->ecg.signals[7].masked_fraction = 0.7; },
       [](MeasuredChild* c) { c->ecg.signals[7].masked_fraction = 0.3; }},
  };
}

std::vector<Case> AllCases() {
  std::vector<Case> all;
  for (const auto& cases : {RhythmCases(), ConductionCases(), RightCases(), LeftCases(),
                            RepolarisationCases(), RecordingCases()}) {
    all.insert(all.end(), cases.begin(), cases.end());
  }
  return all;
}

/// Whether a criterion of this id held.
bool Holds(const Judgement& judgement, const std::string& id) {
  for (const Criterion& criterion : judgement.criteria) {
    if (criterion.id == id && criterion.outcome == Outcome::kYes) return true;
  }
  return false;
}

std::string Texts(const Judgement& judgement) {
  std::string texts;
  for (const Criterion& criterion : judgement.criteria) {
    texts += std::string(criterion.id) + " " + std::string(NameOf(criterion.outcome)) + ": " +
             criterion.text + "\n";
  }
  return texts;
}

void PrintTo(const Case& one, std::ostream* out) { *out << one.id; }

class CriterionTest : public ::testing::TestWithParam<Case> {};

TEST_P(CriterionTest, HoldsOnOneSideOfItsLimitOnly) {
  const Case& now = GetParam();
  MeasuredChild child = NormalGirl();
  now.hold(&child);
  const Interpretation found = Interpret(child.ecg, child.patient);
  const Judgement& yes = found.Of(now.finding);
  EXPECT_TRUE(yes.present()) << Texts(yes);
  now.spoil(&child);
  const Interpretation gone = Interpret(child.ecg, child.patient);
  const Judgement& no = gone.Of(now.finding);
  if (now.effect != Effect::kWorksInside) {
    EXPECT_TRUE(Holds(yes, now.id)) << Texts(yes);
    EXPECT_FALSE(Holds(no, now.id)) << Texts(no);
  }
  EXPECT_EQ(no.present(), now.effect == Effect::kContributes) << Texts(no);
}

INSTANTIATE_TEST_SUITE_P(Cases, CriterionTest, ::testing::ValuesIn(AllCases()),
                         [](const auto& one) { return one.param.id; });

TEST(CriterionTableTest, EveryLimitHasACase) {
  std::set<std::string> tested;
  for (const Case& one : AllCases()) tested.insert(one.id);
  // Limits that choose between others, tested in interpret_test.cc.
  for (const char* id : {"L148_definite", "L148_critical", "L148_rate", "L148_age", "L145_fast",
                         "L145_very_fast", "L155_boys"}) {
    tested.insert(id);
  }
  for (const CriterionLimit& row : CriterionLimits()) {
    EXPECT_TRUE(tested.contains(std::string(row.id))) << row.id;
  }
}

TEST(CriterionTableTest, RowsOfAnIdDoNotOverlap) {
  const auto rows = CriterionLimits();
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i].id != rows[i - 1].id) continue;
    EXPECT_EQ(rows[i].from_days, rows[i - 1].to_days) << rows[i].id;
  }
}

TEST(CriterionTableTest, ALimitThatDependsOnAgeIsUnknownWithoutOne) {
  EXPECT_EQ(LimitOf("I106", std::nullopt), std::nullopt);
  EXPECT_EQ(LimitOf("I106", 1460), 90);
  EXPECT_EQ(LimitOf("I106", 1461), 100);
  EXPECT_EQ(LimitOf("I106", 9000), 120);
  EXPECT_EQ(LimitOf("L149", std::nullopt), 330);
}

}  // namespace
}  // namespace pecg
