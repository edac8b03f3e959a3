#ifndef PECG_WORKER_EVALUATE_LABELLED_SCORES_H_
#define PECG_WORKER_EVALUATE_LABELLED_SCORES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace pecg {

/// A truth that is not known; such a record takes part in no figure.
inline constexpr std::uint8_t kLabelMissing = 255;

/// Scores of one target beside the truth: what every metric of this room is computed from.
/// Immutable once made, so thread-safe.
class LabelledScores {
 public:
  /// `scores` `[N]`, finite, higher = more likely positive; `labels` `[N]`, 0, 1 or kLabelMissing;
  /// `weights` `[N]`, finite and not negative, or empty for 1 each. Records without a label, and
  /// those with weight 0, are left out. Throws Error::kBadInput, with the position of the first
  /// value that cannot be used.
  LabelledScores(std::span<const double> scores, std::span<const std::uint8_t> labels,
                 std::span<const double> weights = {});

  std::size_t size() const { return scores_.size(); }
  /// In the order given, all of length size().
  const std::vector<double>& scores() const { return scores_; }
  const std::vector<std::uint8_t>& labels() const { return labels_; }
  const std::vector<double>& weights() const { return weights_; }

  double positive_weight() const { return positive_weight_; }
  double negative_weight() const { return negative_weight_; }
  double total_weight() const { return positive_weight_ + negative_weight_; }

  /// Why a figure that needs both classes is not defined; empty when it is.
  std::string OneClassReason() const;
  /// Why a figure that reads the scores as probabilities is not defined: no record, or a score
  /// outside 0..1. Empty when it is.
  std::string NotProbabilityReason() const;

  /// Positions, highest score first; of equal scores in the order given.
  std::vector<std::uint32_t> Descending() const;

 private:
  std::vector<double> scores_;
  std::vector<std::uint8_t> labels_;
  std::vector<double> weights_;
  double positive_weight_ = 0;
  double negative_weight_ = 0;
  std::optional<double> not_probability_;  // The first score outside 0..1.
};

}  // namespace pecg

#endif  // PECG_WORKER_EVALUATE_LABELLED_SCORES_H_
