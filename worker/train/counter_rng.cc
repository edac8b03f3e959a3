#include "worker/train/counter_rng.h"

#include <cmath>
#include <numbers>

namespace pecg {

std::array<std::uint32_t, 4> Philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
  constexpr std::uint64_t kMultiplier0 = 0xD2511F53;
  constexpr std::uint64_t kMultiplier1 = 0xCD9E8D57;
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = kMultiplier0 * counter[0];
    const std::uint64_t product1 = kMultiplier1 * counter[2];
    counter = {static_cast<std::uint32_t>(product1 >> 32) ^ counter[1] ^ key[0],
               static_cast<std::uint32_t>(product1),
               static_cast<std::uint32_t>(product0 >> 32) ^ counter[3] ^ key[1],
               static_cast<std::uint32_t>(product0)};
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
  return counter;
}

CounterRng::CounterRng(std::uint64_t seed, RandomPurpose purpose, std::uint32_t epoch,
                       std::uint64_t item)
    : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
      counter_{0, static_cast<std::uint32_t>(purpose) << 24 | (epoch & 0xFFFFFFU),
               static_cast<std::uint32_t>(item), static_cast<std::uint32_t>(item >> 32)} {}

std::uint32_t CounterRng::NextBits() {
  if (used_ == block_.size()) {
    block_ = Philox4x32(counter_, key_);
    ++counter_[0];
    used_ = 0;
  }
  return block_[used_++];
}

double CounterRng::NextUniform() { return (NextBits() >> 8) * 0x1p-24; }

std::uint64_t CounterRng::NextBelow(std::uint64_t count) { return NextBits() * count >> 32; }

void CounterRng::AddNormal(float sigma, std::span<float> values) {
  for (std::size_t i = 0; i < values.size(); i += 2) {
    // The first uniform is in (0, 1], so that its logarithm is finite.
    const float first = static_cast<float>((NextBits() >> 8) + 1) * 0x1p-24F;
    const float second = static_cast<float>(NextBits() >> 8) * 0x1p-24F;
    const float radius = sigma * std::sqrt(-2.0F * std::log(first));
    const float angle = 2.0F * std::numbers::pi_v<float> * second;
    values[i] += radius * std::cos(angle);
    if (i + 1 < values.size()) values[i + 1] += radius * std::sin(angle);
  }
}

}  // namespace pecg
