#ifndef PECG_WORKER_AGENT_BACKOFF_H_
#define PECG_WORKER_AGENT_BACKOFF_H_

#include <absl/time/time.h>

#include <cstdint>
#include <random>

namespace pecg {

/// Delays between tries: at most 50 ms before the second, doubled for each further one up to 2 s,
/// each drawn from the upper half, so that many workers do not come back at the same instant.
/// Not thread-safe.
class Backoff {
 public:
  static constexpr absl::Duration kFirst = absl::Milliseconds(50);
  static constexpr absl::Duration kLongest = absl::Seconds(2);

  explicit Backoff(uint64_t seed) : random_(seed) {}

  /// Returns how long to wait before the next try.
  absl::Duration Next();

  /// A try has succeeded: the next delay is the first again.
  void Reset() { bound_ = kFirst; }

 private:
  std::mt19937_64 random_;
  absl::Duration bound_ = kFirst;
};

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_BACKOFF_H_
