#include "worker/evaluate/measure.h"

#include <cmath>
#include <limits>
#include <utility>

namespace pecg {

Measure::Measure(double value) : value_(value) {
  if (std::isfinite(value)) return;
  value_ = std::numeric_limits<double>::quiet_NaN();
  reason_ = "it is not finite";
}

Measure Measure::Undefined(std::string reason) {
  Measure measure(0);
  measure.value_ = std::numeric_limits<double>::quiet_NaN();
  measure.reason_ = std::move(reason);
  return measure;
}

}  // namespace pecg
