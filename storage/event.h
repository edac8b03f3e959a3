#ifndef PECG_STORAGE_EVENT_H_
#define PECG_STORAGE_EVENT_H_

#include <absl/time/time.h>

#include <cstdint>
#include <string>

namespace pecg {

/// What an event is about; numbers are those of the fields of pecg.v1.RunEvent.
enum class EventKind {
  kRunChanged = 10,
  kAttemptChanged = 11,
  kProgress = 12,
  kMetrics = 13,
  kArtifact = 14,
  kLog = 15,
};

/// One thing that happened. `payload` is the server's; the storage does not look into it.
struct Event {
  int64_t sequence = 0;  ///< Position among all events, in commit order, from 1.
  int64_t run = 0;       ///< Run number.
  int attempt = 0;       ///< From 1; 0 = not about an attempt.
  EventKind kind = EventKind::kRunChanged;
  absl::Time time = {};
  std::string payload = {};
};

}  // namespace pecg

#endif  // PECG_STORAGE_EVENT_H_
