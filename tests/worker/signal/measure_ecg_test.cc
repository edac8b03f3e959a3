#include "worker/signal/measure_ecg.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "tests/worker/signal/made_up_ecg.h"
#include "worker/ecg/error.h"

namespace pecg {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// Detected complexes that lie within 100 ms of a true one, and those that do not.
struct Count {
  int missed = 0;
  int invented = 0;
};

Count Compare(const MadeUpEcg& made_up, const EcgMeasurements& measured) {
  Count count;
  std::vector<bool> used(measured.beats.size());
  for (const double onset : QrsOnsets(made_up)) {
    const double middle = onset + made_up.qrs_ms / 2000;
    // A complex that the record cuts off may be found or not.
    if (middle + 0.1 > made_up.seconds) continue;
    bool found = false;
    for (std::size_t i = 0; i < measured.beats.size() && !found; ++i) {
      const double at = static_cast<double>(measured.beats[i].sample) / made_up.rate_hz;
      found = !used[i] && std::abs(at - middle) < 0.1;
      if (found) used[i] = true;
    }
    count.missed += found ? 0 : 1;
  }
  for (std::size_t i = 0; i < used.size(); ++i) {
    const double at = static_cast<double>(measured.beats[i].sample) / made_up.rate_hz;
    count.invented += used[i] || at + 0.15 > made_up.seconds ? 0 : 1;
  }
  return count;
}

/// A rhythm whose intervals fit the rate, from a neonate's SVT to a slow heart.
MadeUpEcg AtRate(double bpm) {
  const double rr_ms = 60000 / bpm;
  MadeUpEcg ecg;
  ecg.heart_rate_bpm = bpm;
  ecg.qt_ms = std::min(400.0, 14.2 * std::sqrt(rr_ms) * 0.85);
  ecg.pr_ms = std::min(140.0, 0.28 * rr_ms);
  ecg.p_ms = std::min(80.0, 0.7 * ecg.pr_ms);
  ecg.qrs_ms = std::min(80.0, 0.28 * rr_ms);
  ecg.seconds = 12;
  return ecg;
}

class HeartRateTest : public ::testing::TestWithParam<double> {};

TEST_P(HeartRateTest, FindsEveryBeatAndNoOther) {
  const MadeUpEcg made_up = AtRate(GetParam());
  const EcgMeasurements measured = MeasureEcg(MakeUp(made_up));
  const Count count = Compare(made_up, measured);
  EXPECT_EQ(count.missed, 0);
  EXPECT_EQ(count.invented, 0);
  ASSERT_TRUE(measured.rhythm.heart_rate_bpm.has_value());
  EXPECT_NEAR(*measured.rhythm.heart_rate_bpm, GetParam(), 0.01 * GetParam());
}

TEST_P(HeartRateTest, FindsEveryBeatUnderNoiseWanderAndHum) {
  MadeUpEcg made_up = AtRate(GetParam());
  made_up.noise_mv = 0.04;
  made_up.wander_mv = 0.5;
  made_up.hum_mv = 0.1;
  const Count count = Compare(made_up, MeasureEcg(MakeUp(made_up)));
  EXPECT_EQ(count.missed, 0);
  EXPECT_EQ(count.invented, 0);
}

TEST_P(HeartRateTest, FindsEveryBeatFromTwoLeads) {
  MadeUpEcg made_up = AtRate(GetParam());
  made_up.noise_mv = 0.02;
  made_up.leads = LeadMask(0x82);  // II and V2.
  const Count count = Compare(made_up, MeasureEcg(MakeUp(made_up)));
  EXPECT_EQ(count.missed, 0);
  EXPECT_EQ(count.invented, 0);
}

INSTANTIATE_TEST_SUITE_P(Rates, HeartRateTest,
                         ::testing::Values(40, 60, 80, 110, 150, 200, 240, 280, 300));

TEST(MeasureEcgTest, MeasuresTheIntervalsOfACleanEcg) {
  MadeUpEcg made_up;
  const EcgMeasurements measured = MeasureEcg(MakeUp(made_up));
  // Rounded feet of P and T begin and end before a person would see them.
  EXPECT_NEAR(*measured.intervals.qrs_ms, made_up.qrs_ms, 12);
  EXPECT_NEAR(*measured.intervals.pr_ms, made_up.pr_ms, 15);
  EXPECT_NEAR(*measured.intervals.qt_ms, made_up.qt_ms, 25);
}

TEST(MeasureEcgTest, FollowsALongerQt) {
  MadeUpEcg usual;
  MadeUpEcg longer = usual;
  longer.qt_ms = usual.qt_ms + 80;
  longer.heart_rate_bpm = usual.heart_rate_bpm;
  const double difference =
      *MeasureEcg(MakeUp(longer)).intervals.qt_ms - *MeasureEcg(MakeUp(usual)).intervals.qt_ms;
  EXPECT_NEAR(difference, 80, 16);
}

TEST(MeasureEcgTest, MeasuresInvertedTWavesAsUprightOnes) {
  MadeUpEcg upright;
  MadeUpEcg inverted;
  inverted.t_scale = -1;
  const EcgMeasurements a = MeasureEcg(MakeUp(upright));
  const EcgMeasurements b = MeasureEcg(MakeUp(inverted));
  EXPECT_NEAR(*a.intervals.qt_ms, *b.intervals.qt_ms, 8);
  EXPECT_EQ(a.Of(Lead::kII).t_polarity, Polarity::kUpright);
  EXPECT_EQ(b.Of(Lead::kII).t_polarity, Polarity::kInverted);
}

class AxisTest : public ::testing::TestWithParam<double> {};

TEST_P(AxisTest, FindsTheAxisAllAround) {
  MadeUpEcg made_up;
  made_up.qrs_axis_deg = GetParam();
  const EcgMeasurements measured = MeasureEcg(MakeUp(made_up));
  ASSERT_TRUE(measured.axes.qrs.deg.has_value());
  EXPECT_FALSE(measured.axes.qrs.indeterminate);
  EXPECT_LT(std::abs(std::remainder(*measured.axes.qrs.deg - GetParam(), 360.0)), 5);
}

INSTANTIATE_TEST_SUITE_P(Degrees, AxisTest,
                         ::testing::Values(-150, -110, -60, 0, 60, 100, 140, 175));

TEST(MeasureEcgTest, FindsNoPWhereThereIsNone) {
  MadeUpEcg made_up;
  made_up.p_ms = 0;
  made_up.noise_mv = 0.01;
  const EcgMeasurements measured = MeasureEcg(MakeUp(made_up));
  EXPECT_FALSE(measured.intervals.pr_ms.has_value());
  EXPECT_FALSE(measured.intervals.p_ms.has_value());
  EXPECT_FALSE(measured.axes.p.deg.has_value());
  EXPECT_EQ(*measured.rhythm.p_fraction, 0);
}

TEST(MeasureEcgTest, MarksAPrematureBeat) {
  MadeUpEcg made_up;
  made_up.beat_seconds = {0.5, 1.3, 2.1, 2.9, 3.35, 4.5, 5.3, 6.1, 6.9, 7.7, 8.5};
  const EcgMeasurements measured = MeasureEcg(MakeUp(made_up));
  ASSERT_EQ(measured.beats.size(), 11U);
  EXPECT_TRUE(measured.beats[4].is_premature);
  EXPECT_EQ(*measured.rhythm.premature_count, 1);
  EXPECT_NEAR(*measured.rhythm.longest_pause_ms, 1150, 4);
}

TEST(MeasureEcgTest, GivesTheSameRateAndNearlyTheSameIntervalsFromNineLeads) {
  MadeUpEcg made_up;
  made_up.noise_mv = 0.01;
  const EcgMeasurements twelve = MeasureEcg(MakeUp(made_up));
  made_up.leads = LeadMask::NineLead();
  const EcgMeasurements nine = MeasureEcg(MakeUp(made_up));
  EXPECT_EQ(*twelve.rhythm.heart_rate_bpm, *nine.rhythm.heart_rate_bpm);
  EXPECT_NEAR(*twelve.intervals.qrs_ms, *nine.intervals.qrs_ms, 8);
  EXPECT_NEAR(*twelve.intervals.qt_ms, *nine.intervals.qt_ms, 8);
  EXPECT_FALSE(nine.Of(Lead::kV6).r_mv.has_value());
  EXPECT_EQ(nine.signals[11].state, LeadSignal::State::kMissing);
}

class SamplingRateTest : public ::testing::TestWithParam<double> {};

TEST_P(SamplingRateTest, MeasuresAlikeAtAnyRate) {
  MadeUpEcg made_up;
  made_up.rate_hz = GetParam();
  const EcgMeasurements measured = MeasureEcg(MakeUp(made_up));
  EXPECT_NEAR(*measured.rhythm.heart_rate_bpm, 80, 0.9);
  EXPECT_NEAR(*measured.intervals.qt_ms, made_up.qt_ms, 28);
  EXPECT_EQ(measured.Has(Limitation::kLowRate), GetParam() < 250);
}

INSTANTIATE_TEST_SUITE_P(Rates, SamplingRateTest, ::testing::Values(100, 250, 360, 977, 1000));

TEST(MeasureEcgTest, IsNotMisledByOneBadLead) {
  MadeUpEcg made_up;
  EcgRecord record = MakeUp(made_up);
  std::mt19937 random(7);
  std::normal_distribution<float> noise(0, 2);
  const auto count = static_cast<std::size_t>(record.sample_count);
  for (std::size_t i = 0; i < count; ++i) record.samples_mv[8 * count + i] = noise(random);  // V3.
  const EcgMeasurements measured = MeasureEcg(record);
  const Count found = Compare(made_up, measured);
  EXPECT_EQ(found.missed + found.invented, 0);
  EXPECT_EQ(measured.signals[8].state, LeadSignal::State::kNoisy);
  EXPECT_NEAR(*measured.intervals.qrs_ms, made_up.qrs_ms, 14);
}

TEST(MeasureEcgTest, PassesOverAStretchOnTheRail) {
  MadeUpEcg made_up;
  EcgRecord record = MakeUp(made_up);
  const auto count = static_cast<std::size_t>(record.sample_count);
  for (std::size_t l = 0; l < kLeadCount; ++l) {
    std::fill_n(record.samples_mv.begin() + static_cast<std::ptrdiff_t>(l * count), 1300, -26.5F);
  }
  const EcgMeasurements measured = MeasureEcg(record);
  EXPECT_NEAR(*measured.rhythm.heart_rate_bpm, 80, 0.8);
  EXPECT_TRUE(measured.Has(Limitation::kMaskedSignal));
  // Nothing before 2.6 s; 100 ms around a rail are masked too.
  EXPECT_TRUE(std::ranges::all_of(measured.beats, [](const Beat& b) { return b.sample > 1300; }));
  EXPECT_NEAR(measured.signals[0].rail_fraction, 0.26, 1e-6);
}

TEST(MeasureEcgTest, RecomputesALimbLeadThatIsOff) {
  MadeUpEcg made_up;
  EcgRecord record = MakeUp(made_up);
  const auto count = static_cast<std::size_t>(record.sample_count);
  std::fill_n(record.samples_mv.begin(), count, 0.0F);  // I.
  const EcgMeasurements measured = MeasureEcg(record);
  EXPECT_EQ(measured.signals[0].state, LeadSignal::State::kRepaired);
  EXPECT_TRUE(measured.Has(Limitation::kLeadsRepaired));
  EXPECT_NEAR(*measured.axes.qrs.deg, made_up.qrs_axis_deg, 5);
}

TEST(MeasureEcgTest, KeepsPacingSpikesApartFromBeats) {
  MadeUpEcg made_up;
  made_up.p_ms = 0;
  EcgRecord record = MakeUp(made_up);
  const auto count = static_cast<std::size_t>(record.sample_count);
  for (const double onset : QrsOnsets(made_up)) {
    const auto at = static_cast<std::size_t>((onset - 0.012) * made_up.rate_hz);
    for (std::size_t l = 0; l < kLeadCount; ++l) record.samples_mv[l * count + at] += 2;
  }
  const EcgMeasurements measured = MeasureEcg(record);
  const Count found = Compare(made_up, measured);
  EXPECT_EQ(found.missed + found.invented, 0);
  EXPECT_TRUE(measured.Has(Limitation::kPaced));
  EXPECT_TRUE(measured.beats[1].is_paced);
  // The spike is not part of the QRS.
  EXPECT_NEAR(*measured.intervals.qrs_ms, made_up.qrs_ms, 14);
}

TEST(MeasureEcgTest, AnswersAsystoleWithoutNumbers) {
  MadeUpEcg made_up;
  made_up.beat_seconds = {99};  // Behind the end.
  made_up.noise_mv = 0.01;
  const EcgMeasurements measured = MeasureEcg(MakeUp(made_up));
  EXPECT_TRUE(measured.Has(Limitation::kNoBeats));
  EXPECT_TRUE(measured.beats.empty());
  for (const NamedQuantity& named : ListGlobalQuantities(measured)) {
    EXPECT_FALSE(named.quantity.has_value()) << named.name;
  }
}

class UnreadableTest : public ::testing::TestWithParam<float> {};

TEST_P(UnreadableTest, SaysThatNoLeadCanBeRead) {
  EcgRecord record = MakeUp({});
  std::ranges::fill(record.samples_mv, GetParam());
  const EcgMeasurements measured = MeasureEcg(record);
  EXPECT_TRUE(measured.Has(Limitation::kNoReadableLead));
  EXPECT_FALSE(measured.rhythm.heart_rate_bpm.has_value());
  EXPECT_EQ(measured.signals[3].state, LeadSignal::State::kDisconnected);
}

INSTANTIATE_TEST_SUITE_P(Values, UnreadableTest,
                         ::testing::Values(0.0F, kNan, -26.5F, 24.9F, 3.0F,
                                           std::numeric_limits<float>::infinity()));

class LengthTest : public ::testing::TestWithParam<double> {};

TEST_P(LengthTest, MeasuresShortAndLongRecords) {
  MadeUpEcg made_up;
  made_up.seconds = GetParam();
  const EcgMeasurements measured = MeasureEcg(MakeUp(made_up));
  EXPECT_NEAR(*measured.rhythm.heart_rate_bpm, 80, 0.8);
  EXPECT_EQ(measured.Has(Limitation::kShortRecord), GetParam() < 5);
}

INSTANTIATE_TEST_SUITE_P(Seconds, LengthTest, ::testing::Values(2, 4, 30, 120));

TEST(MeasureEcgTest, MeasuresOneLeadAndSaysSo) {
  MadeUpEcg made_up;
  made_up.leads = LeadMask(0x2);
  const EcgMeasurements measured = MeasureEcg(MakeUp(made_up));
  EXPECT_NEAR(*measured.rhythm.heart_rate_bpm, 80, 0.8);
  EXPECT_TRUE(measured.Has(Limitation::kOneLead));
  EXPECT_FALSE(measured.axes.qrs.deg.has_value());
}

TEST(MeasureEcgTest, AnswersAnEmptyRecord) {
  EcgRecord record;
  record.rate_hz = 500;
  EXPECT_TRUE(MeasureEcg(record).Has(Limitation::kNoReadableLead));
}

TEST(MeasureEcgTest, RefusesARecordThatContradictsItself) {
  EcgRecord record = MakeUp({});
  record.samples_mv.pop_back();
  EXPECT_THROW(MeasureEcg(record), Error);
  EcgRecord slow = MakeUp({});
  slow.rate_hz = 20;
  EXPECT_THROW(MeasureEcg(slow), Error);
}

TEST(MeasureEcgTest, KeepsTheHeightOfASlowStSegment) {
  MadeUpEcg made_up;
  EcgRecord record = MakeUp(made_up);
  const auto count = static_cast<std::size_t>(record.sample_count);
  // ST elevation of 0.2 mV from the QRS to the end of T, in V2, over a wandering baseline.
  for (std::size_t i = 0; i < count; ++i) {
    const double t = static_cast<double>(i) / made_up.rate_hz;
    record.samples_mv[7 * count + i] += static_cast<float>(0.3 * std::sin(1.2 * t));
    for (const double onset : QrsOnsets(made_up)) {
      if (t > onset + 0.07 && t < onset + 0.34) record.samples_mv[7 * count + i] += 0.2F;
    }
  }
  EXPECT_NEAR(*MeasureEcg(record).Of(Lead::kV2).st40_mv, 0.2, 0.03);
}

TEST(MeasureEcgTest, NamesTheWavesOfEachLead) {
  const EcgMeasurements measured = MeasureEcg(MakeUp({}));
  EXPECT_EQ(measured.Of(Lead::kII).pattern, "qRs");
  EXPECT_EQ(measured.Of(Lead::kV1).pattern, "rSr'");
  EXPECT_NEAR(*measured.Of(Lead::kV5).r_mv, 1.5, 0.12);
  EXPECT_FALSE(measured.Of(Lead::kII).r2_mv.has_value());
}

TEST(MeasureEcgTest, ListsEveryQuantityUnderAnotherName) {
  const EcgMeasurements measured = MeasureEcg(MakeUp({}));
  std::vector<std::string> names;
  for (const NamedQuantity& named : ListGlobalQuantities(measured)) names.push_back(named.name);
  for (const NamedQuantity& named : ListLeadQuantities(measured, Lead::kV1)) {
    names.push_back(named.name);
  }
  const std::size_t count = names.size();
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  EXPECT_EQ(names.size(), count);
  EXPECT_GT(count, 80U);
}

}  // namespace
}  // namespace pecg
