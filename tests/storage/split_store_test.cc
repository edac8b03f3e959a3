#include "storage/split_store.h"

#include "storage/dataset_store.h"
#include "tests/storage/store_fixture.h"

namespace pecg {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;

class SplitStoreTest : public StoreTest {
 protected:
  SplitStoreTest() : run_(AddRun("index")) {
    const auto version = Write([&](Transaction& t) -> absl::StatusOr<int64_t> {
      PECG_RETURN_IF_ERROR(InsertDataset(t, {"zzu", "zzu_pecg", "ada", At(1), ""}));
      DatasetVersion row;
      row.dataset = "zzu";
      row.sha256 = "version";
      row.run = run_;
      return InsertDatasetVersion(t, row, {}, {});
    });
    EXPECT_THAT(version, IsOk());
    version_ = version.value_or(0);
  }

  absl::StatusOr<int64_t> Add(const std::string& sha256, const std::vector<PatientFold>& patients) {
    Split split;
    split.sha256 = sha256;
    split.version_id = version_;
    split.seed = -7;
    split.user = "ada";
    split.create_time = At(3);
    split.details = "parts";
    return Write([&](Transaction& t) { return InsertSplit(t, split, patients); });
  }
  absl::StatusOr<Split> Get(std::string_view sha256) {
    return Read([&](Snapshot& s) { return GetSplit(s, sha256); });
  }
  absl::StatusOr<int64_t> Look(int64_t split, int64_t run, int64_t time) {
    return Write([&](Transaction& t) {
      return RecordTestLook(t, split, {.run = run, .user = "ada", .create_time = At(time)});
    });
  }

  int64_t run_;
  int64_t version_ = 0;
  const std::vector<PatientFold> patients_ = {{"P2", 4, 7}, {"P1", 0, 0}, {"P3", 3, 2}};
};

TEST_F(SplitStoreTest, KeepsASplitAndWhatItSplits) {
  const auto id = Add("abcd1", patients_);
  ASSERT_THAT(id, IsOk());
  EXPECT_THAT(Get("abcd1"),
              HoldsValue(AllOf(Field(&Split::id, *id), Field(&Split::dataset, "zzu"),
                               Field(&Split::dataset_version, "version"), Field(&Split::seed, -7),
                               Field(&Split::user, "ada"), Field(&Split::details, "parts"),
                               Field(&Split::test_look_count, 0))));
}

TEST_F(SplitStoreTest, PagesPatients) {
  const auto id = Add("abcd1", patients_);
  ASSERT_THAT(id, IsOk());
  EXPECT_THAT(Read([&](Snapshot& s) { return ListPatientFolds(s, *id, "", 2); }),
              HoldsValue(ElementsAre(PatientFold{"P1", 0, 0}, PatientFold{"P2", 4, 7})));
  EXPECT_THAT(Read([&](Snapshot& s) { return ListPatientFolds(s, *id, "P2", 2); }),
              HoldsValue(ElementsAre(PatientFold{"P3", 3, 2})));
}

TEST_F(SplitStoreTest, TheSameSplitAgainIsTheOneThatIsThere) {
  const auto first = Add("abcd1", patients_);
  const auto again = Add("abcd1", patients_);
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(*first, *again);
}

TEST_F(SplitStoreTest, FindsByAUniquePrefixAndListsTheNewestFirst) {
  ASSERT_THAT(Add("abcd1", {}), IsOk());
  ASSERT_THAT(Add("abcd2", {}), IsOk());
  EXPECT_THAT(Get("abcd2"), HoldsValue(Field(&Split::sha256, "abcd2")));
  EXPECT_THAT(Get("abcd"), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Get("eeee"), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(
      Read([](Snapshot& s) { return ListSplits(s, 9); }),
      HoldsValue(ElementsAre(Field(&Split::sha256, "abcd2"), Field(&Split::sha256, "abcd1"))));
}

TEST_F(SplitStoreTest, RefusesAPatientTwiceAFoldOutOfRangeAndAnUnknownVersion) {
  EXPECT_THAT(Add("abcd1", {{"P1", 0, 0}, {"P1", 1, 0}}),
              HasCode(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(Add("abcd1", {{"P1", 5, 0}}), HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(Add("abcd1", {{"P1", 0, 8}}), HasCode(absl::StatusCode::kFailedPrecondition));
  version_ = 99;
  EXPECT_THAT(Add("abcd1", {}), HasCode(absl::StatusCode::kFailedPrecondition));
}

TEST_F(SplitStoreTest, CountsEachRunsLookAtTheTestOnce) {
  const auto id = Add("abcd1", patients_);
  ASSERT_THAT(id, IsOk());
  const int64_t other = AddRun("other");
  EXPECT_THAT(Look(*id, run_, 10), HoldsValue(1));
  EXPECT_THAT(Look(*id, other, 20), HoldsValue(2));
  EXPECT_THAT(Look(*id, run_, 30), HoldsValue(2));
  EXPECT_THAT(Read([&](Snapshot& s) { return ListTestLooks(s, *id); }),
              HoldsValue(ElementsAre(
                  AllOf(Field(&TestLookRow::run, run_), Field(&TestLookRow::create_time, At(10))),
                  Field(&TestLookRow::run, other))));
  EXPECT_THAT(Get("abcd1"), HoldsValue(Field(&Split::test_look_count, 2)));
  EXPECT_THAT(Look(*id, 99, 1), HasCode(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace pecg
