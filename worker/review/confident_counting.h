#ifndef PECG_WORKER_REVIEW_CONFIDENT_COUNTING_H_
#define PECG_WORKER_REVIEW_CONFIDENT_COUNTING_H_

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "worker/review/class_members.h"
#include "worker/review/confident_joint.h"
#include "worker/review/numpy_order.h"
#include "worker/review/square_matrix.h"

/// Templates behind confident_joint.h, for the .cc files of this room. Rows: problem_rows.h.

namespace pecg {

/// Below this much apart, probabilities count as equal.
inline constexpr double kProbabilityTolerance = 1e-6;
inline constexpr double kLowestThreshold = 2 * kProbabilityTolerance;

template <typename Rows>
std::vector<double> ThresholdsOf(const Rows& rows, const ClassMembers& members) {
  std::vector<double> thresholds;
  std::vector<double> confidence;
  for (int k = 0; k < members.class_count(); ++k) {
    const std::span<const std::uint32_t> records = members.Of(k);
    if (records.empty()) {
      thresholds.push_back(kAbsentClassThreshold);
      continue;
    }
    confidence.resize(records.size());
    std::ranges::transform(records, confidence.begin(),
                           [&](std::uint32_t record) { return rows(record, k); });
    const double mean = PairwiseSum(confidence) / static_cast<double>(records.size());
    thresholds.push_back(std::max(mean, kLowestThreshold));
  }
  return thresholds;
}

/// The class a record is confidently of; -1 if of none. `reach` `[K]`: thresholds less tolerance.
template <typename Rows>
int ConfidentClass(const Rows& rows, std::uint32_t record, std::span<const double> reach) {
  int confident_count = 0;
  int first_confident = -1;
  int most_probable = 0;
  double highest = -1;
  for (int k = 0; k < rows.class_count(); ++k) {
    const double probability = rows(record, k);
    if (probability > highest) {
      highest = probability;
      most_probable = k;
    }
    if (probability >= reach[static_cast<std::size_t>(k)]) {
      if (confident_count++ == 0) first_confident = k;
    }
  }
  return confident_count > 1 ? most_probable : first_confident;
}

/// Counts as CountConfident; calls `off_diagonal(record)` for each record guessed to be of another
/// class, by given class.
template <typename Rows, typename OffDiagonal>
CountMatrix CountConfidentOf(const Rows& rows, const ClassMembers& members,
                             std::span<const double> thresholds, OffDiagonal off_diagonal) {
  std::vector<double> reach(thresholds.begin(), thresholds.end());
  for (double& threshold : reach) threshold -= kProbabilityTolerance;
  CountMatrix counts(members.class_count());
  for (int given = 0; given < members.class_count(); ++given) {
    for (const std::uint32_t record : members.Of(given)) {
      const int guess = ConfidentClass(rows, record, reach);
      if (guess < 0) continue;
      ++counts(given, guess);
      if (guess != given) off_diagonal(record);
    }
    counts(given, given) = std::max<std::int64_t>(counts(given, given), 1);
  }
  return counts;
}

/// True if the given class is predicted, or all but: with its probability raised by the tolerance,
/// no class before it is as high and no class after it higher.
template <typename Rows>
bool IsPredicted(const Rows& rows, std::uint32_t record, int given) {
  const double own = rows(record, given) + kProbabilityTolerance;
  for (int k = 0; k < given; ++k) {
    if (rows(record, k) >= own) return false;
  }
  for (int k = given + 1; k < rows.class_count(); ++k) {
    if (rows(record, k) > own) return false;
  }
  return true;
}

}  // namespace pecg

#endif  // PECG_WORKER_REVIEW_CONFIDENT_COUNTING_H_
