#include "worker/ecg/pediatric_normals.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace pecg {
namespace {

const PediatricNormals& Table() { return PediatricNormals::Table(); }

TEST(PediatricNormalsTest, GivesTheTablesOwnValuesAtTheCentreOfABin) {
  const double centre = std::sqrt(2922.0 * 4383.0);  // 8 to 12 years.
  const auto pr = Table().At("pr_interval", centre, Sex::kMale);
  ASSERT_TRUE(pr.has_value());
  EXPECT_NEAR(pr->p2.value(), 105, 1e-9);
  EXPECT_NEAR(pr->p50.value(), 134, 1e-9);
  EXPECT_NEAR(pr->p98.value(), 174, 1e-9);
}

TEST(PediatricNormalsTest, ChangesSmoothlyOverABirthday) {
  for (const char* name : {"heart_rate", "qrs_duration", "r_amp_V1"}) {
    for (const int birthday : {365, 1096, 2922}) {
      const double before = Table().At(name, birthday - 1, Sex::kFemale)->p98.value();
      const double after = Table().At(name, birthday + 1, Sex::kFemale)->p98.value();
      EXPECT_NEAR(after / before, 1, 0.002) << name << " at " << birthday;
    }
  }
}

TEST(PediatricNormalsTest, StaysBetweenItsPercentilesAtEveryAge) {
  for (const char* name : {"heart_rate", "pr_interval", "qrs_duration", "qtc_bazett", "qrs_axis"}) {
    for (int age = 0; age < 6500; age += 7) {
      const auto range = Table().At(name, age, Sex::kMale);
      ASSERT_LT(range->p2.value(), range->p50.value()) << name << " at " << age;
      ASSERT_LT(range->p50.value(), range->p98.value()) << name << " at " << age;
    }
  }
}

TEST(PediatricNormalsTest, UnknownSexHasTheWiderLimits) {
  const double age = std::sqrt(1826.0 * 2922.0);
  const auto axis = Table().At("qrs_axis", age, Sex::kUnknown);
  EXPECT_NEAR(axis->p2.value(), -10, 1e-9);
  EXPECT_NEAR(axis->p98.value(), 117, 1e-9);
  EXPECT_NEAR(axis->p50.value(), 72, 1e-9);
}

TEST(PediatricNormalsTest, LeavesOutAPercentileThatNobodyPrinted) {
  const auto s_v6 = Table().At("s_amp_V6", 3000, Sex::kFemale);
  EXPECT_TRUE(s_v6->p98.has_value());
  EXPECT_FALSE(s_v6->p2.has_value());  // Only the first week has one.
  EXPECT_NEAR(Table().At("p_axis", 3579, Sex::kMale)->p50.value(), 39, 0.5);
  EXPECT_FALSE(Table().At("heart_rate_cn_convention", 3000, Sex::kMale).has_value());
  EXPECT_FALSE(Table().At("no such thing", 3000, Sex::kMale).has_value());
}

TEST(PediatricNormalsTest, EveryRowNamesASourceAndWhetherItWasSeen) {
  std::set<std::string> keys;
  for (const auto& source : Table().sources()) {
    keys.insert(source.key);
    EXPECT_TRUE(source.evidence == "SEEN" || source.evidence == "RECALLED" ||
                source.evidence == "DERIVED")
        << source.key;
    EXPECT_FALSE(source.citation.empty()) << source.key;
  }
  EXPECT_EQ(Table().rows().size(), 1043U);
  for (const auto& row : Table().rows()) EXPECT_TRUE(keys.contains(row.source)) << row.source;
}

TEST(NormalScoreTest, UsesTheSpreadOfItsSide) {
  const NormalRange range{80, 100, 140};
  EXPECT_NEAR(NormalScore(range, 140).value(), 2.054, 1e-9);
  EXPECT_NEAR(NormalScore(range, 80).value(), -2.054, 1e-9);
  EXPECT_EQ(NormalScore(range, 100).value(), 0);
  EXPECT_NEAR(NormalScore({std::nullopt, 100, 140}, 60).value(), -2.054, 1e-9);
  EXPECT_FALSE(NormalScore({80, std::nullopt, 140}, 60).has_value());
}

}  // namespace
}  // namespace pecg
