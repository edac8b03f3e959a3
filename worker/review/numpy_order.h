#ifndef PECG_WORKER_REVIEW_NUMPY_ORDER_H_
#define PECG_WORKER_REVIEW_NUMPY_ORDER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// In which order NumPy adds and sorts. Confident learning rounds sums to counts and cuts sorted
/// lists at those counts, so that the last bit of a sum and the order of equal scores decide which
/// records are flagged; the answers equal cleanlab's, record by record, only in NumPy's order.

namespace pecg {

/// Sum of `values` as numpy.sum adds a contiguous row: pairwise, blocks of at most 128 in eight
/// interleaved partial sums. Source: Higham, SIAM J Sci Comput 14:783 (1993), on pairwise
/// summation; the block size is NumPy's (since 1.9).
double PairwiseSum(std::span<const double> values);

/// Positions in ascending order of `keys`, equal keys as numpy.argsort of NumPy 1.24 leaves them:
/// quicksort with the median of first, middle and last as pivot, insertion sort for parts of at
/// most 16 (Sedgewick, CACM 21:847, 1978). That order of equal keys means nothing, but it is always
/// the same. Where the quicksort would become quadratic, equal keys keep the order of their
/// positions, which NumPy's does not. `keys` without NaN; at most 2^32 - 1 of them.
std::vector<std::uint32_t> ArgsortAscending(std::span<const double> keys);

/// The first `count` of ArgsortAscending in no particular order, in linear time: follows the same
/// partitions, but only to the side where the cut is. `count` <= size.
std::vector<std::uint32_t> LowestPositions(std::span<const double> keys, std::size_t count);

/// ArgsortAscending's counterpart for descending order as pandas.DataFrame.sort_values 1.5 has it:
/// argsort of the reversed keys, reversed.
std::vector<std::uint32_t> ArgsortDescending(std::span<const double> keys);

}  // namespace pecg

#endif  // PECG_WORKER_REVIEW_NUMPY_ORDER_H_
