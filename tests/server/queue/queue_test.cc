#include "server/queue/queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/status.h"
#include "storage/database.h"
#include "storage/dataset_store.h"
#include "storage/event_store.h"
#include "storage/log_store.h"
#include "storage/run_transition.h"
#include "tests/server/fake_clock.h"

namespace pecg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Keeps what the queue says to a worker.
class FakeLink final : public WorkerLink {
 public:
  void SendLease(const AttemptKey& key) override { leases.push_back(key); }
  void SendStop(const AttemptKey& key, EndReason reason, absl::Duration) override {
    stops.emplace_back(key, reason);
  }
  void SendLeaseLost(const AttemptKey& key) override { lost.push_back(key); }
  void SendCommitted(const AttemptKey&, int64_t sequence) override {
    committed.push_back(sequence);
  }
  void Close(absl::Status reason) override { closed = std::move(reason); }

  std::vector<AttemptKey> leases;
  std::vector<std::pair<AttemptKey, EndReason>> stops;
  std::vector<AttemptKey> lost;
  std::vector<int64_t> committed;
  absl::Status closed;
};

/// Payloads are not this test's: they say what they are about, and that is all.
class FakeCodec final : public PayloadCodec {
 public:
  std::string EncodeRun(const Run& run) const override { return std::string(NameOf(run.state)); }
  std::string EncodeAttempt(const Attempt& attempt) const override {
    return std::string(NameOf(attempt.state));
  }
  std::string EncodeArtifact(const Artifact& artifact) const override { return artifact.path; }
  std::string EncodePoints(std::span<const NewPoint> points) const override {
    return std::to_string(points.size());
  }
  std::string EncodeProgress(std::string_view progress) const override {
    return std::string(progress);
  }
  std::string EncodeLogPiece(int64_t offset, int64_t) const override {
    return std::to_string(offset);
  }
  std::string MergeLineage(std::string_view, std::string_view reported) const override {
    return std::string(reported);
  }
  absl::StatusOr<ApplyResult> ReadResult(const Run&, const AttemptKey&,
                                         const std::vector<Artifact>&) const override {
    if (!result.ok()) return result;
    return ApplyResult();
  }

  absl::Status result;
};

class QueueTest : public ::testing::Test {
 protected:
  QueueTest() {
    std::filesystem::create_directories(dir_ + "/backups");
    DatabaseOptions options;
    options.path = dir_ + "/pecg.db";
    options.lock_path = dir_ + "/lock";
    options.backup_dir = dir_ + "/backups";
    options.mode = OpenMode::kCreate;
    options.clock = &clock_;
    auto database = Database::Open(options);
    EXPECT_TRUE(database.ok()) << database.status();
    database_ = *std::move(database);
    writer_ = std::make_unique<Writer>(database_.get(), WriterOptions());
    readers_ = std::make_unique<ReaderPool>(database_.get(), ReaderPoolOptions());
    queue_ = NewQueue();
    EXPECT_TRUE(queue_->Load().ok());
  }
  ~QueueTest() override {
    queue_.reset();
    readers_.reset();
    writer_.reset();
    database_.reset();
    std::filesystem::remove_all(dir_);
  }

  std::unique_ptr<Queue> NewQueue() {
    return std::make_unique<Queue>(writer_.get(), readers_.get(), &codec_, &clock_);
  }

  /// The coordinator's process ends and another one starts.
  void RestartCoordinator() {
    queue_ = NewQueue();
    ASSERT_TRUE(queue_->Load().ok());
  }

  int64_t CreateRun(int max_retries = 3, std::vector<RunInputRow> inputs = {},
                    std::optional<absl::Duration> time_limit = std::nullopt) {
    NewRun run;
    run.uid = NewUuidV7(clock_.Now());
    run.user = "ana";
    run.kind = "train";
    run.device = DeviceKind::kCpu;
    run.max_retries = max_retries;
    run.inputs = std::move(inputs);
    run.time_limit = time_limit;
    run.create_time = clock_.Now();
    int64_t number = 0;
    const absl::Status stored = writer_->Write([&](Transaction& transaction) -> absl::Status {
      PECG_ASSIGN_OR_RETURN(number, InsertRun(transaction, run));
      return absl::OkStatus();
    });
    EXPECT_TRUE(stored.ok()) << stored;
    queue_->NoticeNewRun();
    return number;
  }

