#include "worker/synthetic/heart.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "worker/synthetic/measurement.h"
#include "worker/synthetic/recorder.h"
#include "worker/synthetic/render.h"
#include "worker/synthetic/synthesize.h"

namespace pecg {
namespace {

SyntheticPatient Child(int age_days, std::uint64_t stream) {
  SyntheticPatient patient;
  patient.stream = stream;
  patient.sex = Sex::kMale;
  patient.exam_ages_days = {age_days};
  return patient;
}

/// Median over many healthy children.
template <typename Value>
double MedianOf(int age_days, const HeartCondition& condition, Value value) {
  std::vector<double> values;
  for (std::uint64_t stream = 1; stream <= 101; ++stream) {
    const SyntheticPatient patient = Child(age_days, stream);
    const HealthyEcg ecg = DrawHealthyEcg(patient, 1);
    values.push_back(value(MeasureHeart(BuildHeart(patient, 1, ecg, condition))));
  }
  std::ranges::sort(values);
  return values[values.size() / 2];
}

double RatioV1(const Measurements& m) {
  return m.at(Lead::kV1).r / std::max(0.01, m.at(Lead::kV1).s);
}

TEST(HeartTest, TheRightVentricleLeadsInTheNewbornAndTheLeftInTheSchoolChild) {
  EXPECT_GT(MedianOf(12, {}, RatioV1), 1.2);
  EXPECT_LT(MedianOf(4000, {}, RatioV1), 0.6);
}

TEST(HeartTest, TInV1IsUprightAtBirthAndInvertedInTheSmallChild) {
  const auto t_v1 = [](const Measurements& m) { return m.at(Lead::kV1).t; };
  EXPECT_GT(MedianOf(1, {}, t_v1), 0);
  EXPECT_LT(MedianOf(600, {}, t_v1), -0.1);
}

TEST(HeartTest, RightBundleBlockWidensQrsAndRaisesALateRInV1) {
  HeartCondition condition;
  condition.conduction = Conduction::kRightBundle;
  const auto width = [](const Measurements& m) { return m.qrs_ms; };
  const auto late = [](const Measurements& m) {
    return std::max(m.at(Lead::kV1).r2, m.at(Lead::kV1).r);
  };
  EXPECT_GT(MedianOf(3000, condition, width), MedianOf(3000, {}, width) + 25);
  EXPECT_GT(MedianOf(3000, condition, late), MedianOf(3000, {}, late) + 0.15);
}

TEST(HeartTest, LeftAnteriorBlockTurnsTheAxisUpwards) {
  HeartCondition condition;
  condition.conduction = Conduction::kLeftAnterior;
  const auto axis = [](const Measurements& m) { return m.qrs_axis_deg; };
  EXPECT_LT(MedianOf(3000, condition, axis), 0);
}

TEST(HeartTest, PreexcitationShortensPrAndWidensQrs) {
  HeartCondition condition;
  condition.conduction = Conduction::kPreexcitation;
  const auto pr = [](const Measurements& m) { return m.pr_ms; };
  const auto width = [](const Measurements& m) { return m.qrs_ms; };
  EXPECT_LT(MedianOf(3000, condition, pr), MedianOf(3000, {}, pr) - 25);
  EXPECT_GT(MedianOf(3000, condition, width), MedianOf(3000, {}, width) + 18);
}

TEST(HeartTest, ALoadedRightVentricleRaisesRInV1AndTurnsTheAxisToTheRight) {
  HeartCondition condition;
  condition.right = 2.2;
  const auto r_v1 = [](const Measurements& m) { return m.at(Lead::kV1).r; };
  const auto axis = [](const Measurements& m) { return m.qrs_axis_deg; };
  EXPECT_GT(MedianOf(1500, condition, r_v1), 1.2 * MedianOf(1500, {}, r_v1));
  EXPECT_GT(MedianOf(1500, condition, axis), MedianOf(1500, {}, axis) + 5);
}

/// An exam of a healthy child without noise.
SyntheticExam HealthyExam(int age_days, std::uint64_t stream) {
  const SyntheticPatient patient = Child(age_days, stream);
  SyntheticExam exam;
  exam.age_days = age_days;
  exam.seconds = 10;
  exam.healthy = DrawHealthyEcg(patient, 1);
  exam.heart = BuildHeart(patient, 1, exam.healthy, exam.condition);
  Random random(stream, 1, 1);
  exam.sequence = DrawBeats(exam.heart, exam.condition, exam.seconds, random);
  return exam;
}

TEST(RenderTest, LimbLeadsObeyEinthovenBeforeRounding) {
  RecorderFacts facts;
  Random random(1, 2, 3);
  const TwelveLeads leads = Record(RenderHeart(HealthyExam(2000, 4), 500), 500, random, &facts);
  ASSERT_EQ(facts.off_count, 0);
  ASSERT_FALSE(facts.starts_off);
  for (std::size_t i = 0; i < leads[0].size(); ++i) {
    // What is left is the rounding of three samples to half precision.
    ASSERT_NEAR(leads[1][i] - leads[0][i] - leads[2][i], 0, 0.003) << i;
    ASSERT_NEAR(leads[3][i] + (leads[0][i] + leads[1][i]) / 2, 0, 0.003) << i;
  }
}

/// Largest deflection of any lead in samples [begin, end).
double Largest(const IndependentLeads& leads, long begin, long end) {
  double largest = 0;
  for (const auto& lead : leads) {
    for (long i = std::max(0L, begin); i < std::min<long>(end, std::ssize(lead)); ++i) {
      largest = std::max(largest, std::abs(static_cast<double>(lead[static_cast<std::size_t>(i)])));
    }
  }
  return largest;
}

TEST(RenderTest, MarksEncloseTheWavesTheyName) {
  for (const int age : {20, 700, 4500}) {
    const SyntheticExam exam = HealthyExam(age, 11);
    const IndependentLeads leads = RenderHeart(exam, 500);
    int checked = 0;
    for (const SyntheticBeatMarks& beat : MarkBeats(exam, 500)) {
      const auto& whole = beat.samples[0];
      if (std::ranges::find(whole, kNoMark) != whole.end()) continue;
      ++checked;
      // Nothing happens between P and QRS; QRS begins and ends within 8 ms of its marks.
      EXPECT_LT(Largest(leads, whole[2] + 1, whole[3] - 1), 0.02) << "age " << age;
      EXPECT_GT(Largest(leads, whole[3], whole[3] + 8), 0.05) << "age " << age;
      EXPECT_GT(Largest(leads, whole[5] - 8, whole[5]), 0.02) << "age " << age;
      EXPECT_LT(whole[3], whole[4]);
      EXPECT_LT(whole[4], whole[5]);
      EXPECT_LT(whole[5], whole[6]);
      EXPECT_LT(whole[7], whole[8]);
    }
    EXPECT_GT(checked, 5) << "age " << age;
  }
}

TEST(RenderTest, ALeadsPeakMarkIsItsLargestDeflection) {
  const SyntheticExam exam = HealthyExam(3000, 21);
  const IndependentLeads leads = RenderHeart(exam, 500);
  for (const SyntheticBeatMarks& beat : MarkBeats(exam, 500)) {
    const auto& row = beat.samples[1 + 1];  // Lead II.
    if (row[3] == kNoMark || row[4] == kNoMark || row[5] == kNoMark) continue;
    const double peak = std::abs(static_cast<double>(leads[1][row[4]]));
    for (std::size_t i = row[3]; i <= row[5]; ++i) {
      ASSERT_LE(std::abs(static_cast<double>(leads[1][i])), 1.02 * peak + 0.01);
    }
  }
}

TEST(RhythmTest, KeepsTheRateThatWasAskedFor) {
  SyntheticExam exam = HealthyExam(2000, 31);
  for (const double bpm : {50.0, 90.0, 180.0, 280.0}) {
    exam.heart.rate_bpm = bpm;
    exam.heart.atrial_rate_bpm = bpm;
    Random random(1, 2, 3);
    const BeatFacts facts = Summarize(DrawBeats(exam.heart, exam.condition, 120, random), 120);
    EXPECT_NEAR(facts.rate_bpm, bpm, 0.02 * bpm);
  }
}

TEST(RhythmTest, CompleteBlockHasItsVentriclesBeatAlone) {
  const SyntheticPatient patient = Child(3000, 41);
  HeartCondition condition;
  condition.rhythm = Rhythm::kCompleteBlock;
  const Heart heart = BuildHeart(patient, 1, DrawHealthyEcg(patient, 1), condition);
  Random random(1, 2, 3);
  const BeatSequence sequence = DrawBeats(heart, condition, 60, random);
  const auto p_count = std::ranges::count_if(sequence.beats, [](const SyntheticBeat& beat) {
    return beat.atrium == SyntheticBeat::Atrium::kSinus;
  });
  const BeatFacts facts = Summarize(sequence, 60);
  EXPECT_GT(p_count, facts.qrs_count * 5 / 4);
  EXPECT_LT(facts.rate_bpm, 85);
}

TEST(RhythmTest, WenckebachDropsABeatAfterGrowingDelays) {
  const SyntheticPatient patient = Child(3000, 51);
  HeartCondition condition;
  condition.rhythm = Rhythm::kWenckebach;
  const Heart heart = BuildHeart(patient, 1, DrawHealthyEcg(patient, 1), condition);
  Random random(1, 2, 3);
  int dropped = 0;
  double before = 0;
  for (const SyntheticBeat& beat : DrawBeats(heart, condition, 60, random).beats) {
    if (beat.kind == SyntheticBeat::Kind::kBlockedP) {
      ++dropped;
      before = 0;
    } else {
      const double pr = beat.qrs_s - beat.p_s;
      if (before > 0) {
        EXPECT_GT(pr, before - 0.012);
      }
      before = pr;
    }
  }
  EXPECT_GT(dropped, 5);
}

TEST(RecorderTest, RoundsToHalfPrecision) {
  EXPECT_EQ(RoundToHalf(0), 0);
  EXPECT_EQ(RoundToHalf(1.0F), 1.0F);
  EXPECT_EQ(RoundToHalf(1.0F + 1.0F / 2048), 1.0F);                // Tie to even.
  EXPECT_EQ(RoundToHalf(1.0F + 3.0F / 2048), 1.0F + 2.0F / 1024);  // Tie to even, upwards.
  EXPECT_EQ(RoundToHalf(-26.53F), -26.53125F);                     // 1/64 mV above 16 mV.
  EXPECT_EQ(RoundToHalf(1.2F * 0x1p-24F), 0x1p-24F);               // Subnormal.
}

}  // namespace
}  // namespace pecg
