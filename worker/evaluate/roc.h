#ifndef PECG_WORKER_EVALUATE_ROC_H_
#define PECG_WORKER_EVALUATE_ROC_H_

#include <cstdint>
#include <span>
#include <vector>

namespace pecg {

/// Scores sorted once, so that figures under many weightings (bootstrap resamples) cost one pass
/// each. Immutable after construction, so thread-safe. Tied scores are grouped, as in scikit-learn.
class RankedScores {
 public:
  /// `scores` `[N]`, finite, higher = more likely positive; `labels` `[N]`, 0 or 1.
  /// Throws Error::kBadInput for other labels, a NaN, or lengths that differ.
  RankedScores(std::span<const double> scores, std::span<const std::uint8_t> labels);

  /// Area under the ROC curve: the weighted share of (positive, negative) pairs that are ordered
  /// right, ties half. `weights` `[N]`, >= 0, in the order the scores were given. NaN if a class
  /// has no weight.
  double Auroc(std::span<const double> weights) const;

  /// Average precision, sum over distinct scores of (recall gained) * precision, without
  /// interpolation. NaN if the positives have no weight.
  double AveragePrecision(std::span<const double> weights) const;

 private:
  std::vector<std::uint32_t> order_;      // Positions, highest score first.
  std::vector<std::uint8_t> label_;       // In that order.
  std::vector<std::uint8_t> ends_group_;  // In that order: 1 where the next score is lower.
};

/// Auroc with all weights 1.
double Auroc(std::span<const double> scores, std::span<const std::uint8_t> labels);

/// AveragePrecision with all weights 1.
double AveragePrecision(std::span<const double> scores, std::span<const std::uint8_t> labels);

}  // namespace pecg

#endif  // PECG_WORKER_EVALUATE_ROC_H_
