// Against the real files beside the checkout; skipped where they are not.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "worker/dataset/age_band.h"
#include "worker/dataset/audit.h"
#include "worker/dataset/build_index.h"
#include "worker/dataset/quoted_list.h"
#include "worker/dataset/zzu_attributes.h"
#include "worker/file/csv.h"
#include "worker/file/wfdb_header.h"

namespace pecg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ZzuDataTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kData)) GTEST_SKIP() << kData << " is not there";
  }

  static std::string ReadText(const std::string& path) {
    std::ifstream file(kData / path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  static inline const std::filesystem::path kData = PECG_SOURCE_DIR "/../shared/data";
};

TEST_F(ZzuDataTest, IndexesTheMiniSetWhole) {
  const Index index = BuildIndex("zzu_pecg", kData / "zzu-pecg-mini").value();
  EXPECT_THAT(index.failures, IsEmpty());
  ASSERT_THAT(index.entries, SizeIs(23));
  for (const IndexEntry& entry : index.entries) {
    EXPECT_EQ(entry.leads, LeadMask::All()) << entry.record_id;
    EXPECT_EQ(entry.sqi_source, SqiSource::kComputed) << entry.record_id;
  }
}

TEST_F(ZzuDataTest, GivesTheMiniSetTheLabelsOfItsTable) {
  const Index index = BuildIndex("zzu_pecg", kData / "zzu-pecg-mini").value();
  std::map<std::string, const IndexEntry*> by_id;
  for (const IndexEntry& entry : index.entries) by_id[entry.record_id] = &entry;
  const std::string csv = ReadText("zzu-pecg-mini/AttributesDictionary.csv");
  CsvTable table(csv, "AttributesDictionary.csv");
  CsvRow row;
  int rows = 0;
  while (table.Next(&row)) {
    ++rows;
    const IndexEntry* entry = by_id.at(row.cells[1]);
    EXPECT_EQ(entry->patient_id, row.cells[2]);
    EXPECT_EQ(std::to_string(entry->age_days.value()) + "d", row.cells[3]);
    EXPECT_EQ(entry->sex == Sex::kFemale ? "'Female'" : "'Male'", row.cells[4]);
    EXPECT_EQ(std::to_string(entry->sample_count), row.cells[6]);
    EXPECT_EQ(entry->statements, ReadQuotedList(row.cells[8]));
    EXPECT_EQ(entry->icd_codes, ReadQuotedList(row.cells[10]));
  }
  EXPECT_EQ(rows, 23);
}

TEST_F(ZzuDataTest, DerivesTheTargetsOfTheMiniSet) {
  const Index index = BuildIndex("zzu_pecg", kData / "zzu-pecg-mini").value();
  const auto positive = [&](const char* target) {
    std::vector<std::string> records;
    for (const IndexEntry& entry : index.entries) {
      if (entry.targets[*index.FindTarget(target)] == 1) records.push_back(entry.record_id);
    }
    return records;
  };
  EXPECT_THAT(positive("chd"), ElementsAre("P00073_E02", "P00255_E02", "P00277_E01", "P00615_E01",
                                           "P02189_E01", "P02222_E01"));
  EXPECT_THAT(positive("kawasaki"), ElementsAre("P01062_E01"));
  EXPECT_THAT(positive("cardiomyopathy"), ElementsAre("P01128_E02"));
  EXPECT_THAT(positive("myocarditis"), IsEmpty());
  EXPECT_THAT(positive("chd_pda"), ElementsAre("P00073_E02"));
}

TEST_F(ZzuDataTest, SeesTheRailsOfTheMiniSet) {
  const Index index = BuildIndex("zzu_pecg", kData / "zzu-pecg-mini").value();
  std::vector<std::string> railed;
  for (const IndexEntry& entry : index.entries) {
    if (std::ranges::any_of(entry.rail_fraction, [](float part) { return part > 0; })) {
      railed.push_back(entry.record_id);
    }
  }
  EXPECT_THAT(railed, testing::IsSubsetOf({"P02222_E01", "P09066_E01", "P10027_E01"}));
  EXPECT_FALSE(railed.empty());
}

TEST_F(ZzuDataTest, HasNoSuspicionAboutCodesOfTheMiniSet) {
  const Index index = BuildIndex("zzu_pecg", kData / "zzu-pecg-mini").value();
  EXPECT_THAT(AuditIndex(index, "mini").suspicions, IsEmpty());
}

TEST_F(ZzuDataTest, ReadsAll50RowsOfTheRelease) {
  const ZzuAttributes attributes = ParseZzuAttributes(
      ReadText("zzu-release-csv/AttributesDictionary.sample50.csv"), "AttributesDictionary.csv");
  EXPECT_THAT(attributes.failures, IsEmpty());
  ASSERT_THAT(attributes.rows, SizeIs(50));
  for (const DatasetRow& row : attributes.rows) {
    EXPECT_TRUE(row.sqi.has_value()) << row.record_id;
    EXPECT_TRUE(row.age_days.has_value()) << row.record_id;
    EXPECT_FALSE(row.statements.empty()) << row.record_id;
    EXPECT_FALSE(row.icd_codes.empty()) << row.record_id;
  }
}

TEST_F(ZzuDataTest, KnowsEveryCodeOfThe50Rows) {
  const ZzuAttributes attributes = ParseZzuAttributes(
      ReadText("zzu-release-csv/AttributesDictionary.sample50.csv"), "AttributesDictionary.csv");
  Index index;
  for (const DatasetRow& row : attributes.rows) {
    IndexEntry entry;
    entry.record_id = row.record_id;
    entry.patient_id = row.patient_id;
    entry.exam = row.exam;
    entry.signal_sha256 = row.record_id;
    entry.age_days = row.age_days;
    entry.sex = row.sex;
    entry.acquisition_time = row.acquisition_time;
    entry.icd_codes = row.icd_codes;
    entry.statements = row.statements;
    index.entries.push_back(std::move(entry));
  }
  for (const Suspicion& suspicion : FindSuspicions(index)) {
    ADD_FAILURE() << suspicion.kind << ": " << suspicion.what;
  }
}

TEST_F(ZzuDataTest, ReadsTheThreeHeadersOfTheRelease) {
  const auto leads_of = [](const std::string& name) {
    const WfdbHeader header =
        ReadWfdbHeader(kData / "zzu-release-csv/header_samples" / (name + ".hea"));
    LeadMask leads;
    for (const WfdbSignal& signal : header.signals) leads.Add(FindLead(signal.name).value());
    EXPECT_EQ(header.rate_hz, 500);
    return leads;
  };
  EXPECT_EQ(leads_of("P01000_E01"), LeadMask::NineLead());
  EXPECT_EQ(leads_of("P02027_E01"), LeadMask::All());
  EXPECT_EQ(leads_of("P11031_E01"), LeadMask::NineLead());
}

TEST_F(ZzuDataTest, CountsAgeBandsAsTheReleasesStatisticsDo) {
  // zzu-stats/records_index.csv; the counts are those of facts/datasets.md section 4.
  const std::string csv = ReadText("zzu-stats/records_index.csv");
  CsvTable table(csv, "records_index.csv");
  const std::size_t age = table.ColumnOf("age_days");
  CsvRow row;
  std::vector<int> counts(kAgeBands.size(), 0);
  while (table.Next(&row)) ++counts[AgeBandOf(std::stoi(row.cells[age])).value()];
  EXPECT_THAT(counts, ElementsAre(274, 262, 259, 387, 1343, 1584, 2433, 3625, 3986));
}

}  // namespace
}  // namespace pecg
