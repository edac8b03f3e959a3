#include "server/queue/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <utility>

namespace pecg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

WorkerView WorkerWith(std::string name, std::vector<DeviceSlot> devices) {
  return {std::move(name), /*accepting=*/true, std::move(devices), {"demo"}};
}

WaitingRun RunNumber(int64_t number, DeviceKind device = DeviceKind::kCpu) {
  return {.number = number,
          .create_time = kNow - absl::Seconds(1000) + absl::Seconds(number),
          .device = device,
          .dataset = "demo"};
}

TEST(ScheduleTest, ServesTheOldestRunFirst) {
  const QueueSnapshot snapshot{{WorkerWith("a", {{"cpu", DeviceKind::kCpu}})},
                               {RunNumber(8), RunNumber(7)}};
  const Decisions decisions = Schedule(snapshot, kNow);
  EXPECT_THAT(decisions.assignments, ElementsAre(Assignment{7, "a", "cpu"}));
  EXPECT_THAT(decisions.waiting, ElementsAre(Waiting{8, PendingReason::kWaitingDevice, 0}));
}

TEST(ScheduleTest, PoolsOfDifferentDevicesDoNotHoldEachOtherUp) {
  const QueueSnapshot snapshot{
      {WorkerWith("a", {{"cpu", DeviceKind::kCpu}, {"mps", DeviceKind::kMps, /*taken=*/true}})},
      {RunNumber(1, DeviceKind::kMps), RunNumber(2, DeviceKind::kCpu)}};
  const Decisions decisions = Schedule(snapshot, kNow);
  EXPECT_THAT(decisions.assignments, ElementsAre(Assignment{2, "a", "cpu"}));
  EXPECT_THAT(decisions.waiting, ElementsAre(Waiting{1, PendingReason::kWaitingDevice, 0}));
}

TEST(ScheduleTest, GivesARunForAnyDeviceTheBestKind) {
  const QueueSnapshot snapshot{
      {WorkerWith("a", {{"cpu", DeviceKind::kCpu}}),
       WorkerWith("b", {{"cpu", DeviceKind::kCpu}, {"cuda:0", DeviceKind::kCuda}})},
      {RunNumber(1, DeviceKind::kAny)}};
  EXPECT_THAT(Schedule(snapshot, kNow).assignments, ElementsAre(Assignment{1, "b", "cuda:0"}));
}

TEST(ScheduleTest, ARunForAnyDeviceWaitsRatherThanTakeASlowerOneOfTheSameWorker) {
  const QueueSnapshot snapshot{
      {WorkerWith("a", {{"cpu", DeviceKind::kCpu}, {"mps", DeviceKind::kMps, /*taken=*/true}})},
      {RunNumber(1, DeviceKind::kAny)}};
  EXPECT_THAT(Schedule(snapshot, kNow).waiting,
              ElementsAre(Waiting{1, PendingReason::kWaitingDevice, 0}));
}

TEST(ScheduleTest, SaysNoWorkerWhenNobodyHasTheDevice) {
  const QueueSnapshot snapshot{{WorkerWith("a", {{"cpu", DeviceKind::kCpu}})},
                               {RunNumber(1, DeviceKind::kCuda)}};
  EXPECT_THAT(Schedule(snapshot, kNow).waiting,
              ElementsAre(Waiting{1, PendingReason::kNoWorker, 0}));
}

TEST(ScheduleTest, SaysNoWorkerWhenTheOnlyOneIsDraining) {
  QueueSnapshot snapshot{{WorkerWith("a", {{"cpu", DeviceKind::kCpu}})}, {RunNumber(1)}};
  snapshot.workers[0].accepting = false;
  EXPECT_THAT(Schedule(snapshot, kNow).waiting,
              ElementsAre(Waiting{1, PendingReason::kNoWorker, 0}));
}

