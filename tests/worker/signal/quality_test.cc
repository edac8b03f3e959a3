#include "worker/signal/quality.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "worker/signal/beat_detector.h"

namespace pecg {
namespace {

constexpr double kRate = 500;

/// Ten seconds of P-QRS-T like bumps at `bpm`, with wander and noise of the given heights, in mV.
std::vector<float> MakeLead(double bpm, double wander_mv, double noise_mv) {
  std::mt19937 generator(1);
  std::normal_distribution<double> noise(0, 1);
  std::vector<float> samples(5000);
  const auto bump = [](double t, double at, double width, double height) {
    return height * std::exp(-0.5 * (t - at) * (t - at) / (width * width));
  };
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double t = static_cast<double>(i) / kRate;
    const double phase = std::fmod(t, 60 / bpm);
    samples[i] =
        static_cast<float>(bump(phase, 0.10, 0.02, 0.12) + bump(phase, 0.22, 0.010, 1.0) +
                           bump(phase, 0.245, 0.008, -0.3) + bump(phase, 0.22 + 0.12, 0.03, 0.25) +
                           wander_mv * std::sin(2 * M_PI * 0.4 * t) + noise_mv * noise(generator));
  }
  return samples;
}

TEST(BeatDetectorTest, BothFindEveryBeatOfACleanLead) {
  for (const double bpm : {60.0, 100.0, 150.0}) {
    const auto lead = MakeLead(bpm, 0.05, 0.01);
    const double expected = bpm / 6;
    EXPECT_NEAR(static_cast<double>(DetectBeatsByEnergy(lead, kRate).size()), expected, 1.01)
        << bpm;
    EXPECT_NEAR(static_cast<double>(DetectBeatsByLength(lead, kRate).size()), expected, 1.01)
        << bpm;
  }
}

TEST(QualityTest, ACleanLeadScoresHigh) {
  const LeadQuality quality = ComputeLeadQuality(MakeLead(80, 0, 0.005), kRate);
  EXPECT_GT(quality.b_sqi, 0.9F);
  EXPECT_GT(quality.bas_sqi, 0.9F);
  EXPECT_GT(quality.p_sqi, 0.3F);
  EXPECT_LT(quality.p_sqi, 0.8F);
}

TEST(QualityTest, WanderLowersTheBaselineIndexOnly) {
  const LeadQuality clean = ComputeLeadQuality(MakeLead(80, 0, 0.005), kRate);
  const LeadQuality wandering = ComputeLeadQuality(MakeLead(80, 1.0, 0.005), kRate);
  EXPECT_LT(wandering.bas_sqi, 0.3F);
  EXPECT_NEAR(wandering.p_sqi, clean.p_sqi, 0.02);
}

TEST(QualityTest, NoiseMakesTheDetectorsDisagree) {
  const LeadQuality clean = ComputeLeadQuality(MakeLead(80, 0, 0.005), kRate);
  const LeadQuality noisy = ComputeLeadQuality(MakeLead(80, 0, 4.0), kRate);
  // Peaks of pure noise, 200-300 ms apart, agree within 150 ms by chance too: it is a mild index.
  EXPECT_LT(noisy.b_sqi, clean.b_sqi - 0.1F);
}

TEST(QualityTest, IsNotDefinedForAShortFlatOrInvalidLead) {
  const auto undefined = [](const std::vector<float>& samples) {
    return std::isnan(ComputeLeadQuality(samples, kRate).p_sqi);
  };
  EXPECT_TRUE(undefined({}));
  EXPECT_TRUE(undefined(std::vector<float>(500, 1.0F)));
  EXPECT_TRUE(undefined(std::vector<float>(5000, 0.0F)));
  EXPECT_TRUE(undefined(std::vector<float>(5000, std::numeric_limits<float>::quiet_NaN())));
}

TEST(QualityTest, CountsSamplesAtTheRails) {
  std::vector<float> samples(100, 0.1F);
  std::fill_n(samples.begin(), 10, -26.5F);
  std::fill_n(samples.begin() + 50, 5, 24.9F);
  EXPECT_FLOAT_EQ(RailFraction(samples), 0.15F);
  EXPECT_TRUE(std::isnan(RailFraction({})));
}

TEST(QualityTest, CountsFlatStretchesOfAFifthOfASecond) {
  std::vector<float> samples(1000);
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<float>(i % 7);
  std::fill_n(samples.begin() + 100, 200, 3.5F);  // 0.4 s
  std::fill_n(samples.begin() + 600, 50, 3.5F);   // 0.1 s: too short
  EXPECT_NEAR(FlatFraction(samples, kRate), 0.2F, 0.002F);
  EXPECT_FLOAT_EQ(FlatFraction(std::vector<float>(1000, 0.0F), kRate), 1.0F);
}

}  // namespace
}  // namespace pecg
