#ifndef PECG_STORAGE_ATTEMPT_STORE_H_
#define PECG_STORAGE_ATTEMPT_STORE_H_

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/run_state.h"
#include "storage/transaction.h"

/// Attempts: reading them, and how far the events that their workers spool are committed.

namespace pecg {

/// Who writes for an attempt. A write whose fence is not the attempt's has lost its owner.
struct AttemptKey {
  int64_t run = 0;
  int attempt = 0;    ///< From 1.
  int64_t fence = 0;  ///< Grows with each lease of any run.
  friend bool operator==(const AttemptKey&, const AttemptKey&) = default;
};

/// An attempt as stored.
struct Attempt {
  AttemptKey key;
  AttemptState state = AttemptState::kLeased;
  EndReason end_reason = EndReason::kNone;
  std::string message;
  std::string worker;
  std::string process_uid;  ///< Of the agent's process that holds it.
  std::string device;       ///< `cpu`, `mps`, `cuda:0`.
  absl::Time create_time;
  /// When the lease runs out, by the wall clock: for people, and for a coordinator that starts
  /// anew. Whether a lease has run out is decided on Clock::Uptime.
  absl::Time lease_expire_time;
  std::optional<absl::Time> start_time;
  std::optional<absl::Time> end_time;
  std::optional<int> exit_code;
  std::optional<int> signal;
  std::optional<int64_t>
      resume_step;             ///< Step of the checkpoint it resumed from; none = the start.
  int64_t spool_sequence = 0;  ///< Last event of the worker's spool that is committed.
};

/// Returns one attempt. Errors: `NOT_FOUND`.
absl::StatusOr<Attempt> GetAttempt(Snapshot& snapshot, int64_t run, int attempt);

/// Returns the run's newest attempt. Errors: `NOT_FOUND` if there is none.
absl::StatusOr<Attempt> GetLastAttempt(Snapshot& snapshot, int64_t run);

/// Returns a run's attempts, first to last.
absl::StatusOr<std::vector<Attempt>> ListAttempts(Snapshot& snapshot, int64_t run);

/// Counts the run's attempts that ended LOST or FAILED: each but the last has used up a retry, a
/// preemption has not.
absl::StatusOr<int> CountFailedAttempts(Snapshot& snapshot, int64_t run);

/// Returns all attempts that have not ended, by run.
absl::StatusOr<std::vector<Attempt>> ListLiveAttempts(Snapshot& snapshot);

/// Says who the attempt belongs to: kApplied when `key` holds it and it has not ended,
/// kAlreadyThere when `key` held it to its end, kOwnerLost when it is LOST, unknown, or another
/// fence's. First thing in every transaction that writes for a worker.
absl::StatusOr<Transition> CheckOwner(Snapshot& snapshot, const AttemptKey& key);

/// What is to be done with a batch of spooled events.
struct SpoolAdvance {
  /// kApplied: commit the events after `committed_sequence` in this transaction; their last number
  /// is noted. kAlreadyThere: all are committed, acknowledge them. kOwnerLost: drop them.
  /// kInvalid: events are missing between `committed_sequence` and the first of the batch.
  Transition transition = Transition::kOwnerLost;
  int64_t committed_sequence = 0;  ///< Last number that was committed before this batch.
};

/// Notes that the spool's events `first_sequence` to `last_sequence` are committed with this
/// transaction. A replay of events that were committed changes nothing, even after the attempt
/// ended, unless it ended LOST.
absl::StatusOr<SpoolAdvance> AdvanceSpool(Transaction& transaction, const AttemptKey& key,
                                          int64_t first_sequence, int64_t last_sequence);

}  // namespace pecg

#endif  // PECG_STORAGE_ATTEMPT_STORE_H_
