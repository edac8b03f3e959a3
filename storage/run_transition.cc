#include "storage/run_transition.h"

#include "base/status.h"
#include "storage/metric_store.h"
#include "storage/stored_name.h"

namespace pecg {
namespace {

/// State of the run; nothing if it does not exist.
absl::StatusOr<std::optional<RunState>> FindRunState(Snapshot& snapshot, int64_t run) {
  Statement statement = snapshot.Query("SELECT state FROM runs WHERE number = ?", run);
  PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
  if (!row) return std::nullopt;
  PECG_ASSIGN_OR_RETURN(const RunState state, FromStoredName<RunState>(statement.TextView(0)));
  return state;
}

/// State of the attempt if `key` is its owner's; nothing otherwise.
absl::StatusOr<std::optional<AttemptState>> FindAttemptState(Snapshot& snapshot,
                                                             const AttemptKey& key) {
  Statement statement = snapshot.Query(
      "SELECT state FROM attempts WHERE run_number = ? AND attempt = ? AND fence = ?", key.run,
      key.attempt, key.fence);
  PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
  if (!row) return std::nullopt;
  PECG_ASSIGN_OR_RETURN(const AttemptState state,
                        FromStoredName<AttemptState>(statement.TextView(0)));
  return state;
}

/// The answer for an UPDATE that found no row of the run to change.
absl::StatusOr<Transition> WhyNot(Snapshot& snapshot, int64_t run,
                                  std::initializer_list<RunState> there) {
  PECG_ASSIGN_OR_RETURN(const std::optional<RunState> state, FindRunState(snapshot, run));
  for (const RunState reached : there) {
    if (state == reached) return Transition::kAlreadyThere;
  }
  return Transition::kInvalid;
}

absl::StatusOr<int64_t> TakeFence(Transaction& transaction) {
  PECG_RETURN_IF_ERROR(
      transaction.Change("UPDATE fences SET last_fence = last_fence + 1 WHERE id = 1").status());
  Statement statement = transaction.Query("SELECT last_fence FROM fences WHERE id = 1");
  PECG_RETURN_IF_ERROR(statement.Step().status());
  return statement.Int64(0);
}

absl::Status InsertAttempt(Transaction& transaction, const NewLease& lease, const AttemptKey& key) {
  return transaction
      .Change(
          "INSERT INTO attempts (run_number, attempt, fence, state, end_reason, message, "
          "worker, process_uid, device, create_us, lease_expire_us, resume_step, "
          "spool_sequence) VALUES (?, ?, ?, 'LEASED', '', '', ?, ?, ?, ?, ?, ?, 0)",
          key.run, key.attempt, key.fence, lease.worker, lease.process_uid, lease.device, lease.now,
          lease.expire_time, lease.resume_step)
      .status();
}

}  // namespace

absl::StatusOr<Transition> ReleaseRun(Transaction& transaction, int64_t run) {
  PECG_ASSIGN_OR_RETURN(
      const int64_t count,
      transaction.Change("UPDATE runs SET state = 'PENDING' WHERE number = ? AND state = 'HELD'",
                         run));
  if (count == 1) return Transition::kApplied;
  return WhyNot(transaction, run, {RunState::kPending, RunState::kRunning});
}

absl::StatusOr<Transition> CancelRun(Transaction& transaction, int64_t run, std::string message,
                                     absl::Time now) {
  PECG_ASSIGN_OR_RETURN(
      const int64_t count,
      transaction.Change(
          "UPDATE runs SET "
          "state = CASE state WHEN 'RUNNING' THEN 'CANCELLING' ELSE 'CANCELLED' END, "
          "end_us = CASE state WHEN 'RUNNING' THEN NULL ELSE ?3 END, "
          "end_reason = CASE state WHEN 'RUNNING' THEN '' ELSE 'USER_CANCELLED' END, "
          "message = ?2, pending_reason = '', queue_position = 0, not_before_us = NULL "
          "WHERE number = ?1 AND state IN ('HELD', 'PENDING', 'RUNNING')",
          run, message, now));
  if (count == 1) return Transition::kApplied;
  return WhyNot(transaction, run, {RunState::kCancelling, RunState::kCancelled});
}

absl::StatusOr<LeaseAnswer> LeaseRun(Transaction& transaction, const NewLease& lease) {
  PECG_ASSIGN_OR_RETURN(
      const int64_t count,
      transaction.Change("UPDATE runs SET state = 'RUNNING', attempt_count = attempt_count + 1, "
                         "pending_reason = '', queue_position = 0, not_before_us = NULL "
                         "WHERE number = ? AND state = 'PENDING'",
                         lease.run));
  if (count == 0) return LeaseAnswer{};
  LeaseAnswer answer{Transition::kApplied, {.run = lease.run}};
  PECG_ASSIGN_OR_RETURN(answer.key.fence, TakeFence(transaction));
  {
    Statement statement =
        transaction.Query("SELECT attempt_count FROM runs WHERE number = ?", lease.run);
    PECG_RETURN_IF_ERROR(statement.Step().status());
    answer.key.attempt = statement.Int(0);
  }
  PECG_RETURN_IF_ERROR(InsertAttempt(transaction, lease, answer.key));
  PECG_RETURN_IF_ERROR(HidePoints(transaction, lease.run, answer.key.attempt, lease.resume_step));
  return answer;
}

absl::StatusOr<Transition> AdvanceAttempt(Transaction& transaction, const AttemptKey& key,
                                          AttemptState to, absl::Time now) {
  if (IsTerminal(to)) return Transition::kInvalid;
  // The live states are in the order in which they follow each other.
  PECG_ASSIGN_OR_RETURN(
      const int64_t count,
      transaction.Change(
          "UPDATE attempts SET state = ?4, "
          "start_us = CASE ?4 WHEN 'RUNNING' THEN ?5 ELSE start_us END "
          "WHERE run_number = ?1 AND attempt = ?2 AND fence = ?3 AND end_us IS NULL AND "
          "((?4 = 'STARTING' AND state = 'LEASED') OR "
          " (?4 = 'RUNNING' AND state IN ('LEASED', 'STARTING')) OR "
          " (?4 = 'STOPPING' AND state IN ('LEASED', 'STARTING', 'RUNNING')))",
          key.run, key.attempt, key.fence, NameOf(to), now));
  if (count == 0) {
    PECG_ASSIGN_OR_RETURN(const std::optional<AttemptState> state,
                          FindAttemptState(transaction, key));
    return state.has_value() && !IsTerminal(*state) ? Transition::kAlreadyThere
                                                    : Transition::kOwnerLost;
  }
  if (to == AttemptState::kRunning) {
    PECG_RETURN_IF_ERROR(
        transaction
            .Change("UPDATE runs SET start_us = ? WHERE number = ? AND start_us IS NULL", now,
                    key.run)
            .status());
  }
  return Transition::kApplied;
}

absl::StatusOr<Transition> RenewLease(Transaction& transaction, const AttemptKey& key,
                                      absl::Time expire_time) {
  PECG_ASSIGN_OR_RETURN(
      const int64_t count,
      transaction.Change("UPDATE attempts SET lease_expire_us = ? WHERE run_number = ? AND "
                         "attempt = ? AND fence = ? AND end_us IS NULL",
                         expire_time, key.run, key.attempt, key.fence));
  return count == 1 ? Transition::kApplied : Transition::kOwnerLost;
}

absl::StatusOr<Transition> EndAttempt(Transaction& transaction, const AttemptKey& key,
                                      const AttemptEnd& end) {
  if (!IsTerminal(end.state)) return Transition::kInvalid;
  PECG_ASSIGN_OR_RETURN(
      const int64_t count,
      transaction.Change("UPDATE attempts SET state = ?, end_reason = ?, message = ?, "
                         "exit_code = ?, signal = ?, end_us = ? "
                         "WHERE run_number = ? AND attempt = ? AND fence = ? AND end_us IS NULL",
                         NameOf(end.state), NameOf(end.reason), end.message, end.exit_code,
                         end.signal, end.now, key.run, key.attempt, key.fence));
  if (count == 1) return Transition::kApplied;
  PECG_ASSIGN_OR_RETURN(const std::optional<AttemptState> state,
                        FindAttemptState(transaction, key));
  if (state == end.state) return Transition::kAlreadyThere;
  if (!state.has_value() || *state == AttemptState::kLost) return Transition::kOwnerLost;
  return Transition::kInvalid;
}

absl::StatusOr<Transition> AdoptAttempt(Transaction& transaction, const AttemptKey& key,
                                        absl::Time expire_time) {
  PECG_ASSIGN_OR_RETURN(const Transition renewed, RenewLease(transaction, key, expire_time));
  if (renewed == Transition::kApplied) return Transition::kAlreadyThere;
  PECG_ASSIGN_OR_RETURN(
      const int64_t run_count,
      transaction.Change(
          "UPDATE runs SET state = 'RUNNING', pending_reason = '', queue_position = 0, "
          "not_before_us = NULL "
          "WHERE number = ?1 AND state = 'PENDING' AND attempt_count = ?2 AND EXISTS "
          "(SELECT 1 FROM attempts WHERE run_number = ?1 AND attempt = ?2 AND fence = ?3 AND "
          " state = 'LOST')",
          key.run, key.attempt, key.fence));
  if (run_count == 0) return Transition::kOwnerLost;
  PECG_RETURN_IF_ERROR(
      transaction
          .Change("UPDATE attempts SET state = 'RUNNING', end_reason = '', message = '', "
                  "exit_code = NULL, signal = NULL, end_us = NULL, lease_expire_us = ? "
                  "WHERE run_number = ? AND attempt = ?",
                  expire_time, key.run, key.attempt)
          .status());
  return Transition::kApplied;
}

absl::StatusOr<Transition> EndRun(Transaction& transaction, int64_t run, const RunEnd& end) {
  if (!IsTerminal(end.state)) return Transition::kInvalid;
  PECG_ASSIGN_OR_RETURN(
      const int64_t count,
      transaction.Change(
          "UPDATE runs SET state = ?2, end_reason = ?3, message = ?4, end_us = ?5, "
          "pending_reason = '', queue_position = 0, not_before_us = NULL "
          "WHERE number = ?1 AND "
          "((?2 = 'SUCCEEDED' AND state = 'RUNNING') OR "
          " (?2 = 'FAILED' AND state IN ('HELD', 'PENDING', 'RUNNING')) OR "
          " (?2 = 'CANCELLED' AND state IN ('HELD', 'PENDING', 'CANCELLING'))) "
          "AND NOT EXISTS (SELECT 1 FROM attempts WHERE run_number = ?1 AND end_us IS NULL)",
          run, NameOf(end.state), NameOf(end.reason), end.message, end.now));
  if (count == 1) return Transition::kApplied;
  return WhyNot(transaction, run, {end.state});
}

absl::StatusOr<Transition> RequeueRun(Transaction& transaction, int64_t run,
                                      std::optional<absl::Time> not_before, PendingReason reason) {
  PECG_ASSIGN_OR_RETURN(
      const int64_t count,
      transaction.Change(
          "UPDATE runs SET state = 'PENDING', not_before_us = ?2, pending_reason = ?3 "
          "WHERE number = ?1 AND state = 'RUNNING' "
          "AND NOT EXISTS (SELECT 1 FROM attempts WHERE run_number = ?1 AND end_us IS NULL)",
          run, not_before, NameOf(reason)));
  if (count == 1) return Transition::kApplied;
  return WhyNot(transaction, run, {RunState::kPending});
}

}  // namespace pecg
