#include "worker/dataset/build_index.h"

#include <gmock/gmock.h>

#include <array>
#include <cmath>
#include <thread>

#include "base/digest/sha256.h"
#include "tests/worker/dataset/zzu_folder.h"
#include "worker/dataset/dataset_reader.h"
#include "worker/dataset/disease_dictionary.h"
#include "worker/dataset/statement_dictionary.h"
#include "worker/ecg/error.h"

namespace pecg {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

Index IndexOf(const ZzuFolder& folder, int jobs = 1) {
  folder.WriteTable();
  return BuildIndex("zzu_pecg", folder.root(), {.jobs = jobs, .progress = {}, .cancel = nullptr})
      .value();
}

/// The failures but the warnings.
std::vector<IndexFailure> RealFailures(const Index& index) {
  std::vector<IndexFailure> failures = index.failures;
  std::erase_if(failures, [](const IndexFailure& f) { return f.kind == kWarningKind; });
  return failures;
}

TEST(BuildIndex, DescribesARecord) {
  ZzuFolder folder;
  const ZzuRecord record{
      .patient_id = "P00007", .exam = 2, .aha = "'C21'", .chn = "'C13'", .icd = "'(FO) Q21.1'"};
  folder.Add(record);
  const Index index = IndexOf(folder);
  EXPECT_THAT(index.failures, IsEmpty());
  ASSERT_THAT(index.entries, SizeIs(1));
  const IndexEntry& entry = index.entries[0];
  EXPECT_EQ(entry.record_id, "P00007_E02");
  EXPECT_EQ(entry.path, "Child_ecg/P00/P00007/P00007_E02");
  EXPECT_EQ(entry.signal_sha256, Sha256Hex(folder.ReadFile(entry.path + ".dat")));
  EXPECT_EQ(entry.age_days, 572);
  EXPECT_EQ(entry.sex, Sex::kFemale);
  EXPECT_EQ(entry.rate_hz, 500);
  EXPECT_EQ(entry.sample_count, 1500);
  EXPECT_EQ(entry.leads, LeadMask::All());
  EXPECT_EQ(entry.targets[*index.FindTarget("chd_asd")], 1);
  EXPECT_EQ(entry.targets[*index.FindTarget("chd_strict")], kTargetMissing);
  EXPECT_TRUE(entry.HasStatement(2));
  EXPECT_EQ(entry.comment, "Otherwise diseases\nNormal ECG");
  EXPECT_FALSE(index.synthetic);
  EXPECT_THAT(index.statement_names, SizeIs(78));
}

TEST(BuildIndex, PutsTheNineLeadLayoutInItsPlaces) {
  ZzuFolder folder;
  folder.Add({.leads = LeadMask::NineLead()});
  const Index index = IndexOf(folder);
  ASSERT_THAT(index.entries, SizeIs(1));
  EXPECT_EQ(index.entries[0].leads, LeadMask::NineLead());
  EXPECT_TRUE(std::isnan(index.entries[0].rail_fraction[7])) << "V2 is not recorded";
  EXPECT_EQ(index.entries[0].rail_fraction[8], 0.0F) << "V3 is";
}

TEST(BuildIndex, ComputesQualityWhereTheTableHasNone) {
  ZzuFolder folder;
  folder.Add({});
  const Index index = IndexOf(folder);
  EXPECT_EQ(index.entries[0].sqi_source, SqiSource::kComputed);
  EXPECT_FALSE(std::isnan(index.entries[0].sqi[1][1]));
}

TEST(BuildIndex, TakesQualityFromTheTableWhereItIsThere) {
  ZzuFolder folder;
  folder.Add({.sqi = "'II':0.25,'II':0.5,'II':0.75"});
  const Index index = IndexOf(folder);
  EXPECT_EQ(index.entries[0].sqi_source, SqiSource::kFile);
  EXPECT_THAT(index.entries[0].sqi[1], ElementsAre(0.25F, 0.5F, 0.75F));
}

TEST(BuildIndex, SortsByRecordAndDoesNotDependOnTheNumberOfThreads) {
  ZzuFolder folder;
  for (int i = 30; i-- > 0;) {
    folder.Add({.patient_id = "P000" + std::to_string(10 + i), .signal = i + 1});
  }
  folder.AddRow(ZzuRecord{.patient_id = "P00099"}.Row());
  const Index one = IndexOf(folder, 1);
  const Index four = IndexOf(folder, 4);
  ASSERT_THAT(one.entries, SizeIs(30));
  EXPECT_EQ(one.entries[0].record_id, "P00010_E01");
  EXPECT_EQ(one.version_sha256, four.version_sha256);
  ASSERT_THAT(one.failures, SizeIs(1));
  EXPECT_EQ(one.failures[0].what, four.failures[0].what);
}

TEST(BuildIndex, CountsARowWithoutFilesAsAFailure) {
  ZzuFolder folder;
  folder.Add({});
  folder.AddRow(ZzuRecord{.patient_id = "P00002"}.Row());
  const Index index = IndexOf(folder);
  EXPECT_THAT(index.entries, SizeIs(1));
  ASSERT_THAT(index.failures, SizeIs(1));
  EXPECT_EQ(index.failures[0].kind, "not_found");
  EXPECT_THAT(index.failures[0].path, HasSubstr("Child_ecg/P00/P00002/P00002_E01"));
}

TEST(BuildIndex, CountsFilesWithoutARowAsAFailure) {
  ZzuFolder folder;
  folder.Add({});
  folder.AddFiles({.patient_id = "P00002"});
  const Index index = IndexOf(folder);
  EXPECT_THAT(index.entries, SizeIs(1));
  ASSERT_THAT(index.failures, SizeIs(1));
  EXPECT_EQ(index.failures[0].kind, "not_found");
  EXPECT_EQ(index.failures[0].path, "Child_ecg/P00/P00002/P00002_E01.hea");
}

TEST(BuildIndex, CountsASignalWithoutHeaderAndRowAsAFailure) {
  ZzuFolder folder;
  folder.Add({});
  folder.WriteFile("Child_ecg/P00/P00001/P00001_E09.dat", "xx");
  const Index index = IndexOf(folder);
  ASSERT_THAT(index.failures, SizeIs(1));
  EXPECT_EQ(index.failures[0].path, "Child_ecg/P00/P00001/P00001_E09.dat");
}

TEST(BuildIndex, TellsOfABadRowOnceAndNotOfItsFiles) {
  ZzuFolder folder;
  folder.Add({});
  ZzuRecord bad{.patient_id = "P00002", .aha = "'A1"};
  folder.Add(bad);
  const Index index = IndexOf(folder);
  ASSERT_THAT(index.failures, SizeIs(1));
  EXPECT_EQ(index.failures[0].line, 3);
}

TEST(BuildIndex, IndexesTheRestWhenASignalIsCutShort) {
  ZzuFolder folder;
  folder.Add({});
  const ZzuRecord cut{.patient_id = "P00002"};
  folder.Add(cut);
  const std::string path = ZzuFolder::Path(cut) + ".dat";
  std::filesystem::resize_file(folder.root() / path, 1000);
  const Index index = IndexOf(folder);
  EXPECT_THAT(index.entries, SizeIs(1));
  ASSERT_THAT(index.failures, SizeIs(1));
  EXPECT_EQ(index.failures[0].kind, "corrupt_data");
  EXPECT_EQ(index.failures[0].path, path);
}

TEST(BuildIndex, IndexesTheRestWhenAChecksumDiffers) {
  ZzuFolder folder;
  folder.Add({});
  const ZzuRecord changed{.patient_id = "P00002"};
  folder.Add(changed);
  std::string bytes = folder.ReadFile(ZzuFolder::Path(changed) + ".dat");
  bytes[500] = static_cast<char>(bytes[500] ^ 1);
  folder.WriteFile(ZzuFolder::Path(changed) + ".dat", bytes);
  const Index index = IndexOf(folder);
  EXPECT_THAT(index.entries, SizeIs(1));
  ASSERT_THAT(index.failures, SizeIs(1));
  EXPECT_THAT(index.failures[0].what, HasSubstr("checksum"));
}

TEST(BuildIndex, NamesTheLineOfAHeaderThatItCannotRead) {
  ZzuFolder folder;
  folder.Add({});
  const ZzuRecord bad{.patient_id = "P00002"};
  folder.Add(bad);
  std::string header = folder.ReadFile(ZzuFolder::Path(bad) + ".hea");
  const std::size_t gain = header.find(" 16 ", header.find('\n')) + 4;
  header.replace(gain, header.find('(', gain) - gain, "nan");
  folder.WriteFile(ZzuFolder::Path(bad) + ".hea", header);
  const Index index = IndexOf(folder);
  EXPECT_THAT(index.entries, SizeIs(1));
  ASSERT_THAT(index.failures, SizeIs(1));
  EXPECT_EQ(index.failures[0].path, ZzuFolder::Path(bad) + ".hea");
  EXPECT_EQ(index.failures[0].line, 2);
}

TEST(BuildIndex, NeverShowsWhereTheDatasetLies) {
  ZzuFolder folder;
  folder.Add({});
  folder.AddRow(ZzuRecord{.patient_id = "P00002"}.Row());
  const ZzuRecord cut{.patient_id = "P00003"};
  folder.Add(cut);
  std::filesystem::resize_file(folder.root() / (ZzuFolder::Path(cut) + ".dat"), 10);
  for (const IndexFailure& failure : IndexOf(folder).failures) {
    EXPECT_THAT(failure.path + failure.what + failure.hint,
                Not(HasSubstr(folder.root().filename().string())));
  }
}

TEST(BuildIndex, RefusesARecordWhoseSamplesDifferFromTheTable) {
  ZzuFolder folder;
  ZzuRecord record;
  folder.AddFiles(record);
  record.sample_count = 2000;
  folder.AddRow(record.Row());
  const Index index = IndexOf(folder);
  EXPECT_THAT(index.entries, IsEmpty());
  ASSERT_THAT(index.failures, SizeIs(1));
  EXPECT_EQ(index.failures[0].kind, "corrupt_data");
  EXPECT_THAT(index.failures[0].what, AllOf(HasSubstr("1500"), HasSubstr("2000")));
}

TEST(BuildIndex, RefusesARecordWhoseLeadsDifferFromTheTable) {
  ZzuFolder folder;
  ZzuRecord record{.leads = LeadMask::NineLead()};
  folder.AddFiles(record);
  record.leads = LeadMask::All();
  folder.AddRow(record.Row());
  const Index index = IndexOf(folder);
  ASSERT_THAT(index.failures, SizeIs(1));
  EXPECT_THAT(index.failures[0].what, HasSubstr("number of leads: 9 and 12"));
}

TEST(BuildIndex, WarnsOfAgeAndSexThatDifferAndFollowsTheTable) {
  ZzuFolder folder;
  ZzuRecord record;
  folder.AddFiles(record);
  record.age_days = 573;
  record.sex = Sex::kMale;
  folder.AddRow(record.Row());
  const Index index = IndexOf(folder);
  ASSERT_THAT(index.entries, SizeIs(1));
  EXPECT_EQ(index.entries[0].age_days, 573);
  EXPECT_EQ(index.entries[0].sex, Sex::kMale);
  EXPECT_THAT(index.failures, SizeIs(2));
  EXPECT_THAT(RealFailures(index), IsEmpty());
}

TEST(BuildIndex, RefusesALinkThatLeadsOutOfTheFolder) {
  ZzuFolder outside;
  outside.Add({});
  ZzuFolder folder;
  folder.AddRow(ZzuRecord{}.Row());
  std::filesystem::create_directory_symlink(outside.root() / "Child_ecg",
                                            folder.root() / "Child_ecg");
  const Index index = IndexOf(folder);
  EXPECT_THAT(index.entries, IsEmpty());
  EXPECT_THAT(index.failures, testing::Contains(Field(&IndexFailure::kind, "bad_input")));
}

TEST(BuildIndex, IsContentWithTheReleasesOwnDictionaries) {
  ZzuFolder folder;
  folder.Add({});
  folder.WriteFile("ECGCode.csv", ReleaseStatementCsv());
  folder.WriteFile("DiseaseCode.csv", ReleaseDiseaseCsv());
  EXPECT_THAT(IndexOf(folder).failures, IsEmpty());
}

TEST(BuildIndex, WarnsOfADictionaryThatDiffers) {
  ZzuFolder folder;
  folder.Add({});
  std::string csv = ReleaseDiseaseCsv();
  csv.replace(csv.find("M30.3"), 5, "M30.9");
  folder.WriteFile("DiseaseCode.csv", csv);
  const Index index = IndexOf(folder);
  EXPECT_THAT(index.entries, SizeIs(1));
  EXPECT_THAT(index.failures, SizeIs(2));
  EXPECT_THAT(RealFailures(index), IsEmpty());
}

TEST(BuildIndex, KnowsASyntheticDatasetByItsMark) {
  ZzuFolder folder;
  folder.Add({});
  folder.WriteFile("SYNTHETIC.md", "made up");
  EXPECT_TRUE(IndexOf(folder).synthetic);
}

Error::Kind ErrorKindOf(std::string_view kind, const std::filesystem::path& root) {
  try {
    BuildIndex(kind, root);
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "expected an error";
  return Error::Kind::kIo;
}

TEST(BuildIndex, RefusesAnEmptyDataset) {
  ZzuFolder folder;
  folder.WriteTable();
  EXPECT_EQ(ErrorKindOf("zzu_pecg", folder.root()), Error::Kind::kBadInput);
}

TEST(BuildIndex, RefusesAFolderWithoutItsTable) {
  ZzuFolder folder;
  EXPECT_EQ(ErrorKindOf("zzu_pecg", folder.root()), Error::Kind::kNotFound);
}

TEST(BuildIndex, RefusesAFolderThatIsNotThere) {
  ZzuFolder folder;
  EXPECT_EQ(ErrorKindOf("zzu_pecg", folder.root() / "gone"), Error::Kind::kNotFound);
}

TEST(BuildIndex, RefusesAnUnknownKindNamingThoseThereAre) {
  try {
    BuildIndex("zzu", "/");
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("zzu_pecg"));
  }
}

TEST(BuildIndex, ReportsProgressOnTheCallingThreadUpToTheEnd) {
  ZzuFolder folder;
  for (int i = 1; i <= 9; ++i) folder.Add({.patient_id = "P0000" + std::to_string(i)});
  folder.WriteTable();
  std::vector<std::pair<std::int64_t, std::int64_t>> reports;
  const auto caller = std::this_thread::get_id();
  BuildIndex("zzu_pecg", folder.root(),
             {.jobs = 3,
              .progress =
                  [&](std::int64_t done, std::int64_t total) {
                    EXPECT_EQ(std::this_thread::get_id(), caller);
                    reports.emplace_back(done, total);
                  },
              .cancel = nullptr});
  ASSERT_FALSE(reports.empty());
  EXPECT_THAT(reports.back(), Pair(9, 9));
  EXPECT_TRUE(std::is_sorted(reports.begin(), reports.end()));
}

TEST(BuildIndex, StopsWhenItIsCancelled) {
  ZzuFolder folder;
  for (int i = 1; i <= 9; ++i) folder.Add({.patient_id = "P0000" + std::to_string(i)});
  folder.WriteTable();
  std::atomic<bool> cancel = false;
  const auto index = BuildIndex("zzu_pecg", folder.root(),
                                {.jobs = 1,
                                 .progress = [&](std::int64_t, std::int64_t) { cancel = true; },
                                 .cancel = &cancel});
  EXPECT_FALSE(index.has_value());
}

TEST(BuildIndex, PassesOnWhatTheProgressCallbackThrows) {
  ZzuFolder folder;
  for (int i = 1; i <= 9; ++i) folder.Add({.patient_id = "P0000" + std::to_string(i)});
  folder.WriteTable();
  const IndexOptions options{
      .jobs = 3,
      .progress = [](std::int64_t, std::int64_t) { throw std::runtime_error("no"); },
      .cancel = nullptr};
  EXPECT_THROW(BuildIndex("zzu_pecg", folder.root(), options), std::runtime_error);
}

TEST(VersionSha256, IsOfTheDocumentedText) {
  IndexEntry entry;
  entry.record_id = "P00001_E01";
  entry.patient_id = "P00001";
  entry.signal_sha256 = "ab";
  entry.age_days = 572;
  entry.sex = Sex::kFemale;
  entry.icd_codes = {"(FO) Q21.1", "I08.0"};
  entry.statements = {"C21", "L147"};
  IndexEntry unknown;
  unknown.record_id = "P00002_E01";
  unknown.patient_id = "P00002";
  const std::array<IndexEntry, 2> entries = {entry, unknown};
  EXPECT_EQ(VersionSha256(entries),
            Sha256Hex("P00001_E01|P00001|ab|572|F|(FO) Q21.1;I08.0|C21;L147\n"
                      "P00002_E01|P00002|||||\n"));
}

TEST(VersionSha256, DoesNotDependOnComputedQuality) {
  ZzuFolder computed;
  computed.Add({});
  ZzuFolder given;
  given.Add({.sqi = "'II':0.25,'II':0.5,'II':0.75"});
  EXPECT_EQ(IndexOf(computed).version_sha256, IndexOf(given).version_sha256);
}

TEST(VersionSha256, ChangesWithALabel) {
  ZzuFolder one;
  one.Add({});
  ZzuFolder other;
  other.Add({.icd = "'Q21.0'"});
  EXPECT_NE(IndexOf(one).version_sha256, IndexOf(other).version_sha256);
}

}  // namespace
}  // namespace pecg
