#include "worker/review/prune_counts.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "worker/review/confident_joint.h"
#include "worker/review/numpy_order.h"

namespace pecg {
namespace {

/// One column of the prune counts: `given` is its class.
std::vector<double> RaiseDiagonal(const CountMatrix& prune_counts, int given,
                                  std::int64_t least_count) {
  const std::vector<std::int64_t> before = prune_counts.Column(given);
  const std::int64_t diagonal = prune_counts(given, given);
  const std::int64_t raised = std::max(diagonal, least_count);
  const auto nonzero = std::ranges::count_if(before, [](std::int64_t count) { return count != 0; });
  const double taken =
      static_cast<double>(raised - diagonal) / std::max(static_cast<double>(nonzero) - 1.0, 1.0);
  std::vector<double> after(before.size());
  std::ranges::transform(before, after.begin(), [taken](std::int64_t count) {
    return std::max(static_cast<double>(count) - taken, 0.0);
  });
  after[static_cast<std::size_t>(given)] = static_cast<double>(raised);
  return after;
}

}  // namespace

CountMatrix KeepAtLeastPerClass(const CountMatrix& prune_counts, std::int64_t least_count,
                                double issue_share) {
  const int size = prune_counts.size();
  CountMatrix result(size);
  for (int given = 0; given < size; ++given) {
    const std::vector<double> all = RaiseDiagonal(prune_counts, given, least_count);
    std::vector<double> dropped(all.size());
    for (int truth = 0; truth < size; ++truth) {
      const auto i = static_cast<std::size_t>(truth);
      if (truth == given) continue;
      const double kept = all[i] * issue_share;
      dropped[i] = all[i] - kept;
      result(truth, given) = static_cast<std::int64_t>(kept);
    }
    result(given, given) =
        static_cast<std::int64_t>(all[static_cast<std::size_t>(given)] + PairwiseSum(dropped));
  }
  return result;
}

CountMatrix SetRemovedPerClass(const CountMatrix& prune_counts,
                               std::span<const std::int64_t> label_counts,
                               std::span<const std::int64_t> removed_counts) {
  const int size = prune_counts.size();
  std::vector<double> row_sum;
  for (int row = 0; row < size; ++row) {
    std::int64_t sum = 0;
    for (int column = 0; column < size; ++column) sum += prune_counts(row, column);
    row_sum.push_back(static_cast<double>(sum));
  }
  RealMatrix wanted(size);
  for (int truth = 0; truth < size; ++truth) {
    const auto row = static_cast<std::size_t>(truth);
    std::vector<double> rate;
    for (int given = 0; given < size; ++given) {
      rate.push_back(static_cast<double>(prune_counts(truth, given)) /
                     row_sum[static_cast<std::size_t>(given)]);
    }
    const double noise = PairwiseSum(rate) - rate[row];
    for (int given = 0; given < size; ++given) {
      wanted(truth, given) =
          rate[static_cast<std::size_t>(given)] * static_cast<double>(removed_counts[row]) / noise;
    }
    wanted(truth, truth) = static_cast<double>(label_counts[row] - removed_counts[row]);
  }
  return RoundKeepingRowSums(wanted);
}

}  // namespace pecg
