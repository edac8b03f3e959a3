#ifndef PECG_WORKER_SYNTHETIC_RANDOM_H_
#define PECG_WORKER_SYNTHETIC_RANDOM_H_

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <numbers>

namespace pecg {

/// A stream of random numbers for one purpose, named by (seed, what, index): record i's stream is
/// the same whatever was drawn for other records. Not thread-safe. SplitMix64 (Steele, Lea & Flood,
/// OOPSLA 2014); distributions are our own, so that every standard library gives the same numbers.
class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t what, std::uint64_t index)
      : state_(Mix(Mix(Mix(seed) ^ what) ^ index)) {}

  /// 64 random bits.
  std::uint64_t Next() {
    state_ += kStep;
    return Mix(state_);
  }

  /// In [0, 1).
  double Uniform() { return static_cast<double>(Next() >> 11U) * 0x1.0p-53; }
  double Uniform(double low, double high) { return low + (high - low) * Uniform(); }
  bool Chance(double probability) { return Uniform() < probability; }

  /// Standard normal, by Box & Muller.
  double Normal() {
    const double radius = std::sqrt(-2 * std::log(1 - Uniform()));
    return radius * std::cos(2 * std::numbers::pi * Uniform());
  }
  double Normal(double mean, double sd) { return mean + sd * Normal(); }

  /// Position drawn with these weights, which need not sum to 1.
  template <typename Weights>
  int Choose(const Weights& weights) {
    double sum = 0;
    for (const double weight : weights) sum += weight;
    double left = Uniform() * sum;
    int position = 0;
    for (const double weight : weights) {
      if (left < weight) return position;
      left -= weight;
      ++position;
    }
    return position - 1;
  }

 private:
  static constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15U;

  static std::uint64_t Mix(std::uint64_t x) {
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31U);
  }

  std::uint64_t state_;
};

}  // namespace pecg

#endif  // PECG_WORKER_SYNTHETIC_RANDOM_H_
