#include "worker/dataset/zzu_attributes.h"

#include <gmock/gmock.h>

#include <cmath>

#include "tests/worker/dataset/zzu_folder.h"
#include "worker/ecg/error.h"

namespace pecg {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A row of the release, its quality indices shortened.
constexpr std::string_view kRow =
    "P00/P00418/P00418_E01,P00418_E01,P00418,3148d,'Female',2022-07-12 21:29:38,15000,12,"
    "'C23';'D30+Modifier308';'I101','C15';'D21+Occasional';'I83','(FO) Q21.1';'R09.8',"
    "'I':0.425;'V2':Null,'I':0.965;'V2':Null,'I':0.993;'V2':Null";

ZzuAttributes Parse(const std::string& rows, const std::string& end = "\n") {
  return ParseZzuAttributes(std::string(kZzuHeader) + end + rows + end, "AttributesDictionary.csv");
}

/// A good row with one cell replaced.
std::string RowWith(std::size_t column, const std::string& cell) {
  std::vector<std::string> cells = {"P00/P00001/P00001_E01",
                                    "P00001_E01",
                                    "P00001",
                                    "572d",
                                    "'Female'",
                                    "2017-11-22 10:46:08",
                                    "9000",
                                    "9",
                                    "'A1'",
                                    "'A1'",
                                    "'Q21.0'",
                                    "",
                                    "",
                                    ""};
  cells[column] = cell;
  std::string row;
  for (const std::string& text : cells) row += text + ",";
  row.pop_back();
  return row;
}

TEST(ParseZzuAttributes, ReadsARowOfTheRelease) {
  const ZzuAttributes attributes = Parse(std::string(kRow));
  ASSERT_THAT(attributes.failures, IsEmpty());
  ASSERT_THAT(attributes.rows, SizeIs(1));
  const DatasetRow& row = attributes.rows[0];
  EXPECT_EQ(row.record_id, "P00418_E01");
  EXPECT_EQ(row.patient_id, "P00418");
  EXPECT_EQ(row.exam, 1);
  EXPECT_EQ(row.path, "Child_ecg/P00/P00418/P00418_E01");
  EXPECT_EQ(row.age_days, 3148);
  EXPECT_EQ(row.sex, Sex::kFemale);
  EXPECT_EQ(row.acquisition_time, "2022-07-12 21:29:38");
  EXPECT_EQ(row.sample_count, 15000);
  EXPECT_EQ(row.lead_count, 12);
  EXPECT_THAT(row.statements, ElementsAre("C23", "D30+Modifier308", "I101"));
  EXPECT_THAT(row.icd_codes, ElementsAre("(FO) Q21.1", "R09.8"));
  ASSERT_TRUE(row.sqi.has_value());
  EXPECT_FLOAT_EQ((*row.sqi)[0][0], 0.425F);
  EXPECT_FLOAT_EQ((*row.sqi)[0][2], 0.993F);
  EXPECT_TRUE(std::isnan((*row.sqi)[7][0]));
  EXPECT_EQ(row.line, 2);
}

TEST(ParseZzuAttributes, ReadsTheSameSavedAgainByASpreadsheet) {
  // A byte order mark, CRLF, every cell in double quotes, one more column in front.
  std::string text = "\xEF\xBB\xBF\"Nr\"," + std::string(kZzuHeader) + "\r\n\"1\"";
  std::string_view rest = kRow;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    text += ",\"" + std::string(rest.substr(0, comma)) + "\"";
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  const ZzuAttributes again = ParseZzuAttributes(text + "\r\n", "t.csv");
  ASSERT_THAT(again.failures, IsEmpty());
  ASSERT_THAT(again.rows, SizeIs(1));
  EXPECT_EQ(again.rows[0].statements, Parse(std::string(kRow)).rows[0].statements);
  EXPECT_EQ(again.rows[0].age_days, 3148);
}

TEST(ParseZzuAttributes, ReadsLineBreaksInsideCells) {
  const ZzuAttributes attributes = Parse(RowWith(10, "\"'(FO)\nQ21.1';'I08.0'\""));
  ASSERT_THAT(attributes.rows, SizeIs(1));
  EXPECT_THAT(attributes.rows[0].icd_codes, ElementsAre("(FO) Q21.1", "I08.0"));
}

TEST(ParseZzuAttributes, ReadsACommaInsideSingleQuotes) {
  const ZzuAttributes attributes = Parse(RowWith(8, "'Ventricular tachycardia, polymorphous'"));
  ASSERT_THAT(attributes.rows, SizeIs(1));
  EXPECT_THAT(attributes.rows[0].statements, ElementsAre("Ventricular tachycardia, polymorphous"));
}

TEST(ParseZzuAttributes, TakesEmptyQualityCellsAsNone) {
  EXPECT_FALSE(Parse(RowWith(11, "")).rows[0].sqi.has_value());
}

TEST(ParseZzuAttributes, TakesEmptyAgeAndSexAsUnknown) {
  EXPECT_EQ(Parse(RowWith(3, "")).rows[0].age_days, std::nullopt);
  EXPECT_EQ(Parse(RowWith(4, "")).rows[0].sex, Sex::kUnknown);
}

struct BadCell {
  std::size_t column;
  std::string cell;
  std::string complaint;
};

class EachBadCell : public testing::TestWithParam<BadCell> {};

TEST_P(EachBadCell, CostsItsRowOnlyAndIsNamedWithItsLine) {
  const ZzuAttributes attributes =
      Parse(RowWith(GetParam().column, GetParam().cell) + "\n" + std::string(kRow));
  EXPECT_THAT(attributes.rows, SizeIs(1));
  ASSERT_THAT(attributes.failures, SizeIs(1));
  const IndexFailure& failure = attributes.failures[0];
  EXPECT_EQ(failure.path, "AttributesDictionary.csv");
  EXPECT_EQ(failure.line, 2);
  EXPECT_EQ(failure.kind, "bad_input");
  EXPECT_THAT(failure.what, HasSubstr(GetParam().complaint));
}

INSTANTIATE_TEST_SUITE_P(
    Cells, EachBadCell,
    testing::Values(BadCell{0, "", "Filename"}, BadCell{0, "../../etc/passwd", "Filename"},
                    BadCell{0, "/P00/P00001/P00001_E01", "Filename"},
                    BadCell{0, "P00/../P00001_E01", "Filename"},
                    BadCell{0, "P00\\P00001_E01", "Filename"},
                    BadCell{0, "P00/P00001/P00001_E02", "ECG_ID"},
                    BadCell{1, "P00002_E01", "ECG_ID"}, BadCell{1, "P00001_Ex", "ECG_ID"},
                    BadCell{2, "P00002", "P00002"}, BadCell{3, "572", "days"},
                    BadCell{3, "-3d", "days"}, BadCell{3, "4y", "days"},
                    BadCell{4, "'X'", "Gender"}, BadCell{6, "many", "Sampling_point"},
                    BadCell{7, "12.5", "Lead"}, BadCell{8, "'A1", "quote"},
                    BadCell{8, "'A1',extra", "cells"}, BadCell{10, "'Q21\xFF'", "UTF-8"}));

TEST(ParseZzuAttributes, TellsOfARowWithTooFewCells) {
  const ZzuAttributes attributes = Parse("P00/P00001/P00001_E01,P00001_E01\n" + std::string(kRow));
  EXPECT_THAT(attributes.rows, SizeIs(1));
  ASSERT_THAT(attributes.failures, SizeIs(1));
  EXPECT_THAT(attributes.failures[0].what, HasSubstr("2 cells"));
}

TEST(ParseZzuAttributes, NamesAMissingColumn) {
  std::string header(kZzuHeader);
  header.replace(header.find("ICD-10 code"), 11, "ICD10");
  try {
    ParseZzuAttributes(header + "\n", "AttributesDictionary.csv");
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kBadInput);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("column missing: ICD-10 code"),
                                    HasSubstr("AttributesDictionary.csv:1")));
  }
}

