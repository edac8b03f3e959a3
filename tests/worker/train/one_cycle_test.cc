#include <gtest/gtest.h>

#include "worker/train/schedule.h"

namespace pecg {
namespace {

TEST(OneCycleTest, WarmsUpFromATwentyFifthOfThePeak) {
  const OneCycle schedule(0.01, /*step_count=*/104, /*warmup_fraction=*/0.25);
  EXPECT_NEAR(schedule.At(0), 0.0004, 1e-15);
  EXPECT_NEAR(schedule.At(25), 0.01, 1e-15);
}

TEST(OneCycleTest, IsHalfWayUpInTheMiddleOfTheWarmUp) {
  const OneCycle schedule(0.01, 100, 0.25);  // The peak is step 24.
  EXPECT_NEAR(schedule.At(12), (0.0004 + 0.01) / 2, 1e-15);
}

TEST(OneCycleTest, IsHalfWayDownInTheMiddleOfTheDescent) {
  const OneCycle schedule(0.01, 104, 0.25);  // From step 25 to step 103.
  EXPECT_NEAR(schedule.At(64), (0.01 + 4e-8) / 2, 1e-15);
}

TEST(OneCycleTest, EndsTenThousandTimesBelowItsStart) {
  EXPECT_NEAR(OneCycle(0.01, 104, 0.25).At(103), 4e-8, 1e-18);
}

TEST(OneCycleTest, StartsAtThePeakWithoutWarmUp) {
  EXPECT_DOUBLE_EQ(OneCycle(0.01, 10, 0).At(0), 0.01);
}

TEST(OneCycleTest, EndsAtThePeakWhenAllOfItIsWarmUp) {
  EXPECT_DOUBLE_EQ(OneCycle(0.01, 10, 1).At(9), 0.01);
}

TEST(OneCycleTest, TakesASingleStepAtThePeak) {
  EXPECT_DOUBLE_EQ(OneCycle(0.01, 1, 0.25).At(0), 0.01);
}

}  // namespace
}  // namespace pecg
