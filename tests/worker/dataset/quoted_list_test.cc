#include "worker/dataset/quoted_list.h"

#include <gmock/gmock.h>

#include <cmath>

#include "worker/ecg/error.h"

namespace pecg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ReadQuotedList, SplitsAtSemicolonsAndDropsQuotes) {
  EXPECT_THAT(ReadQuotedList("'C23';'D30+Modifier308';'I101'"),
              ElementsAre("C23", "D30+Modifier308", "I101"));
}

TEST(ReadQuotedList, KeepsPrefixesInsideTheQuotes) {
  EXPECT_THAT(ReadQuotedList("'(FO) Q21.1';'(F) I40.0'"), ElementsAre("(FO) Q21.1", "(F) I40.0"));
}

TEST(ReadQuotedList, KeepsProseAndCompositesWhole) {
  EXPECT_THAT(ReadQuotedList("'J(111+112+113)';'Prolonged QTc interval'"),
              ElementsAre("J(111+112+113)", "Prolonged QTc interval"));
}

TEST(ReadQuotedList, StripsBlanksAroundAndFoldsThoseInside) {
  EXPECT_THAT(ReadQuotedList(" ' (FO)\n Q21.1 ' ; 'I08.0 '"), ElementsAre("(FO) Q21.1", "I08.0"));
}

TEST(ReadQuotedList, AcceptsBareEntriesAndLeavesOutEmptyOnes) {
  EXPECT_THAT(ReadQuotedList("Q21.0;;'';Null;I51.4;"), ElementsAre("Q21.0", "I51.4"));
}

TEST(ReadQuotedList, TakesAnApostropheAsALetter) {
  EXPECT_THAT(ReadQuotedList("'Wenckebach's block';'A1'"), ElementsAre("Wenckebach's block", "A1"));
}

TEST(ReadQuotedList, KeepsASemicolonInsideQuotes) {
  EXPECT_THAT(ReadQuotedList("'a;b';'c'"), ElementsAre("a;b", "c"));
}

TEST(ReadQuotedList, IsEmptyForAnEmptyCell) { EXPECT_THAT(ReadQuotedList(" "), IsEmpty()); }

TEST(ReadQuotedList, RefusesAQuoteThatIsNeverClosed) {
  EXPECT_THROW(ReadQuotedList("'A1;'C21' x"), Error);
}

TEST(JoinCellsCutInQuotes, JoinsWhatACommaInsideQuotesCut) {
  std::vector<std::string> cells = {"P1", "'Ventricular tachycardia", " polymorphous';'C21'", "x"};
  JoinCellsCutInQuotes(3, &cells);
  EXPECT_THAT(cells, ElementsAre("P1", "'Ventricular tachycardia, polymorphous';'C21'", "x"));
}

TEST(JoinCellsCutInQuotes, LeavesARowOfTheRightLength) {
  std::vector<std::string> cells = {"it's", "it's"};
  JoinCellsCutInQuotes(2, &cells);
  EXPECT_THAT(cells, ElementsAre("it's", "it's"));
}

TEST(ReadSqiList, PutsEachLeadInItsPlace) {
  SqiTable table{};
  ReadSqiList("'I':0.288;'aVR':0.312;'V6':1", 1, &table);
  EXPECT_FLOAT_EQ(table[0][1], 0.288F);
  EXPECT_FLOAT_EQ(table[3][1], 0.312F);
  EXPECT_FLOAT_EQ(table[11][1], 1.0F);
  EXPECT_TRUE(std::isnan(table[1][1]));
}

TEST(ReadSqiList, TakesNullAsNone) {
  SqiTable table{};
  ReadSqiList("'V1':0.5;'V2':Null", 0, &table);
  EXPECT_TRUE(std::isnan(table[7][0]));
}

TEST(ReadSqiList, RefusesWhatItCannotRead) {
  SqiTable table{};
  EXPECT_THROW(ReadSqiList("'V9':0.5", 0, &table), Error);
  EXPECT_THROW(ReadSqiList("'V1':0.5;'V1':0.6", 0, &table), Error);
  EXPECT_THROW(ReadSqiList("'V1':high", 0, &table), Error);
  EXPECT_THROW(ReadSqiList("'V1':nan", 0, &table), Error);
  EXPECT_THROW(ReadSqiList("0.5", 0, &table), Error);
}

}  // namespace
}  // namespace pecg
