#include "worker/train/preprocess.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace pecg {
namespace {

constexpr double kRate = 500;
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// All 12 leads hold a sine of `hz` and 1 mV; lead i is multiplied by i + 1 tenths.
EcgRecord SineRecord(double hz, double seconds) {
  EcgRecord record;
  record.record_id = "P1_E01";
  record.rate_hz = kRate;
  record.leads = LeadMask::All();
  record.sample_count = static_cast<std::int64_t>(seconds * kRate);
  for (int lead = 0; lead < kLeadCount; ++lead) {
    for (std::int64_t i = 0; i < record.sample_count; ++i) {
      const double phase = 2 * std::numbers::pi * hz * static_cast<double>(i) / kRate;
      record.samples_mv.push_back(static_cast<float>(std::sin(phase) * (lead + 1) / 10));
    }
  }
  return record;
}

std::span<float> LeadOf(EcgRecord* record, int lead) {
  return std::span(record->samples_mv)
      .subspan(static_cast<std::size_t>(lead * record->sample_count),
               static_cast<std::size_t>(record->sample_count));
}

std::vector<float> CropOf(const Preprocessor& preprocessor, const PreparedRecord& record,
                          std::int64_t start, LeadMask visible = LeadMask::All()) {
  std::vector<float> crop(static_cast<std::size_t>(kLeadCount * preprocessor.crop_sample_count()),
                          99.0F);
  preprocessor.FillCrop(record, start, visible, crop);
  return crop;
}

float LargestOf(std::span<const float> values) {
  float largest = 0;
  for (const float value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

TEST(PreprocessorTest, KeepsTrueTimeAndVoltage) {
  const Preprocessor preprocessor({.rate_hz = 100, .crop_seconds = 2, .scale_mv = 0.5});
  const PreparedRecord prepared = preprocessor.Prepare(SineRecord(/*hz=*/5, /*seconds=*/7.5));
  EXPECT_EQ(prepared.sample_count, 750);
  const std::int64_t start = 200;  // 2 s
  const std::vector<float> crop = CropOf(preprocessor, prepared, start);
  for (std::size_t lead = 0; lead < 12; ++lead) {
    for (std::size_t i = 0; i < 200; ++i) {
      const double seconds = static_cast<double>(start + static_cast<std::int64_t>(i)) / 100;
      const double millivolts =
          std::sin(2 * std::numbers::pi * 5 * seconds) * static_cast<double>(lead + 1) / 10;
      // The baseline filter leaves 5 Hz within half a per cent.
      ASSERT_NEAR(crop[lead * 200 + i], millivolts / 0.5, 0.02) << lead << " " << i;
    }
  }
}

TEST(PreprocessorTest, RemovesWanderAndOffset) {
  const Preprocessor preprocessor({.crop_seconds = 5, .scale_mv = 1});
  EcgRecord record = SineRecord(/*hz=*/0.05, /*seconds=*/40);
  for (float& sample : LeadOf(&record, 0)) sample += 3;
  const PreparedRecord prepared = preprocessor.Prepare(record);
  EXPECT_LT(LargestOf(CropOf(preprocessor, prepared, 1500)), 0.02F * 1.2F);
}

TEST(PreprocessorTest, DoesNotAliasWhatTheRateCannotHold) {
  const Preprocessor preprocessor({.rate_hz = 100, .crop_seconds = 5, .scale_mv = 1});
  const PreparedRecord prepared = preprocessor.Prepare(SineRecord(/*hz=*/90, /*seconds=*/10));
  EXPECT_LT(LargestOf(CropOf(preprocessor, prepared, 250)), 0.005F);
}

TEST(PreprocessorTest, BridgesRailsInsteadOfLettingThemDominate) {
  const Preprocessor preprocessor({.crop_seconds = 10, .scale_mv = 1});
  EcgRecord record = SineRecord(/*hz=*/5, /*seconds=*/10);
  std::ranges::fill(LeadOf(&record, 3).subspan(1000, 1000), -26.5F);
  const PreparedRecord prepared = preprocessor.Prepare(record);
  EXPECT_TRUE(prepared.leads.Has(Lead::kAVR));
  const std::vector<float> crop = CropOf(preprocessor, prepared, 0);
  EXPECT_LT(LargestOf(std::span(crop).subspan(3 * 1000, 1000)), 1.0F);
}

TEST(PreprocessorTest, ALeadThatIsMostlyInvalidIsMissing) {
  const Preprocessor preprocessor({});
  EcgRecord record = SineRecord(5, 10);
  std::ranges::fill(LeadOf(&record, 7).subspan(0, 3000), kNan);
  const PreparedRecord prepared = preprocessor.Prepare(record);
  EXPECT_FALSE(prepared.leads.Has(Lead::kV2));
  EXPECT_EQ(prepared.leads.Count(), 11);
  const std::vector<float> crop = CropOf(preprocessor, prepared, 0);
  EXPECT_EQ(LargestOf(std::span(crop).subspan(7 * 500, 500)), 0.0F);
  EXPECT_GT(LargestOf(std::span(crop).subspan(8 * 500, 500)), 0.8F);
}

TEST(PreprocessorTest, ClipsWhatIsTooLarge) {
  const Preprocessor preprocessor({.crop_seconds = 5, .scale_mv = 0.5, .clip_mv = 0.6});
  const PreparedRecord prepared = preprocessor.Prepare(SineRecord(5, 10));
  EXPECT_FLOAT_EQ(LargestOf(CropOf(preprocessor, prepared, 0)), 1.2F);
}

TEST(PreprocessorTest, AHiddenLeadIsZero) {
  const Preprocessor preprocessor({});
  const PreparedRecord prepared = preprocessor.Prepare(SineRecord(5, 10));
  const std::vector<float> crop = CropOf(preprocessor, prepared, 0, LeadMask::NineLead());
  EXPECT_EQ(LargestOf(std::span(crop).subspan(7 * 500, 500)), 0.0F);  // V2
  EXPECT_GT(LargestOf(std::span(crop).subspan(8 * 500, 500)), 1.0F);  // V3
}

TEST(PreprocessorTest, FillsUpAShortRecordWithZeros) {
  const Preprocessor preprocessor({.crop_seconds = 5});
  const PreparedRecord prepared = preprocessor.Prepare(SineRecord(5, 2));
  EXPECT_THAT(preprocessor.CropStarts(prepared.sample_count), testing::ElementsAre(0));
  const std::vector<float> crop = CropOf(preprocessor, prepared, 0);
  EXPECT_GT(LargestOf(std::span(crop).first(200)), 0.1F);
  EXPECT_EQ(LargestOf(std::span(crop).subspan(200, 300)), 0.0F);
}

TEST(PreprocessorTest, HalfOverlappingCropsCoverTheRecordToItsEnd) {
  const Preprocessor preprocessor({.rate_hz = 100, .crop_seconds = 5});
  EXPECT_THAT(preprocessor.CropStarts(1201), testing::ElementsAre(0, 250, 500, 701));
  EXPECT_THAT(preprocessor.CropStarts(1000), testing::ElementsAre(0, 250, 500));
  EXPECT_THAT(preprocessor.CropStarts(500), testing::ElementsAre(0));
}

}  // namespace
}  // namespace pecg
