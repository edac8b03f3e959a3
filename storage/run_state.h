#ifndef PECG_STORAGE_RUN_STATE_H_
#define PECG_STORAGE_RUN_STATE_H_

#include <cstdint>
#include <optional>
#include <string_view>

/// Where runs and attempts are, and why. Numbers are those of the enums in pecg/v1/run.proto; the
/// database holds the names, `PENDING`.
///
///     Run:      HELD -> PENDING -> RUNNING -> SUCCEEDED | FAILED
///               HELD | PENDING -> CANCELLED | FAILED
///               RUNNING -> CANCELLING -> CANCELLED          (cancelled, the attempt is ending)
///               RUNNING -> PENDING                          (requeued: another attempt follows)
///     Attempt:  LEASED -> STARTING -> RUNNING -> STOPPING   (steps may be skipped, never taken
///     back)
///               each of them -> SUCCEEDED | FAILED | CANCELLED | PREEMPTED | LOST
///               LOST -> RUNNING                             (adopted: the worker came back first)
///
/// SUCCEEDED, FAILED and CANCELLED of a run never change; of an attempt only LOST does.

namespace pecg {

enum class RunState {
  kHeld = 1,
  kPending = 2,
  kRunning = 3,
  kCancelling = 4,
  kSucceeded = 5,
  kFailed = 6,
  kCancelled = 7,
};

enum class AttemptState {
  kLeased = 1,
  kStarting = 2,
  kRunning = 3,
  kStopping = 4,
  kSucceeded = 5,
  kFailed = 6,
  kCancelled = 7,
  kPreempted = 8,
  kLost = 9,
};

enum class PendingReason {
  kNone = 0,
  kWaitingDependency = 1,
  kWaitingDevice = 2,
  kWaitingQuota = 3,
  kWaitingStartTime = 4,
  kWaitingPerson = 5,
  kRetryBackoff = 6,
  kQueuePaused = 7,
  kNoWorker = 8,
  kDataNotOnWorker = 9,
};

enum class EndReason {
  kNone = 0,
  kCompleted = 1,
  kExitNonzero = 2,
  kSignalled = 3,
  kOutOfMemory = 4,
  kTimeLimit = 5,
  kDiverged = 6,
  kDependencyFailed = 7,
  kUserCancelled = 8,
  kOperatorStop = 9,
  kPreempted = 10,
  kWorkerLost = 11,
  kDeviceError = 12,
  kJobError = 13,
  kDiskFull = 14,
  kInvalidSpec = 15,
  kDataMissing = 16,
  kEarlyStopped = 17,
  kRetriesExhausted = 18,
};

/// Kinds of device, as pecg.v1.Device.
enum class DeviceKind { kAny = 0, kCpu = 1, kMps = 2, kCuda = 3 };

/// What became of a transition that was asked for. None of them is an error of the database.
enum class Transition {
  kApplied,       ///< It was made.
  kAlreadyThere,  ///< It had been made before; nothing changed.
  kOwnerLost,     ///< The attempt is no longer the asker's: ended, unknown, or another fence.
  kInvalid,       ///< The state machine has no such edge from where it is.
};

/// Says whether the state is one of those that end a run.
constexpr bool IsTerminal(RunState state) { return state >= RunState::kSucceeded; }
/// Says whether the state is one of those that end an attempt (LOST too).
constexpr bool IsTerminal(AttemptState state) { return state >= AttemptState::kSucceeded; }

/// Says whether the diagram above has the edge.
bool IsLegal(RunState from, RunState to);
bool IsLegal(AttemptState from, AttemptState to);

/// Returns the name: `PENDING`, `WAITING_DEVICE`, `COMPLETED`, `cuda`, `OWNER_LOST`. The `None`
/// reasons are empty; DeviceKind::kAny is `any`.
std::string_view NameOf(RunState state);
std::string_view NameOf(AttemptState state);
std::string_view NameOf(PendingReason reason);
std::string_view NameOf(EndReason reason);
std::string_view NameOf(DeviceKind kind);
std::string_view NameOf(Transition transition);

/// Returns the value with that name; nothing if there is none.
template <typename Enum>
std::optional<Enum> FromName(std::string_view name);
template <>
std::optional<RunState> FromName<RunState>(std::string_view name);
template <>
std::optional<AttemptState> FromName<AttemptState>(std::string_view name);
template <>
std::optional<PendingReason> FromName<PendingReason>(std::string_view name);
template <>
std::optional<EndReason> FromName<EndReason>(std::string_view name);
template <>
std::optional<DeviceKind> FromName<DeviceKind>(std::string_view name);

}  // namespace pecg

#endif  // PECG_STORAGE_RUN_STATE_H_
