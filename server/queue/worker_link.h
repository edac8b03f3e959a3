#ifndef PECG_SERVER_QUEUE_WORKER_LINK_H_
#define PECG_SERVER_QUEUE_WORKER_LINK_H_

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <cstdint>

#include "storage/attempt_store.h"
#include "storage/run_state.h"

namespace pecg {

/// The way to a worker: one session. Messages arrive in the order of the calls, or not at all if
/// the session breaks; nobody is told. Thread-safe; no method blocks or calls the queue before it
/// returns.
class WorkerLink {
 public:
  virtual ~WorkerLink() = default;

  /// Sends the worker an attempt to start; what it needs is read from the store. If that cannot be
  /// put together, Queue::FailAttempt is called.
  virtual void SendLease(const AttemptKey& key) = 0;

  /// Asks for an attempt's end: SIGTERM now, SIGKILL after `grace`; reported as `reason`.
  virtual void SendStop(const AttemptKey& key, EndReason reason, absl::Duration grace) = 0;

  /// Says that the attempt is no longer this worker's.
  virtual void SendLeaseLost(const AttemptKey& key) = 0;

  /// Says that the spool's events up to `sequence` are on the disk.
  virtual void SendCommitted(const AttemptKey& key, int64_t sequence) = 0;

  /// Ends the session.
  virtual void Close(absl::Status reason) = 0;
};

}  // namespace pecg

#endif  // PECG_SERVER_QUEUE_WORKER_LINK_H_
