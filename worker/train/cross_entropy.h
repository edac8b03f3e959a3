#ifndef PECG_WORKER_TRAIN_CROSS_ENTROPY_H_
#define PECG_WORKER_TRAIN_CROSS_ENTROPY_H_

#include <cstdint>
#include <span>
#include <vector>

#include "worker/train/record_set.h"

namespace pecg {

/// Binary cross-entropy of logits in double precision, record by record; missing labels contribute
/// nothing.
struct CrossEntropySum {
  double loss = 0;    ///< Sum over all defined labels, times the records' weights.
  double weight = 0;  ///< Sum of those weights.

  void Add(std::span<const float> logits, std::span<const std::uint8_t> labels,
           double record_weight);
  /// NaN when no label was defined.
  double Mean() const { return loss / weight; }
};

/// Weight of each target's positives: sqrt(negatives / positives) over the records' weights, at
/// least 1, at most `cap`; 1 for a target without positives. The root and the cap keep
/// probabilities near calibration, which full weighting ruins for rare targets.
std::vector<float> PositiveWeights(const RecordSet& records, std::span<const std::size_t> positions,
                                   std::size_t target_count, double cap);

}  // namespace pecg

#endif  // PECG_WORKER_TRAIN_CROSS_ENTROPY_H_
