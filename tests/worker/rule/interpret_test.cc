#include "worker/rule/interpret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/worker/rule/measured_child.h"
#include "worker/rule/finding_table.h"

namespace pecg {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using testing::Measured;
using testing::MeasuredChild;
using testing::NineLeadGirl;
using testing::NormalGirl;
using testing::NotMeasured;

Interpretation Judge(const MeasuredChild& child) { return Interpret(child.ecg, child.patient); }

std::vector<std::string> CodesOf(const std::vector<const Judgement*>& judgements) {
  std::vector<std::string> codes;
  for (const Judgement* judgement : judgements) codes.emplace_back(judgement->kind->code);
  return codes;
}

TEST(InterpretTest, FindsNothingInANormalChild) {
  const Interpretation interpretation = Judge(NormalGirl());
  EXPECT_THAT(CodesOf(interpretation.Findings()), IsEmpty());
  EXPECT_EQ(interpretation.conclusion, Conclusion::kNormal);
}

TEST(InterpretTest, LeavesNothingOpenInACompleteRecord) {
  MeasuredChild child = NormalGirl();
  child.ecg.beats[7].pr_ms = Measured(130);
  EXPECT_THAT(CodesOf(Judge(child).NotJudged()), IsEmpty());
}

TEST(InterpretTest, JudgesEveryFindingOnce) {
  const Interpretation interpretation = Judge(NormalGirl());
  ASSERT_EQ(interpretation.judgements.size(), FindingKinds().size());
  for (std::size_t i = 0; i < FindingKinds().size(); ++i) {
    EXPECT_EQ(interpretation.judgements[i].kind, &FindingKinds()[i]);
  }
}

TEST(InterpretTest, InventsNothingWithoutAnAge) {
  MeasuredChild child = NormalGirl();
  child.patient = {};
  child.ecg.rhythm.heart_rate_bpm = Measured(150);
  child.ecg.axes.qrs.deg = Measured(140);
  const Interpretation interpretation = Judge(child);
  EXPECT_THAT(CodesOf(interpretation.Findings()), IsEmpty());
  for (const char* code : {"C21", "C22", "J120", "QRSw", "K140", "H80"}) {
    EXPECT_THAT(CodesOf(interpretation.NotJudged()), Contains(code));
  }
  EXPECT_FALSE(interpretation.convention.fast);
  EXPECT_NE(interpretation.Of("C21").WhyUnknown(), "");
}

TEST(InterpretTest, JudgesWhatNeedsNoAgeWithoutOne) {
  MeasuredChild child = NormalGirl();
  child.patient = {};
  child.ecg.intervals.qtc_bazett_ms = Measured(510);
  child.ecg.intervals.qtc_fridericia_ms = Measured(480);
  EXPECT_TRUE(Judge(child).Of("L148").present());
}

TEST(InterpretTest, FindsNothingWhereNothingWasMeasured) {
  const Interpretation interpretation = Interpret(EcgMeasurements(), {100, Sex::kMale});
  EXPECT_THAT(CodesOf(interpretation.Findings()), IsEmpty());
  EXPECT_EQ(interpretation.conclusion, Conclusion::kNotInterpretable);
}

TEST(InterpretTest, LeavesOpenWhatWasMeasuredTooPoorly) {
  MeasuredChild child = NormalGirl();
  child.ecg.intervals.pr_ms = {220, 0.05};
  EXPECT_EQ(Judge(child).Of("H82").evidence.outcome, Outcome::kUnknown);
}

TEST(InterpretTest, TakesV5WhereNineLeadsLackV6) {
  MeasuredChild child = NineLeadGirl();
  EXPECT_THAT(CodesOf(Judge(child).Findings()), IsEmpty());
  child.At(Lead::kV5).r_mv = Measured(5);
  child.At(Lead::kV1).s_mv = Measured(-2.7);
  const Interpretation interpretation = Judge(child);
  EXPECT_TRUE(interpretation.Of("K142").present());
  EXPECT_THAT(CodesOf(interpretation.NotJudged()), IsEmpty());
}

TEST(InterpretTest, GradesALongQt) {
  MeasuredChild child = NormalGirl();
  child.ecg.intervals.qtc_fridericia_ms = Measured(450);
  const auto severity_at = [&](double bazett) {
    child.ecg.intervals.qtc_bazett_ms = Measured(bazett);
    return Judge(child).Of("L148").severity;
  };
  EXPECT_EQ(severity_at(470), Severity::kAbnormal);
  EXPECT_EQ(severity_at(490), Severity::kUrgent);
  EXPECT_EQ(severity_at(510), Severity::kCritical);
}

TEST(InterpretTest, AsksFridericiaOnlyAboveAgeAndRate) {
  MeasuredChild child = NormalGirl();
  child.ecg.intervals.qtc_bazett_ms = Measured(470);
  child.ecg.intervals.qtc_fridericia_ms = Measured(400);
  EXPECT_FALSE(Judge(child).Of("L148").present());
  child.ecg.rhythm.heart_rate_bpm = Measured(85);
  EXPECT_TRUE(Judge(child).Of("L148").present());
  child.ecg.rhythm.heart_rate_bpm = Measured(140);
  child.patient.age_days = 200;
  EXPECT_TRUE(Judge(child).Of("L148").present());
}

TEST(InterpretTest, TakesStEarlierTheFasterTheRate) {
  MeasuredChild child = NormalGirl();
  for (const Lead lead : {Lead::kII, Lead::kAVF}) {
    child.At(lead).j_mv = child.At(lead).st40_mv = Measured(0.06);
    child.At(lead).st60_mv = Measured(0.12);
    child.At(lead).st80_mv = Measured(0.2);
  }
  const auto deviates_at = [&](double bpm) {
    child.ecg.rhythm.heart_rate_bpm = Measured(bpm);
    return Judge(child).Of("L145").present();
  };
  EXPECT_TRUE(deviates_at(95));
  EXPECT_TRUE(deviates_at(110));
  EXPECT_FALSE(deviates_at(125));
}

TEST(InterpretTest, AllowsAdolescentBoysAnEarlyRepolarisation) {
  MeasuredChild child = NormalGirl();
  child.patient.age_days = 4800;
  for (const Lead lead : {Lead::kV2, Lead::kV3}) {
    child.At(lead).j_mv = child.At(lead).st80_mv = Measured(0.25);
  }
  EXPECT_TRUE(Judge(child).Of("L145").present());
  child.patient.sex = Sex::kMale;
  EXPECT_FALSE(Judge(child).Of("L145").present());
}

TEST(InterpretTest, ExchangedArmsLeaveTheAxisOpen) {
  MeasuredChild child = NormalGirl();
  child.ecg.axes.qrs.deg = Measured(150);
  child.At(Lead::kI).p_mv = Measured(-0.08);
  child.At(Lead::kAVR).p_mv = Measured(0.12);
  child.At(Lead::kI).qrs_area_mv_ms = Measured(-10);
  child.At(Lead::kI).t_mv = Measured(-0.2);
  const Interpretation interpretation = Judge(child);
  EXPECT_TRUE(interpretation.Of("B10").present());
  EXPECT_EQ(interpretation.Of("J120").evidence.outcome, Outcome::kUnknown);
}

TEST(InterpretTest, TellsDextrocardiaFromExchangedArmsByTheChestLeads) {
  MeasuredChild child = NormalGirl();
  child.At(Lead::kI).p_mv = Measured(-0.08);
  child.At(Lead::kAVR).p_mv = Measured(0.12);
  child.At(Lead::kI).qrs_area_mv_ms = Measured(-10);
  child.At(Lead::kI).t_mv = Measured(-0.2);
  child.At(Lead::kV6).qrs_peak_to_peak_mv = Measured(0.4);
  const Interpretation interpretation = Judge(child);
  EXPECT_TRUE(interpretation.Of("B11").present());
  EXPECT_FALSE(interpretation.Of("B10").present());
}

TEST(InterpretTest, ASupraventricularTachycardiaMayHavePWavesFromElsewhere) {
  MeasuredChild child = NormalGirl();
  child.ecg.rhythm.heart_rate_bpm = Measured(168);
  child.ecg.rhythm.rr_variation = Measured(0.008);
  EXPECT_FALSE(Judge(child).Of("E55").present());
  EXPECT_TRUE(Judge(child).Of("C21").present());
  child.ecg.axes.p.deg = Measured(-105);
  EXPECT_TRUE(Judge(child).Of("E55").present());
  EXPECT_FALSE(Judge(child).Of("C21").present());
}

TEST(InterpretTest, AWideQrsLeavesRepolarisationAndHypertrophyAlone) {
  MeasuredChild child = NormalGirl();
  child.ecg.intervals.qrs_ms = Measured(120);
  child.At(Lead::kV1).r2_mv = Measured(1.5);
  child.At(Lead::kI).s_ms = child.At(Lead::kV6).s_ms = Measured(60);
  child.ecg.intervals.qtc_bazett_ms = Measured(490);
  child.ecg.intervals.qtc_fridericia_ms = Measured(470);
  const Interpretation interpretation = Judge(child);
  EXPECT_TRUE(interpretation.Of("I106").present());
  EXPECT_EQ(interpretation.Of("L148").evidence.outcome, Outcome::kUnknown);
  EXPECT_FALSE(interpretation.Of("K143").present());
}

TEST(InterpretTest, ScoresTheRateByTheHospitalsConvention) {
  MeasuredChild child = NormalGirl();
  child.ecg.rhythm.heart_rate_bpm = Measured(110);
  const Interpretation interpretation = Judge(child);
  EXPECT_NEAR(*interpretation.convention.fast, std::log(1.1), 1e-9);
  EXPECT_LT(*interpretation.convention.slow, 0);
  // Not above p98 for her age: no finding, but the convention's name for it.
  EXPECT_FALSE(interpretation.Of("C21").present());
  EXPECT_TRUE(interpretation.Of("C21z").present());
  EXPECT_THAT(CodesOf(interpretation.Findings()), IsEmpty());
}

TEST(InterpretTest, PutsTheMostSevereFindingFirst) {
  MeasuredChild child = NormalGirl();
  child.ecg.intervals.pr_ms = Measured(210);
  child.ecg.intervals.qtc_bazett_ms = Measured(520);
  child.ecg.intervals.qtc_fridericia_ms = Measured(480);
  const Interpretation interpretation = Judge(child);
  EXPECT_EQ(CodesOf(interpretation.Findings()).front(), "L148");
  EXPECT_EQ(interpretation.conclusion, Conclusion::kUrgent);
}

TEST(InterpretTest, ReasonsLeaveOutWhatHeldInVain) {
  MeasuredChild child = NormalGirl();
  child.At(Lead::kV1).r_mv = Measured(2.0);
  child.At(Lead::kV1).s_mv = Measured(-0.5);
  const Interpretation interpretation = Judge(child);
  ASSERT_TRUE(interpretation.Of("K143").present());
  for (const Criterion* reason : interpretation.Of("K143").Reasons()) {
    EXPECT_NE(reason->id, "K143f_r") << "R alone is no qR";
  }
}

}  // namespace
}  // namespace pecg
