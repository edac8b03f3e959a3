#include "storage/log_store.h"

#include "tests/storage/store_fixture.h"

namespace pecg {
namespace {

using testing::Eq;

class LogStoreTest : public StoreTest {
 protected:
  LogStoreTest() : key_(Lease(AddRun("r"))) {}

  absl::StatusOr<int64_t> Append(int64_t offset, std::string_view bytes) {
    return Write(
        [&](Transaction& t) { return AppendLog(t, key_.run, key_.attempt, offset, bytes); });
  }
  absl::StatusOr<std::string> From(int64_t offset, int64_t max_byte_count = 1000) {
    return Read(
        [&](Snapshot& s) { return ReadLog(s, key_.run, key_.attempt, offset, max_byte_count); });
  }

  AttemptKey key_;
};

TEST_F(LogStoreTest, JoinsPieces) {
  EXPECT_THAT(Append(0, "hello "), HoldsValue(6));
  EXPECT_THAT(Append(6, std::string_view("w\0rld", 5)), HoldsValue(11));
  EXPECT_THAT(From(0), HoldsValue(Eq(std::string("hello w\0rld", 11))));
}

TEST_F(LogStoreTest, ReadsAnyPart) {
  ASSERT_THAT(Append(0, "abc"), IsOk());
  ASSERT_THAT(Append(3, "def"), IsOk());
  ASSERT_THAT(Append(6, "ghi"), IsOk());
  const std::string whole = "abcdefghi";
  for (size_t offset = 0; offset <= whole.size(); ++offset) {
    for (size_t count = 1; count <= whole.size(); ++count) {
      EXPECT_THAT(From(static_cast<int64_t>(offset), static_cast<int64_t>(count)),
                  HoldsValue(Eq(whole.substr(offset, count))))
          << offset << "+" << count;
    }
  }
  EXPECT_THAT(From(100), HoldsValue(Eq("")));
}

TEST_F(LogStoreTest, ARepeatChangesNothing) {
  ASSERT_THAT(Append(0, "abc"), IsOk());
  EXPECT_THAT(Append(0, "abc"), HoldsValue(3));
  EXPECT_THAT(Append(1, "b"), HoldsValue(3));
  EXPECT_THAT(From(0), HoldsValue(Eq("abc")));
}

TEST_F(LogStoreTest, AnOverlapAddsWhatIsNew) {
  ASSERT_THAT(Append(0, "abc"), IsOk());
  EXPECT_THAT(Append(1, "bcde"), HoldsValue(5));
  EXPECT_THAT(From(0), HoldsValue(Eq("abcde")));
}

TEST_F(LogStoreTest, AGapIsRefused) {
  EXPECT_THAT(Append(1, "b"), HasCode(absl::StatusCode::kOutOfRange));
  EXPECT_THAT(Append(-1, "b"), HasCode(absl::StatusCode::kInvalidArgument));
}

TEST_F(LogStoreTest, AnUnknownAttemptIsRefused) {
  key_.attempt = 9;
  EXPECT_THAT(Append(0, "a"), HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(From(0), HoldsValue(Eq("")));
}

}  // namespace
}  // namespace pecg