TEST(ScheduleTest, SaysDataNotOnWorkerWhenNobodyMapsTheDataset) {
  QueueSnapshot snapshot{{WorkerWith("a", {{"cpu", DeviceKind::kCpu}})}, {RunNumber(1)}};
  snapshot.runs[0].dataset = "other";
  EXPECT_THAT(Schedule(snapshot, kNow).waiting,
              ElementsAre(Waiting{1, PendingReason::kDataNotOnWorker, 0}));
}

TEST(ScheduleTest, ARunThatNeedsNoDataRunsOnAWorkerWithoutAny) {
  QueueSnapshot snapshot{{WorkerWith("a", {{"cpu", DeviceKind::kCpu}})}, {RunNumber(1)}};
  snapshot.workers[0].datasets.clear();
  snapshot.runs[0].dataset.clear();
  EXPECT_THAT(Schedule(snapshot, kNow).assignments, ElementsAre(Assignment{1, "a", "cpu"}));
}

TEST(ScheduleTest, SaysWhenTheEarliestBackoffEnds) {
  QueueSnapshot snapshot{{WorkerWith("a", {{"cpu", DeviceKind::kCpu}})},
                         {RunNumber(1), RunNumber(2)}};
  snapshot.runs[0].not_before = kNow + absl::Seconds(9);
  snapshot.runs[1].not_before = kNow + absl::Seconds(4);
  const Decisions decisions = Schedule(snapshot, kNow);
  EXPECT_THAT(decisions.assignments, IsEmpty());
  EXPECT_EQ(decisions.next_time, kNow + absl::Seconds(4));
  EXPECT_EQ(Schedule(snapshot, kNow + absl::Seconds(4)).assignments.size(), 1U);
}

TEST(ScheduleTest, WaitsForInputs) {
  QueueSnapshot snapshot{{WorkerWith("a", {{"cpu", DeviceKind::kCpu}})}, {RunNumber(1)}};
  snapshot.runs[0].inputs = InputState::kWaiting;
  EXPECT_THAT(Schedule(snapshot, kNow).waiting,
              ElementsAre(Waiting{1, PendingReason::kWaitingDependency, 0}));
}

/// A queue as no person would write it down.
QueueSnapshot RandomSnapshot(std::mt19937* random) {
  const auto draw = [random](int limit) { return static_cast<int>((*random)() % limit); };
  constexpr DeviceKind kKinds[] = {DeviceKind::kAny, DeviceKind::kCpu, DeviceKind::kMps,
                                   DeviceKind::kCuda};
  QueueSnapshot snapshot;
  for (int worker = draw(4); worker > 0; --worker) {
    WorkerView view{"w" + std::to_string(worker), draw(4) != 0, {}, {}};
    for (int device = draw(4); device > 0; --device) {
      view.devices.push_back({"d" + std::to_string(device), kKinds[1 + draw(3)], draw(3) == 0});
    }
    for (const char* dataset : {"a", "b"}) {
      if (draw(2) == 0) view.datasets.insert(dataset);
    }
    snapshot.workers.push_back(std::move(view));
  }
  for (int number = draw(12); number > 0; --number) {
    snapshot.runs.push_back({.number = number,
                             .create_time = kNow - absl::Seconds(draw(5)),
                             .device = kKinds[draw(4)],
                             .dataset = draw(3) == 0 ? "" : (draw(2) == 0 ? "a" : "b"),
                             .inputs = draw(5) == 0 ? InputState::kWaiting : InputState::kReady,
                             .not_before = kNow + absl::Seconds(draw(8) - 6)});
  }
  return snapshot;
}

const WorkerView& WorkerOf(const QueueSnapshot& snapshot, const std::string& name) {
  return *std::find_if(snapshot.workers.begin(), snapshot.workers.end(),
                       [&](const WorkerView& worker) { return worker.name == name; });
}

