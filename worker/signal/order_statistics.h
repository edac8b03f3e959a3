#ifndef PECG_WORKER_SIGNAL_ORDER_STATISTICS_H_
#define PECG_WORKER_SIGNAL_ORDER_STATISTICS_H_

#include <algorithm>
#include <cstddef>
#include <vector>

namespace pecg {

/// Returns the value below which `fraction` (0 to 1) of `values` lie, one of them; reorders them.
/// `values` must not be empty.
template <typename Value>
Value QuantileInPlace(std::vector<Value>& values, double fraction) {
  const auto nth = static_cast<std::ptrdiff_t>(fraction * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + nth, values.end());
  return values[static_cast<std::size_t>(nth)];
}

/// Returns the median of `values`, the mean of the middle two where their number is even; reorders
/// them. They must not be empty.
template <typename Value>
Value MedianInPlace(std::vector<Value>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

}  // namespace pecg

#endif  // PECG_WORKER_SIGNAL_ORDER_STATISTICS_H_
