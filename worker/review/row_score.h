#ifndef PECG_WORKER_REVIEW_ROW_SCORE_H_
#define PECG_WORKER_REVIEW_ROW_SCORE_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "worker/review/label_quality.h"
#include "worker/review/numpy_order.h"

/// Template behind label_quality.h, for the .cc files of this room. Rows: problem_rows.h.

namespace pecg {

/// Takes the thresholds off one row in place; see ThresholdAdjustment.
inline void SubtractThresholdsFromRow(std::span<const double> thresholds, double highest_threshold,
                                      std::span<double> row) {
  for (std::size_t k = 0; k < row.size(); ++k) {
    row[k] = row[k] - thresholds[k] + highest_threshold;
  }
  const double sum = PairwiseSum(row);
  for (double& value : row) value /= sum;
}

/// How uncertain a row is: -sum p ln p / ln K, within 0..1. `row` `[K]`, K >= 2, is overwritten.
inline double NormalizedEntropy(std::span<double> row) {
  for (double& p : row) p = p == 0 ? 0 : p * std::log(p);
  return -PairwiseSum(row) / std::log(static_cast<double>(row.size()));
}

/// Scores labels of single rows. Keeps one row of scratch: one object per thread.
template <typename Rows>
class RowScore {
 public:
  /// `thresholds` `[K]` to subtract; empty = none.
  RowScore(const Rows& rows, QualityScore score, std::vector<double> thresholds)
      : rows_(rows),
        score_(score),
        thresholds_(std::move(thresholds)),
        row_(static_cast<std::size_t>(rows.class_count())) {
    if (!thresholds_.empty()) highest_threshold_ = std::ranges::max(thresholds_);
  }

  double operator()(std::uint32_t record, int given) {
    if (score_ == QualityScore::kSelfConfidence && thresholds_.empty()) return rows_(record, given);
    for (int k = 0; k < rows_.class_count(); ++k) {
      row_[static_cast<std::size_t>(k)] = rows_(record, k);
    }
    if (!thresholds_.empty()) SubtractThresholdsFromRow(thresholds_, highest_threshold_, row_);
    const double own = row_[static_cast<std::size_t>(given)];
    switch (score_) {
      case QualityScore::kSelfConfidence:
        return own;
      case QualityScore::kNormalizedMargin:
        return (own - HighestOther(given) + 1.0) / 2.0;
      case QualityScore::kConfidenceWeightedEntropy:
        break;
    }
    const double weighted = NormalizedEntropy(row_) / std::max(own, kLeast);
    return std::log(weighted + 1.0) / std::max(weighted, kLeast);
  }

 private:
  static constexpr double kLeast = 1e-6;

  double HighestOther(int given) const {
    double highest = -1;
    for (std::size_t k = 0; k < row_.size(); ++k) {
      if (k != static_cast<std::size_t>(given)) highest = std::max(highest, row_[k]);
    }
    return highest;
  }

  Rows rows_;
  QualityScore score_;
  std::vector<double> thresholds_;
  double highest_threshold_ = 0;
  std::vector<double> row_;
};

}  // namespace pecg

#endif  // PECG_WORKER_REVIEW_ROW_SCORE_H_
