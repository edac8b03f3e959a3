#ifndef PECG_WORKER_REVIEW_AGGREGATE_SCORES_H_
#define PECG_WORKER_REVIEW_AGGREGATE_SCORES_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// One score per record from its scores per class, where each class is a label of its own. Source:
/// Thyagarajan, Snorrason, Northcutt & Mueller, "Identifying Incorrect Annotations in Multi-Label
/// Classification Data", arXiv:2211.13895 (2022), section 3.

namespace pecg {

/// How scores are pooled. Both let the lowest score weigh most.
struct ScoreAggregation {
  enum class Method : std::uint8_t {
    /// From the highest to the lowest score, S = alpha s + (1 - alpha) S.
    kExponentialMovingAverage,
    /// Sum of s softmax((1 - s) / temperature).
    kSoftMinimum,
  };

  Method method = Method::kExponentialMovingAverage;
  /// 0..1; absent = 2 / (K + 1), the weight common for moving averages over K periods.
  std::optional<double> alpha = 0.8;
  double temperature = 0.1;  ///< > 0.
};

/// Pools one record's scores. `scores` in any order; sorted and overwritten. NaNs (no label) are
/// left out; NaN if nothing is left. Throws Error::kBadInput for an alpha or a temperature that is
/// out of range.
double AggregateScores(const ScoreAggregation& aggregation, std::span<double> scores);

/// Pools each row of `scores` `[N, class_count]`, row-major: `[N]`.
std::vector<double> AggregateRows(const ScoreAggregation& aggregation,
                                  std::span<const double> scores, int class_count);

}  // namespace pecg

#endif  // PECG_WORKER_REVIEW_AGGREGATE_SCORES_H_
