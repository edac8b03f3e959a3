#ifndef PECG_WORKER_REVIEW_OUTLIERS_H_
#define PECG_WORKER_REVIEW_OUTLIERS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "worker/review/embedding_neighbors.h"
#include "worker/review/probabilities.h"

/// Records unlike the rest. Source: Kuan & Mueller, "Back to the Basics: Revisiting
/// Out-of-Distribution Detection Baselines", arXiv:2207.03061 (2022).

namespace pecg {

/// Outliers among embeddings.
struct EmbeddingOutliers {
  /// `[N]`, 0..1, low = unlike the rest: exp(-sharpness * d / median d), d the mean distance to a
  /// record's neighbours; 1 where d is 0 but for rounding.
  std::vector<double> scores;
  double distance_limit = 0;           ///< Q3 + 1.7 IQR of d (quartiles interpolated linearly).
  std::vector<std::uint32_t> records;  ///< Those with d above the limit, ascending.
};

/// `sharpness` > 0 spreads the scores without changing their order.
EmbeddingOutliers FindEmbeddingOutliers(const EmbeddingNeighbors& neighbors,
                                        EmbeddingDistance distance, double sharpness = 1);

/// How a prediction shows that a record is like none of the classes.
enum class OutlierScore : std::uint8_t {
  kEntropy,          ///< 1 - H(p), H as in label_quality.h.
  kLeastConfidence,  ///< max p.
  /// 1 - (sum of (q (1 - q))^0.1) / 100, q the softmax of p, over the 100 highest. Source: Liu et
  /// al., "GEN: Pushing the Limits of Softmax-Based Out-of-Distribution Detection", CVPR (2023).
  kGeneralizedEntropy,
};

/// Scores multi-class predictions, `[N]`, low = unlike the rest. `thresholds` `[K]`: of
/// ConfidentThresholds, taken off first (SubtractThresholds); empty = none, which needs no labels.
/// Throws Error::kBadInput for a probability not in 0..1 and for fewer than two classes.
std::vector<double> PredictionOutlierScores(const Probabilities& probabilities,
                                            std::span<const double> thresholds, OutlierScore score);

}  // namespace pecg

#endif  // PECG_WORKER_REVIEW_OUTLIERS_H_
