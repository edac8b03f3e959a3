#ifndef PECG_WORKER_REVIEW_NEAR_DUPLICATES_H_
#define PECG_WORKER_REVIEW_NEAR_DUPLICATES_H_

#include <cstdint>
#include <vector>

#include "worker/review/embedding_neighbors.h"

namespace pecg {

/// Records that are all but the same, such as one ECG exported twice.
struct NearDuplicates {
  /// `[N]`, 0..1, low = has a duplicate: 1 - exp(-d / median d), d the distance to the nearest
  /// neighbour; 0 where d is at most 1e-8.
  std::vector<double> scores;
  /// `[N]`: each record's near-duplicates among its neighbours, nearest first, then the records it
  /// is a near-duplicate of without having them as neighbours. Symmetric.
  std::vector<std::vector<std::uint32_t>> sets;
  std::vector<std::uint32_t> records;  ///< Those with a near-duplicate, ascending.
};

/// Near-duplicates are nearer than `share` (>= 0) of the median nearest-neighbour distance. Method
/// and default as in cleanlab 2.9's Datalab (docs/confident-learning.md).
NearDuplicates FindNearDuplicates(const EmbeddingNeighbors& neighbors, double share = 0.13);

}  // namespace pecg

#endif  // PECG_WORKER_REVIEW_NEAR_DUPLICATES_H_
