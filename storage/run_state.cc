#include "storage/run_state.h"

#include <array>
#include <cstddef>
#include <span>

namespace pecg {
namespace {

// Names by number; number 0 is no state.
constexpr std::array<std::string_view, 8> kRunStates = {
    "", "HELD", "PENDING", "RUNNING", "CANCELLING", "SUCCEEDED", "FAILED", "CANCELLED"};
constexpr std::array<std::string_view, 10> kAttemptStates = {
    "",          "LEASED", "STARTING",  "RUNNING",   "STOPPING",
    "SUCCEEDED", "FAILED", "CANCELLED", "PREEMPTED", "LOST"};
constexpr std::array<std::string_view, 10> kPendingReasons = {"",
                                                              "WAITING_DEPENDENCY",
                                                              "WAITING_DEVICE",
                                                              "WAITING_QUOTA",
                                                              "WAITING_START_TIME",
                                                              "WAITING_PERSON",
                                                              "RETRY_BACKOFF",
                                                              "QUEUE_PAUSED",
                                                              "NO_WORKER",
                                                              "DATA_NOT_ON_WORKER"};
constexpr std::array<std::string_view, 19> kEndReasons = {"",
                                                          "COMPLETED",
                                                          "EXIT_NONZERO",
                                                          "SIGNALLED",
                                                          "OUT_OF_MEMORY",
                                                          "TIME_LIMIT",
                                                          "DIVERGED",
                                                          "DEPENDENCY_FAILED",
                                                          "USER_CANCELLED",
                                                          "OPERATOR_STOP",
                                                          "PREEMPTED",
                                                          "WORKER_LOST",
                                                          "DEVICE_ERROR",
                                                          "JOB_ERROR",
                                                          "DISK_FULL",
                                                          "INVALID_SPEC",
                                                          "DATA_MISSING",
                                                          "EARLY_STOPPED",
                                                          "RETRIES_EXHAUSTED"};
constexpr std::array<std::string_view, 4> kDeviceKinds = {"any", "cpu", "mps", "cuda"};
constexpr std::array<std::string_view, 4> kTransitions = {"APPLIED", "ALREADY_THERE", "OWNER_LOST",
                                                          "INVALID"};

template <typename Enum>
std::optional<Enum> Find(std::span<const std::string_view> names, std::string_view name,
                         size_t first) {
  for (size_t i = first; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

bool IsLegal(RunState from, RunState to) {
  switch (from) {
    case RunState::kHeld:
      return to == RunState::kPending || to == RunState::kCancelled || to == RunState::kFailed;
    case RunState::kPending:
      return to == RunState::kRunning || to == RunState::kCancelled || to == RunState::kFailed;
    case RunState::kRunning:
      return to == RunState::kPending || to == RunState::kCancelling ||
             to == RunState::kSucceeded || to == RunState::kFailed;
    case RunState::kCancelling:
      return to == RunState::kCancelled;
    case RunState::kSucceeded:
    case RunState::kFailed:
    case RunState::kCancelled:
      return false;
  }
  return false;
}

bool IsLegal(AttemptState from, AttemptState to) {
  if (from == AttemptState::kLost) return to == AttemptState::kRunning;
  if (IsTerminal(from)) return false;
  return to > from;
}

std::string_view NameOf(RunState state) { return kRunStates.at(static_cast<size_t>(state)); }
std::string_view NameOf(AttemptState state) {
  return kAttemptStates.at(static_cast<size_t>(state));
}
std::string_view NameOf(PendingReason reason) {
  return kPendingReasons.at(static_cast<size_t>(reason));
}
std::string_view NameOf(EndReason reason) { return kEndReasons.at(static_cast<size_t>(reason)); }
std::string_view NameOf(DeviceKind kind) { return kDeviceKinds.at(static_cast<size_t>(kind)); }
std::string_view NameOf(Transition transition) {
  return kTransitions.at(static_cast<size_t>(transition));
}

template <>
std::optional<RunState> FromName<RunState>(std::string_view name) {
  return Find<RunState>(kRunStates, name, 1);
}
template <>
std::optional<AttemptState> FromName<AttemptState>(std::string_view name) {
  return Find<AttemptState>(kAttemptStates, name, 1);
}
template <>
std::optional<PendingReason> FromName<PendingReason>(std::string_view name) {
  return Find<PendingReason>(kPendingReasons, name, 0);
}
template <>
std::optional<EndReason> FromName<EndReason>(std::string_view name) {
  return Find<EndReason>(kEndReasons, name, 0);
}
template <>
std::optional<DeviceKind> FromName<DeviceKind>(std::string_view name) {
  return Find<DeviceKind>(kDeviceKinds, name, 0);
}

}  // namespace pecg
