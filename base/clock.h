#ifndef PECG_BASE_CLOCK_H_
#define PECG_BASE_CLOCK_H_

#include <absl/time/time.h>

namespace pecg {

/// Where time comes from. Thread-safe. Decisions take a time instead of a clock where they can.
class Clock {
 public:
  virtual ~Clock() = default;

  /// Wall-clock time: for people and for what is stored. May jump.
  virtual absl::Time Now() const = 0;

  /// Time since some fixed point, which never jumps back: for leases and time-outs. Whether it goes
  /// on while the machine sleeps differs between systems.
  virtual absl::Duration Uptime() const = 0;

  /// The system's clock; lives for ever.
  static const Clock* System();
};

}  // namespace pecg

#endif  // PECG_BASE_CLOCK_H_
