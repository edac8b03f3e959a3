#ifndef PECG_SERVER_QUEUE_QUEUE_H_
#define PECG_SERVER_QUEUE_QUEUE_H_

#include <absl/base/thread_annotations.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "server/queue/ingest.h"
#include "server/queue/lease_table.h"
#include "server/queue/lease_writer.h"
#include "server/queue/payload_codec.h"
#include "server/queue/schedule.h"
#include "server/queue/spooled_event.h"
#include "server/queue/worker_link.h"
#include "storage/reader.h"
#include "storage/run_store.h"
#include "storage/worker_store.h"
#include "storage/writer.h"

namespace pecg {

struct QueueOptions {
  /// A lease that nobody renews for this long is lost.
  absl::Duration lease_ttl = absl::Seconds(30);
  /// How often workers give a sign of life.
  absl::Duration heartbeat_interval = absl::Seconds(5);
  /// Between SIGTERM and SIGKILL of a cancelled job, and when the cancel is final in any case.
  absl::Duration cancel_grace = absl::Seconds(4);
  absl::Duration cancel_final = absl::Milliseconds(4750);
  /// The same for a job whose time limit has passed.
  absl::Duration time_limit_grace = absl::Seconds(30);
  absl::Duration time_limit_final = absl::Seconds(35);
  /// Ticks further apart than this mean that the machine slept or the coordinator stood still.
  absl::Duration sleep_gap = absl::Seconds(5);
};

/// First message of a session.
struct Hello {
  std::string worker;
  std::string process_uid;
  std::string host;
  std::string code_version;
  std::vector<WorkerDeviceRow> devices;
  std::vector<std::string> datasets;
  std::vector<AttemptKey> held;
};

/// Answer to it.
struct Welcome {
  absl::Duration heartbeat_interval;
  absl::Duration lease_ttl;
  /// Attempts the worker may go on with and the last committed event of each; those it held and
  /// that are not here are lost.
  std::vector<KeptAttempt> kept;
};

/// A sign of life.
struct Heartbeat {
  std::vector<AttemptKey> held;
  std::vector<std::string> datasets;
  bool draining = false;
};

/// Leases runs to workers and finds out when a worker is gone.
///
///                    Schedule            started, ended ...
///     PENDING run ------------> lease ----------------------> ended, or requeued
///        ^                       |  silent for lease_ttl
///        +------- LOST <---------+          LOST -> adopted again, if the same process comes back
///                                           before another lease
///
/// - What has been said is in the database: leases here only add how long to wait. A coordinator
///   that starts anew waits a whole lease_ttl for every attempt it finds.
/// - An expired lease makes the run wait for its next attempt; until that is leased, the worker may
///   come back and go on. A run that has no attempt left to wait for gets a second lease_ttl.
/// - Time is Clock::Uptime, measured from tick to tick: what passed while the machine slept, or
///   while this process stood still, counts for nobody.
/// - A cancel is final after cancel_final, whatever the worker does.
///
/// Knows no transport: workers are WorkerLinks. Thread-safe. Methods that change something block
/// until it is on the disk; storing events does so without holding the others up.
class Queue {
 public:
  /// Nothing is owned.
  Queue(Writer* writer, ReaderPool* readers, const PayloadCodec* codec, const Clock* clock,
        QueueOptions options = {});
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  /// Takes up what an earlier coordinator left. Once, before anything else.
  absl::Status Load();

  /// A run was created: leases what can be leased.
  void NoticeNewRun();

  /// Cancels a run; one that waits at once, one that runs within cancel_final. Errors: `NOT_FOUND`,
  /// `FAILED_PRECONDITION` when it has ended otherwise.
  absl::StatusOr<Run> Cancel(int64_t run, const std::string& message);

  /// A worker opened a session; ends an older one of the same worker with `ABORTED`. What the queue
  /// sends over `link` before the welcome is sent must follow it. Errors: the database's, or
  /// `INVALID_ARGUMENT` for a description that cannot be.
  absl::StatusOr<Welcome> Arrive(const Hello& hello, std::shared_ptr<WorkerLink> link);

  /// A worker is alive. Renews the leases it holds.
  void Beat(const std::string& worker, const WorkerLink* link, const Heartbeat& heartbeat);

  /// A worker's attempt reports. Sends the acknowledgement, or that the lease is lost. Errors: the
  /// database's; the session should end, so that the worker sends the batch again.
  absl::Status Store(const std::string& worker, const WorkerLink* link, const SpooledBatch& batch);

  /// A session has ended. Its leases run on until they expire.
  void Leave(const std::string& worker, const WorkerLink* link);

  /// An attempt cannot go on for a reason on this side.
  void FailAttempt(const AttemptKey& key, EndReason reason, const std::string& message);

  /// Expires, stops and retries what is due. To be called several times a second.
  void Tick();

  /// Leases nothing more; for a coordinator that ends.
  void StopLeasing();

  /// Runs that will be started before this one, as of the last decision; 0 when it is not waiting.
  int PositionOf(int64_t run) const;

  /// When each connected worker was last heard of.
  std::map<std::string, absl::Time> HeardTimes() const;

 private:
  struct Session {
    std::shared_ptr<WorkerLink> link;
    Worker worker;            ///< As stored, with its datasets and devices.
    absl::Duration heard_at;  ///< Uptime.
    absl::Time heard_time;
  };

  Session* FindSession(const std::string& worker, const WorkerLink* link)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Session* SessionOf(const LiveLease& lease) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Hear(Session* session) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Disconnect(const std::string& worker) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void TakeStock(const IngestAnswer& answer, const AttemptKey& key)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  void AllowForSleep(absl::Duration now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DisconnectTheSilent(absl::Duration now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void EnforceStops(absl::Duration now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void EnforceTimeLimits(absl::Duration now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ExpireLeases(absl::Duration now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  /// Whether the run is started again if its live attempt is lost.
  absl::StatusOr<bool> HasRetryLeft(int64_t run_number);
  void RequestStop(LiveLease* lease, const StopRequest& stop) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void EndLease(const LiveLease& lease, AttemptState state, EndReason reason,
                const std::string& message) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  void Decide() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status DecideOnce() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  QueueSnapshot MakeSnapshot(const std::vector<PendingRun>& pending) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Carry(const Decisions& decisions, const std::vector<PendingRun>& pending)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  ReaderPool* const readers_;
  const Clock* const clock_;
  const QueueOptions options_;
  Ingest ingest_;
  LeaseWriter lease_writer_;

  mutable Mutex mutex_;
  std::map<std::string, Session> sessions_ ABSL_GUARDED_BY(mutex_);  ///< By worker.
  LeaseTable leases_ ABSL_GUARDED_BY(mutex_);
  std::map<int64_t, int> positions_ ABSL_GUARDED_BY(mutex_);  ///< Of the waiting runs.
  absl::Duration last_tick_ ABSL_GUARDED_BY(mutex_);
  absl::Time next_decision_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  bool decision_due_ ABSL_GUARDED_BY(mutex_) = false;
  bool leasing_ ABSL_GUARDED_BY(mutex_) = true;
};

}  // namespace pecg

#endif  // PECG_SERVER_QUEUE_QUEUE_H_
