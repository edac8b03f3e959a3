#include "worker/rule/age_limits.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pecg {
namespace {

TEST(AgeLimitsTest, KnowNothingWithoutAnAge) {
  const AgeLimits limits({std::nullopt, Sex::kFemale});
  EXPECT_FALSE(limits.Of("heart_rate"));
  EXPECT_FALSE(limits.Score("heart_rate", 100));
}

TEST(AgeLimitsTest, AreWiderForAChildOfUnknownSex) {
  const auto girl = AgeLimits({2500, Sex::kFemale}).Of("heart_rate");
  const auto boy = AgeLimits({2500, Sex::kMale}).Of("heart_rate");
  const auto child = AgeLimits({2500, Sex::kUnknown}).Of("heart_rate");
  ASSERT_TRUE(girl && boy && child);
  EXPECT_EQ(*child->p98, std::max(*girl->p98, *boy->p98));
  EXPECT_EQ(*child->p2, std::min(*girl->p2, *boy->p2));
}

TEST(AgeLimitsTest, PutV5BetweenV4AndV6) {
  const AgeLimits limits({500, Sex::kMale});
  const auto v4 = limits.Of("r_amp_V4");
  const auto v5 = limits.Of("r_amp_V5");
  const auto v6 = limits.Of("r_amp_V6");
  ASSERT_TRUE(v4 && v5 && v6);
  EXPECT_NEAR(*v5->p98, std::sqrt(*v4->p98 * *v6->p98), 1e-9);
}

TEST(AgeLimitsTest, TakeTheBinWhereTheTablesAreNotSmooth) {
  EXPECT_TRUE(AgeLimits({2500, Sex::kMale}).Of("sv1_plus_rv6"));
  EXPECT_FALSE(AgeLimits({2500, Sex::kMale}).Of("no_such_measurement"));
}

TEST(AgeLimitsTest, ScoreTheMedianZeroAndTheNinetyEighthPercentileTwo) {
  const AgeLimits limits({2500, Sex::kMale});
  for (const char* measurement : {"heart_rate", "pr_interval", "r_amp_V1", "qrs_axis"}) {
    const auto range = limits.Of(measurement);
    ASSERT_TRUE(range) << measurement;
    EXPECT_NEAR(*limits.Score(measurement, *range->p50), 0, 1e-9) << measurement;
    EXPECT_NEAR(*limits.Score(measurement, *range->p98), 2.054, 1e-3) << measurement;
  }
}

TEST(AgeLimitsTest, ScoreAmplitudesAsRootsAndClipTheScore) {
  const AgeLimits limits({2500, Sex::kMale});
  const auto range = limits.Of("r_amp_V1");
  const double spread = std::sqrt(*range->p98) - std::sqrt(*range->p50);
  EXPECT_NEAR(*limits.Score("r_amp_V1", 0), -2.054 * std::sqrt(*range->p50) / spread, 1e-9);
  EXPECT_EQ(*limits.Score("r_amp_V1", 50), 5);
}

}  // namespace
}  // namespace pecg
