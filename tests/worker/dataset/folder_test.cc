#include "worker/dataset/folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "tests/worker/file/error_matcher.h"
#include "tests/worker/file/test_folder.h"
#include "worker/dataset/audit.h"
#include "worker/dataset/build_index.h"
#include "worker/dataset/folder_mapping.h"
#include "worker/dataset/folder_table.h"
#include "worker/file/write_record.h"

namespace pecg {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// The first block of a language in docs/folder-datasets.md.
std::string Example(const std::string& language) {
  const std::string page =
      Slurp(std::filesystem::path(PECG_SOURCE_DIR) / "docs" / "folder-datasets.md");
  const std::string mark = "\n```" + language + "\n";
  const std::size_t begin = page.find(mark);
  EXPECT_NE(begin, std::string::npos) << language;
  const std::size_t text = begin + mark.size();
  return page.substr(text, page.find("```\n", text) - text);
}

void WriteRecord(const TestFolder& folder, const std::string& path) {
  const std::filesystem::path file = folder.path() / path;
  EcgRecord ecg;
  ecg.record_id = file.filename().string();
  ecg.rate_hz = 500;
  ecg.leads = LeadMask::NineLead();
  ecg.sample_count = 1000;
  for (int i = 0; i < 9 * 1000; ++i) ecg.samples_mv.push_back(std::sin(static_cast<float>(i) / 9));
  WriteWfdbRecord(file.parent_path(), ecg, {});
}

class FolderExampleTest : public testing::Test {
 protected:
  FolderExampleTest() {
    folder_.Write("children.csv", Example("csv"));
    folder_.Write("mapping.yaml", Example("yaml"));
    for (const char* path : {"2021/a01", "2021/a02", "2021/a03", "2022/b01", "2022/unlisted"}) {
      WriteRecord(folder_, path);
    }
  }

