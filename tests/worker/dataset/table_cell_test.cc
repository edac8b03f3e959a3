#include "worker/dataset/table_cell.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "worker/dataset/signal_files.h"

namespace pecg {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(TableCellTest, ReadsWholeNumbersThatAreWrittenAsFloats) {
  EXPECT_EQ(ReadFloatCount("15709.0", 99999), 15709);
  EXPECT_EQ(ReadFloatCount("7", 99999), 7);
  EXPECT_EQ(ReadFloatCount("7.", 99999), 7);
  for (const char* text : {"", ".0", "7.5", "-7.0", "7.0x", "1e3", "100000", "nan"}) {
    EXPECT_EQ(ReadFloatCount(text, 99999), std::nullopt) << text;
  }
}

TEST(TableCellTest, ReadsDecimalNumbersOnly) {
  EXPECT_EQ(ReadNumber("-3.25"), -3.25);
  EXPECT_EQ(ReadNumber("1e2"), 100);
  for (const char* text : {"", "nan", "inf", "0x10", "1,5", "1 ", "1e999", "-"}) {
    EXPECT_EQ(ReadNumber(text), std::nullopt) << text;
  }
}

TEST(TableCellTest, CutsListsAtSeparatorsOfAnyLength) {
  EXPECT_THAT(SplitCell(" a ; b;;c", ";"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(SplitCell("a and b", " and "), ElementsAre("a", "b"));
  EXPECT_THAT(SplitCell("a;b", ""), ElementsAre("a;b"));
  EXPECT_THAT(SplitCell(" ;", ";"), IsEmpty());
}

TEST(TableCellTest, NumbersExamsByTimeThenByPlace) {
  std::vector<DatasetRow> rows(4);
  rows[0].patient_id = rows[1].patient_id = rows[3].patient_id = "a";
  rows[2].patient_id = "b";
  rows[0].acquisition_time = rows[3].acquisition_time = "2021";
  rows[1].acquisition_time = "2020";
  NumberExams(&rows);
  EXPECT_EQ(rows[0].exam, 2);
  EXPECT_EQ(rows[1].exam, 1);
  EXPECT_EQ(rows[2].exam, 1);
  EXPECT_EQ(rows[3].exam, 3);
}

TEST(SignalFilesTest, KnowWhichPathsStayBelowTheFolder) {
  for (const char* path : {"a", "a/b", "records500/00000/00001_hr", "..a/b..", "a b"}) {
    EXPECT_TRUE(StaysBelow(path)) << path;
  }
  for (const char* path : {"", "/a", "a/", "a//b", "..", "a/../b", "./a", "C:/a", "a\\b"}) {
    EXPECT_FALSE(StaysBelow(path)) << path;
  }
}

}  // namespace
}  // namespace pecg
