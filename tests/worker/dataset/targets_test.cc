#include "worker/dataset/targets.h"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "base/digest/sha256.h"
#include "worker/dataset/disease_dictionary.h"
#include "worker/dataset/index.h"
#include "worker/ecg/error.h"

namespace pecg {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Strings = std::vector<std::string>;

/// Values by target name.
std::map<std::string, int> Derive(const Strings& icd, const Strings& statements,
                                  std::optional<int> age_days = 1000) {
  const TargetTable& table = TargetTable::Embedded();
  const std::vector<std::uint8_t> values =
      table.Derive({.icd_codes = icd, .statements = statements, .age_days = age_days});
  std::map<std::string, int> by_name;
  for (std::size_t i = 0; i < values.size(); ++i) by_name[table.Names()[i]] = values[i];
  return by_name;
}

/// The targets of diagnoses that are positive.
std::set<std::string> PositiveDiagnoses(const Strings& icd, int age_days = 1000) {
  std::set<std::string> positive;
  for (const auto& [name, value] : Derive(icd, {"A1"}, age_days)) {
    if (value == 1) positive.insert(name);
  }
  return positive;
}

TEST(TargetTable, NamesTheTargetsOfTheDesignInOrder) {
  EXPECT_THAT(TargetTable::Embedded().Names(),
              ElementsAre("chd", "chd_vsd", "chd_asd", "chd_avsd", "chd_tof", "chd_pda", "chd_rvot",
                          "chd_strict", "kawasaki", "myocarditis", "myocarditis_fulminant",
                          "myocarditis_viral", "myocarditis_acute", "myocarditis_unspecified",
                          "cardiomyopathy", "cardiomyopathy_dilated", "cardiomyopathy_hypertrophic",
                          "cardiomyopathy_unspecified", "cardiomyopathy_noncompaction",
                          "abnormal_a1", "abnormal_a1a2", "abnormal_clear"));
}

struct KeyCase {
  std::string key;
  std::set<std::string> positive;
};

class EachKey : public testing::TestWithParam<KeyCase> {};

TEST_P(EachKey, MapsToItsTargetsAndNoOther) {
  EXPECT_EQ(PositiveDiagnoses({GetParam().key}), GetParam().positive);
}

const std::vector<KeyCase>& KeyCases() {
  static const auto* cases = new std::vector<KeyCase>{
      {"(F) I40.0", {"myocarditis", "myocarditis_fulminant"}},
      {"(V) I40.0", {"myocarditis", "myocarditis_viral"}},
      {"I40.9", {"myocarditis", "myocarditis_acute"}},
      {"I51.4", {"myocarditis", "myocarditis_unspecified"}},
      {"I42.0", {"cardiomyopathy", "cardiomyopathy_dilated"}},
      {"I42.2", {"cardiomyopathy", "cardiomyopathy_hypertrophic"}},
      {"I42.9", {"cardiomyopathy", "cardiomyopathy_unspecified"}},
      {"Q24.8", {"cardiomyopathy", "cardiomyopathy_noncompaction"}},
      {"M30.3", {"kawasaki"}},
      {"Q21.0", {"chd", "chd_vsd", "chd_strict"}},
      {"Q21.1", {"chd", "chd_asd", "chd_strict"}},
      {"(FO) Q21.1", {"chd", "chd_asd"}},
      {"(OSD) Q21.1", {"chd", "chd_asd", "chd_strict"}},
      {"Q21.2", {"chd", "chd_avsd", "chd_strict"}},
      {"Q21.3", {"chd", "chd_tof", "chd_strict"}},
      {"Q22.1", {"chd", "chd_rvot", "chd_strict"}},
      {"Q25.0", {"chd", "chd_pda", "chd_strict"}},
      {"Q25.6", {"chd", "chd_rvot", "chd_strict"}},
      {"I37.0", {"chd", "chd_rvot", "chd_strict"}},
  };
  return *cases;
}

INSTANTIATE_TEST_SUITE_P(Dictionary, EachKey, testing::ValuesIn(KeyCases()));

TEST(TargetTable, MapsEveryKeyOfTheDictionary) {
  std::set<std::string> tested;
  for (const KeyCase& key_case : KeyCases()) tested.insert(key_case.key);
  std::set<std::string> keys;
  for (const auto& row : DiseaseDictionary::Release().rows()) keys.insert(row.icd_code);
  EXPECT_EQ(tested, keys);
}

TEST(TargetTable, TakesNoCodeWithoutItsPrefixOrWithAnother) {
  EXPECT_TRUE(PositiveDiagnoses({"I40.0", "(X) Q21.1", "Q21", "Q21.10", "i42.0"}).empty());
}

TEST(TargetTable, CombinesSeveralCodes) {
  EXPECT_EQ(PositiveDiagnoses({"J18.9", "M30.3", "Q21.3"}),
            (std::set<std::string>{"kawasaki", "chd", "chd_tof", "chd_strict"}));
}

TEST(TargetTable, IsNegativeForARecordWithOtherDiagnosesOnly) {
  EXPECT_EQ(Derive({"J18.9"}, {"A1"})["chd"], 0);
  EXPECT_EQ(Derive({}, {"A1"})["chd_strict"], 0);
}

TEST(ChdStrict, IsMissingWithAForamenOvaleOnly) {
  EXPECT_EQ(Derive({"(FO) Q21.1"}, {"A1"})["chd_strict"], kTargetMissing);
  EXPECT_EQ(Derive({"(FO) Q21.1"}, {"A1"})["chd"], 1);
}

TEST(ChdStrict, IsMissingWithAnOpenDuctUnder30Days) {
  EXPECT_EQ(Derive({"Q25.0"}, {"A1"}, 29)["chd_strict"], kTargetMissing);
  EXPECT_EQ(Derive({"Q25.0"}, {"A1"}, 30)["chd_strict"], 1);
}

TEST(ChdStrict, IsMissingWithAnOpenDuctAtAnUnknownAge) {
  EXPECT_EQ(Derive({"Q25.0"}, {"A1"}, std::nullopt)["chd_strict"], kTargetMissing);
}

TEST(ChdStrict, IsMissingWithBothAndPositiveWithAnythingElse) {
  EXPECT_EQ(Derive({"(FO) Q21.1", "Q25.0"}, {"A1"}, 10)["chd_strict"], kTargetMissing);
  EXPECT_EQ(Derive({"(FO) Q21.1", "Q21.0"}, {"A1"}, 10)["chd_strict"], 1);
}

struct AbnormalCase {
  Strings statements;
  int a1;
  int a1a2;
  int clear;
};

class EachReading : public testing::TestWithParam<AbnormalCase> {};

TEST_P(EachReading, GivesTheThreeMeaningsOfAbnormal) {
  auto values = Derive({}, GetParam().statements);
  EXPECT_EQ(values["abnormal_a1"], GetParam().a1);
  EXPECT_EQ(values["abnormal_a1a2"], GetParam().a1a2);
  EXPECT_EQ(values["abnormal_clear"], GetParam().clear);
}

INSTANTIATE_TEST_SUITE_P(
    Statements, EachReading,
    testing::Values(AbnormalCase{{"A1"}, 0, 0, 0}, AbnormalCase{{"A2"}, 1, 0, 255},
                    AbnormalCase{{"C21"}, 1, 1, 1}, AbnormalCase{{"I105", "L147"}, 1, 1, 1},
                    AbnormalCase{{"Left ventricular high voltage"}, 1, 1, 1},
                    AbnormalCase{{"C22", "A1"}, 255, 255, 255},
                    AbnormalCase{{"A2", "C21"}, 255, 255, 255},
                    AbnormalCase{{"Normal ECG"}, 0, 0, 0}, AbnormalCase{{"C23", "A1"}, 0, 0, 0},
                    AbnormalCase{{}, 255, 255, 255}));

TEST(TargetTable, HasTheHashOfTheFileInTheSourceTree) {
  std::ifstream file(PECG_SOURCE_DIR "/worker/dataset/targets.yaml", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  ASSERT_FALSE(text.empty());
  EXPECT_EQ(TargetTable::Embedded().sha256(), Sha256Hex(text));
}

std::string ErrorOf(const std::string& yaml) {
  try {
    TargetTable::Parse(yaml, "t.yaml");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kBadInput);
    return error.what();
  }
  return "";
}

TEST(TargetTable, NamesTheLineOfWhatItCannotRead) {
  EXPECT_THAT(ErrorOf("targets:\n  - name: x\n    kodes: [Q21.0]\n"), HasSubstr("t.yaml:2"));
  EXPECT_THAT(ErrorOf("targets:\n  - name: x\n    codes: [Q21.0]\n    colour: red\n"),
              AllOf(HasSubstr("t.yaml:4"), HasSubstr("colour")));
  EXPECT_THAT(ErrorOf("targets:\n  - name: x\n    codes: [Q99.9]\n"),
              AllOf(HasSubstr("t.yaml:3"), HasSubstr("Q99.9")));
  EXPECT_THAT(ErrorOf("targets:\n  - name: x\n    normal: [Z9]\n"), HasSubstr("Z9"));
  EXPECT_THAT(ErrorOf("targets: [\n"), HasSubstr("t.yaml"));
  EXPECT_THAT(ErrorOf("targets: []\n"), HasSubstr("no targets"));
}

TEST(TargetTable, RefusesATargetThatStandsTwice) {
  EXPECT_THAT(ErrorOf("targets:\n  - {name: x, codes: [Q21.0]}\n  - {name: x, codes: [Q21.1]}\n"),
              HasSubstr("twice"));
}

TEST(StatementBits, SetsTheRowOfEachStatement) {
  const auto bits =
      StatementBits(Strings{"A1", "D30+Modifier308", "Left ventricular high voltage"});
  IndexEntry entry;
  entry.statement_bits = bits;
  EXPECT_EQ(bits.size(), 10U);
  int set = 0;
  for (int i = 0; i < 80; ++i) set += entry.HasStatement(i) ? 1 : 0;
  EXPECT_EQ(set, 3);
  EXPECT_TRUE(entry.HasStatement(0));
  EXPECT_TRUE(entry.HasStatement(7));
}

TEST(StatementBits, HasNoBitForRemarksAndUnknownCodes) {
  for (const std::uint8_t byte : StatementBits(Strings{"Suggests211", "Z99"})) EXPECT_EQ(byte, 0);
}

}  // namespace
}  // namespace pecg
