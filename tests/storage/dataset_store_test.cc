#include "storage/dataset_store.h"

#include <limits>

#include "storage/artifact_store.h"
#include "tests/storage/store_fixture.h"

namespace pecg {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;

constexpr int64_t kAll = std::numeric_limits<int64_t>::max();

class DatasetStoreTest : public StoreTest {
 protected:
  DatasetStoreTest() : run_(AddRun("index")) {}

  absl::Status Add(const std::string& name) {
    const Dataset dataset{name, "zzu_pecg", "ada", At(1), ""};
    return Write([&](Transaction& t) { return InsertDataset(t, dataset); });
  }
  absl::StatusOr<int64_t> AddVersion(const std::string& sha256,
                                     const std::vector<IndexEntryRow>& entries,
                                     const std::vector<IndexFailureRow>& failures = {}) {
    DatasetVersion version;
    version.dataset = "zzu";
    version.sha256 = sha256;
    version.create_time = At(2);
    version.run = run_;
    version.targets_sha256 = "t";
    version.index_sha256 = "index-" + sha256;
    version.synthetic = true;
    version.target_counts = {{"chd", 1, 2, 3}, {"kawasaki", 4, 5, 6}};
    version.statement_names = {"normal", "block"};
    return Write(
        [&](Transaction& t) { return InsertDatasetVersion(t, version, entries, failures); });
  }
  absl::StatusOr<DatasetVersion> Get(std::string_view version) {
    return Read([&](Snapshot& s) { return GetDatasetVersion(s, "zzu", version); });
  }

