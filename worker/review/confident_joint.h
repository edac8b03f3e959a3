#ifndef PECG_WORKER_REVIEW_CONFIDENT_JOINT_H_
#define PECG_WORKER_REVIEW_CONFIDENT_JOINT_H_

#include <cstdint>
#include <span>
#include <vector>

#include "worker/review/class_members.h"
#include "worker/review/probabilities.h"
#include "worker/review/square_matrix.h"

/// The confident joint: how many records with given label s a model is confident belong to class y.
/// Source: Northcutt, Jiang & Chuang, "Confident Learning: Estimating Uncertainty in Dataset
/// Labels", J Artif Intell Res 70:1373 (2021), section 3.1; details as in cleanlab 2.9
/// (docs/confident-learning.md).

namespace pecg {

/// The threshold of a class that no record is labelled with: above any probability, so that nothing
/// is ever counted into it.
inline constexpr double kAbsentClassThreshold = 2.0;

/// Per class, the mean probability of the class among the records labelled with it, at least 2e-6;
/// kAbsentClassThreshold for a class without records. `labels` `[N]`, 0..K-1.
/// Throws Error::kBadInput for lengths that differ, a label out of range, a probability not in
/// 0..1.
std::vector<double> ConfidentThresholds(std::span<const std::int32_t> labels,
                                        const Probabilities& probabilities);

/// What counting confident records gives.
struct ConfidentCounts {
  CountMatrix counts;                       ///< Rows given, columns guessed; the diagonal >= 1.
  std::vector<std::uint32_t> off_diagonal;  ///< Records guessed to be of another class, ascending.
};

/// Counts each record whose probability reaches the threshold (less 1e-6) of at least one class:
/// for the class with the highest probability (the first of equal ones) if there are several such
/// classes, else for the one. `thresholds` `[K]`. Throws as ConfidentThresholds.
ConfidentCounts CountConfident(std::span<const std::int32_t> labels,
                               const Probabilities& probabilities,
                               std::span<const double> thresholds);

/// Scales each row of `counts` to the number of records given that label, then the whole to N, and
/// rounds so that rows keep their sums. `label_counts` `[K]`.
CountMatrix CalibrateConfidentJoint(const CountMatrix& counts,
                                    std::span<const std::int64_t> label_counts);

/// The calibrated counts as a distribution P(given label, true label).
RealMatrix EstimateJoint(const CountMatrix& calibrated);

/// Rounds half to even, then moves the entries with the largest remainders by one until each row's
/// sum is the rounded sum of the row. What is not finite becomes 0.
CountMatrix RoundKeepingRowSums(const RealMatrix& values);

/// Which off-diagonal counts are the number of label issues.
enum class IssueCount : std::uint8_t {
  kOffDiagonal,  ///< Confident off-diagonal records, less those whose prediction is the given
                 ///< label.
  kCalibrated,   ///< Of the calibrated joint: (1 - its trace) * N. Never less.
};

/// Estimates how many labels are wrong. Throws as FindLabelIssues.
std::int64_t CountLabelIssues(std::span<const std::int32_t> labels,
                              const Probabilities& probabilities, IssueCount count);

}  // namespace pecg

#endif  // PECG_WORKER_REVIEW_CONFIDENT_JOINT_H_
