#ifndef PECG_SERVER_QUEUE_LEASE_WRITER_H_
#define PECG_SERVER_QUEUE_LEASE_WRITER_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "server/queue/lease_table.h"
#include "server/queue/outcome.h"
#include "server/queue/payload_codec.h"
#include "storage/run_store.h"
#include "storage/worker_store.h"
#include "storage/writer.h"

namespace pecg {

/// A run to be leased to a worker's process.
struct LeaseWish {
  int64_t run = 0;
  std::string worker;
  std::string process_uid;
  std::string device;
};

/// A run that keeps waiting, for another reason than before.
struct ReasonChange {
  int64_t run = 0;
  PendingReason reason = PendingReason::kNone;
  int position = 0;
};

/// A worker that came (back) with a new session.
struct WorkerArrival {
  Worker worker;
  std::vector<AttemptKey> held;   ///< What it says it still has.
  std::vector<LiveLease> leases;  ///< What it is known to have.
};

/// An attempt the worker may go on with.
struct KeptAttempt {
  AttemptKey key;
  int64_t committed_sequence = 0;
  bool is_live = false;  ///< False: it ended, and only the worker does not know yet.
  std::string device;
  std::optional<absl::Duration> time_limit_left;  ///< Of one that runs; by the wall clock.
};

/// What an arrival led to.
struct ArrivalAnswer {
  std::vector<KeptAttempt> kept;
};

/// The queue's own transactions, each with its events. Every one is conditional on the state it
/// finds: what has changed meanwhile is left alone. Thread-safe; methods block until the disk has
/// it. Errors are the database's; nothing was stored then.
class LeaseWriter {
 public:
  /// Nothing is owned.
  LeaseWriter(Writer* writer, const PayloadCodec* codec, const Clock* clock)
      : writer_(writer), codec_(codec), clock_(clock) {}

  /// Leases runs, from their newest checkpoints, and notes why others wait. Returns the leases that
  /// were given; `ttl` is for their expire time on the wall clock.
  absl::StatusOr<std::vector<LiveLease>> Commit(const std::vector<LeaseWish>& wishes,
                                                const std::vector<ReasonChange>& changes,
                                                absl::Duration ttl);

  /// Ends runs whose inputs will never be there.
  absl::Status FailDependents(const std::vector<int64_t>& runs);

  /// Ends an attempt that its worker does not end itself, and says what it means for the run.
  /// Nothing happens if it has ended meanwhile.
  absl::Status EndWithoutWorker(const AttemptKey& key, AttemptState state, EndReason reason,
                                const std::string& message, RetryDelay delay);

  /// Cancels a run. Returns it as it is afterwards. Errors: `NOT_FOUND`, `FAILED_PRECONDITION` when
  /// it has ended otherwise.
  absl::StatusOr<Run> Cancel(int64_t run, const std::string& message);

  /// Stores the worker and settles its attempts: those of another process of it, and those it no
  /// longer has, are lost and requeued at once; those it has are kept, adopted again where the
  /// lease had run out and nobody had followed.
  absl::StatusOr<ArrivalAnswer> Arrive(const WorkerArrival& arrival, absl::Duration ttl);

  /// Nobody is connected to a coordinator that starts.
  absl::Status SetAllWorkersGone();

  /// Stores what is known of a worker.
  absl::Status PutWorker(const Worker& worker);

  /// Stores where a worker is.
  absl::Status SetWorkerState(const std::string& worker, WorkerState state,
                              absl::Time heartbeat_time);

 private:
  Writer* const writer_;
  const PayloadCodec* const codec_;
  const Clock* const clock_;
};

}  // namespace pecg

#endif  // PECG_SERVER_QUEUE_LEASE_WRITER_H_