  std::shared_ptr<FakeLink> Connect(const std::string& process = "process 1",
                                    std::vector<AttemptKey> held = {},
                                    const std::string& worker = "mac-1") {
    auto link = std::make_shared<FakeLink>();
    Hello hello;
    hello.worker = worker;
    hello.process_uid = process;
    hello.devices = {{"cpu", DeviceKind::kCpu, "", 0}};
    hello.held = std::move(held);
    auto welcome = queue_->Arrive(hello, link);
    EXPECT_TRUE(welcome.ok()) << welcome.status();
    if (welcome.ok()) welcome_ = *welcome;
    return link;
  }

  void Beat(const FakeLink& link, std::vector<AttemptKey> held) {
    Heartbeat heartbeat;
    heartbeat.held = std::move(held);
    queue_->Beat("mac-1", &link, heartbeat);
  }

  absl::Status Report(const FakeLink& link, const AttemptKey& key, int64_t sequence,
                      decltype(SpooledEvent::what) what) {
    return queue_->Store("mac-1", &link, {key, {{sequence, std::move(what)}}});
  }
  absl::Status ReportStarted(const FakeLink& link, const AttemptKey& key, int64_t sequence = 1) {
    return Report(link, key, sequence, AttemptAdvanced{AttemptState::kRunning, clock_.Now()});
  }
  absl::Status ReportEnd(const FakeLink& link, const AttemptKey& key, int64_t sequence,
                         EndReason reason) {
    return Report(link, key, sequence, AttemptFinished{reason, 0, std::nullopt, "said the worker"});
  }

  /// Lets time pass in steps of a second, with the ticks that belong to it.
  void Pass(absl::Duration duration) {
    for (absl::Duration passed; passed < duration; passed += absl::Seconds(1)) {
      clock_.Advance(absl::Seconds(1));
      queue_->Tick();
    }
  }

  pecg::Run RunOf(int64_t number) {
    return readers_->Read([&](Snapshot& snapshot) { return GetRun(snapshot, number); }).value();
  }
  Attempt AttemptOf(const AttemptKey& key) {
    return readers_
        ->Read([&](Snapshot& snapshot) { return GetAttempt(snapshot, key.run, key.attempt); })
        .value();
  }
  std::vector<std::string> RunEventsOf(int64_t number) {
    EventQuery query;
    query.run = number;
    const auto events =
        readers_->Read([&](Snapshot& snapshot) { return ListEvents(snapshot, query); }).value();
    std::vector<std::string> states;
    for (const Event& event : events) {
      if (event.kind == EventKind::kRunChanged) states.push_back(event.payload);
    }
    return states;
  }

  const std::string dir_ =
      (std::filesystem::temp_directory_path() / ("pecg_queue_" + NewToken().substr(5, 12)));
  FakeClock clock_;
  FakeCodec codec_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<ReaderPool> readers_;
  std::unique_ptr<Queue> queue_;
  Welcome welcome_;
};

TEST_F(QueueTest, LeasesAWaitingRunToAWorkerThatArrives) {
  const int64_t run = CreateRun();
  EXPECT_EQ(RunOf(run).pending_reason, PendingReason::kNoWorker);
  const auto link = Connect();
  ASSERT_THAT(link->leases, SizeIs(1));
  EXPECT_EQ(link->leases[0].run, run);
  EXPECT_EQ(RunOf(run).state, RunState::kRunning);
}

TEST_F(QueueTest, LeasesANewRunAtOnceToAnIdleWorker) {
  const auto link = Connect();
  const int64_t run = CreateRun();
  ASSERT_THAT(link->leases, SizeIs(1));
  EXPECT_EQ(link->leases[0].run, run);
}

TEST_F(QueueTest, ServesTheNextRunWhenTheDeviceIsFree) {
  const auto link = Connect();
  CreateRun();
  const int64_t second = CreateRun();
  EXPECT_EQ(RunOf(second).pending_reason, PendingReason::kWaitingDevice);
  ASSERT_TRUE(ReportEnd(*link, link->leases[0], 1, EndReason::kCompleted).ok());
  ASSERT_THAT(link->leases, SizeIs(2));
  EXPECT_EQ(link->leases[1].run, second);
}