const WaitingRun& RunOf(const QueueSnapshot& snapshot, int64_t number) {
  return *std::find_if(snapshot.runs.begin(), snapshot.runs.end(),
                       [&](const WaitingRun& run) { return run.number == number; });
}

class ScheduleProperty : public ::testing::TestWithParam<unsigned> {
 protected:
  ScheduleProperty() {
    std::mt19937 random(GetParam());
    snapshot_ = RandomSnapshot(&random);
    decisions_ = Schedule(snapshot_, kNow);
    shuffled_ = snapshot_;
    std::shuffle(shuffled_.runs.begin(), shuffled_.runs.end(), random);
    std::shuffle(shuffled_.workers.begin(), shuffled_.workers.end(), random);
  }

  QueueSnapshot snapshot_;
  QueueSnapshot shuffled_;
  Decisions decisions_;
};

TEST_P(ScheduleProperty, AnswersForEachRunExactlyOnce) {
  std::multiset<int64_t> asked;
  std::multiset<int64_t> answered;
  for (const WaitingRun& run : snapshot_.runs) asked.insert(run.number);
  for (const Assignment& assignment : decisions_.assignments) answered.insert(assignment.run);
  for (const Waiting& waiting : decisions_.waiting) answered.insert(waiting.run);
  EXPECT_EQ(asked, answered);
}

TEST_P(ScheduleProperty, DependsOnTheSetsNotOnTheirOrder) {
  EXPECT_EQ(decisions_, Schedule(shuffled_, kNow));
}

TEST_P(ScheduleProperty, AssignsOnlyWhatFitsAndNoDeviceTwice) {
  std::set<std::pair<std::string, std::string>> used;
  for (const Assignment& assignment : decisions_.assignments) {
    EXPECT_TRUE(used.emplace(assignment.worker, assignment.device).second);
    const WorkerView& worker = WorkerOf(snapshot_, assignment.worker);
    const WaitingRun& run = RunOf(snapshot_, assignment.run);
    EXPECT_TRUE(worker.accepting);
    EXPECT_TRUE(run.dataset.empty() || worker.datasets.contains(run.dataset));
    EXPECT_LE(run.not_before, kNow);
    EXPECT_EQ(run.inputs, InputState::kReady);
    EXPECT_TRUE(
        std::any_of(worker.devices.begin(), worker.devices.end(), [&](const DeviceSlot& device) {
          return device.name == assignment.device && !device.taken &&
                 (run.device == DeviceKind::kAny || run.device == device.kind);
        }));
  }
}

TEST_P(ScheduleProperty, LeavesNothingToDoForASecondPass) {
  QueueSnapshot after = snapshot_;
  for (const Assignment& assignment : decisions_.assignments) {
    std::erase_if(after.runs, [&](const WaitingRun& run) { return run.number == assignment.run; });
    for (WorkerView& worker : after.workers) {
      for (DeviceSlot& device : worker.devices) {
        if (worker.name == assignment.worker && device.name == assignment.device) {
          device.taken = true;
        }
      }
    }
  }
  const Decisions second = Schedule(after, kNow);
  EXPECT_THAT(second.assignments, IsEmpty());
  EXPECT_EQ(second.waiting, decisions_.waiting);
}

TEST_P(ScheduleProperty, NoRunOvertakesAnOlderOneThatWantsTheSame) {
  for (const Waiting& waiting : decisions_.waiting) {
    if (waiting.reason != PendingReason::kWaitingDevice) continue;
    const WaitingRun& left_behind = RunOf(snapshot_, waiting.run);
    for (const Assignment& assignment : decisions_.assignments) {
      const WaitingRun& started = RunOf(snapshot_, assignment.run);
      if (started.device != left_behind.device || started.dataset != left_behind.dataset) continue;
      EXPECT_LE(std::pair(started.create_time, started.number),
                std::pair(left_behind.create_time, left_behind.number));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ScheduleProperty, ::testing::Range(0U, 40U));

}  // namespace
}  // namespace pecg
