#include "worker/train/validation.h"

#include <cmath>
#include <limits>

#include "worker/evaluate/threshold_curve.h"
#include "worker/train/cross_entropy.h"

namespace pecg {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// AUROC of one target over the records that have a label for it; NaN where a class is absent.
double AurocOf(const RecordSet& records, std::span<const std::size_t> positions,
               const Predictions& predictions, std::size_t target, std::size_t target_count) {
  static_assert(kMissingLabel == kLabelMissing);
  std::vector<double> scores;
  std::vector<std::uint8_t> labels;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    labels.push_back(records.rows[positions[i]].labels[target]);
    scores.push_back(static_cast<double>(predictions.logits[i * target_count + target]));
  }
  return ThresholdCurve({scores, labels}).Auroc().value();
}

}  // namespace

std::optional<double> ValidationFigures::Figure() const {
  if (std::isfinite(mean_auroc)) return mean_auroc;
  if (std::isfinite(loss)) return -loss;
  return std::nullopt;
}

ValidationFigures ScoreValidation(const RecordSet& records, std::span<const std::size_t> positions,
                                  const Predictions& predictions, std::size_t target_count) {
  ValidationFigures figures;
  CrossEntropySum sum;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const RecordRow& row = records.rows[positions[i]];
    sum.Add(std::span(predictions.logits).subspan(i * target_count, target_count), row.labels,
            row.weight);
  }
  figures.loss = sum.Mean();
  double auroc_sum = 0;
  int auroc_count = 0;
  for (std::size_t target = 0; target < target_count; ++target) {
    figures.aurocs.push_back(AurocOf(records, positions, predictions, target, target_count));
    if (std::isnan(figures.aurocs.back())) continue;
    auroc_sum += figures.aurocs.back();
    ++auroc_count;
  }
  figures.mean_auroc = auroc_count > 0 ? auroc_sum / auroc_count : kNone;
  return figures;
}

}  // namespace pecg
