#ifndef PECG_WORKER_EVALUATE_ESTIMATE_H_
#define PECG_WORKER_EVALUATE_ESTIMATE_H_

#include <cmath>
#include <limits>
#include <string>

#include "worker/evaluate/interval.h"

namespace pecg {

/// A figure with its interval, or why there is the one without the other, or neither.
struct Estimate {
  double value = std::numeric_limits<double>::quiet_NaN();  ///< NaN: not defined.
  double lower = std::numeric_limits<double>::quiet_NaN();  ///< NaN: there is no interval.
  double upper = std::numeric_limits<double>::quiet_NaN();
  IntervalMethod method = IntervalMethod::kNone;
  std::string reason;  ///< Why the value or the interval is NaN; empty when both are there.

  bool defined() const { return !std::isnan(value); }
};

/// A figure under the name its metric key ends with.
struct NamedEstimate {
  std::string name;
  Estimate estimate;
};

}  // namespace pecg

#endif  // PECG_WORKER_EVALUATE_ESTIMATE_H_