TEST(ParseZzuAttributes, TellsOfARecordNamedTwiceWithBothLines) {
  const ZzuAttributes attributes = Parse(
      std::string(kRow) + "\n" + RowWith(0, "P00/P00001/P00001_E01") + "\n" + std::string(kRow));
  EXPECT_THAT(attributes.rows, SizeIs(2));
  ASSERT_THAT(attributes.failures, SizeIs(1));
  EXPECT_EQ(attributes.failures[0].kind, "duplicate");
  EXPECT_EQ(attributes.failures[0].line, 4);
  EXPECT_THAT(attributes.failures[0].what, HasSubstr("lines 2 and 4"));
}

TEST(ParseZzuAttributes, GoesOnBehindAQuoteThatNeverEnds) {
  const ZzuAttributes attributes = Parse(std::string(kRow) + "\n\"P00/P00002");
  EXPECT_THAT(attributes.rows, SizeIs(1));
  ASSERT_THAT(attributes.failures, SizeIs(1));
  EXPECT_EQ(attributes.failures[0].line, 3);
}

TEST(ParseZzuAttributes, AcceptsTheSameFindingsInBothVocabularies) {
  std::string row = RowWith(8, "'J125';'F60+Modifier342';'Prolonged QTc interval';'Suggests211'");
  row.replace(row.find(",'A1',"), 6,
              ",'J(111+112+113)';'F64';'L125';'Hypokalemia or drug effect',");
  EXPECT_THAT(Parse(row).failures, IsEmpty());
}

TEST(ParseZzuAttributes, WarnsOncePerPairOfCodesThatDisagree) {
  const std::string other = RowWith(9, "'C13'");
  std::string second = other;
  for (std::size_t at = second.find("_E01"); at != std::string::npos;
       at = second.find("_E01", at)) {
    second.replace(at, 4, "_E02");
  }
  const ZzuAttributes attributes = Parse(other + "\n" + second);
  EXPECT_THAT(attributes.rows, SizeIs(2));
  ASSERT_THAT(attributes.failures, SizeIs(1));
  EXPECT_EQ(attributes.failures[0].kind, "warning");
  EXPECT_THAT(attributes.failures[0].what, AllOf(HasSubstr("A1 and C13"), HasSubstr("2 rows")));
}

}  // namespace
}  // namespace pecg
