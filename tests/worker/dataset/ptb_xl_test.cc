#include "worker/dataset/ptb_xl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/worker/dataset/ptb_xl_folder.h"
#include "tests/worker/file/error_matcher.h"
#include "worker/dataset/build_index.h"
#include "worker/dataset/scp_dictionary.h"
#include "worker/dataset/statement_dictionary.h"

namespace pecg {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Index IndexOf(const PtbXlFolder& folder) {
  folder.WriteTables();
  return BuildIndex("ptb_xl", folder.root()).value();
}

std::string Attribute(const IndexEntry& entry, std::string_view name) {
  for (const RecordAttribute& attribute : entry.attributes) {
    if (attribute.name == name) return attribute.value;
  }
  return "";
}

int Target(const Index& index, std::size_t entry, std::string_view name) {
  return index.entries[entry].targets[index.FindTarget(name).value()];
}

TEST(PtbXlTest, IndexesARecordWithItsFoldAndReport) {
  PtbXlFolder folder;
  folder.Add({.ecg_id = 21837});
  const Index index = IndexOf(folder);
  EXPECT_THAT(index.failures, IsEmpty());
  ASSERT_THAT(index.entries, SizeIs(1));
  const IndexEntry& entry = index.entries.front();
  EXPECT_EQ(entry.record_id, "21837");
  EXPECT_EQ(entry.patient_id, "15709");
  EXPECT_EQ(entry.path, "records500/21000/21837_hr");
  EXPECT_EQ(entry.age_days, 56 * 365);
  EXPECT_EQ(entry.sex, Sex::kFemale);
  EXPECT_EQ(entry.rate_hz, 500);
  EXPECT_EQ(entry.sample_count, 5000);
  EXPECT_EQ(entry.leads, LeadMask::All());
  EXPECT_EQ(entry.comment, "sinusrhythmus normales ekg");
  EXPECT_EQ(entry.acquisition_time, "1984-11-09 09:17:34");
  EXPECT_EQ(Attribute(entry, "strat_fold"), "3");
  EXPECT_EQ(Attribute(entry, "scp_codes"), "NORM: 100, SR: 0");
  EXPECT_EQ(Attribute(entry, "validated_by_human"), "True");
}

TEST(PtbXlTest, WritesStatementsInOurVocabularyThroughTheirAhaCodes) {
  PtbXlFolder folder;
  folder.Add({.scp_codes = "{'NORM': 100.0, 'LVH': 0.0, '1AVB': 50.0, 'DIG': 0.0, 'INVT': 0.0}"});
  const Index index = IndexOf(folder);
  // A first-degree block has no AHA code there, and an inversion alone modifies other statements.
  EXPECT_THAT(index.entries.front().statements,
              ElementsAre("A1", "K142", "1AVB", "Suggests205", "INVT"));
  const StatementDictionary& dictionary = StatementDictionary::Release();
  EXPECT_TRUE(index.entries.front().HasStatement(dictionary.FindAha("K142").value()));
  EXPECT_FALSE(index.entries.front().HasStatement(dictionary.FindAha("C21").value()));
}

TEST(PtbXlTest, HasTheTargetsOfTheTracingAlone) {
  PtbXlFolder folder;
  folder.Add({.ecg_id = 1, .scp_codes = "{'NORM': 80.0}"});
  folder.Add({.ecg_id = 2, .scp_codes = "{'SR': 0.0}"});
  folder.Add({.ecg_id = 3, .scp_codes = "{'STACH': 0.0}"});
  folder.Add({.ecg_id = 4, .scp_codes = "{}"});
  const Index index = IndexOf(folder);
  EXPECT_EQ(Target(index, 0, "norm"), 1);
  EXPECT_EQ(Target(index, 1, "norm"), 0);
  EXPECT_EQ(Target(index, 3, "norm"), kTargetMissing);
  EXPECT_EQ(Target(index, 0, "statement_2"), 0);
  EXPECT_EQ(Target(index, 2, "statement_2"), 1);
  EXPECT_FALSE(index.FindTarget("chd"));
  EXPECT_EQ(index.targets_sha256, TargetTable::PtbXl().sha256());
}

TEST(PtbXlTest, NamesEachStatementTargetAfterItsRowOfTheDictionary) {
  const StatementDictionary& dictionary = StatementDictionary::Release();
  const TargetTable& table = TargetTable::PtbXl();
  const std::vector<std::string> names = table.Names();
  EXPECT_EQ(names.front(), "norm");
  for (std::size_t i = 1; i < names.size(); ++i) {
    const int row = std::stoi(names[i].substr(std::string("statement_").size()));
    const std::vector<std::string> statements = {
        dictionary.rows()[static_cast<std::size_t>(row)].aha_code};
    EXPECT_EQ(table.Derive({.icd_codes = {}, .statements = statements, .age_days = {}})[i], 1)
        << names[i];
  }
}

TEST(PtbXlTest, KeepsAgesOverEightyNineAsNinetyYearsAndSaysSo) {
  PtbXlFolder folder;
  folder.Add({.ecg_id = 1, .age = "300.0"});
  folder.Add({.ecg_id = 2, .age = ""});
  folder.Add({.ecg_id = 3, .age = "0.5", .sex = "0"});
  const Index index = IndexOf(folder);
  EXPECT_EQ(index.entries[0].age_days, 90 * 365);
  EXPECT_EQ(Attribute(index.entries[0], "age_over_89"), "true");
  EXPECT_EQ(index.entries[1].age_days, std::nullopt);
  EXPECT_EQ(Attribute(index.entries[1], "age_over_89"), "");
  EXPECT_EQ(index.entries[2].age_days, 183);
  EXPECT_EQ(index.entries[2].sex, Sex::kMale);
}

TEST(PtbXlTest, NumbersThePatientsExamsByDate) {
  PtbXlFolder folder;
  folder.Add({.ecg_id = 1, .patient_id = "7.0", .recording_date = "1990-01-02 00:00:00"});
  folder.Add({.ecg_id = 2, .patient_id = "8.0", .recording_date = "1990-01-01 00:00:00"});
  folder.Add({.ecg_id = 3, .patient_id = "7.0", .recording_date = "1989-01-02 00:00:00"});
  const Index index = IndexOf(folder);
  EXPECT_EQ(index.entries[0].exam, 2);
  EXPECT_EQ(index.entries[1].exam, 1);
  EXPECT_EQ(index.entries[2].exam, 1);
}

TEST(PtbXlTest, ReadsTheRecordsOf100HzWhereThereAreNoneOf500) {
  PtbXlFolder slow;
  slow.SetRates(/*has_500_hz=*/false, /*has_100_hz=*/true);
  slow.Add({});
  PtbXlFolder both;
  both.SetRates(/*has_500_hz=*/true, /*has_100_hz=*/true);
  both.Add({});
  const Index index = IndexOf(slow);
  EXPECT_THAT(index.failures, IsEmpty());
  EXPECT_EQ(index.entries.front().rate_hz, 100);
  EXPECT_EQ(index.entries.front().record_id, "00001") << "the same name at both rates";
  EXPECT_EQ(IndexOf(both).entries.front().rate_hz, 500);
}

TEST(PtbXlTest, NamesTheRowOfEveryMistake) {
  PtbXlFolder folder;
  folder.Add({.ecg_id = 1});
  folder.AddRow({.ecg_id = 2, .patient_id = ""});
  folder.AddRow({.ecg_id = 3, .age = "120000"});
  folder.AddRow({.ecg_id = 4, .sex = "2"});
  folder.AddRow({.ecg_id = 5, .scp_codes = "NORM"});
  folder.AddRow({.ecg_id = 1});
  folder.AddRow({.ecg_id = 6});
  folder.WriteFile("records500/00000/00009_hr.hea", "00009_hr 1 500\n00009_hr.dat 16\n");
  const Index index = IndexOf(folder);
  EXPECT_THAT(index.entries, SizeIs(1));
  std::map<std::int64_t, std::string> by_line;
  std::map<std::string, std::string> by_path;
  for (const IndexFailure& failure : index.failures) {
    if (failure.path == "ptbxl_database.csv")
      by_line[failure.line] = failure.what;
    else
      by_path[failure.path] = failure.what;
  }
  EXPECT_THAT(by_line[3], HasSubstr("patient_id: expected a number"));
  EXPECT_THAT(by_line[4], HasSubstr("age: expected years"));
  EXPECT_THAT(by_line[5], HasSubstr("sex: expected 0 for male"));
  EXPECT_THAT(by_line[6], HasSubstr("scp_codes: not a list of statements: NORM"));
  EXPECT_THAT(by_line[7], HasSubstr("ecg_id 00001 stands twice, in lines 2 and 7"));
  EXPECT_THAT(by_line, SizeIs(5));
  EXPECT_THAT(by_path["records500/00000/00006_hr.hea"], HasSubstr("cannot find"));
  EXPECT_THAT(by_path["records500/00000/00009_hr.hea"], HasSubstr("no row of ptbxl_database.csv"));
}

TEST(PtbXlTest, WarnsOnceOfAStatementThatIsInNoTable) {
  PtbXlFolder folder;
  folder.Add({.ecg_id = 1, .scp_codes = "{'NEW': 100.0}"});
  folder.Add({.ecg_id = 2, .scp_codes = "{'NEW': 100.0}"});
  const Index index = IndexOf(folder);
  ASSERT_THAT(index.failures, SizeIs(1));
  EXPECT_EQ(index.failures.front().kind, kWarningKind);
  EXPECT_EQ(index.failures.front().what, "not in scp_statements.csv: NEW");
  EXPECT_THAT(index.entries.front().statements, ElementsAre("NEW"));
}

TEST(PtbXlTest, SaysWhichPartOfTheFolderIsMissing) {
  PtbXlFolder folder;
  EXPECT_THAT(ErrorOf([&] { BuildIndex("ptb_xl", folder.root()); }),
              IsError(Error::Kind::kNotFound, "ptbxl_database.csv"));
  folder.WriteTables();
  EXPECT_THAT(ErrorOf([&] { BuildIndex("ptb_xl", folder.root()); }),
              IsError(Error::Kind::kNotFound, "neither records500 nor records100"));
  std::filesystem::remove(folder.root() / "scp_statements.csv");
  EXPECT_THAT(ErrorOf([&] { BuildIndex("ptb_xl", folder.root()); }),
              IsError(Error::Kind::kNotFound, "scp_statements.csv"));
}

TEST(ScpCodesTest, AreReadAsPythonWritesThem) {
  const auto read = ReadScpCodes(R"( { 'NORM' : 100.0,"LAO/LAE":0, } )");
  ASSERT_THAT(read, SizeIs(2));
  EXPECT_EQ(read[0].code, "NORM");
  EXPECT_EQ(read[0].likelihood, 100);
  EXPECT_EQ(read[1].code, "LAO/LAE");
  EXPECT_THAT(ReadScpCodes("{}"), IsEmpty());
  for (const char* cell : {"", "{", "{'A'}", "{'A': }", "{'A': nan}", "{'A': 1 'B': 2}", "{'': 1}",
                           "{'A': 1} x", "{A: 1}", "{'A: 1}", "{,}"}) {
    EXPECT_THAT(ErrorOf([&] { ReadScpCodes(cell); }),
                IsError(Error::Kind::kBadInput, "not a list of statements"))
        << cell;
  }
}

TEST(RealPtbXlTest, IndexesTheFirst400RecordsWithoutAFailure) {
  const auto root = SharedData("ptb-xl-dev");
  PECG_SKIP_WITHOUT(root);
  const Index index = BuildIndex("ptb_xl", root).value();
  EXPECT_THAT(index.failures, IsEmpty());
  ASSERT_THAT(index.entries, SizeIs(400));
  std::set<std::string> patients;
  std::map<std::string, int> folds;
  int over_89 = 0;
  int normal = 0;
  int unknown_age = 0;
  for (std::size_t i = 0; i < index.entries.size(); ++i) {
    const IndexEntry& entry = index.entries[i];
    patients.insert(entry.patient_id);
    ++folds[Attribute(entry, "strat_fold")];
    over_89 += Attribute(entry, "age_over_89") == "true" ? 1 : 0;
    unknown_age += entry.age_days ? 0 : 1;
    normal += Target(index, i, "norm");
  }
  // Counted in ptbxl_database.csv by hand.
  EXPECT_EQ(patients.size(), 369);
  EXPECT_EQ(folds["9"], 70);
  EXPECT_EQ(folds["10"], 54);
  EXPECT_EQ(over_89, 0) << "the table writes 90 and 91 here";
  EXPECT_EQ(unknown_age, 4);
  EXPECT_EQ(normal, 243);
}

TEST(RealPtbXlTest, ItsStatementTableNamesTheStatementTargets) {
  const auto root = SharedData("ptb-xl-dev");
  PECG_SKIP_WITHOUT(root);
  const std::string csv = Slurp(root / "scp_statements.csv");
  const ScpDictionary dictionary = ScpDictionary::Parse(csv, "scp_statements.csv");
  std::set<std::string> names = {"norm"};
  CsvTable table(csv, "scp_statements.csv");
  CsvRow row;
  while (table.Next(&row)) {
    const std::string ours = dictionary.Find(row.cells[table.ColumnOf("")]).value();
    if (ours.empty()) continue;
    const int found = StatementDictionary::Release().FindAha(ours).value();
    if (found >= StatementDictionary::Release().statement_count()) continue;
    names.insert("statement_" + std::to_string(found));
  }
  const std::vector<std::string> targets = TargetTable::PtbXl().Names();
  EXPECT_EQ(std::set<std::string>(targets.begin(), targets.end()), names);
}

}  // namespace
}  // namespace pecg
