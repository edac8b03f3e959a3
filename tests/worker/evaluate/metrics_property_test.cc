// What holds for every sample: agreement with definitions written out slowly, and symmetries.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "tests/worker/evaluate/slow_reference.h"
#include "worker/ecg/error.h"
#include "worker/evaluate/decision_curve.h"
#include "worker/evaluate/recalibration.h"
#include "worker/evaluate/reliability.h"
#include "worker/evaluate/threshold_curve.h"

namespace pecg {
namespace {

using testing::MakeSample;
using testing::Sample;

LabelledScores ToSample(const Sample& s) { return {s.scores, s.labels, s.weights}; }

/// Number of records, grid of ties (0 = none), whole weights, seed.
using Shape = std::tuple<int, int, bool, unsigned>;

class MetricsPropertyTest : public ::testing::TestWithParam<Shape> {
 protected:
  const Sample slow_ = MakeSample(std::get<0>(GetParam()), std::get<1>(GetParam()),
                                  std::get<2>(GetParam()), std::get<3>(GetParam()));
  const LabelledScores sample_ = ToSample(slow_);
};

INSTANTIATE_TEST_SUITE_P(Samples, MetricsPropertyTest,
                         ::testing::Combine(::testing::Values(30, 60, 150),
                                            ::testing::Values(0, 4, 20), ::testing::Bool(),
                                            ::testing::Values(1U, 2U)));

TEST_P(MetricsPropertyTest, AgreesWithTheDefinitions) {
  const ThresholdCurve curve(sample_);
  EXPECT_NEAR(curve.Auroc().value(), SlowAuroc(slow_), 1e-12);
  EXPECT_NEAR(curve.AveragePrecision().value(), SlowAveragePrecision(slow_), 1e-12);
  EXPECT_NEAR(curve.SensitivityAtSpecificity(0.9).value(), SlowSensitivityAtSpecificity(slow_, 0.9),
              1e-12);
  EXPECT_NEAR(curve.SpecificityAtSensitivity(0.9).value(), SlowSpecificityAtSensitivity(slow_, 0.9),
              1e-12);
  EXPECT_NEAR(curve.HighestYoudenIndex().value(), SlowYouden(slow_), 1e-12);
  EXPECT_NEAR(BrierScore(sample_).value(), SlowBrier(slow_), 1e-12);
  EXPECT_NEAR(ExpectedCalibrationError(sample_, Binning::kUniform, 10).value(),
              SlowCalibrationError(slow_, 10, false), 1e-12);
  EXPECT_NEAR(MaximumCalibrationError(sample_, Binning::kUniform, 10).value(),
              SlowCalibrationError(slow_, 10, true), 1e-12);
}

TEST_P(MetricsPropertyTest, DoesNotDependOnTheOrderOfTheRecords) {
  std::vector<std::size_t> order(slow_.scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::shuffle(order.begin(), order.end(), std::mt19937(9));
  Sample shuffled;
  for (const std::size_t i : order) {
    shuffled.scores.push_back(slow_.scores[i]);
    shuffled.labels.push_back(slow_.labels[i]);
    shuffled.weights.push_back(slow_.weights[i]);
  }
  const ThresholdCurve one(sample_);
  const ThresholdCurve other(ToSample(shuffled));
  EXPECT_NEAR(one.Auroc().value(), other.Auroc().value(), 1e-12);
  EXPECT_NEAR(one.AveragePrecision().value(), other.AveragePrecision().value(), 1e-12);
  EXPECT_NEAR(FitRecalibration(sample_).slope.value(),
              FitRecalibration(ToSample(shuffled)).slope.value(), 1e-8);
}

TEST_P(MetricsPropertyTest, TurnsAroundWithTheScores) {
  Sample negated = slow_;
  for (double& score : negated.scores) score = -score;
  EXPECT_NEAR(ThresholdCurve(ToSample(negated)).Auroc().value(),
              1 - ThresholdCurve(sample_).Auroc().value(), 1e-12);
}

TEST_P(MetricsPropertyTest, RanksDoNotChangeUnderAnIncreasingFunction) {
  Sample warped = slow_;
  for (double& score : warped.scores) score = std::exp(3 * score) - 1;
  const ThresholdCurve one(sample_);
  const ThresholdCurve other(ToSample(warped));
  EXPECT_DOUBLE_EQ(one.Auroc().value(), other.Auroc().value());
  EXPECT_DOUBLE_EQ(one.HighestYoudenIndex().value(), other.HighestYoudenIndex().value());
}

TEST(MetricsTest, AWholeWeightIsTheRecordSoManyTimes) {
  for (const int grid : {0, 4, 20}) {
    const Sample slow = MakeSample(150, grid, /*whole_weights=*/true, 1);
    const LabelledScores sample = ToSample(slow);
    Sample repeated;
    for (std::size_t i = 0; i < slow.scores.size(); ++i) {
      for (int k = 0; k < static_cast<int>(slow.weights[i]); ++k) {
        repeated.scores.push_back(slow.scores[i]);
        repeated.labels.push_back(slow.labels[i]);
        repeated.weights.push_back(1);
      }
    }
    EXPECT_NEAR(ThresholdCurve(ToSample(repeated)).AveragePrecision().value(),
                ThresholdCurve(sample).AveragePrecision().value(), 1e-12);
    EXPECT_NEAR(LogLoss(ToSample(repeated)).value(), LogLoss(sample).value(), 1e-12);
    EXPECT_NEAR(FitRecalibration(ToSample(repeated)).slope.value(),
                FitRecalibration(sample).slope.value(), 1e-8);
  }
}

TEST_P(MetricsPropertyTest, TheBrierScoreIsTheSumOfItsParts) {
  for (const Binning binning : {Binning::kUniform, Binning::kQuantile}) {
    const BrierDecomposition parts = DecomposeBrier(sample_, binning, 10);
    EXPECT_NEAR(parts.reliability - parts.resolution + parts.uncertainty + parts.within_bin,
                BrierScore(sample_).value(), 1e-12);
    EXPECT_GE(parts.reliability, 0);
    EXPECT_LE(parts.resolution, parts.uncertainty + 1e-12);
  }
}

TEST(MetricsTest, BinsHoldingOneProbabilityEachHaveNoSpreadWithin) {
  const LabelledScores sample = ToSample(MakeSample(150, /*grid=*/4, false, 1));
  EXPECT_NEAR(DecomposeBrier(sample, Binning::kUniform, 8).within_bin, 0, 1e-12);
}

TEST_P(MetricsPropertyTest, RecalibratedProbabilitiesNeedNoRecalibration) {
  const Recalibration fit = FitRecalibration(sample_);
  ASSERT_TRUE(fit.slope.defined()) << fit.slope.reason();
  Sample adjusted = slow_;
  for (double& score : adjusted.scores) {
    score = Sigmoid(fit.slope_intercept.value() + fit.slope.value() * Logit(score));
  }
  const Recalibration again = FitRecalibration(ToSample(adjusted));
  EXPECT_NEAR(again.slope.value(), 1, 1e-6);
  EXPECT_NEAR(again.slope_intercept.value(), 0, 1e-6);
  EXPECT_NEAR(again.intercept.value(), 0, 1e-6);
}

TEST_P(MetricsPropertyTest, NetBenefitIsWhatItsDefinitionSays) {
  const std::vector<double> thresholds = {0.05, 0.25, 0.6};
  const auto curve = DecisionCurve(sample_, thresholds);
  ASSERT_EQ(curve.size(), 3U);
  const double total = WeightAtLeast(slow_, 0, -1) + WeightAtLeast(slow_, 1, -1);
  for (const NetBenefit& point : curve) {
    const double odds = point.threshold / (1 - point.threshold);
    EXPECT_NEAR(point.model,
                (WeightAtLeast(slow_, 1, point.threshold) -
                 odds * WeightAtLeast(slow_, 0, point.threshold)) /
                    total,
                1e-12);
    EXPECT_NEAR(point.treat_all,
                (WeightAtLeast(slow_, 1, -1) - odds * WeightAtLeast(slow_, 0, -1)) / total, 1e-12);
  }
}

TEST(MetricsTest, MissingLabelsTakeNoPart) {
  const std::vector<double> scores = {0.9, 0.8, 0.1, 0.95};
  const std::vector<std::uint8_t> labels = {1, 0, 0, kLabelMissing};
  const LabelledScores sample(scores, labels);
  EXPECT_EQ(sample.size(), 3U);
  EXPECT_DOUBLE_EQ(ThresholdCurve(sample).Auroc().value(), 1);
}

TEST(MetricsTest, SaysWhyAFigureIsNotDefined) {
  const std::vector<double> scores = {0.2, 0.7};
  const LabelledScores positive(scores, std::vector<std::uint8_t>{1, 1});
  const LabelledScores negative(scores, std::vector<std::uint8_t>{0, 0});
  const LabelledScores none(scores, std::vector<std::uint8_t>{kLabelMissing, kLabelMissing});
  const LabelledScores logits(std::vector<double>{-2, 3}, std::vector<std::uint8_t>{0, 1});
  EXPECT_EQ(ThresholdCurve(positive).Auroc().reason(), "there is no negative record");
  EXPECT_EQ(ThresholdCurve(negative).AveragePrecision().reason(), "there is no positive record");
  EXPECT_EQ(ThresholdCurve(none).SensitivityAtSpecificity(0.95).reason(),
            "there is no record with a label");
  EXPECT_EQ(BrierScore(logits).reason(), "the scores are no probabilities: -2 lies outside 0..1");
  EXPECT_TRUE(std::isnan(BrierScore(logits).value()));
  EXPECT_FALSE(FitRecalibration(positive).slope.defined());
}

TEST(MetricsTest, HasNoCalibrationSlopeWhereProbabilitiesSeparateTheClasses) {
  const LabelledScores sample(std::vector<double>{0.1, 0.2, 0.7, 0.9},
                              std::vector<std::uint8_t>{0, 0, 1, 1});
  EXPECT_FALSE(FitRecalibration(sample).slope.defined());
  EXPECT_TRUE(FitRecalibration(sample).intercept.defined());
}

TEST(MetricsTest, RefusesWhatIsNoScoreLabelOrWeight) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<std::uint8_t> labels = {0, 1};
  EXPECT_THROW(LabelledScores(std::vector<double>{0, nan}, labels), Error);
  EXPECT_THROW(LabelledScores(std::vector<double>{0, infinity}, labels), Error);
  EXPECT_THROW(LabelledScores(std::vector<double>{0, 1}, std::vector<std::uint8_t>{0, 2}), Error);
  EXPECT_THROW(LabelledScores(std::vector<double>{0}, labels), Error);
  EXPECT_THROW(LabelledScores(std::vector<double>{0, 1}, labels, std::vector<double>{1, -1}),
               Error);
}

TEST(MetricsTest, PredictiveValuesFollowBayesRule) {
  // Sensitivity .9, specificity .8: of 1,000 with prevalence .1, 90 true and 180 false positives.
  EXPECT_NEAR(PositivePredictiveValue(0.9, 0.8, 0.1).value(), 90.0 / 270, 1e-12);
  EXPECT_NEAR(NegativePredictiveValue(0.9, 0.8, 0.1).value(), 720.0 / 730, 1e-12);
  EXPECT_FALSE(PositivePredictiveValue(0, 1, 0.1).defined());
}

TEST(MetricsTest, CountsAtAGivenThresholdIncludeThatScore) {
  const ThresholdCurve curve(
      {std::vector<double>{0.2, 0.5, 0.5, 0.9}, std::vector<std::uint8_t>{0, 1, 0, 1}});
  const Confusion at = curve.At(0.5);
  EXPECT_EQ(at.true_positives, 2);
  EXPECT_EQ(at.false_positives, 1);
  EXPECT_EQ(at.true_negatives, 1);
  EXPECT_NEAR(at.F1().value(), 0.8, 1e-12);
  EXPECT_EQ(curve.At(0.95).true_positives, 0);
  EXPECT_EQ(curve.At(-1).false_positives, 2);
}

TEST(MetricsTest, ScoresFarApartDoNotOverflow) {
  EXPECT_EQ(Sigmoid(-1e308), 0);
  EXPECT_EQ(Sigmoid(1e308), 1);
  EXPECT_TRUE(std::isfinite(Logit(0)));
  const LabelledScores sample(std::vector<double>{-1e308, 1e308}, std::vector<std::uint8_t>{0, 1});
  EXPECT_DOUBLE_EQ(ThresholdCurve(sample).Auroc().value(), 1);
}

}  // namespace
}  // namespace pecg