TEST_F(QueueTest, TellsHowManyRunsAreBeforeAWaitingOne) {
  CreateRun();
  const int64_t second = CreateRun();
  EXPECT_EQ(queue_->PositionOf(second), 1);
}

TEST_F(QueueTest, ARunSucceedsWhenItsAttemptDelivers) {
  const auto link = Connect();
  const int64_t run = CreateRun();
  ASSERT_TRUE(ReportStarted(*link, link->leases[0]).ok());
  ASSERT_TRUE(ReportEnd(*link, link->leases[0], 2, EndReason::kCompleted).ok());
  EXPECT_EQ(RunOf(run).state, RunState::kSucceeded);
  EXPECT_EQ(AttemptOf(link->leases[0]).state, AttemptState::kSucceeded);
  EXPECT_THAT(link->committed, ElementsAre(1, 2));
  EXPECT_EQ(RunEventsOf(run).back(), "SUCCEEDED");
}

TEST_F(QueueTest, ARunFailsWhenItsResultIsNoGood) {
  codec_.result = DataLoss("the index is not sorted");
  const auto link = Connect();
  const int64_t run = CreateRun();
  ASSERT_TRUE(ReportEnd(*link, link->leases[0], 1, EndReason::kCompleted).ok());
  EXPECT_EQ(RunOf(run).state, RunState::kFailed);
  EXPECT_EQ(RunOf(run).end_reason, EndReason::kJobError);
  EXPECT_EQ(RunOf(run).message, "the index is not sorted");
}

TEST_F(QueueTest, ABatchIsNotAcknowledgedWhileItsResultCannotBeRead) {
  codec_.result = Unavailable("try again");
  const auto link = Connect();
  const int64_t run = CreateRun();
  EXPECT_EQ(ReportEnd(*link, link->leases[0], 1, EndReason::kCompleted).code(),
            absl::StatusCode::kUnavailable);
  EXPECT_THAT(link->committed, IsEmpty());
  EXPECT_EQ(RunOf(run).state, RunState::kRunning);
}

TEST_F(QueueTest, AFailedJobIsNotStartedAgain) {
  const auto link = Connect();
  const int64_t run = CreateRun();
  ASSERT_TRUE(ReportEnd(*link, link->leases[0], 1, EndReason::kDiverged).ok());
  EXPECT_EQ(RunOf(run).state, RunState::kFailed);
  EXPECT_EQ(RunOf(run).end_reason, EndReason::kDiverged);
  EXPECT_EQ(RunOf(run).message, "said the worker");
}

TEST_F(QueueTest, ADeviceErrorIsRetriedAfterABackoff) {
  const auto link = Connect();
  const int64_t run = CreateRun();
  ASSERT_TRUE(ReportEnd(*link, link->leases[0], 1, EndReason::kDeviceError).ok());
  EXPECT_EQ(RunOf(run).state, RunState::kPending);
  EXPECT_THAT(link->leases, SizeIs(1));
  Pass(kFirstBackoff);
  ASSERT_THAT(link->leases, SizeIs(2));
  EXPECT_EQ(link->leases[1].attempt, 2);
  EXPECT_GT(link->leases[1].fence, link->leases[0].fence);
}

TEST_F(QueueTest, StopsRetryingAfterMaxRetries) {
  const auto link = Connect();
  const int64_t run = CreateRun(/*max_retries=*/1);
  for (int attempt = 0; attempt < 2; ++attempt) {
    ASSERT_TRUE(ReportEnd(*link, link->leases.back(), 1, EndReason::kDeviceError).ok());
    Pass(kLongestBackoff);
  }
  EXPECT_THAT(link->leases, SizeIs(2));
  EXPECT_EQ(RunOf(run).state, RunState::kFailed);
  EXPECT_EQ(RunOf(run).end_reason, EndReason::kRetriesExhausted);
}

TEST_F(QueueTest, KeepsALeaseThatIsRenewed) {
  const auto link = Connect();
  const int64_t run = CreateRun();
  for (int beat = 0; beat < 20; ++beat) {
    Pass(absl::Seconds(5));
    Beat(*link, link->leases);
  }
  EXPECT_EQ(RunOf(run).state, RunState::kRunning);
}

