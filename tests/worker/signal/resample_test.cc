#include "worker/signal/resample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "worker/ecg/error.h"

namespace pecg {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

std::vector<float> Sine(double hz, double rate_hz, double seconds) {
  std::vector<float> samples(static_cast<std::size_t>(seconds * rate_hz));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] =
        static_cast<float>(std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / rate_hz));
  }
  return samples;
}

/// Largest difference between `samples` and the same sine at `rate_hz`, away from the ends.
double LargestError(const std::vector<float>& samples, double hz, double rate_hz) {
  const std::vector<float> exact = Sine(hz, rate_hz, static_cast<double>(samples.size()) / rate_hz);
  double largest = 0;
  for (std::size_t i = samples.size() / 4; i < 3 * samples.size() / 4; ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(samples[i]) - exact[i]));
  }
  return largest;
}

class ResampleRatesTest : public ::testing::TestWithParam<std::pair<double, double>> {};

TEST_P(ResampleRatesTest, KeepsASineOfThePassBandInTimeAndHeight) {
  const auto [from, to] = GetParam();
  const double hz = 0.7 * std::min(from, to) / 2;
  const auto out = Resampler(from, to).Resample(Sine(hz, from, 8));
  // 80 dB of ripple is 1e-4.
  EXPECT_LT(LargestError(out, hz, to), 5e-4);
}

TEST_P(ResampleRatesTest, PassesAConstantUnchanged) {
  const auto [from, to] = GetParam();
  const auto out = Resampler(from, to).Resample(std::vector<float>(1000, 2.5F));
  EXPECT_THAT(out, ::testing::Each(::testing::FloatNear(2.5F, 1e-5F)));
}

INSTANTIATE_TEST_SUITE_P(Rates, ResampleRatesTest,
                         ::testing::Values(std::pair{500.0, 100.0}, std::pair{500.0, 250.0},
                                           std::pair{977.0, 500.0}, std::pair{100.0, 500.0},
                                           std::pair{360.0, 100.0}));

TEST(ResampleTest, SuppressesWhatWouldAlias) {
  const auto out = Resampler(500, 100).Resample(Sine(70, 500, 8));
  double largest = 0;
  for (std::size_t i = out.size() / 4; i < 3 * out.size() / 4; ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(out[i])));
  }
  EXPECT_LT(largest, 5e-4);
}

TEST(ResampleTest, CountsOutputSamplesByTime) {
  EXPECT_EQ(Resampler(500, 100).OutputCount(5000), 1000U);
  EXPECT_EQ(Resampler(500, 100).OutputCount(5001), 1001U);
  EXPECT_EQ(Resampler(500, 500).Resample(Sine(3, 500, 1)), Sine(3, 500, 1));
  EXPECT_TRUE(Resampler(500, 100).Resample({}).empty());
}

TEST(ResampleTest, RefusesARateThatIsNone) {
  EXPECT_THROW(Resampler(0, 100), Error);
  EXPECT_THROW(Resampler(500, std::numeric_limits<double>::quiet_NaN()), Error);
}

TEST(BridgeInvalidTest, DrawsAStraightLineBetweenNeighbours) {
  std::vector<float> samples = {kNan, 1, kNan, kNan, 4, kNan};
  BridgeInvalid(samples);
  EXPECT_THAT(samples, ::testing::ElementsAre(1, 1, 2, 3, 4, 4));
  std::vector<float> nothing = {kNan, kNan};
  BridgeInvalid(nothing);
  EXPECT_THAT(nothing, ::testing::Each(0.0F));
}

}  // namespace
}  // namespace pecg
