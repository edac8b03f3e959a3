#include "worker/evaluate/subgroup.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pecg {
namespace {

/// A group of that many positive and negative patients; positives score higher.
Subgroup MakeGroup(const std::string& name, int positives, int negatives) {
  Subgroup group{.family = "age", .name = name, .records = {}};
  for (int i = 0; i < positives + negatives; ++i) {
    ScoredRecord record;
    record.patient = i;
    record.first_exam = true;
    record.label = i < positives ? 1 : 0;
    record.score = (i * 37 % 11) + 4.0 * record.label;
    group.records.push_back(record);
  }
  return group;
}

std::vector<SubgroupFigures> Evaluate(const std::vector<Subgroup>& groups) {
  return EvaluateSubgroups(groups, {.bootstrap_count = 50});
}

TEST(SubgroupTest, ComputesAnAurocFromTenPatientsOfEachClassOn) {
  const auto figures = Evaluate({MakeGroup("few", 9, 50), MakeGroup("enough", 10, 50)});
  EXPECT_FALSE(figures[0].auroc.defined());
  EXPECT_EQ(figures[0].auroc.reason, "there are fewer than 10 positive or negative patients");
  EXPECT_TRUE(figures[1].auroc.defined());
}

TEST(SubgroupTest, DoesNotTellFewerThanFive) {
  const auto figures =
      Evaluate({MakeGroup("a", 4, 50), MakeGroup("b", 3, 50), MakeGroup("c", 5, 50)});
  EXPECT_EQ(CountText(figures[0].positive_count), "<5");
  EXPECT_EQ(CountText(figures[1].positive_count), "<5");
  EXPECT_EQ(CountText(figures[2].positive_count), "5");
  EXPECT_EQ(CountText(figures[0].patient_count), "54");
}

TEST(SubgroupTest, HidesTheNextSmallestWhereOneCountWouldFollowFromTheOthers) {
  const auto figures =
      Evaluate({MakeGroup("a", 4, 50), MakeGroup("b", 30, 50), MakeGroup("c", 12, 50)});
  EXPECT_FALSE(figures[0].positive_count.has_value());
  EXPECT_TRUE(figures[1].positive_count.has_value());
  EXPECT_FALSE(figures[2].positive_count.has_value());
}

TEST(SubgroupTest, DoesNotTellTheNegativesByTheDifferenceEither) {
  const auto figures = Evaluate({MakeGroup("a", 20, 3)});
  EXPECT_EQ(figures[0].patient_count, 23);
  EXPECT_FALSE(figures[0].positive_count.has_value());
}

TEST(SubgroupTest, TellsThatThereIsNobody) {
  EXPECT_EQ(CountText(Evaluate({MakeGroup("a", 0, 30)})[0].positive_count), "0");
}

}  // namespace
}  // namespace pecg
