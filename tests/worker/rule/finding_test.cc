#include "worker/rule/finding.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "worker/rule/finding_table.h"

namespace pecg {
namespace {

constexpr Evidence kYes = {Outcome::kYes, 0.5};
constexpr Evidence kNo = {Outcome::kNo, -0.2};
constexpr Evidence kOpen = {};

TEST(EvidenceTest, OneNoDecidesAllEvenWhereOthersAreOpen) {
  EXPECT_EQ(All({kYes, kOpen, kNo}).outcome, Outcome::kNo);
  EXPECT_EQ(All({kYes, kOpen}).outcome, Outcome::kUnknown);
  EXPECT_EQ(All({kYes, kYes}).outcome, Outcome::kYes);
}

TEST(EvidenceTest, OneYesDecidesAnyEvenWhereOthersAreOpen) {
  EXPECT_EQ(Any({kNo, kOpen, kYes}).outcome, Outcome::kYes);
  EXPECT_EQ(Any({kNo, kOpen}).outcome, Outcome::kUnknown);
  EXPECT_EQ(Any({kNo, kNo}).outcome, Outcome::kNo);
}

TEST(EvidenceTest, CountsToANumberAndStaysOpenWhereTheOpenOnesDecide) {
  EXPECT_EQ(AtLeast(2, std::vector{kYes, kYes, kNo}).outcome, Outcome::kYes);
  EXPECT_EQ(AtLeast(2, std::vector{kYes, kOpen, kNo}).outcome, Outcome::kUnknown);
  EXPECT_EQ(AtLeast(2, std::vector{kYes, kNo, kNo}).outcome, Outcome::kNo);
  EXPECT_EQ(AtLeast(2, std::vector{kYes}).outcome, Outcome::kNo);
}

TEST(EvidenceTest, TheMarginIsThatOfTheEvidenceThatDecides) {
  const Evidence far = {Outcome::kYes, 0.9};
  EXPECT_EQ(All({far, kYes}).margin, 0.5);
  EXPECT_EQ(Any({far, kYes}).margin, 0.9);
  EXPECT_EQ(AtLeast(2, std::vector{far, kYes, kNo}).margin, 0.5);
  EXPECT_EQ(All({kYes, kNo}).margin, -0.2);
  EXPECT_EQ(All({kYes, kOpen}).margin, 0);
}

TEST(FindingTableTest, CodesAreUnique) {
  std::set<std::string_view> codes;
  for (const FindingKind& kind : FindingKinds())
    EXPECT_TRUE(codes.insert(kind.code).second) << kind.code;
}

TEST(FindingTableTest, KnowsTheStatementsThatMeanAFinding) {
  const FindingKind& kind = FindFinding("L148");
  EXPECT_TRUE(IsStatementOf(kind, "Prolonged QT interval"));
  EXPECT_TRUE(IsStatementOf(kind, "Prolonged QTc interval"));
  EXPECT_FALSE(IsStatementOf(kind, "Prolonged QT"));
  EXPECT_FALSE(IsStatementOf(FindFinding("B14"), ""));
}

}  // namespace
}  // namespace pecg
