#include "worker/synthetic/recorder.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace pecg {
namespace {

constexpr double kNegativeRailMv = -26.53;
constexpr double kPositiveRailMv = 24.92;
constexpr double kTwoPi = 2 * std::numbers::pi;

/// Noise of one electrode against the body: two slow sines, hum, and muscle noise.
std::vector<double> ElectrodeNoise(Random& random, double rate_hz, std::size_t sample_count,
                                   double wander_mv, double hum_mv, double muscle_mv) {
  const double slow_hz = random.Uniform(0.05, 0.15);
  const double breath_hz = random.Uniform(0.2, 0.45);
  const double slow_phase = random.Uniform() * kTwoPi;
  const double breath_phase = random.Uniform() * kTwoPi;
  const double hum_phase = random.Uniform() * kTwoPi;
  const double hum = hum_mv * random.Uniform(0.5, 1.5);
  std::vector<double> noise(sample_count);
  double muscle = 0;
  for (std::size_t i = 0; i < sample_count; ++i) {
    const double t = static_cast<double>(i) / rate_hz;
    muscle = 0.6 * muscle + 0.8 * random.Normal();  // Most of its power above 20 Hz.
    noise[i] = wander_mv * (std::sin(kTwoPi * slow_hz * t + slow_phase) +
                            0.5 * std::sin(kTwoPi * breath_hz * t + breath_phase)) +
               hum * std::sin(kTwoPi * 50 * t + hum_phase) + muscle_mv * muscle;
  }
  return noise;
}

void AddElectrodeNoise(Random& random, double rate_hz,
                       std::array<std::vector<double>, kLeadCount>& leads_mv) {
  const std::size_t count = leads_mv[0].size();
  const double wander_mv = 0.04 * std::exp(0.7 * random.Normal());
  const double hum_mv = random.Chance(0.3) ? 0.01 * random.Uniform() : 0.001;
  const double muscle_mv = 0.004 * std::exp(0.6 * random.Normal());
  const auto electrode = [&] {
    return ElectrodeNoise(random, rate_hz, count, wander_mv, hum_mv, muscle_mv);
  };
  const std::vector<double> right_arm = electrode();
  const std::vector<double> left_arm = electrode();
  const std::vector<double> left_leg = electrode();
  for (std::size_t i = 0; i < count; ++i) {
    const double lead_i = left_arm[i] - right_arm[i];
    const double lead_ii = left_leg[i] - right_arm[i];
    leads_mv[0][i] += lead_i;
    leads_mv[1][i] += lead_ii;
    leads_mv[2][i] += lead_ii - lead_i;
    leads_mv[3][i] -= (lead_i + lead_ii) / 2;
    leads_mv[4][i] += lead_i - lead_ii / 2;
    leads_mv[5][i] += lead_ii - lead_i / 2;
  }
  for (std::size_t lead = 6; lead < leads_mv.size(); ++lead) {
    const std::vector<double> chest = electrode();
    for (std::size_t i = 0; i < count; ++i) leads_mv[lead][i] += chest[i];
  }
}

/// Takes one to three leads to a rail for a while, mostly at the beginning.
void TakeElectrodesOff(Random& random, double rate_hz,
                       std::array<std::vector<double>, kLeadCount>& leads_mv) {
  const int affected = 1 + random.Choose(std::array<double, 3>{6, 3, 1});
  const std::size_t count = leads_mv[0].size();
  for (int k = 0; k < affected; ++k) {
    auto& lead = leads_mv[random.Next() % leads_mv.size()];
    const double rail = random.Chance(0.6) ? kNegativeRailMv : kPositiveRailMv;
    const double start = random.Chance(0.7) ? 0 : random.Uniform(0, 0.8);
    const auto first = static_cast<std::size_t>(start * static_cast<double>(count));
    const auto length = static_cast<std::size_t>(random.Uniform(0.2, 3.0) * rate_hz);
    for (std::size_t i = first; i < std::min(count, first + length); ++i) lead[i] = rail;
    // The amplifier comes back over about half a second.
    for (std::size_t i = first + length; i < count; ++i) {
      const double back = static_cast<double>(i - first - length) / (0.15 * rate_hz);
      if (back > 8) break;
      lead[i] += rail * std::exp(-back);
    }
  }
}

}  // namespace

double RoundToHalf(double x) {
  if (x == 0) return 0;
  int exponent = 0;
  std::frexp(x, &exponent);  // |x| = m * 2^exponent, 0.5 <= m < 1.
  const double quantum = std::ldexp(1.0, std::max(exponent - 11, -24));
  return std::nearbyint(x / quantum) * quantum;
}

void Record(Random& random, double rate_hz,
            std::array<std::vector<double>, kLeadCount>& leads_mv) {
  AddElectrodeNoise(random, rate_hz, leads_mv);
  if (random.Chance(0.12)) TakeElectrodesOff(random, rate_hz, leads_mv);
  for (auto& lead : leads_mv) std::ranges::transform(lead, lead.begin(), RoundToHalf);
}

}  // namespace pecg
