#include "server/queue/outcome.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/status.h"
#include "storage/run_store.h"

namespace pecg {
namespace {

absl::Duration BackoffAfter(int failed_count) {
  absl::Duration delay = kFirstBackoff;
  for (int failed = 1; failed < failed_count && delay < kLongestBackoff; ++failed) delay *= 2;
  return std::min(delay, kLongestBackoff);
}

/// A transition that follows from what was read in the same transaction and therefore applies.
absl::Status MustApply(const absl::StatusOr<Transition>& transition, int64_t run) {
  if (!transition.ok()) return transition.status();
  if (*transition == Transition::kApplied) return absl::OkStatus();
  return Internal("a transition of run {} was refused as {}", run, NameOf(*transition));
}

std::string MessageOf(const Outcome& outcome, const AttemptEnd& end) {
  if (outcome.reason != EndReason::kRetriesExhausted) return end.message;
  const std::string last = fmt::format("the last attempt ended as {}", NameOf(end.reason));
  return end.message.empty() ? last : fmt::format("{}: {}", last, end.message);
}

}  // namespace

AttemptState StateOf(EndReason reason) {
  switch (reason) {
    case EndReason::kCompleted:
      return AttemptState::kSucceeded;
    case EndReason::kUserCancelled:
      return AttemptState::kCancelled;
    case EndReason::kPreempted:
      return AttemptState::kPreempted;
    case EndReason::kWorkerLost:
      return AttemptState::kLost;
    default:
      return AttemptState::kFailed;
  }
}

bool IsRetried(EndReason reason) {
  return reason == EndReason::kWorkerLost || reason == EndReason::kPreempted ||
         reason == EndReason::kDeviceError;
}

Outcome DecideOutcome(RunState run_state, EndReason reason, int failed_count, int max_retries,
                      RetryDelay delay) {
  if (run_state == RunState::kCancelling) {
    return {RunState::kCancelled, EndReason::kUserCancelled, {}};
  }
  if (reason == EndReason::kCompleted) return {RunState::kSucceeded, reason, {}};
  if (!IsRetried(reason)) return {RunState::kFailed, reason, {}};
  if (reason != EndReason::kPreempted && failed_count > max_retries) {
    return {RunState::kFailed, EndReason::kRetriesExhausted, {}};
  }
  const absl::Duration wait =
      delay == RetryDelay::kNone ? absl::ZeroDuration() : BackoffAfter(failed_count);
  return {RunState::kPending, EndReason::kNone, wait};
}

absl::StatusOr<Transition> ConcludeAttempt(RunEvents& events, const AttemptKey& key,
                                           const AttemptEnd& end, RetryDelay delay) {
  Transaction& transaction = events.transaction();
  PECG_ASSIGN_OR_RETURN(const Transition ended, EndAttempt(transaction, key, end));
  if (ended != Transition::kApplied) return ended;
  PECG_RETURN_IF_ERROR(events.AttemptChanged(key));

  PECG_ASSIGN_OR_RETURN(const Run run, GetRun(transaction, key.run));
  PECG_ASSIGN_OR_RETURN(const int failed_count, CountFailedAttempts(transaction, key.run));
  const Outcome outcome =
      DecideOutcome(run.state, end.reason, failed_count, run.max_retries, delay);
  if (outcome.state == RunState::kPending) {
    PECG_RETURN_IF_ERROR(MustApply(
        RequeueRun(transaction, key.run, end.now + outcome.delay, PendingReason::kRetryBackoff),
        key.run));
  } else {
    const RunEnd run_end{outcome.state, outcome.reason, MessageOf(outcome, end), end.now};
    PECG_RETURN_IF_ERROR(MustApply(EndRun(transaction, key.run, run_end), key.run));
  }
  PECG_RETURN_IF_ERROR(events.RunChanged(key.run));
  return Transition::kApplied;
}

}  // namespace pecg