  int64_t run_;
  const std::vector<IndexEntryRow> entries_ = {
      {0, "P1_E1", "P1", "e0"}, {1, "P1_E2", "P1", std::string("\0", 1)}, {2, "P2_E1", "P2", "e2"}};
};

TEST_F(DatasetStoreTest, KeepsADataset) {
  ASSERT_THAT(Add("zzu"), IsOk());
  EXPECT_THAT(
      Read([](Snapshot& s) { return GetDataset(s, "zzu"); }),
      HoldsValue(AllOf(Field(&Dataset::kind, "zzu_pecg"), Field(&Dataset::user, "ada"),
                       Field(&Dataset::create_time, At(1)), Field(&Dataset::latest_version, ""))));
  EXPECT_THAT(Read([](Snapshot& s) { return GetDataset(s, "no"); }),
              IsError(absl::StatusCode::kNotFound, "no"));
}

TEST_F(DatasetStoreTest, RefusesANameTwice) {
  ASSERT_THAT(Add("zzu"), IsOk());
  EXPECT_THAT(Add("zzu"), IsError(absl::StatusCode::kAlreadyExists, "zzu"));
}

TEST_F(DatasetStoreTest, PagesByName) {
  for (const char* name : {"c", "a", "b"}) ASSERT_THAT(Add(name), IsOk());
  EXPECT_THAT(Read([](Snapshot& s) { return ListDatasets(s, "", 2); }),
              HoldsValue(ElementsAre(Field(&Dataset::name, "a"), Field(&Dataset::name, "b"))));
  EXPECT_THAT(Read([](Snapshot& s) { return ListDatasets(s, "b", 2); }),
              HoldsValue(ElementsAre(Field(&Dataset::name, "c"))));
}

TEST_F(DatasetStoreTest, KeepsAVersionAndCountsItsRecords) {
  ASSERT_THAT(Add("zzu"), IsOk());
  const auto id = AddVersion("aaaa1", entries_, {{0, "p", 7, "corrupt_data", "what", "hint"}});
  ASSERT_THAT(id, IsOk());
  const auto version = Get("latest");
  ASSERT_THAT(version, IsOk());
  EXPECT_EQ(version->id, *id);
  EXPECT_EQ(version->dataset, "zzu");
  EXPECT_EQ(version->sha256, "aaaa1");
  EXPECT_EQ(version->run, run_);
  EXPECT_EQ(version->record_count, 3);
  EXPECT_EQ(version->patient_count, 2);
  EXPECT_EQ(version->failure_count, 1);
  EXPECT_TRUE(version->synthetic);
  EXPECT_THAT(version->target_counts,
              ElementsAre(TargetCountRow{"chd", 1, 2, 3}, TargetCountRow{"kawasaki", 4, 5, 6}));
  EXPECT_THAT(version->statement_names, ElementsAre("normal", "block"));
  EXPECT_THAT(Read([](Snapshot& s) { return GetDataset(s, "zzu"); }),
              HoldsValue(Field(&Dataset::latest_version, "aaaa1")));
  EXPECT_THAT(Read([](Snapshot& s) { return IsBlobReferenced(s, "index-aaaa1"); }),
              HoldsValue(true));
}

TEST_F(DatasetStoreTest, PagesRecordsByOrdinal) {
  ASSERT_THAT(Add("zzu"), IsOk());
  const auto id = AddVersion("aaaa1", entries_);
  ASSERT_THAT(id, IsOk());
  EXPECT_THAT(Read([&](Snapshot& s) { return ListIndexEntries(s, *id, -1, 2); }),
              HoldsValue(ElementsAre(
                  AllOf(Field(&IndexEntryRow::ordinal, 0), Field(&IndexEntryRow::patient_id, "P1")),
                  Field(&IndexEntryRow::entry, std::string("\0", 1)))));
  EXPECT_THAT(Read([&](Snapshot& s) { return ListIndexEntries(s, *id, 1, 2); }),
              HoldsValue(ElementsAre(Field(&IndexEntryRow::record_id, "P2_E1"))));
}

TEST_F(DatasetStoreTest, FindsARecordAndDoesNotNameAMissingOne) {
  ASSERT_THAT(Add("zzu"), IsOk());
  const auto id = AddVersion("aaaa1", entries_);
  EXPECT_THAT(Read([&](Snapshot& s) { return GetIndexEntry(s, *id, "P2_E1"); }),
              HoldsValue(Field(&IndexEntryRow::ordinal, 2)));
  const auto missing = Read([&](Snapshot& s) { return GetIndexEntry(s, *id, "P9_E9"); });
  EXPECT_THAT(missing, HasCode(absl::StatusCode::kNotFound));
  EXPECT_EQ(missing.status().message().find("P9"), absl::string_view::npos);
}

TEST_F(DatasetStoreTest, PagesFailures) {
  ASSERT_THAT(Add("zzu"), IsOk());
  const auto id = AddVersion("aaaa1", {}, {{0, "a", 1, "k", "w", "h"}, {0, "b", 2, "k", "w", ""}});
  ASSERT_THAT(id, IsOk());
  EXPECT_THAT(Read([&](Snapshot& s) { return ListIndexFailures(s, *id, 0, 9); }),
              HoldsValue(ElementsAre(AllOf(Field(&IndexFailureRow::ordinal, 1),
                                           Field(&IndexFailureRow::path, "b"),
                                           Field(&IndexFailureRow::line, 2)))));
}

TEST_F(DatasetStoreTest, TheSameVersionAgainIsTheOneThatIsThere) {
  ASSERT_THAT(Add("zzu"), IsOk());
  const auto first = AddVersion("aaaa1", entries_);
  ASSERT_THAT(AddVersion("bbbb1", {}), IsOk());
  const auto again = AddVersion("aaaa1", entries_);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(*again, *first);
  EXPECT_THAT(Get("latest"), HoldsValue(Field(&DatasetVersion::sha256, "aaaa1")));
  EXPECT_THAT(Read([](Snapshot& s) { return ListDatasetVersions(s, "zzu", kAll, 9); }),
              HoldsValue(ElementsAre(Field(&DatasetVersion::sha256, "bbbb1"),
                                     Field(&DatasetVersion::sha256, "aaaa1"))));
}

TEST_F(DatasetStoreTest, FindsAVersionByAUniquePrefix) {
  ASSERT_THAT(Add("zzu"), IsOk());
  ASSERT_THAT(AddVersion("aaaa1", {}), IsOk());
  ASSERT_THAT(AddVersion("aaaa2", {}), IsOk());
  EXPECT_THAT(Get("aaaa2"), HoldsValue(Field(&DatasetVersion::sha256, "aaaa2")));
  EXPECT_THAT(Get("aaaa"), IsError(absl::StatusCode::kInvalidArgument, "several"));
  EXPECT_THAT(Get("aaa"), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Get("ffff"), HasCode(absl::StatusCode::kNotFound));
}

TEST_F(DatasetStoreTest, HasNoLatestVersionBeforeTheFirst) {
  ASSERT_THAT(Add("zzu"), IsOk());
  EXPECT_THAT(Get("latest"), IsError(absl::StatusCode::kNotFound, "index"));
}

TEST_F(DatasetStoreTest, RefusesARecordTwiceAndStoresNothing) {
  ASSERT_THAT(Add("zzu"), IsOk());
  EXPECT_THAT(AddVersion("aaaa1", {entries_[0], entries_[0]}),
              HasCode(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(Get("aaaa1"), HasCode(absl::StatusCode::kNotFound));
}

TEST_F(DatasetStoreTest, RefusesAVersionOfAnUnknownDataset) {
  EXPECT_THAT(AddVersion("aaaa1", {}), HasCode(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace pecg
