#include "worker/dataset/statement_dictionary.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "base/digest/sha256.h"
#include "worker/ecg/error.h"

namespace pecg {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::IsEmpty;
using Kind = StatementDictionary::Kind;

const StatementDictionary& Release() { return StatementDictionary::Release(); }

std::string DescriptionOf(std::optional<int> row) {
  return row ? Release().rows()[static_cast<std::size_t>(*row)].description : "none";
}

TEST(StatementDictionary, Has78StatementsThen14ModifiersThen13Remarks) {
  const auto count = [](Kind kind) {
    return std::ranges::count(Release().rows(), kind, &StatementDictionary::Row::kind);
  };
  EXPECT_EQ(count(Kind::kStatement), 78);
  EXPECT_EQ(count(Kind::kModifier), 14);
  EXPECT_EQ(count(Kind::kRemark), 13);
  EXPECT_EQ(Release().statement_count(), 78);
  EXPECT_TRUE(std::ranges::is_sorted(Release().rows(), {}, &StatementDictionary::Row::kind));
}

TEST(StatementDictionary, TakesNotAvailableAsNoCode) {
  const auto without = [](std::string StatementDictionary::Row::*code) {
    return std::ranges::count(Release().rows(), std::string(), code);
  };
  EXPECT_EQ(without(&StatementDictionary::Row::aha_code), 14);
  EXPECT_EQ(without(&StatementDictionary::Row::chn_code), 29);
}

TEST(StatementDictionary, FindsCodesWithAndWithoutModifier) {
  EXPECT_EQ(Release().FindAha("A1"), 0);
  EXPECT_EQ(DescriptionOf(Release().FindAha("D30+Modifier308")), "Atrial premature complex(es)");
  EXPECT_EQ(DescriptionOf(Release().FindChn("D21+Occasional")), "Atrial premature complex(es)");
}

TEST(StatementDictionary, FindsProseAmongCodes) {
  EXPECT_EQ(DescriptionOf(Release().FindAha("Left ventricular high voltage")),
            "Left ventricular high voltage");
  EXPECT_EQ(DescriptionOf(Release().FindChn("Hypokalemia or drug effect")),
            "Hypokalemia or drug effect");
}

TEST(StatementDictionary, TellsTheTwoVocabulariesApart) {
  EXPECT_EQ(DescriptionOf(Release().FindAha("E50")), "Atrial fibrillation");
  EXPECT_EQ(DescriptionOf(Release().FindChn("E50")), "Ectopic atrial tachycardia, unifocal");
}

TEST(StatementDictionary, FindsCompositesWithAndWithoutBlanks) {
  EXPECT_EQ(DescriptionOf(Release().FindChn("J(111+112+113)")), "Low voltage");
  EXPECT_EQ(DescriptionOf(Release().FindChn("J(111 + 112 + 113)")), "Low voltage");
  EXPECT_EQ(DescriptionOf(Release().FindAha("N(180+181)")), "Pacing rhythm");
}

TEST(StatementDictionary, KnowsTheTrigeminyCodeThatTheReleaseDoesNotList) {
  EXPECT_EQ(Release().FindChn("F64"), Release().FindAha("F60+Modifier342"));
}

TEST(StatementDictionary, FindsNoModifierAsAStatement) {
  EXPECT_EQ(Release().FindAha("Modifier308"), std::nullopt);
  EXPECT_EQ(Release().FindAha("Occasional"), std::nullopt);
  EXPECT_NE(Release().FindModifier("Modifier308"), std::nullopt);
  EXPECT_NE(Release().FindModifier("Occasional"), std::nullopt);
  EXPECT_EQ(Release().FindModifier("A1"), std::nullopt);
}

TEST(StatementDictionary, FindsNothingForAnUnknownCode) {
  EXPECT_EQ(Release().FindAha("Z99"), std::nullopt);
}

TEST(StatementDictionary, ReadsCrlfAndAByteOrderMark) {
  const auto dictionary = StatementDictionary::Parse(
      "\xEF\xBB\xBF"
      "Description,AHA(Category&Code),CHN(Category&Code)\r\n"
      "\"Sinoatrial block, type II\",C25,C17\r\nFrequent,Modifier310,N/A\r\n",
      "ECGCode.csv");
  ASSERT_EQ(dictionary.rows().size(), 2U);
  EXPECT_EQ(dictionary.rows()[0].description, "Sinoatrial block, type II");
  EXPECT_EQ(dictionary.rows()[1].chn_code, "");
}

TEST(StatementDictionary, RefusesACodeThatStandsTwice) {
  EXPECT_THROW(StatementDictionary::Parse(
                   "Description,AHA(Category&Code),CHN(Category&Code)\nx,A1,A1\ny,A1,A2\n", "f"),
               Error);
}

TEST(StatementDictionary, RefusesAStatementBehindModifiers) {
  EXPECT_THROW(
      StatementDictionary::Parse(
          "Description,AHA(Category&Code),CHN(Category&Code)\nx,Modifier1,N/A\ny,A1,A2\n", "f"),
      Error);
}

TEST(SplitStatement, CutsOutsideParenthesesOnly) {
  EXPECT_THAT(SplitStatement("L145+Modifier362+Modifier310").modifiers,
              ElementsAre("Modifier362", "Modifier310"));
  EXPECT_THAT(SplitStatement("J(111+112+113)").base, Eq("J(111+112+113)"));
  EXPECT_THAT(SplitStatement("J(111+112+113)").modifiers, IsEmpty());
}

TEST(ReleaseStatementCsv, IsTheReleasesFileByteForByte) {
  // SHA-256 of the file with MD5 7612c5af0e01e052eb85792c5e362f12, as published.
  EXPECT_EQ(Sha256Hex(ReleaseStatementCsv()),
            "d330f76ab0b4d573fa89464911f26c4d31533cf1bbeb99beaa1bd8d802fb34ac");
}

}  // namespace
}  // namespace pecg
