#include "worker/agent/backoff.h"

#include <algorithm>

namespace pecg {

absl::Duration Backoff::Next() {
  const absl::Duration bound = bound_;
  bound_ = std::min(2 * bound_, kLongest);
  return bound * std::uniform_real_distribution<double>(0.5, 1.0)(random_);
}

}  // namespace pecg