TEST_F(QueueTest, GivesTheRunBackWhenTheWorkerIsSilentForTheWholeTtl) {
  const auto link = Connect();
  const int64_t run = CreateRun();
  Pass(absl::Seconds(29));
  EXPECT_EQ(RunOf(run).state, RunState::kRunning);
  Pass(absl::Seconds(1));
  EXPECT_EQ(RunOf(run).state, RunState::kPending);
  EXPECT_EQ(AttemptOf(link->leases[0]).state, AttemptState::kLost);
  EXPECT_EQ(link->closed.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(link->lost, IsEmpty());  // It may still come back with it.
}

TEST_F(QueueTest, AdoptsAnAttemptWhoseWorkerComesBackBeforeAnotherLease) {
  const auto before = Connect();
  const int64_t run = CreateRun();
  const AttemptKey key = before->leases[0];
  ASSERT_TRUE(ReportStarted(*before, key).ok());
  Pass(absl::Seconds(40));
  ASSERT_EQ(RunOf(run).state, RunState::kPending);

  const auto after = Connect("process 1", {key});
  EXPECT_EQ(RunOf(run).state, RunState::kRunning);
  ASSERT_THAT(welcome_.kept, SizeIs(1));
  EXPECT_EQ(welcome_.kept[0].key, key);
  EXPECT_EQ(welcome_.kept[0].committed_sequence, 1);
  EXPECT_THAT(after->leases, IsEmpty());
  ASSERT_TRUE(ReportEnd(*after, key, 2, EndReason::kCompleted).ok());
  EXPECT_EQ(RunOf(run).state, RunState::kSucceeded);
}

TEST_F(QueueTest, DoesNotAdoptAnAttemptThatHasASuccessor) {
  const auto before = Connect();
  const int64_t run = CreateRun();
  const AttemptKey old_key = before->leases[0];
  Pass(absl::Seconds(40));
  const auto successor = Connect("process 2", {}, "mac-2");
  ASSERT_THAT(successor->leases, SizeIs(1));
  Connect("process 1", {old_key});
  EXPECT_THAT(welcome_.kept, IsEmpty());
  EXPECT_EQ(AttemptOf(old_key).state, AttemptState::kLost);
  EXPECT_EQ(AttemptOf(successor->leases[0]).state, AttemptState::kLeased);
  EXPECT_EQ(RunOf(run).attempt_count, 2);
}

TEST_F(QueueTest, RefusesTheWritesOfAStaleFence) {
  const auto link = Connect();
  const int64_t run = CreateRun();
  const AttemptKey old_key = link->leases[0];
  const auto restarted = Connect("process 2");
  ASSERT_THAT(restarted->leases, SizeIs(1));
  ASSERT_TRUE(ReportEnd(*restarted, old_key, 1, EndReason::kCompleted).ok());
  EXPECT_THAT(restarted->lost, ElementsAre(old_key));
  EXPECT_THAT(restarted->committed, IsEmpty());
  EXPECT_EQ(RunOf(run).state, RunState::kRunning);
}

TEST_F(QueueTest, AnAgentThatWasStartedAnewLosesItsAttemptsAndTheyAreRequeuedAtOnce) {
  const auto before = Connect();
  const int64_t run = CreateRun();
  ASSERT_TRUE(ReportStarted(*before, before->leases[0]).ok());
  const auto after = Connect("process 2");
  EXPECT_EQ(before->closed.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(AttemptOf(before->leases[0]).state, AttemptState::kLost);
  ASSERT_THAT(after->leases, SizeIs(1));
  EXPECT_EQ(after->leases[0].run, run);
  EXPECT_EQ(after->leases[0].attempt, 2);
}

TEST_F(QueueTest, ALeaseThatNeverArrivedIsGivenAgainAtOnce) {
  const auto before = Connect();
  CreateRun();
  ASSERT_THAT(before->leases, SizeIs(1));
  const auto after = Connect("process 1", /*held=*/{});
  ASSERT_THAT(after->leases, SizeIs(1));
  EXPECT_EQ(after->leases[0].attempt, 2);
}

TEST_F(QueueTest, RequeuesFromTheLastCheckpoint) {
  const auto before = Connect();
  CreateRun();
  const std::string hash(64, 'a');
  ASSERT_TRUE(
      Report(*before, before->leases[0], 1, CheckpointUploaded{100, {{"w", hash, 5}}}).ok());
  ASSERT_TRUE(
      Report(*before, before->leases[0], 2, CheckpointUploaded{200, {{"w", hash, 5}}}).ok());
  const auto after = Connect("process 2");
  ASSERT_THAT(after->leases, SizeIs(1));
  EXPECT_EQ(AttemptOf(after->leases[0]).resume_step, 200);
}

TEST_F(QueueTest, ARunWithoutRetriesLeftWaitsASecondTtlForItsWorker) {
  const auto link = Connect();
  const int64_t run = CreateRun(/*max_retries=*/0);
  Pass(absl::Seconds(31));
  EXPECT_EQ(RunOf(run).state, RunState::kRunning);
  Pass(absl::Seconds(30));
  EXPECT_EQ(RunOf(run).state, RunState::kFailed);
  EXPECT_EQ(RunOf(run).end_reason, EndReason::kRetriesExhausted);
}

TEST_F(QueueTest, TimeThatPassedWhileTheMachineSleptExpiresNothing) {
  const auto link = Connect();
  const int64_t run = CreateRun();
  Pass(absl::Seconds(10));
  clock_.Advance(absl::Hours(8));
  queue_->Tick();
  EXPECT_EQ(RunOf(run).state, RunState::kRunning);
  EXPECT_TRUE(link->closed.ok());
  Beat(*link, link->leases);
  Pass(absl::Seconds(25));
  EXPECT_EQ(RunOf(run).state, RunState::kRunning);
}

TEST_F(QueueTest, AReplayedBatchChangesNothingAndIsAcknowledgedAgain) {
  const auto link = Connect();
  const int64_t run = CreateRun();
  const AttemptKey key = link->leases[0];
  const SpooledBatch batch{key,
                           {{1, PointsMeasured{{{"train.all.loss", 1, 0.5, clock_.Now()}}}},
                            {2, LogWritten{0, "hello\n"}}}};
  ASSERT_TRUE(queue_->Store("mac-1", link.get(), batch).ok());
  const int64_t events =
      readers_->Read([](Snapshot& snapshot) { return LastEventSequence(snapshot); }).value();
  ASSERT_TRUE(queue_->Store("mac-1", link.get(), batch).ok());
  EXPECT_THAT(link->committed, ElementsAre(2, 2));
  EXPECT_EQ(readers_->Read([](Snapshot& snapshot) { return LastEventSequence(snapshot); }).value(),
            events);
  EXPECT_EQ(
      readers_->Read([&](Snapshot& snapshot) { return ReadLog(snapshot, run, 1, 0, 100); }).value(),
      "hello\n");
}

TEST_F(QueueTest, APartlyReplayedBatchStoresOnlyWhatIsNew) {
  const auto link = Connect();
  const int64_t run = CreateRun();
  const AttemptKey key = link->leases[0];
  ASSERT_TRUE(Report(*link, key, 1, LogWritten{0, "one "}).ok());
  ASSERT_TRUE(queue_
                  ->Store("mac-1", link.get(),
                          {key, {{1, LogWritten{0, "one "}}, {2, LogWritten{4, "two"}}}})
                  .ok());
  EXPECT_EQ(
      readers_->Read([&](Snapshot& snapshot) { return ReadLog(snapshot, run, 1, 0, 100); }).value(),
      "one two");
}

TEST_F(QueueTest, AnEndThatIsReplayedAfterAReconnectIsAcknowledged) {
  const auto before = Connect();
  CreateRun();
  const AttemptKey key = before->leases[0];
  ASSERT_TRUE(ReportEnd(*before, key, 1, EndReason::kCompleted).ok());
  const auto after = Connect("process 1", {key});
  ASSERT_THAT(welcome_.kept, SizeIs(1));
  EXPECT_EQ(welcome_.kept[0].committed_sequence, 1);
  ASSERT_TRUE(ReportEnd(*after, key, 1, EndReason::kCompleted).ok());
  EXPECT_THAT(after->committed, ElementsAre(1));
}

TEST_F(QueueTest, EventsThatAreMissingEndTheSession) {
  const auto link = Connect();
  CreateRun();
  EXPECT_EQ(Report(*link, link->leases[0], 3, NothingKept()).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(link->committed, IsEmpty());
}

TEST_F(QueueTest, ABatchThatCanNeverBeStoredEndsTheAttempt) {
  const auto link = Connect();
  const int64_t run = CreateRun();
  ASSERT_TRUE(
      Report(*link, link->leases[0], 1, PointsMeasured{{{/*key=*/"", 1, 0.5, clock_.Now()}}}).ok());
  EXPECT_EQ(RunOf(run).state, RunState::kFailed);
  EXPECT_THAT(link->lost, SizeIs(1));
}

TEST_F(QueueTest, CancelsAWaitingRunAtOnce) {
  const int64_t run = CreateRun();
  ASSERT_TRUE(queue_->Cancel(run, "enough").ok());
  EXPECT_EQ(RunOf(run).state, RunState::kCancelled);
  EXPECT_THAT(Connect()->leases, IsEmpty());
}

TEST_F(QueueTest, AsksTheWorkerToStopACancelledRunAndEndsItWhenItHas) {
  const auto link = Connect();
  const int64_t run = CreateRun();
  ASSERT_TRUE(queue_->Cancel(run, "enough").ok());
  EXPECT_EQ(RunOf(run).state, RunState::kCancelling);
  ASSERT_THAT(link->stops, SizeIs(1));
  EXPECT_EQ(link->stops[0].second, EndReason::kUserCancelled);
  ASSERT_TRUE(ReportEnd(*link, link->leases[0], 1, EndReason::kUserCancelled).ok());
  EXPECT_EQ(RunOf(run).state, RunState::kCancelled);
}

TEST_F(QueueTest, ACancelIsFinalAfterFiveSecondsWhateverTheWorkerDoes) {
  const auto link = Connect();
  const int64_t run = CreateRun();
  ASSERT_TRUE(queue_->Cancel(run, "enough").ok());
  Pass(absl::Seconds(5));
  EXPECT_EQ(RunOf(run).state, RunState::kCancelled);
  EXPECT_EQ(RunOf(run).end_reason, EndReason::kUserCancelled);
  EXPECT_THAT(link->lost, ElementsAre(link->leases[0]));
  ASSERT_TRUE(ReportEnd(*link, link->leases[0], 1, EndReason::kCompleted).ok());
  EXPECT_EQ(RunOf(run).state, RunState::kCancelled);
}

TEST_F(QueueTest, ACompletionThatComesAfterTheCancelDoesNotUndoIt) {
  const auto link = Connect();
  const int64_t run = CreateRun();
  ASSERT_TRUE(queue_->Cancel(run, "enough").ok());
  ASSERT_TRUE(ReportEnd(*link, link->leases[0], 1, EndReason::kCompleted).ok());
  EXPECT_EQ(RunOf(run).state, RunState::kCancelled);
}

TEST_F(QueueTest, CancellingTwiceIsNoErrorAndCancellingASuccessIs) {
  const auto link = Connect();
  const int64_t cancelled = CreateRun();
  ASSERT_TRUE(queue_->Cancel(cancelled, "enough").ok());
  EXPECT_TRUE(queue_->Cancel(cancelled, "enough").ok());
  ASSERT_TRUE(ReportEnd(*link, link->leases[0], 1, EndReason::kUserCancelled).ok());
  EXPECT_TRUE(queue_->Cancel(cancelled, "enough").ok());
  const int64_t done = CreateRun();
  ASSERT_TRUE(ReportEnd(*link, link->leases.back(), 1, EndReason::kCompleted).ok());
  EXPECT_EQ(queue_->Cancel(done, "enough").status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(QueueTest, ACancelSurvivesARestartOfTheCoordinator) {
  const auto link = Connect();
  const int64_t run = CreateRun();
  ASSERT_TRUE(queue_->Cancel(run, "enough").ok());
  RestartCoordinator();
  Pass(absl::Seconds(5));
  EXPECT_EQ(RunOf(run).state, RunState::kCancelled);
}

TEST_F(QueueTest, StopsAJobWhoseTimeLimitHasPassed) {
  const auto link = Connect();
  const int64_t run = CreateRun(3, {}, absl::Seconds(20));
  ASSERT_TRUE(ReportStarted(*link, link->leases[0]).ok());
  Pass(absl::Seconds(19));
  EXPECT_THAT(link->stops, IsEmpty());
  Pass(absl::Seconds(1));
  ASSERT_THAT(link->stops, SizeIs(1));
  EXPECT_EQ(link->stops[0].second, EndReason::kTimeLimit);
  ASSERT_TRUE(ReportEnd(*link, link->leases[0], 2, EndReason::kTimeLimit).ok());
  EXPECT_EQ(RunOf(run).state, RunState::kFailed);
  EXPECT_EQ(RunOf(run).end_reason, EndReason::kTimeLimit);
}

TEST_F(QueueTest, ARunWaitsForItsInputs) {
  const auto link = Connect();
  const int64_t first = CreateRun();
  const int64_t second = CreateRun(3, {{"predictions", first}});
  EXPECT_EQ(RunOf(second).pending_reason, PendingReason::kWaitingDependency);
  ASSERT_TRUE(ReportEnd(*link, link->leases[0], 1, EndReason::kCompleted).ok());
  ASSERT_THAT(link->leases, SizeIs(2));
  EXPECT_EQ(link->leases[1].run, second);
}

TEST_F(QueueTest, RunsFailWithTheirInputsAllAlongTheLine) {
  const auto link = Connect();
  const int64_t first = CreateRun();
  const int64_t second = CreateRun(3, {{"predictions", first}});
  const int64_t third = CreateRun(3, {{"evaluation", second}});
  ASSERT_TRUE(ReportEnd(*link, link->leases[0], 1, EndReason::kJobError).ok());
  EXPECT_EQ(RunOf(second).end_reason, EndReason::kDependencyFailed);
  EXPECT_EQ(RunOf(third).end_reason, EndReason::kDependencyFailed);
}

TEST_F(QueueTest, ADrainingWorkerGetsNothingNew) {
  const auto link = Connect();
  Heartbeat heartbeat;
  heartbeat.draining = true;
  queue_->Beat("mac-1", link.get(), heartbeat);
  const int64_t run = CreateRun();
  EXPECT_THAT(link->leases, IsEmpty());
  EXPECT_EQ(RunOf(run).pending_reason, PendingReason::kNoWorker);
}

TEST_F(QueueTest, ADatasetThatAWorkerMapsLaterSetsItsRunsFree) {
  const auto link = Connect();
  NewRun run;
  run.uid = NewUuidV7(clock_.Now());
  run.user = "ana";
  run.kind = "index";
  run.dataset = "demo";
  run.create_time = clock_.Now();
  ASSERT_TRUE(writer_
                  ->Write([&](Transaction& transaction) -> absl::Status {
                    PECG_RETURN_IF_ERROR(
                        InsertDataset(transaction, {"demo", "zzu_pecg", "ana", clock_.Now(), ""}));
                    return InsertRun(transaction, run).status();
                  })
                  .ok());
  queue_->NoticeNewRun();
  EXPECT_EQ(RunOf(1).pending_reason, PendingReason::kDataNotOnWorker);
  Heartbeat heartbeat;
  heartbeat.datasets = {"demo"};
  queue_->Beat("mac-1", link.get(), heartbeat);
  EXPECT_THAT(link->leases, SizeIs(1));
}

TEST_F(QueueTest, ARestartedCoordinatorWaitsAWholeTtlForTheWorkersItKnew) {
  const auto link = Connect();
  const int64_t run = CreateRun();
  const AttemptKey key = link->leases[0];
  Pass(absl::Seconds(25));
  Beat(*link, {key});
  RestartCoordinator();
  Pass(absl::Seconds(29));
  EXPECT_EQ(RunOf(run).state, RunState::kRunning);
  Connect("process 1", {key});
  EXPECT_THAT(welcome_.kept, SizeIs(1));
  EXPECT_EQ(RunOf(run).attempt_count, 1);
}

TEST_F(QueueTest, AnAttemptThatCannotBePutTogetherFails) {
  const auto link = Connect();
  const int64_t run = CreateRun();
  queue_->FailAttempt(link->leases[0], EndReason::kDataMissing, "the split is gone");
  EXPECT_EQ(RunOf(run).state, RunState::kFailed);
  EXPECT_EQ(RunOf(run).end_reason, EndReason::kDataMissing);
}

TEST_F(QueueTest, LeasesNothingOnceItIsToEnd) {
  queue_->StopLeasing();
  CreateRun();
  EXPECT_THAT(Connect()->leases, IsEmpty());
}

}  // namespace
}  // namespace pecg
