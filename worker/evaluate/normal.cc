#include "worker/evaluate/normal.h"

#include <cmath>
#include <limits>
#include <numbers>

namespace pecg {

double NormalShareBelow(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

double NormalQuantile(double share) {
  if (share <= 0) return -std::numeric_limits<double>::infinity();
  if (share >= 1) return std::numeric_limits<double>::infinity();
  double low = -40;
  double high = 40;
  while (high - low > 1e-13 * (1 + std::abs(low))) {
    const double middle = (low + high) / 2;
    (NormalShareBelow(middle) < share ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace pecg
