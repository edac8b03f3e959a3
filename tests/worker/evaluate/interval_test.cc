#include "worker/evaluate/interval.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "worker/evaluate/normal.h"
#include "worker/evaluate/power.h"

namespace pecg {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// A figure with resamples from a normal distribution around it.
ResampledFigure Normal(double value, double deviation) {
  ResampledFigure figure;
  figure.value = value;
  for (int i = 1; i < 4000; ++i) {
    figure.resampled.push_back(value + deviation * NormalQuantile(i / 4000.0));
  }
  return figure;
}

TEST(IntervalTest, NormalQuantilesAreThoseOfTables) {
  EXPECT_NEAR(NormalQuantile(0.975), 1.959963984540054, 1e-12);
  EXPECT_NEAR(NormalQuantile(0.5), 0, 1e-12);
  EXPECT_NEAR(NormalShareBelow(-1.6448536269514722), 0.05, 1e-12);
}

TEST(IntervalTest, PercentilesOfANormalSampleAreNearItsQuantiles) {
  const Interval interval = PercentileInterval(Normal(0.8, 0.02), 0.95);
  EXPECT_NEAR(interval.lower, 0.8 - 1.96 * 0.02, 1e-4);
  EXPECT_NEAR(interval.upper, 0.8 + 1.96 * 0.02, 1e-4);
}

TEST(IntervalTest, BcaIsThePercentileIntervalWithoutBiasAndSkewness) {
  ResampledFigure figure = Normal(0.8, 0.02);
  figure.jackknife = {0.79, 0.81, 0.8};
  const Interval bca = BcaInterval(figure, 0.95);
  const Interval percentile = PercentileInterval(figure, 0.95);
  EXPECT_NEAR(bca.lower, percentile.lower, 1e-4);
  EXPECT_NEAR(bca.upper, percentile.upper, 1e-4);
}

TEST(IntervalTest, BcaMovesAgainstTheBiasOfTheResamples) {
  ResampledFigure figure = Normal(0.8, 0.02);
  figure.value = 0.81;  // Most resamples lie below: the figure is estimated too low by them.
  EXPECT_GT(BcaInterval(figure, 0.95).lower, PercentileInterval(figure, 0.95).lower);
}

TEST(IntervalTest, TheLogitIntervalStaysInside) {
  const Interval interval = LogitInterval(Normal(0.96, 0.03), 0.95);
  EXPECT_GT(interval.lower, 0);
  EXPECT_LT(interval.upper, 1);
  EXPECT_LT(0.96 - interval.lower, 1);
  EXPECT_GT(0.96 - interval.lower, interval.upper - 0.96);
}

TEST(IntervalTest, NewcombesIntervalOfAPerfectAurocHasAWidth) {
  const Interval interval = NewcombeInterval(1, 8, 200, 0.95);
  EXPECT_LT(interval.lower, 0.9);
  EXPECT_GT(interval.lower, 0.5);
  EXPECT_EQ(interval.upper, 1);
}

TEST(IntervalTest, NewcombesEndsAreWhereTheDeviationSaysSo) {
  // Newcombe 2006, method 5: |theta - figure| = z * sd(theta), checked at the ends.
  const double positives = 20;
  const double negatives = 80;
  const Interval interval = NewcombeInterval(0.8, positives, negatives, 0.95);
  for (const double theta : {interval.lower, interval.upper}) {
    const double variance = theta * (1 - theta) *
                            (1 + ((positives + negatives) / 2 - 1) *
                                     ((1 - theta) / (2 - theta) + theta / (1 + theta))) /
                            (positives * negatives);
    EXPECT_NEAR(std::abs(theta - 0.8), 1.959963984540054 * std::sqrt(variance), 1e-9);
  }
}

TEST(IntervalTest, LeavesOutUndefinedResamplesUnlessMostAre) {
  ResampledFigure figure = Normal(0.8, 0.02);
  figure.resampled.insert(figure.resampled.end(), 100, kNaN);
  EXPECT_EQ(PercentileInterval(figure, 0.95).reason, "");
  figure.resampled.insert(figure.resampled.end(), 5000, kNaN);
  EXPECT_EQ(PercentileInterval(figure, 0.95).reason,
            "the figure is not defined in 5100 of 9099 resamples");
}

TEST(IntervalTest, AShareThatNeverVariesAtOneHasNoIntervalButAnAurocHas) {
  ResampledFigure figure;
  figure.value = 1;
  figure.resampled.assign(2000, 1.0);
  EXPECT_NE(ChooseInterval(figure, FigureScale::kShare, 8, 200, 0.95).reason, "");
  EXPECT_EQ(ChooseInterval(figure, FigureScale::kAuroc, 8, 200, 0.95).method,
            IntervalMethod::kNewcombe);
}

TEST(IntervalTest, ChoosesByTheRarerClass) {
  const ResampledFigure figure = Normal(0.8, 0.02);
  EXPECT_EQ(ChooseInterval(figure, FigureScale::kAuroc, 100, 500, 0.95).method,
            IntervalMethod::kPercentile);
  EXPECT_EQ(ChooseInterval(figure, FigureScale::kAuroc, 99, 500, 0.95).method,
            IntervalMethod::kLogit);
  EXPECT_EQ(ChooseInterval(figure, FigureScale::kUnbounded, 500, 20, 0.95).method,
            IntervalMethod::kBca);
}

TEST(IntervalTest, PIsSmallWhereAllResamplesLieOnOneSideAndOneWhereNothingDiffers) {
  EXPECT_NEAR(TwoSidedP(Normal(0.1, 0.01)), 2.0 / 4000, 1e-12);
  EXPECT_NEAR(TwoSidedP(Normal(0, 0.01)), 1, 1e-3);
  ResampledFigure same;
  same.value = 0;
  same.resampled.assign(100, 0.0);
  EXPECT_EQ(TwoSidedP(same), 1);
}

TEST(IntervalTest, HolmStepsDown) {
  // Holm 1979: .01 * 4, .02 * 3, .03 * 2, .04 * 1, made monotone.
  const std::vector<double> adjusted = HolmAdjusted({0.04, 0.01, kNaN, 0.03, 0.02});
  EXPECT_NEAR(adjusted[1], 0.04, 1e-12);
  EXPECT_NEAR(adjusted[4], 0.06, 1e-12);
  EXPECT_NEAR(adjusted[3], 0.06, 1e-12);
  EXPECT_NEAR(adjusted[0], 0.06, 1e-12);
  EXPECT_TRUE(std::isnan(adjusted[2]));
  EXPECT_EQ(HolmAdjusted({0.7, 0.9})[1], 1);
}

TEST(PowerTest, AgreesWithThePlanOfTheStudy) {
  // 20 % of ZZU-pECG's records: CHD .88 on 557 of 2,838, myocarditis .85 on 127, cardiomyopathy .90
  // on 29; half-widths .019, .042 and .075.
  EXPECT_NEAR(ExpectedHalfWidth(0.88, 557, 2838 - 557, 0.95).value(), 0.019, 0.0015);
  EXPECT_NEAR(ExpectedHalfWidth(0.85, 127, 2838 - 127, 0.95).value(), 0.042, 0.0015);
  EXPECT_NEAR(ExpectedHalfWidth(0.90, 29, 2838 - 29, 0.95).value(), 0.075, 0.0015);
  EXPECT_FALSE(ExpectedHalfWidth(0.9, 1, 100, 0.95).defined());
}

}  // namespace
}  // namespace pecg
