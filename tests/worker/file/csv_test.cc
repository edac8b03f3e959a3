#include "worker/file/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/worker/file/error_matcher.h"
#include "tests/worker/file/test_folder.h"
#include "worker/file/whole_file.h"

namespace pecg {
namespace {

using testing::ElementsAre;

std::vector<std::vector<std::string>> Rows(std::string_view text) {
  CsvReader reader(text, "t.csv");
  std::vector<std::vector<std::string>> rows;
  for (CsvRow row; reader.Next(&row);) rows.push_back(row.cells);
  return rows;
}

TEST(CsvReaderTest, ReadsCellsBetweenAnotherSeparator) {
  CsvReader reader("a,1;\"b;2\"\n", "x.csv", ';');
  CsvRow row;
  ASSERT_TRUE(reader.Next(&row));
  EXPECT_THAT(row.cells, testing::ElementsAre("a,1", "b;2"));
}

TEST(CsvReaderTest, ReadsPlainAndEmptyCells) {
  EXPECT_THAT(Rows("a,b,c\n1,,\n"),
              ElementsAre(ElementsAre("a", "b", "c"), ElementsAre("1", "", "")));
}

TEST(CsvReaderTest, ReadsQuotedCellsWithCommasAndDoubledQuotes) {
  EXPECT_THAT(Rows("\"a,b\",\"say \"\"hi\"\"\",\"\"\n"),
              ElementsAre(ElementsAre("a,b", "say \"hi\"", "")));
}

TEST(CsvReaderTest, KeepsBareLfAndCrlfInsideQuotedCells) {
  EXPECT_THAT(
      Rows("\"Congenital \nheart disease\",x\r\n\"a\r\nb\",y\r\n"),
      ElementsAre(ElementsAre("Congenital \nheart disease", "x"), ElementsAre("a\r\nb", "y")));
}

TEST(CsvReaderTest, DropsAByteOrderMark) {
  EXPECT_THAT(Rows("\xEF\xBB\xBF"
                   "a,b\n"),
              ElementsAre(ElementsAre("a", "b")));
}

TEST(CsvReaderTest, ReadsALastRowWithoutLineEnd) {
  EXPECT_THAT(Rows("a,b\n1,"), ElementsAre(ElementsAre("a", "b"), ElementsAre("1", "")));
}

TEST(CsvReaderTest, SkipsEmptyLines) {
  EXPECT_THAT(Rows("\n\na\r\n\r\nb\n\n"), ElementsAre(ElementsAre("a"), ElementsAre("b")));
}

TEST(CsvReaderTest, KeepsSingleQuotesAndQuotesInsideAPlainCell) {
  EXPECT_THAT(Rows("'C23';'D30',5\" tall,\r\n"),
              ElementsAre(ElementsAre("'C23';'D30'", "5\" tall", "")));
}

TEST(CsvReaderTest, SaysInWhichLineARowStarts) {
  CsvReader reader("a\n\"x\ny\nz\"\n\nb\n", "t.csv");
  CsvRow row;
  std::vector<std::int64_t> lines;
  while (reader.Next(&row)) lines.push_back(row.line);
  EXPECT_THAT(lines, ElementsAre(1, 2, 6));
}

TEST(CsvReaderTest, RefusesAQuoteThatNeverEndsWithTheLineWhereItOpens) {
  CsvReader reader("a,b\n1,\"x\ny\n", "t.csv");
  CsvRow row;
  ASSERT_TRUE(reader.Next(&row));
  EXPECT_THAT(ErrorOf([&] { reader.Next(&row); }),
              IsError(Error::Kind::kCorruptData, "t.csv:2: a quoted cell never ends"));
  EXPECT_FALSE(reader.Next(&row));
}

TEST(CsvReaderTest, GoesOnAfterARowWithTextBehindAQuote) {
  CsvReader reader("\"a\"b,c\nd,e\n", "t.csv");
  CsvRow row;
  EXPECT_THAT(ErrorOf([&] { reader.Next(&row); }), IsError(Error::Kind::kCorruptData, "t.csv:1: "));
  ASSERT_TRUE(reader.Next(&row));
  EXPECT_THAT(row.cells, ElementsAre("d", "e"));
  EXPECT_EQ(row.line, 2);
}

TEST(CsvReaderTest, ReadsACellOfAMegabyte) {
  const std::string cell(1 << 20, 'x');
  EXPECT_THAT(Rows(cell + ",\"" + cell + "\"\n"), ElementsAre(ElementsAre(cell, cell)));
}

TEST(CsvTableTest, FindsColumnsByName) {
  const CsvTable table("Filename,ICD-10 code\n", "t.csv");
  EXPECT_EQ(table.ColumnOf("ICD-10 code"), 1U);
  EXPECT_THAT(
      ErrorOf([&] { table.ColumnOf("Age"); }),
      IsError(Error::Kind::kNotFound, "no column named Age (the columns are Filename, ICD"));
}

TEST(CsvTableTest, ReportsARaggedRowWithItsLineAndGoesOn) {
  CsvTable table("a,b\n1\n2,3\n", "t.csv");
  CsvRow row;
  EXPECT_THAT(
      ErrorOf([&] { table.Next(&row); }),
      IsError(Error::Kind::kCorruptData, "t.csv:2: the row has 1 cells where there are 2 columns"));
  ASSERT_TRUE(table.Next(&row));
  EXPECT_THAT(row.cells, ElementsAre("2", "3"));
}

TEST(CsvTableTest, RefusesAnEmptyFileAndAColumnTwice) {
  EXPECT_THAT(ErrorOf([] { CsvTable("\n", "t.csv"); }),
              IsError(Error::Kind::kCorruptData, "t.csv"));
  EXPECT_THAT(ErrorOf([] { CsvTable("a,b,a\n", "t.csv"); }),
              IsError(Error::Kind::kDuplicate, ": a"));
}

TEST(CsvTableTest, ReadsTheReleasesDictionaries) {
  const auto folder = SharedData("zzu-release-csv");
  PECG_SKIP_WITHOUT(folder);
  const auto count = [&](const std::string& name) {
    const std::string text = ReadTextFile(folder / name, 1 << 20);
    CsvTable table(text, name);
    int rows = 0;
    for (CsvRow row; table.Next(&row);) ++rows;
    return rows;
  };
  EXPECT_EQ(count("DiseaseCode.csv"), 20);
  EXPECT_EQ(count("ECGCode.csv"), 105);
  EXPECT_EQ(count("AttributesDictionary.sample50.csv"), 50);
}

TEST(AppendCsvRowTest, WritesWhatTheReaderReadsBack) {
  const std::vector<std::vector<std::string>> rows = {
      {"plain", "a,b", "say \"hi\"", "two\nlines", ""}, {""}, {" x ", "\r"}};
  std::string text;
  for (const auto& row : rows) AppendCsvRow(row, &text);
  EXPECT_EQ(Rows(text), rows);
}

TEST(AppendCsvRowTest, QuotesOnlyWhereItMust) {
  std::string text;
  AppendCsvRow(std::vector<std::string>{"a b", "c,d"}, &text);
  EXPECT_EQ(text, "a b,\"c,d\"\r\n");
}

}  // namespace
}  // namespace pecg
