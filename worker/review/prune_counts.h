#ifndef PECG_WORKER_REVIEW_PRUNE_COUNTS_H_
#define PECG_WORKER_REVIEW_PRUNE_COUNTS_H_

#include <cstdint>
#include <span>

#include "worker/review/square_matrix.h"

/// How many records to flag per pair of classes. Here rows are true labels and columns given ones:
/// the transpose of the confident joint. Source: as confident_joint.h, section 3.2.

namespace pecg {

/// Raises each diagonal entry below `least_count` to it, takes the difference evenly from the other
/// non-zero entries of its column (not below 0), then keeps the share `issue_share` (0..1) of every
/// off-diagonal entry and moves the rest to the column's diagonal; truncates to whole records.
CountMatrix KeepAtLeastPerClass(const CountMatrix& prune_counts, std::int64_t least_count,
                                double issue_share);

/// Rescales `prune_counts` so that its off-diagonal rows suit `removed_counts` `[K]`, the wanted
/// number of flagged records per given class, and sets the diagonal to the records that stay.
/// `label_counts` `[K]`: records per given class. As in cleanlab, the rate of a pair is taken
/// relative to the row of the column's class, so that only prune_by_class flags exactly the wanted
/// numbers.
CountMatrix SetRemovedPerClass(const CountMatrix& prune_counts,
                               std::span<const std::int64_t> label_counts,
                               std::span<const std::int64_t> removed_counts);

}  // namespace pecg

#endif  // PECG_WORKER_REVIEW_PRUNE_COUNTS_H_
