// Users, workers and answered requests.
#include "storage/request_store.h"
#include "storage/user_store.h"
#include "storage/worker_store.h"
#include "tests/storage/store_fixture.h"

namespace pecg {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Eq;
using testing::Field;
using testing::Optional;

class UserStoreTest : public StoreTest {
 protected:
  absl::Status Add(const std::string& name, const std::string& token, UserRole role) {
    const User user{name, role, token, At(1)};
    return Write([&](Transaction& t) { return InsertUser(t, user); });
  }
  auto Find(std::string_view token) {
    return Read([token](Snapshot& s) { return FindUserByToken(s, token); });
  }
};

TEST_F(UserStoreTest, FindsAUserByToken) {
  ASSERT_THAT(Add("ada", "t1", UserRole::kAdmin), IsOk());
  EXPECT_THAT(Find("t1"), HoldsValue(Optional(AllOf(Field(&User::name, "ada"),
                                                    Field(&User::role, UserRole::kAdmin),
                                                    Field(&User::create_time, At(1))))));
  EXPECT_THAT(Find("t2"), HoldsValue(Eq(std::nullopt)));
}

TEST_F(UserStoreTest, ANewTokenReplacesTheOld) {
  ASSERT_THAT(Add("ada", "t1", UserRole::kViewer), IsOk());
  ASSERT_THAT(Write([](Transaction& t) { return SetUserToken(t, "ada", "t2"); }), IsOk());
  EXPECT_THAT(Find("t1"), HoldsValue(Eq(std::nullopt)));
  EXPECT_THAT(Find("t2"), HoldsValue(Optional(Field(&User::name, "ada"))));
  EXPECT_THAT(Write([](Transaction& t) { return SetUserToken(t, "bob", "t3"); }),
              HasCode(absl::StatusCode::kNotFound));
}

TEST_F(UserStoreTest, RefusesANameOrATokenTwice) {
  ASSERT_THAT(Add("ada", "t1", UserRole::kViewer), IsOk());
  EXPECT_THAT(Add("ada", "t2", UserRole::kViewer), HasCode(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(Add("bob", "t1", UserRole::kViewer), HasCode(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(Read([](Snapshot& s) { return CountUsers(s); }), HoldsValue(1));
}

TEST_F(UserStoreTest, ListsEveryRoleByName) {
  ASSERT_THAT(Add("d", "4", UserRole::kWorker), IsOk());
  ASSERT_THAT(Add("c", "3", UserRole::kSubmitter), IsOk());
  ASSERT_THAT(Add("b", "2", UserRole::kViewer), IsOk());
  EXPECT_THAT(Read([](Snapshot& s) { return ListUsers(s, "", 2); }),
              HoldsValue(ElementsAre(Field(&User::role, UserRole::kViewer),
                                     Field(&User::role, UserRole::kSubmitter))));
  EXPECT_THAT(Read([](Snapshot& s) { return ListUsers(s, "c", 2); }),
              HoldsValue(ElementsAre(Field(&User::role, UserRole::kWorker))));
  EXPECT_THAT(Read([](Snapshot& s) { return GetUser(s, "c"); }), IsOk());
  EXPECT_THAT(Read([](Snapshot& s) { return GetUser(s, "x"); }),
              HasCode(absl::StatusCode::kNotFound));
}

class WorkerStoreTest : public StoreTest {
 protected:
  absl::Status Put(const Worker& worker) {
    return Write([&](Transaction& t) { return PutWorker(t, worker); });
  }
  auto Get(std::string_view name) {
    return Read([name](Snapshot& s) { return GetWorker(s, name); });
  }
  const Worker worker_ = {
      .name = "mac-1",
      .state = WorkerState::kConnected,
      .process_uid = "p",
      .host = "mac.local",
      .code_version = "c",
      .heartbeat_time = At(1),
      .devices = {{"mps", DeviceKind::kMps, "M4", 1 << 30}, {"cpu", DeviceKind::kCpu, "", 0}},
      .datasets = {"demo", "zzu"}};
};

TEST_F(WorkerStoreTest, KeepsWhatAWorkerSaid) {
  ASSERT_THAT(Put(worker_), IsOk());
  EXPECT_THAT(Get("mac-1"),
              HoldsValue(AllOf(Field(&Worker::state, WorkerState::kConnected),
                               Field(&Worker::process_uid, "p"), Field(&Worker::host, "mac.local"),
                               Field(&Worker::devices, Eq(worker_.devices)),
                               Field(&Worker::datasets, ElementsAre("demo", "zzu")))));
}

TEST_F(WorkerStoreTest, ReplacesWhatItSaidBefore) {
  ASSERT_THAT(Put(worker_), IsOk());
  Worker changed = worker_;
  changed.devices.pop_back();
  changed.datasets = {"other"};
  changed.process_uid = "q";
  ASSERT_THAT(Put(changed), IsOk());
  EXPECT_THAT(Get("mac-1"), HoldsValue(AllOf(Field(&Worker::process_uid, "q"),
                                             Field(&Worker::devices, testing::SizeIs(1)),
                                             Field(&Worker::datasets, ElementsAre("other")))));
  EXPECT_THAT(Read([](Snapshot& s) { return ListWorkers(s); }), HoldsValue(testing::SizeIs(1)));
}

TEST_F(WorkerStoreTest, KeepsTheStateAndTheLastSignOfLife) {
  ASSERT_THAT(Put(worker_), IsOk());
  ASSERT_THAT(Write([](Transaction& t) {
                return SetWorkerState(t, "mac-1", WorkerState::kDraining, At(9));
              }),
              IsOk());
  EXPECT_THAT(Get("mac-1"), HoldsValue(AllOf(Field(&Worker::state, WorkerState::kDraining),
                                             Field(&Worker::heartbeat_time, At(9)))));
  ASSERT_THAT(Write([](Transaction& t) { return SetAllWorkersGone(t); }), IsOk());
  EXPECT_THAT(Get("mac-1"), HoldsValue(Field(&Worker::state, WorkerState::kGone)));
}

TEST_F(WorkerStoreTest, SaysThatAWorkerIsNotThere) {
  EXPECT_THAT(Get("x"), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(
      Write([](Transaction& t) { return SetWorkerState(t, "x", WorkerState::kGone, At(1)); }),
      HasCode(absl::StatusCode::kNotFound));
}

TEST_F(WorkerStoreTest, RefusesADeviceTwice) {
  Worker twice = worker_;
  twice.devices[1].name = "mps";
  EXPECT_THAT(Put(twice), HasCode(absl::StatusCode::kAlreadyExists));
}

class RequestStoreTest : public StoreTest {
 protected:
  absl::StatusOr<std::optional<std::string>> Find(const RequestKey& key) {
    return Read([&](Snapshot& s) { return FindAnswer(s, key); });
  }
  absl::Status Save(const RequestKey& key, std::string_view answer, int64_t time = 1) {
    return Write([&](Transaction& t) { return SaveAnswer(t, key, answer, At(time)); });
  }
  const RequestKey key_ = {"id-1", "ada", "RunService/CreateRun", "hash"};
};

TEST_F(RequestStoreTest, ARepeatGetsTheFirstAnswer) {
  EXPECT_THAT(Find(key_), HoldsValue(Eq(std::nullopt)));
  ASSERT_THAT(Save(key_, std::string_view("\0run", 4)), IsOk());
  EXPECT_THAT(Find(key_), HoldsValue(Optional(std::string("\0run", 4))));
}

TEST_F(RequestStoreTest, AnIdUsedOtherwiseIsRefused) {
  ASSERT_THAT(Save(key_, "run"), IsOk());
  RequestKey other = key_;
  other.body_sha256 = "other";
  EXPECT_THAT(Find(other), IsError(absl::StatusCode::kInvalidArgument, "id-1"));
  other = key_;
  other.method = "RunService/CancelRun";
  EXPECT_THAT(Find(other), HasCode(absl::StatusCode::kInvalidArgument));
  other = key_;
  other.user = "bob";
  EXPECT_THAT(Find(other), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Save(key_, "again"), HasCode(absl::StatusCode::kAlreadyExists));
}

TEST_F(RequestStoreTest, OldAnswersAreDeletedAFewAtATime) {
  for (int64_t i = 0; i < 5; ++i) {
    ASSERT_THAT(Save({"id-" + std::to_string(i), "ada", "m", "h"}, "a", i), IsOk());
  }
  const auto remove = [&] {
    return Write([](Transaction& t) { return DeleteAnswersBefore(t, At(3), 2); });
  };
  EXPECT_THAT(remove(), HoldsValue(2));
  EXPECT_THAT(remove(), HoldsValue(1));
  EXPECT_THAT(remove(), HoldsValue(0));
  EXPECT_THAT(Find({"id-3", "ada", "m", "h"}), HoldsValue(Optional(std::string("a"))));
}

}  // namespace
}  // namespace pecg
