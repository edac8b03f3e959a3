#include "client/cli/run_watcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <thread>

#include "base/ids.h"
#include "base/joining_thread.h"
#include "tests/client/cli/fake_coordinator.h"

namespace pecg {
namespace {

using End = RunWatcher::Outcome::End;

/// What a watcher told, and a way to wait for it.
class Witness {
 public:
  RunWatcher::Callbacks Callbacks() {
    RunWatcher::Callbacks callbacks;
    callbacks.on_event = [this](const v1::RunEvent& event) {
      const MutexLock lock(&mutex_);
      sequences_.push_back(event.sequence());
      changed_.NotifyAll();
    };
    callbacks.on_lost = [this](const absl::Status&) {
      const MutexLock lock(&mutex_);
      ++lost_count_;
      changed_.NotifyAll();
    };
    return callbacks;
  }

  /// Waits until the event was told; fails the test after 20 s.
  void AwaitSequence(int64_t sequence) {
    const MutexLock lock(&mutex_);
    const absl::Time deadline = absl::Now() + absl::Seconds(20);
    while (sequences_.empty() || sequences_.back() < sequence) {
      ASSERT_LT(absl::Now(), deadline) << "no event " << sequence;
      changed_.WaitFor(&mutex_, std::chrono::seconds(1));
    }
  }

  void AwaitLoss() {
    const MutexLock lock(&mutex_);
    const absl::Time deadline = absl::Now() + absl::Seconds(20);
    while (lost_count_ == 0) {
      ASSERT_LT(absl::Now(), deadline) << "the connection was not lost";
      changed_.WaitFor(&mutex_, std::chrono::seconds(1));
    }
  }

  std::vector<int64_t> Sequences() {
    const MutexLock lock(&mutex_);
    return sequences_;
  }

  int LostCount() {
    const MutexLock lock(&mutex_);
    return lost_count_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  std::vector<int64_t> sequences_ ABSL_GUARDED_BY(mutex_);
  int lost_count_ ABSL_GUARDED_BY(mutex_) = 0;
};

class RunWatcherTest : public testing::Test {
 protected:
  const std::string address_ = "unix:" + MakeTestHome() + "/s";
  FakeEventLog log_;
  Coordinator coordinator_{{address_, true}, NewToken()};
  Witness witness_;
  RunWatcher watcher_{&coordinator_, {.run = "runs/7"}, witness_.Callbacks()};
};

TEST_F(RunWatcherTest, EndsOnTerminalWithTheRun) {
  FakeRunService service(&log_);
  const FakeServer server(address_, {&service});
  for (const int64_t sequence : {3, 4, 9}) log_.Append(ProgressEvent(sequence));
  log_.End(EndedRun(v1::RUN_STATE_FAILED));
  const auto outcome = watcher_.Watch();
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->end, End::kTerminal);
  EXPECT_EQ(outcome->run->state(), v1::RUN_STATE_FAILED);
  EXPECT_THAT(witness_.Sequences(), testing::ElementsAre(3, 4, 9));
}

TEST_F(RunWatcherTest, TellsEachEventOnceWhenTheCoordinatorIsRestarted) {
  FakeRunService before(&log_);
  auto first = std::make_unique<FakeServer>(address_, std::vector<grpc::Service*>{&before});
  std::vector<int64_t> expected;
  for (int64_t sequence = 1; sequence <= 5; ++sequence) log_.Append(ProgressEvent(sequence));
  absl::StatusOr<RunWatcher::Outcome> outcome = absl::UnknownError("not watched");
  JoiningThread thread([&] { outcome = watcher_.Watch(); });
  witness_.AwaitSequence(5);
  first.reset();
  witness_.AwaitLoss();
  for (int64_t sequence = 6; sequence <= 12; ++sequence) log_.Append(ProgressEvent(sequence));
  log_.End(EndedRun(v1::RUN_STATE_SUCCEEDED));
  FakeRunService after(&log_);
  after.overlap = 3;  // At least once is what the coordinator promises.
  const FakeServer second(address_, {&after});
  thread.Join();
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->end, End::kTerminal);
  for (int64_t sequence = 1; sequence <= 12; ++sequence) expected.push_back(sequence);
  EXPECT_EQ(witness_.Sequences(), expected);
  EXPECT_EQ(after.WatchedFrom().front(), 5);
}

TEST_F(RunWatcherTest, TakesTheEndOfAStreamForNothing) {
  FakeRunService service(&log_);
  service.stream_size = 2;
  const FakeServer server(address_, {&service});
  for (int64_t sequence = 1; sequence <= 6; ++sequence) log_.Append(ProgressEvent(sequence));
  log_.End(EndedRun(v1::RUN_STATE_SUCCEEDED));
  const auto outcome = watcher_.Watch();
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_THAT(witness_.Sequences(), testing::ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(service.WatchedFrom(), testing::ElementsAre(0, 2, 4));
}

TEST_F(RunWatcherTest, StopsWhenAskedAndSaysWhereToGoOn) {
  FakeRunService service(&log_);
  const FakeServer server(address_, {&service});
  log_.Append(ProgressEvent(4));
  absl::StatusOr<RunWatcher::Outcome> outcome = absl::UnknownError("not watched");
  JoiningThread thread([&] { outcome = watcher_.Watch(); });
  witness_.AwaitSequence(4);
  watcher_.Stop();
  thread.Join();
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->end, End::kStopped);
  EXPECT_EQ(outcome->last_sequence, 4);
}

TEST_F(RunWatcherTest, StopsWhileNobodyListens) {
  absl::StatusOr<RunWatcher::Outcome> outcome = absl::UnknownError("not watched");
  JoiningThread thread([&] { outcome = watcher_.Watch(); });
  witness_.AwaitLoss();
  watcher_.Stop();
  thread.Join();
  EXPECT_EQ(outcome->end, End::kStopped);
  EXPECT_EQ(witness_.LostCount(), 1);  // Told once, not at every try.
}

TEST_F(RunWatcherTest, EndsWhenTheTimeIsOver) {
  FakeRunService service(&log_);
  const FakeServer server(address_, {&service});
  RunWatcher watcher(&coordinator_, {.run = "runs/7", .timeout = absl::Milliseconds(50)}, {});
  const auto outcome = watcher.Watch();
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->end, End::kTimedOut);
}

/// Refuses every watch.
class RefusingService : public v1::RunService::Service {
 public:
  grpc::Status WatchRun(grpc::ServerContext*, const v1::WatchRunRequest*,
                        grpc::ServerWriter<v1::WatchRunResponse>*) override {
    return {grpc::StatusCode::NOT_FOUND, "run not found: runs/7"};
  }
};

TEST_F(RunWatcherTest, GivesUpOnWhatAnotherTryWouldNotMend) {
  RefusingService service;
  const FakeServer server(address_, {&service});
  EXPECT_EQ(watcher_.Watch().status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace pecg
