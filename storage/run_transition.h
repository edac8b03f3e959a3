#ifndef PECG_STORAGE_RUN_TRANSITION_H_
#define PECG_STORAGE_RUN_TRANSITION_H_

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>

#include "storage/attempt_store.h"
#include "storage/run_state.h"
#include "storage/transaction.h"

/// Every way a run or an attempt changes its state (run_state.h has the diagram). Each function is
/// one conditional UPDATE per row it changes: asked twice it answers kAlreadyThere, too late
/// kOwnerLost or kInvalid, and then nothing was changed. A run number that does not exist is
/// kInvalid. No function decides anything: when to retry is server/queue's.
///
/// A run is RUNNING or CANCELLING exactly while it has one attempt that has not ended, so
/// EndAttempt and what it means for the run (EndRun, RequeueRun) belong into one transaction, in
/// that order. The database refuses a second live attempt of a run.

namespace pecg {

/// HELD -> PENDING. kAlreadyThere when pending or running.
absl::StatusOr<Transition> ReleaseRun(Transaction& transaction, int64_t run);

/// Somebody cancels: HELD, PENDING -> CANCELLED (USER_CANCELLED); RUNNING -> CANCELLING.
/// kAlreadyThere when CANCELLING or CANCELLED; kInvalid when it has ended otherwise.
absl::StatusOr<Transition> CancelRun(Transaction& transaction, int64_t run, std::string message,
                                     absl::Time now);

/// What a lease gives to whom.
struct NewLease {
  int64_t run = 0;
  std::string worker = {};
  std::string process_uid = {};
  std::string device = {};
  std::optional<int64_t> resume_step =
      {};  ///< Step of the checkpoint to resume from; none = start.
  absl::Time now = {};
  absl::Time expire_time = {};
};

struct LeaseAnswer {
  Transition transition = Transition::kInvalid;
  AttemptKey key;  ///< Set when kApplied.
};

/// PENDING -> RUNNING, with a new attempt in state LEASED and a fence larger than any before.
/// kInvalid when the run is not pending. Also hides the metric points that the new attempt will
/// write again, see HidePoints in metric_store.h.
absl::StatusOr<LeaseAnswer> LeaseRun(Transaction& transaction, const NewLease& lease);

/// LEASED -> STARTING -> RUNNING -> STOPPING, skipping allowed. kAlreadyThere when the attempt is
/// there or further; kOwnerLost when it has ended or is not the key's. To RUNNING sets the start
/// times of the attempt and, if it is the first, of the run.
absl::StatusOr<Transition> AdvanceAttempt(Transaction& transaction, const AttemptKey& key,
                                          AttemptState to, absl::Time now);

/// Moves the lease's end; kOwnerLost when the attempt has ended or is not the key's.
absl::StatusOr<Transition> RenewLease(Transaction& transaction, const AttemptKey& key,
                                      absl::Time expire_time);

/// How an attempt ended.
struct AttemptEnd {
  AttemptState state = AttemptState::kFailed;  ///< One of the terminal ones.
  EndReason reason = EndReason::kNone;
  std::string message = {};
  std::optional<int> exit_code = {};
  std::optional<int> signal = {};
  absl::Time now = {};
};

/// Ends a live attempt. kAlreadyThere when it ended in that state; kOwnerLost when the key is
/// another's or it ended LOST; kInvalid when it ended otherwise.
absl::StatusOr<Transition> EndAttempt(Transaction& transaction, const AttemptKey& key,
                                      const AttemptEnd& end);

/// LOST -> RUNNING for the attempt, PENDING -> RUNNING for its run: the worker came back with it
/// before a successor was leased. The fence stays. kAlreadyThere when the attempt is live (its
/// lease is renewed); kOwnerLost when it ended otherwise, a later attempt exists, or the run is not
/// pending any more.
absl::StatusOr<Transition> AdoptAttempt(Transaction& transaction, const AttemptKey& key,
                                        absl::Time expire_time);

/// How a run ended.
struct RunEnd {
  RunState state = RunState::kFailed;  ///< One of the terminal ones.
  EndReason reason = EndReason::kNone;
  std::string message = {};
  absl::Time now = {};
};

/// Ends a run: RUNNING -> SUCCEEDED; HELD, PENDING, RUNNING -> FAILED; HELD, PENDING, CANCELLING ->
/// CANCELLED. kAlreadyThere when it ended in that state; kInvalid when it ended otherwise, has an
/// attempt that has not ended, or the edge does not exist (CANCELLING can only end CANCELLED: an
/// acknowledged cancel is final).
absl::StatusOr<Transition> EndRun(Transaction& transaction, int64_t run, const RunEnd& end);

/// RUNNING -> PENDING: another attempt follows, not before `not_before`. kAlreadyThere when it is
/// pending; kInvalid when it is cancelled or ended, or has an attempt that has not ended.
absl::StatusOr<Transition> RequeueRun(Transaction& transaction, int64_t run,
                                      std::optional<absl::Time> not_before, PendingReason reason);

}  // namespace pecg

#endif  // PECG_STORAGE_RUN_TRANSITION_H_
