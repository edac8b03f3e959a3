#include "worker/evaluate/patient_counts.h"

#include <algorithm>
#include <limits>

namespace pecg {
namespace {

/// 64 random bits a call. Source: Steele, Lea & Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014 (SplitMix64).
class SplitMix {
 public:
  explicit SplitMix(std::uint64_t state) : state_(state) {}

  std::uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }

 private:
  std::uint64_t state_;
};

/// A generator for one resample of one sequence, far from all others.
SplitMix GeneratorOf(std::uint64_t seed, std::int64_t resample) {
  SplitMix of_seed(seed);
  SplitMix of_resample(of_seed.Next() ^ static_cast<std::uint64_t>(resample));
  return SplitMix(of_resample.Next());
}

/// 0 to count - 1 from 32 random bits: the high half of a product, which is even to count / 2^32.
/// Source: Lemire, ACM TOMACS 29:3, 2019.
std::size_t IndexBelow(std::uint64_t bits32, std::uint64_t count) {
  return static_cast<std::size_t>((bits32 * count) >> 32U);
}

}  // namespace

PatientCounts::PatientCounts(std::size_t patient_count)
    : patient_count_(patient_count), counts_(patient_count * kLaneCount, 1) {}

void PatientCounts::TakeAll() { std::ranges::fill(counts_, std::uint8_t{1}); }

void PatientCounts::Draw(std::uint64_t seed, std::int64_t first) {
  std::ranges::fill(counts_, std::uint8_t{0});
  const auto add = [&](std::uint64_t bits32, std::size_t lane) {
    std::uint8_t& count = counts_[IndexBelow(bits32, patient_count_) * kLaneCount + lane];
    // Of more than 255 patients none is drawn that often: the chance is below 10^-500.
    if (count < std::numeric_limits<std::uint8_t>::max()) ++count;
  };
  for (std::size_t lane = 0; lane < kLaneCount; ++lane) {
    SplitMix generator = GeneratorOf(seed, first + static_cast<std::int64_t>(lane));
    for (std::size_t i = 0; i + 1 < patient_count_; i += 2) {
      const std::uint64_t bits = generator.Next();
      add(bits & 0xFFFFFFFFU, lane);
      add(bits >> 32U, lane);
    }
    if (patient_count_ % 2 == 1) add(generator.Next() >> 32U, lane);
  }
}

void PatientCounts::LeaveOut(std::size_t first, std::size_t group_count) {
  TakeAll();
  for (std::size_t lane = 0; lane < kLaneCount; ++lane) {
    if (first + lane >= group_count) continue;
    for (std::size_t patient = first + lane; patient < patient_count_; patient += group_count) {
      counts_[patient * kLaneCount + lane] = 0;
    }
  }
}

std::vector<int> DrawCounts(std::size_t item_count, std::uint64_t seed, std::int64_t resample) {
  constexpr std::uint64_t kOtherSequence = 0x5EED5EED5EED5EEDU;
  SplitMix generator = GeneratorOf(seed ^ kOtherSequence, resample);
  std::vector<int> counts(item_count, 0);
  for (std::size_t i = 0; i < item_count; ++i) {
    ++counts[IndexBelow(generator.Next() >> 32U, item_count)];
  }
  return counts;
}

}  // namespace pecg
