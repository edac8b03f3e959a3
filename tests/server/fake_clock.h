#ifndef PECG_TESTS_SERVER_FAKE_CLOCK_H_
#define PECG_TESTS_SERVER_FAKE_CLOCK_H_

#include <absl/time/time.h>

#include <atomic>

#include "base/clock.h"

namespace pecg {

/// A clock that stands still until it is told otherwise. Thread-safe.
class FakeClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::FromUnixSeconds(1'800'000'000) + Uptime(); }
  absl::Duration Uptime() const override { return absl::Nanoseconds(nanoseconds_.load()); }
  void Advance(absl::Duration step) { nanoseconds_ += absl::ToInt64Nanoseconds(step); }

 private:
  std::atomic<int64_t> nanoseconds_ = 0;
};

}  // namespace pecg

#endif  // PECG_TESTS_SERVER_FAKE_CLOCK_H_
