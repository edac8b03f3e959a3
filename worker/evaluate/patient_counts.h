#ifndef PECG_WORKER_EVALUATE_PATIENT_COUNTS_H_
#define PECG_WORKER_EVALUATE_PATIENT_COUNTS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pecg {

/// Resamples that are looked at together: each record is visited once for all of them, and the
/// compiler turns the loop over them into vector instructions.
inline constexpr int kLaneCount = 8;

/// How often each patient counts in kLaneCount resamples. Not thread-safe.
class PatientCounts {
 public:
  explicit PatientCounts(std::size_t patient_count);

  std::size_t patient_count() const { return patient_count_; }

  /// `[kLaneCount]` counts of one patient.
  const std::uint8_t* Of(std::size_t patient) const { return &counts_[patient * kLaneCount]; }

  /// Everybody once: the sample itself, in every lane.
  void TakeAll();

  /// Draws as many patients as there are, with replacement; lane i is resample `first + i` of the
  /// sequence that `seed` names. The same on every machine, whatever else is drawn.
  void Draw(std::uint64_t seed, std::int64_t first);

  /// Lane i leaves out the patients whose number modulo `group_count` is `first + i`; everybody
  /// else counts once. For a grouped jackknife.
  void LeaveOut(std::size_t first, std::size_t group_count);

 private:
  std::size_t patient_count_;
  std::vector<std::uint8_t> counts_;  // [patients, kLaneCount]
};

/// How often each of `item_count` items (seeds of a model) is drawn in resample `resample`, `[N]`,
/// with replacement; the same on every machine. Independent of PatientCounts::Draw.
std::vector<int> DrawCounts(std::size_t item_count, std::uint64_t seed, std::int64_t resample);

}  // namespace pecg

#endif  // PECG_WORKER_EVALUATE_PATIENT_COUNTS_H_
