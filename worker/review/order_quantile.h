#ifndef PECG_WORKER_REVIEW_ORDER_QUANTILE_H_
#define PECG_WORKER_REVIEW_ORDER_QUANTILE_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace pecg {

/// A median distance below this is taken as this: scores of a set of equal records stay defined.
inline constexpr double kLeastScale = 2.220446049250313e-16;

/// The `quantile` (0..1) of `values`, not empty, linear between order statistics (Hyndman & Fan, Am
/// Stat 50:361, 1996, type 7; numpy.percentile's default).
inline double QuantileOf(std::vector<double> values, double quantile) {
  const double place = quantile * static_cast<double>(values.size() - 1);
  const auto lower = static_cast<std::size_t>(std::floor(place));
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(lower);
  std::nth_element(values.begin(), middle, values.end());
  if (lower + 1 == values.size()) return *middle;
  const double next = *std::min_element(middle + 1, values.end());
  return *middle + (next - *middle) * (place - static_cast<double>(lower));
}

}  // namespace pecg

#endif  // PECG_WORKER_REVIEW_ORDER_QUANTILE_H_
