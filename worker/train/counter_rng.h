#ifndef PECG_WORKER_TRAIN_COUNTER_RNG_H_
#define PECG_WORKER_TRAIN_COUNTER_RNG_H_

#include <array>
#include <cstdint>
#include <span>

namespace pecg {

/// One block of Philox4x32-10: 128 random bits that are a pure function of `counter` and `key`.
/// Source: Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011.
std::array<std::uint32_t, 4> Philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

/// What a stream of random numbers is for; streams of different purpose are independent.
enum class RandomPurpose : std::uint32_t { kOrder = 1, kCrop = 2, kNoise = 3, kNetwork = 4 };

/// A stream of random numbers named by (seed, purpose, epoch, item). Streams can be opened in any
/// order on any thread, so results do not depend on how work is spread, and nothing but the names
/// has to be stored to go on after a stop. Not thread-safe; a stream is cheap to make.
class CounterRng {
 public:
  /// `item`: a record's ordinal, or a step. `epoch` below 2^24.
  CounterRng(std::uint64_t seed, RandomPurpose purpose, std::uint32_t epoch, std::uint64_t item);

  std::uint32_t NextBits();
  /// Uniform in [0, 1), 24 bits.
  double NextUniform();
  /// Uniform in 0 .. count - 1; `count` at least 1. Bias below count / 2^32.
  std::uint64_t NextBelow(std::uint64_t count);
  /// Adds normal deviates of standard deviation `sigma` to `values` (Box & Muller, 1958).
  void AddNormal(float sigma, std::span<float> values);

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_ = {};
  std::size_t used_ = 4;
};

}  // namespace pecg

#endif  // PECG_WORKER_TRAIN_COUNTER_RNG_H_
