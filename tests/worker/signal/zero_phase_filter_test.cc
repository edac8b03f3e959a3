#include "worker/signal/zero_phase_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace pecg {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;

std::vector<double> Chirp() {
  std::vector<double> x;
  for (int i = 0; i < 24; ++i) x.push_back(std::sin(0.05 * i * i) + 0.01 * i);
  return x;
}

/// Every fourth filtered sample.
std::vector<double> Filtered(const Biquad& section) {
  std::vector<double> x = Chirp();
  FilterZeroPhase(section, x);
  std::vector<double> some;
  for (std::size_t i = 0; i < x.size(); i += 4) some.push_back(x[i]);
  return some;
}

// scipy.signal.filtfilt(*scipy.signal.butter(2, 40, fs=500), x)[::4], and so on for the others; the
// figures were computed with numpy from the same definitions.
TEST(ZeroPhaseFilterTest, LowPassGivesFiltfiltsFigures) {
  EXPECT_THAT(Filtered(LowPass(40, 500)),
              ElementsAre(DoubleNear(-0.0086926971, 1e-9), DoubleNear(0.5797238022, 1e-9),
                          DoubleNear(0.2247202771, 1e-9), DoubleNear(0.0571002053, 1e-9),
                          DoubleNear(0.0826155505, 1e-9), DoubleNear(0.3471030159, 1e-9)));
}

TEST(ZeroPhaseFilterTest, HighPassGivesFiltfiltsFigures) {
  EXPECT_THAT(Filtered(HighPass(6, 500)),
              ElementsAre(DoubleNear(-0.0739765776, 1e-9), DoubleNear(0.6286828217, 1e-9),
                          DoubleNear(-0.2205095010, 1e-9), DoubleNear(0.4884744572, 1e-9),
                          DoubleNear(-0.2967221289, 1e-9), DoubleNear(0.0742667495, 1e-9)));
}

TEST(ZeroPhaseFilterTest, NotchGivesFiltfiltsFigures) {
  EXPECT_THAT(Filtered(Notch(50, 25, 500)),
              ElementsAre(DoubleNear(0.0657333517, 1e-9), DoubleNear(0.6947408427, 1e-9),
                          DoubleNear(0.0532888023, 1e-9), DoubleNear(0.9303138270, 1e-9),
                          DoubleNear(0.3276666662, 1e-9), DoubleNear(1.2017181266, 1e-9)));
}

TEST(ZeroPhaseFilterTest, TreatsEveryLeadAsItWouldTreatItAlone) {
  const std::vector<double> x = Chirp();
  LeadFrames frames(x.size(), LeadFrame{});
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      frames[i][l] = static_cast<float>(x[i] * (static_cast<double>(l) + 1));
    }
  }
  FilterZeroPhase(LowPass(40, 500), &frames);
  std::vector<double> alone = x;
  FilterZeroPhase(LowPass(40, 500), alone);
  for (std::size_t i = 0; i < x.size(); ++i) {
    // Single precision.
    EXPECT_NEAR(static_cast<double>(frames[i][11]), 12 * alone[i], 2e-5);
  }
}

TEST(ZeroPhaseFilterTest, LeavesTooFewSamplesAsTheyAre) {
  std::vector<double> one = {3.5};
  FilterZeroPhase(HighPass(6, 500), one);
  EXPECT_THAT(one, ElementsAre(3.5));
}

}  // namespace
}  // namespace pecg
