#include "server/queue/outcome.h"

#include <gtest/gtest.h>

namespace pecg {
namespace {

constexpr EndReason kAllReasons[] = {
    EndReason::kCompleted,     EndReason::kExitNonzero,      EndReason::kSignalled,
    EndReason::kOutOfMemory,   EndReason::kTimeLimit,        EndReason::kDiverged,
    EndReason::kUserCancelled, EndReason::kDependencyFailed, EndReason::kOperatorStop,
    EndReason::kPreempted,     EndReason::kWorkerLost,       EndReason::kDeviceError,
    EndReason::kJobError,      EndReason::kDiskFull,         EndReason::kInvalidSpec,
    EndReason::kDataMissing,   EndReason::kEarlyStopped,     EndReason::kRetriesExhausted};

TEST(OutcomeTest, RetriesOnlyWhatTheJobDidNotDoItself) {
  for (const EndReason reason : kAllReasons) {
    const bool is_outside = reason == EndReason::kWorkerLost || reason == EndReason::kPreempted ||
                            reason == EndReason::kDeviceError;
    const Outcome outcome = DecideOutcome(RunState::kRunning, reason, 1, 3, RetryDelay::kBackoff);
    EXPECT_EQ(outcome.state == RunState::kPending, is_outside) << NameOf(reason);
  }
}

TEST(OutcomeTest, ACancelledRunEndsCancelledHoweverItsAttemptEnds) {
  for (const EndReason reason : kAllReasons) {
    EXPECT_EQ(DecideOutcome(RunState::kCancelling, reason, 1, 3, RetryDelay::kBackoff),
              (Outcome{RunState::kCancelled, EndReason::kUserCancelled, {}}))
        << NameOf(reason);
  }
}

TEST(OutcomeTest, DoublesTheDelayUpToTheLongest) {
  const auto delay = [](int failed) {
    return DecideOutcome(RunState::kRunning, EndReason::kWorkerLost, failed, 100,
                         RetryDelay::kBackoff)
        .delay;
  };
  EXPECT_EQ(delay(1), kFirstBackoff);
  EXPECT_EQ(delay(2), 2 * kFirstBackoff);
  EXPECT_EQ(delay(4), 8 * kFirstBackoff);
  EXPECT_EQ(delay(50), kLongestBackoff);
}

TEST(OutcomeTest, FailsTheRunWhenTheRetriesAreUsedUp) {
  EXPECT_EQ(
      DecideOutcome(RunState::kRunning, EndReason::kWorkerLost, 3, 3, RetryDelay::kBackoff).state,
      RunState::kPending);
  EXPECT_EQ(DecideOutcome(RunState::kRunning, EndReason::kWorkerLost, 4, 3, RetryDelay::kBackoff),
            (Outcome{RunState::kFailed, EndReason::kRetriesExhausted, {}}));
}

TEST(OutcomeTest, APreemptionUsesNoRetry) {
  EXPECT_EQ(
      DecideOutcome(RunState::kRunning, EndReason::kPreempted, 4, 3, RetryDelay::kBackoff).state,
      RunState::kPending);
}

TEST(OutcomeTest, OnlyACompletedAttemptSucceeds) {
  for (const EndReason reason : kAllReasons) {
    EXPECT_EQ(StateOf(reason) == AttemptState::kSucceeded, reason == EndReason::kCompleted);
  }
}

}  // namespace
}  // namespace pecg
