#include "storage/run_store.h"

#include "tests/storage/store_fixture.h"

namespace pecg {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::Optional;

using StoredRun = Run;  // testing::Test has a Run of its own.

class RunStoreTest : public StoreTest {
 protected:
  absl::StatusOr<StoredRun> Get(int64_t number) {
    return Read([&](Snapshot& s) { return GetRun(s, number); });
  }
  absl::StatusOr<std::vector<StoredRun>> List(const RunQuery& query) {
    return Read([&](Snapshot& s) { return ListRuns(s, query); });
  }
};

TEST_F(RunStoreTest, KeepsEverythingARunWasCreatedWith) {
  NewRun run;
  run.uid = "u-1";
  run.user = "ada";
  run.title = "a title";
  run.kind = "train";
  run.dataset = "zzu";
  run.dataset_version = "abcd";
  run.split = "ef01";
  run.device = DeviceKind::kMps;
  run.max_retries = 3;
  run.time_limit = absl::Hours(2);
  run.spec = std::string("\x00\xff spec", 7);
  run.create_time = At(1234567);
  const absl::StatusOr<int64_t> number = Write([&](Transaction& t) { return InsertRun(t, run); });
  ASSERT_THAT(number, HoldsValue(1));

  const absl::StatusOr<StoredRun> stored = Get(1);
  ASSERT_THAT(stored, IsOk());
  EXPECT_EQ(stored->uid, run.uid);
  EXPECT_EQ(stored->user, run.user);
  EXPECT_EQ(stored->title, run.title);
  EXPECT_EQ(stored->kind, run.kind);
  EXPECT_EQ(stored->dataset, run.dataset);
  EXPECT_EQ(stored->dataset_version, run.dataset_version);
  EXPECT_EQ(stored->split, run.split);
  EXPECT_EQ(stored->device, DeviceKind::kMps);
  EXPECT_EQ(stored->max_retries, 3);
  EXPECT_THAT(stored->time_limit, Optional(absl::Hours(2)));
  EXPECT_EQ(stored->spec, run.spec);
  EXPECT_EQ(stored->state, RunState::kPending);
  EXPECT_EQ(stored->create_time, At(1234567));
  EXPECT_EQ(stored->start_time, std::nullopt);
  EXPECT_EQ(stored->end_time, std::nullopt);
  EXPECT_EQ(stored->attempt_count, 0);
  EXPECT_THAT(Read([](Snapshot& s) { return GetRunByUid(s, "u-1"); }),
              HoldsValue(Field(&StoredRun::number, 1)));
}

TEST_F(RunStoreTest, RefusesAUidTwice) {
  AddRun("u-1");
  NewRun again;
  again.uid = "u-1";
  EXPECT_THAT(Write([&](Transaction& t) { return InsertRun(t, again); }),
              HasCode(absl::StatusCode::kAlreadyExists));
}

TEST_F(RunStoreTest, SaysThatARunIsNotThere) {
  EXPECT_THAT(Get(7), IsError(absl::StatusCode::kNotFound, "7"));
  EXPECT_THAT(Write([](Transaction& t) { return SetProgress(t, 7, "p"); }),
              HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(Write([](Transaction& t) { return SetLineage(t, 7, "l"); }),
              HasCode(absl::StatusCode::kNotFound));
}

TEST_F(RunStoreTest, RefusesAnInputThatDoesNotExist) {
  NewRun run;
  run.uid = "u-1";
  run.inputs = {{"index", 99}};
  EXPECT_THAT(Write([&](Transaction& t) { return InsertRun(t, run); }),
              HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(List({}), HoldsValue(testing::IsEmpty()));
}

TEST_F(RunStoreTest, NeverUsesANumberTwice) {
  EXPECT_EQ(AddRun("u-1"), 1);
  EXPECT_EQ(AddRun("u-2"), 2);
  Restart();
  EXPECT_EQ(AddRun("u-3"), 3);
}

TEST_F(RunStoreTest, PagesFromTheNewestDown) {
  for (int i = 1; i <= 5; ++i) AddRun("u-" + std::to_string(i));
  RunQuery query;
  query.limit = 2;
  EXPECT_THAT(List(query),
              HoldsValue(ElementsAre(Field(&StoredRun::number, 5), Field(&StoredRun::number, 4))));
  query.before_number = 4;
  query.limit = 10;
  EXPECT_THAT(List(query),
              HoldsValue(ElementsAre(Field(&StoredRun::number, 3), Field(&StoredRun::number, 2),
                                     Field(&StoredRun::number, 1))));
}

TEST_F(RunStoreTest, ListsByStatesAndUser) {
  AddRun("u-1");
  AddRun("u-2", /*held=*/true);
  Lease(AddRun("u-3"));
  EXPECT_THAT(List({.states = {RunState::kHeld, RunState::kRunning}, .user = "ada"}),
              HoldsValue(ElementsAre(Field(&StoredRun::number, 3), Field(&StoredRun::number, 2))));
  EXPECT_THAT(List({.states = {RunState::kPending}, .user = ""}),
              HoldsValue(ElementsAre(Field(&StoredRun::number, 1))));
  EXPECT_THAT(List({.states = {}, .user = "bob"}), HoldsValue(testing::IsEmpty()));
}

TEST_F(RunStoreTest, CountsInputsThatAreWaitedForAndThatFailed) {
  const int64_t waiting = AddRun("w");
  const int64_t failing = AddRun("f");
  const int64_t run = AddRun("r", false, {{"a", waiting}, {"b", failing}});
  ASSERT_THAT(Write([&](Transaction& t) {
                return EndRun(t, failing, {.reason = EndReason::kInvalidSpec, .message = ""});
              }),
              HoldsValue(Transition::kApplied));
  const auto pending = Read([](Snapshot& s) { return ListPendingRuns(s); });
  ASSERT_THAT(pending, IsOk());
  ASSERT_EQ(pending->size(), 2U);
  EXPECT_EQ(pending->at(1).number, run);
  EXPECT_EQ(pending->at(1).waiting_input_count, 1);
  EXPECT_EQ(pending->at(1).failed_input_count, 1);
  EXPECT_THAT(Read([&](Snapshot& s) { return ListOpenDependents(s, waiting); }),
              HoldsValue(ElementsAre(run)));
  EXPECT_THAT(
      Read([&](Snapshot& s) { return ListRunInputs(s, run); }),
      HoldsValue(ElementsAre(Field(&RunInputRow::alias, "a"), Field(&RunInputRow::alias, "b"))));
}

TEST_F(RunStoreTest, StoresAQueuePlaceOnlyWhilePendingAndWhenItDiffers) {
  const int64_t run = AddRun("u-1");
  const auto set = [&] {
    return Write(
        [&](Transaction& t) { return SetQueuePlace(t, run, PendingReason::kNoWorker, 4); });
  };
  EXPECT_THAT(set(), HoldsValue(true));
  EXPECT_THAT(set(), HoldsValue(false));
  EXPECT_THAT(Get(run), HoldsValue(Field(&StoredRun::queue_position, 4)));
  Lease(run);
  EXPECT_THAT(set(), HoldsValue(false));
  EXPECT_THAT(Get(run), HoldsValue(Field(&StoredRun::pending_reason, PendingReason::kNone)));
}

TEST_F(RunStoreTest, KeepsProgressAndLineage) {
  const int64_t run = AddRun("u-1");
  ASSERT_THAT(Write([&](Transaction& t) { return SetProgress(t, run, "half"); }), IsOk());
  ASSERT_THAT(Write([&](Transaction& t) { return SetLineage(t, run, "cpu"); }), IsOk());
  EXPECT_THAT(Get(run), HoldsValue(Field(&StoredRun::progress, "half")));
  EXPECT_THAT(Get(run), HoldsValue(Field(&StoredRun::lineage, "cpu")));
}

TEST_F(RunStoreTest, CountsRunsPerState) {
  AddRun("u-1");
  AddRun("u-2");
  Lease(AddRun("u-3"));
  const auto counts = Read([](Snapshot& s) { return CountRuns(s); });
  ASSERT_THAT(counts, IsOk());
  ASSERT_EQ(counts->size(), 2U);
  EXPECT_EQ(counts->at(0).state, RunState::kPending);
  EXPECT_EQ(counts->at(0).run_count, 2);
  EXPECT_EQ(counts->at(1).run_count, 1);
}

}  // namespace
}  // namespace pecg