  TestFolder folder_;
};

TEST_F(FolderExampleTest, SaysWhatTheDocumentationSays) {
  const Index index = BuildIndex("folder", folder_.path()).value();
  EXPECT_THAT(index.failures, IsEmpty());
  ASSERT_THAT(index.entries, SizeIs(4));
  EXPECT_THAT(index.targets, ElementsAre("chd", "kawasaki"));
  const IndexEntry& a01 = index.entries[0];
  EXPECT_EQ(a01.record_id, "a01");
  EXPECT_EQ(a01.patient_id, "17");
  EXPECT_EQ(a01.exam, 1);
  EXPECT_EQ(a01.path, "2021/a01");
  EXPECT_EQ(a01.age_days, 105);
  EXPECT_EQ(a01.sex, Sex::kFemale);
  EXPECT_THAT(a01.statements, ElementsAre("K143"));
  EXPECT_THAT(a01.targets, ElementsAre(1, 0));
  EXPECT_THAT(a01.icd_codes, ElementsAre("chd=1", "kawasaki=0"));
  EXPECT_THAT(a01.attributes,
              ElementsAre(RecordAttribute{"diagnosis", "VSD + ASD"},
                          RecordAttribute{"Kawasaki", "no"}, RecordAttribute{"device", "MAC 5"}));
  EXPECT_EQ(index.entries[1].exam, 2);
  EXPECT_EQ(index.entries[1].age_days, 450);
  EXPECT_EQ(index.entries[2].path, "2021/a03");
  EXPECT_EQ(index.entries[2].age_days, 3600);
  EXPECT_THAT(index.entries[2].targets, ElementsAre(0, 1));
  EXPECT_THAT(index.entries[2].statements, ElementsAre("C21", "L147"));
  EXPECT_EQ(index.entries[3].age_days, std::nullopt);
  EXPECT_EQ(index.entries[3].sex, Sex::kUnknown);
  EXPECT_THAT(index.entries[3].targets, ElementsAre(kTargetMissing, kTargetMissing));
}

TEST_F(FolderExampleTest, BecomesAnotherVersionWithAnotherLabelOrAnotherMeaning) {
  const std::string version = BuildIndex("folder", folder_.path())->version_sha256;
  std::string mapping = Example("yaml");
  mapping.replace(mapping.find("VSD, ASD, Fallot"), 16, "ASD, Fallot, PDA");
  folder_.Write("mapping.yaml", mapping);
  const Index remapped = BuildIndex("folder", folder_.path()).value();
  EXPECT_NE(remapped.version_sha256, version);
  EXPECT_EQ(remapped.entries[1].targets[0], 0);
}

TEST_F(FolderExampleTest, IsAuditedWithoutComplaintsAboutItsLabels) {
  const AuditReport report = AuditIndex(BuildIndex("folder", folder_.path()).value(), "clinic");
  for (const Suspicion& suspicion : report.suspicions) {
    EXPECT_NE(suspicion.kind, "unknown_code") << suspicion.what;
  }
}

TEST_F(FolderExampleTest, NamesFileAndRowOfEveryMistake) {
  folder_.Write("children.csv",
                "file;child;age in months;sex;recorded;device;diagnosis;Kawasaki;reading\n"
                "2021/a01;17;3,5;f;;;VSD;no;\n"
                "../a02;17;;f;;;VSD;no;\n"
                "2021/a02;;15;f;;;VSD;no;\n"
                "2021/a02;17;15 m;f;;;VSD;no;\n"
                "2021/a02;17;15;girl;;;VSD;no;\n"
                "2021/a02;17;15;f;;;VSD;n;\n"
                "2021/a01;17;15;f;;;VSD;no;\n"
                "2021/a03;18\n"
                "2023/gone;20;15;f;;;VSD;no;\n");
  const Index index = BuildIndex("folder", folder_.path()).value();
  EXPECT_THAT(index.entries, SizeIs(1));
  std::map<std::int64_t, std::string> by_line;
  for (const IndexFailure& failure : index.failures) {
    if (failure.path == "children.csv") by_line[failure.line] = failure.what;
  }
  EXPECT_THAT(by_line[3], HasSubstr("file: not the path of a record below"));
  EXPECT_THAT(by_line[4], HasSubstr("child: the row has no patient: a02"));
  EXPECT_THAT(by_line[5], HasSubstr("age in months: expected an age"));
  EXPECT_THAT(by_line[6], HasSubstr("sex: a sex that the mapping does not explain: girl"));
  EXPECT_THAT(by_line[7], HasSubstr("Kawasaki: a value that target kawasaki does not explain: n"));
  EXPECT_THAT(by_line[8], HasSubstr("record a01 stands twice, in lines 2 and 8"));
  EXPECT_THAT(by_line[9], HasSubstr("2 cells where there are 9 columns"));
  EXPECT_THAT(by_line, SizeIs(7));
  EXPECT_EQ(index.failures.back().path, "children.csv") << "sorted by path";
  EXPECT_THAT(index.failures.front().what, HasSubstr("cannot find"));
}

TEST_F(FolderExampleTest, SaysWhichFileOrColumnIsMissing) {
  const auto error = [&] { return ErrorOf([&] { BuildIndex("folder", folder_.path()); }); };
  folder_.Write("children.csv", "file;child;age in months;sex;recorded;device;diagnosis;reading\n");
  EXPECT_THAT(error(), IsError(Error::Kind::kNotFound, "children.csv: no column named Kawasaki"));
  std::filesystem::remove(folder_.path() / "children.csv");
  EXPECT_THAT(error(), IsError(Error::Kind::kNotFound, "children.csv"));
  std::filesystem::remove(folder_.path() / "mapping.yaml");
  EXPECT_THAT(error(), IsError(Error::Kind::kNotFound, "mapping.yaml"));
}

constexpr std::string_view kMapping =
    "table: t.csv\nrecord: r\npatient: p\ntargets:\n"
    "  - {name: chd, column: d, positive: [a], negative: [b]}\n";

TEST(FolderMappingTest, NeedsLittle) {
  const FolderMapping mapping = ParseFolderMapping(kMapping, "mapping.yaml");
  EXPECT_EQ(mapping.separator, ',');
  EXPECT_FALSE(mapping.age);
  EXPECT_FALSE(mapping.sex);
  EXPECT_THAT(mapping.targets.front().positive, ElementsAre("a"));
  EXPECT_EQ(mapping.sha256.size(), 64);
}

TEST(FolderMappingTest, RefusesMistakesWithTheirLine) {
  const auto refuses = [](const std::string& before, const std::string& after,
                          const std::string& part) {
    std::string text(kMapping);
    text.replace(text.find(before), before.size(), after);
    EXPECT_THAT(ErrorOf([&] { ParseFolderMapping(text, "mapping.yaml"); }),
                IsError(Error::Kind::kBadInput, part))
        << text;
  };
  refuses("record", "recrod", "mapping.yaml:2: unknown key: recrod");
  refuses("patient: p\n", "", "missing key: patient");
  refuses("t.csv", "../t.csv", "mapping.yaml:1: the table lies beside the mapping");
  refuses("t.csv", "{file: t.csv, separator: \"::\"}", "expected a comma");
  refuses("patient: p", "patient: p\npatient: q", "a key twice: patient");
  refuses("patient: p", "patient: p\nage: {column: a, unit: moons}",
          "mapping.yaml:4: expected days, weeks, months or years: moons");
  refuses("patient: p", "patient: p\nsex: {column: s, female: [x], male: [x]}",
          "x is female and male");
  refuses("positive: [a]", "positive: []", "mapping.yaml:5: no value is positive: chd");
  refuses("negative: [b]", "negative: [a]", "a is positive and negative");
  refuses(", negative: [b]", "", "missing key: negative");
  refuses("name: chd", "name: CHD!", "expected lower-case words");
  refuses("targets:\n", "targets:\n  - {name: chd, column: d, positive: [a], negative: [b]}\n",
          "a target stands twice: chd");
  refuses("table: t.csv", "[", "mapping.yaml:");
  refuses(std::string(kMapping), "just words", "expected keys with values");
}

TEST(FolderTableTest, ReadsTheUnitsOfAge) {
  for (const auto& [unit, days] :
       std::map<std::string, int>{{"days", 2}, {"weeks", 11}, {"months", 45}, {"years", 548}}) {
    std::string text(kMapping);
    text += "age: {column: a, unit: " + unit + "}\n";
    const FolderTable table =
        ParseFolderTable("r,p,d,a\nx,1,a,1.5\n", "t.csv", ParseFolderMapping(text, "mapping.yaml"));
    ASSERT_THAT(table.rows, SizeIs(1));
    EXPECT_EQ(table.rows.front().age_days, days) << unit;
  }
}

TEST(FolderTableTest, TakesTheNumberOfTheExamFromItsColumn) {
  std::string text(kMapping);
  text += "exam: n\n";
  const FolderTable table = ParseFolderTable("r,p,d,n\nx,1,a,3\ny,1,a,1\nz,1,a,0\n", "t.csv",
                                             ParseFolderMapping(text, "mapping.yaml"));
  ASSERT_THAT(table.rows, SizeIs(2));
  EXPECT_EQ(table.rows.front().exam, 3);
  EXPECT_THAT(table.failures.front().what, HasSubstr("n: expected a number from 1: 0"));
}

}  // namespace
}  // namespace pecg
