#ifndef PECG_SERVER_QUEUE_OUTCOME_H_
#define PECG_SERVER_QUEUE_OUTCOME_H_

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <string>

#include "server/queue/run_events.h"
#include "storage/attempt_store.h"
#include "storage/run_state.h"
#include "storage/run_transition.h"

namespace pecg {

/// First delay before another attempt; each further one doubles it.
inline constexpr absl::Duration kFirstBackoff = absl::Seconds(1);
/// Longest delay before another attempt.
inline constexpr absl::Duration kLongestBackoff = absl::Minutes(2);

/// When a run whose attempt was lost may start again.
enum class RetryDelay {
  kBackoff,  ///< After a delay that doubles with each failed attempt.
  kNone,     ///< At once: what failed has been replaced already.
};

/// What the end of an attempt means for its run.
struct Outcome {
  RunState state = RunState::kFailed;  ///< kPending: another attempt follows.
  EndReason reason = EndReason::kNone;
  absl::Duration delay;  ///< Before the next attempt.
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// The state an attempt ends in when it ends for `reason`.
AttemptState StateOf(EndReason reason);

/// Says whether a run is started again after an attempt that ended for `reason`: the worker was
/// lost, another run took the device, or the device failed. Nothing that the job itself did.
bool IsRetried(EndReason reason);

/// Decides what becomes of a run. `run_state` is RUNNING or CANCELLING; `failed_count` counts the
/// run's attempts that ended LOST or FAILED, with the one that has just ended. A preempted attempt
/// is always followed by another. Pure.
Outcome DecideOutcome(RunState run_state, EndReason reason, int failed_count, int max_retries,
                      RetryDelay delay);

/// Ends an attempt, and its run or the waiting for the next attempt, with the events of both.
/// Answers EndAttempt's transition; unless it is kApplied nothing was changed.
absl::StatusOr<Transition> ConcludeAttempt(RunEvents& events, const AttemptKey& key,
                                           const AttemptEnd& end, RetryDelay delay);

}  // namespace pecg

#endif  // PECG_SERVER_QUEUE_OUTCOME_H_
