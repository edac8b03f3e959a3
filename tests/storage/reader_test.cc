#include "storage/reader.h"

#include <future>
#include <thread>

#include "storage/request_store.h"
#include "storage/user_store.h"
#include "tests/storage/store_fixture.h"

namespace pecg {
namespace {

class ReaderPoolTest : public StoreTest {
 protected:
  absl::Status AddUser(const std::string& name) {
    const User user{name, UserRole::kViewer, "token-" + name, At(1)};
    return Write([&](Transaction& t) { return InsertUser(t, user); });
  }
};

TEST_F(ReaderPoolTest, SeesTheLastCommit) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_THAT(AddUser(std::to_string(i)), IsOk());
    EXPECT_THAT(Read([](Snapshot& s) { return CountUsers(s); }), HoldsValue(i + 1));
  }
}

TEST_F(ReaderPoolTest, SeesOneMomentHoweverManyStatementsItRuns) {
  ASSERT_THAT(AddUser("a"), IsOk());
  EXPECT_THAT(Read([&](Snapshot& s) -> absl::StatusOr<int64_t> {
                PECG_RETURN_IF_ERROR(CountUsers(s).status());
                EXPECT_THAT(AddUser("b"), IsOk());
                return CountUsers(s);
              }),
              HoldsValue(1));
  EXPECT_THAT(Read([](Snapshot& s) { return CountUsers(s); }), HoldsValue(2));
}

TEST_F(ReaderPoolTest, CannotWrite) {
  EXPECT_THAT(Read([](Snapshot& s) { return s.Query("DELETE FROM users").Finish(); }),
              HasCode(absl::StatusCode::kPermissionDenied));
}

TEST_F(ReaderPoolTest, PassesTheBodysErrorOn) {
  EXPECT_THAT(Read([](Snapshot&) -> absl::Status { return absl::AbortedError("mine"); }),
              IsError(absl::StatusCode::kAborted, "mine"));
}

TEST_F(ReaderPoolTest, StopsAReadThatTakesTooLong) {
  ReaderPool pool(database_.get(), {.connection_count = 1, .time_limit = absl::Milliseconds(20)});
  EXPECT_THAT(pool.Read([](Snapshot& s) {
    return s
        .Query(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
            "SELECT COUNT(*) FROM n")
        .Finish();
  }),
              HasCode(absl::StatusCode::kDeadlineExceeded));
  // The connection is good for the next read.
  EXPECT_THAT(pool.Read([](Snapshot& s) { return CountUsers(s); }), HoldsValue(0));
}

TEST_F(ReaderPoolTest, LetsAsManyReadAtOnceAsItHasConnections) {
  ReaderPool pool(database_.get(), {.connection_count = 2});
  std::promise<void> inside;
  std::promise<void> leave;
  std::thread reader([&] {
    EXPECT_THAT(pool.Read([&](Snapshot& s) {
      inside.set_value();
      leave.get_future().wait();
      return CountUsers(s);
    }),
                HoldsValue(0));
  });
  inside.get_future().wait();
  EXPECT_THAT(pool.Read([](Snapshot& s) { return CountUsers(s); }), HoldsValue(0));
  leave.set_value();
  reader.join();
}

TEST_F(ReaderPoolTest, ServesMoreThreadsThanConnectionsWhileTheWriterWrites) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      int64_t last = 0;
      for (int k = 0; k < 50; ++k) {
        const auto count = Read([](Snapshot& s) { return CountUsers(s); });
        ASSERT_THAT(count, IsOk());
        EXPECT_GE(*count, last) << "a read went back in time";
        last = *count;
      }
    });
  }
  for (int i = 0; i < 50; ++i) EXPECT_THAT(AddUser(std::to_string(i)), IsOk());
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace pecg
