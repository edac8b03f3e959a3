#include "worker/agent/attempt_end.h"

#include <gtest/gtest.h>

#include <csignal>

namespace pecg {
namespace {

AttemptFacts Exited(int code) {
  AttemptFacts facts;
  facts.exit = ProcessExit{code, 0};
  return facts;
}

AttemptFacts Killed(int signal) {
  AttemptFacts facts;
  facts.exit = ProcessExit{0, signal};
  return facts;
}

v1::JobFailed Failed(const std::string& kind) {
  v1::JobFailed failed;
  failed.set_kind(kind);
  failed.set_what("what");
  failed.set_where("where");
  failed.set_hint("hint");
  return failed;
}

TEST(AttemptEndTest, IsCompletedWithCodeZeroAndAResult) {
  AttemptFacts facts = Exited(0);
  facts.has_result = true;
  EXPECT_EQ(DecideEnd(facts).reason(), v1::END_REASON_COMPLETED);
}

TEST(AttemptEndTest, IsCompletedWhenTheJobWasFasterThanItsCancel) {
  AttemptFacts facts = Exited(0);
  facts.has_result = true;
  facts.stop_reason = v1::END_REASON_USER_CANCELLED;
  EXPECT_EQ(DecideEnd(facts).reason(), v1::END_REASON_COMPLETED);
}

TEST(AttemptEndTest, IsAJobErrorWithCodeZeroButNoResult) {
  EXPECT_EQ(DecideEnd(Exited(0)).reason(), v1::END_REASON_JOB_ERROR);
}

TEST(AttemptEndTest, IsTheFaultWhenAnArtifactCouldNotBeStored) {
  AttemptFacts facts = Exited(0);
  facts.has_result = true;
  facts.fault = Fault{v1::END_REASON_DISK_FULL, "the coordinator's disk is full"};
  EXPECT_EQ(DecideEnd(facts).reason(), v1::END_REASON_DISK_FULL);
  EXPECT_EQ(DecideEnd(facts).message(), "the coordinator's disk is full");
}

TEST(AttemptEndTest, TakesTheReasonFromTheKindTheJobNames) {
  const std::vector<std::pair<std::string, v1::EndReason>> kinds = {
      {"invalid_spec", v1::END_REASON_INVALID_SPEC},
      {"data_missing", v1::END_REASON_DATA_MISSING},
      {"corrupt_data", v1::END_REASON_DATA_MISSING},
      {"out_of_memory", v1::END_REASON_OUT_OF_MEMORY},
      {"diverged", v1::END_REASON_DIVERGED},
      {"device_error", v1::END_REASON_DEVICE_ERROR},
      {"disk_full", v1::END_REASON_DISK_FULL},
      {"internal", v1::END_REASON_JOB_ERROR},
      {"never heard of", v1::END_REASON_JOB_ERROR}};
  for (const auto& [kind, reason] : kinds) {
    AttemptFacts facts = Exited(1);
    facts.failed = Failed(kind);
    EXPECT_EQ(DecideEnd(facts).reason(), reason) << kind;
    EXPECT_EQ(DecideEnd(facts).message(), "where: what (hint)");
  }
}

TEST(AttemptEndTest, TakesTheReasonFromTheCodeWithoutAWordOfTheJob) {
  EXPECT_EQ(DecideEnd(Exited(2)).reason(), v1::END_REASON_INVALID_SPEC);
  EXPECT_EQ(DecideEnd(Exited(3)).reason(), v1::END_REASON_DATA_MISSING);
  EXPECT_EQ(DecideEnd(Exited(75)).reason(), v1::END_REASON_OPERATOR_STOP);
  EXPECT_EQ(DecideEnd(Exited(1)).reason(), v1::END_REASON_EXIT_NONZERO);
  EXPECT_EQ(DecideEnd(Exited(1)).exit_code(), 1);
}

TEST(AttemptEndTest, IsSignalledWhenSomebodyElseKilledTheJob) {
  EXPECT_EQ(DecideEnd(Killed(SIGKILL)).reason(), v1::END_REASON_SIGNALLED);
  EXPECT_EQ(DecideEnd(Killed(SIGSEGV)).reason(), v1::END_REASON_SIGNALLED);
  EXPECT_EQ(DecideEnd(Killed(SIGSEGV)).signal(), SIGSEGV);
}

TEST(AttemptEndTest, IsOutOfMemoryWhenTheSystemSaysThatItKilledForMemory) {
  AttemptFacts facts = Killed(SIGKILL);
  facts.system_killed_for_memory = true;
  EXPECT_EQ(DecideEnd(facts).reason(), v1::END_REASON_OUT_OF_MEMORY);
}

TEST(AttemptEndTest, IsNotOutOfMemoryWhenTheJobCrashedWhileAnotherWasKilledForMemory) {
  AttemptFacts facts = Killed(SIGSEGV);
  facts.system_killed_for_memory = true;
  EXPECT_EQ(DecideEnd(facts).reason(), v1::END_REASON_SIGNALLED);
}

TEST(AttemptEndTest, IsTheStopsReasonWhenTheJobStopped) {
  for (const v1::EndReason reason :
       {v1::END_REASON_USER_CANCELLED, v1::END_REASON_PREEMPTED, v1::END_REASON_TIME_LIMIT}) {
    for (AttemptFacts facts : {Exited(75), Killed(SIGTERM), Killed(SIGKILL), AttemptFacts()}) {
      facts.stop_reason = reason;
      EXPECT_EQ(DecideEnd(facts).reason(), reason);
    }
  }
}

TEST(AttemptEndTest, IsTheFailureWhenAPreemptedJobFailedByItself) {
  AttemptFacts facts = Exited(1);
  facts.stop_reason = v1::END_REASON_PREEMPTED;
  facts.failed = Failed("diverged");
  EXPECT_EQ(DecideEnd(facts).reason(), v1::END_REASON_DIVERGED);
}

TEST(AttemptEndTest, IsTheCancelHoweverTheCancelledJobEnded) {
  AttemptFacts facts = Exited(1);
  facts.stop_reason = v1::END_REASON_USER_CANCELLED;
  facts.failed = Failed("internal");
  EXPECT_EQ(DecideEnd(facts).reason(), v1::END_REASON_USER_CANCELLED);
}

TEST(AttemptEndTest, CountsErrorsOfOurOwnByTheirCode) {
  EXPECT_EQ(FaultOf(absl::ResourceExhaustedError("x")).reason, v1::END_REASON_DISK_FULL);
  EXPECT_EQ(FaultOf(absl::NotFoundError("x")).reason, v1::END_REASON_DATA_MISSING);
  EXPECT_EQ(FaultOf(absl::DataLossError("x")).reason, v1::END_REASON_DATA_MISSING);
  EXPECT_EQ(FaultOf(absl::InternalError("x")).reason, v1::END_REASON_JOB_ERROR);
}

}  // namespace
}  // namespace pecg
