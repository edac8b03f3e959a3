#include "worker/evaluate/figure_column.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/worker/evaluate/slow_reference.h"
#include "worker/evaluate/labelled_scores.h"
#include "worker/evaluate/reliability.h"
#include "worker/evaluate/threshold_curve.h"

namespace pecg {
namespace {

/// 60 patients with 1 to 4 records each; ties between records of different patients.
struct MadeUp {
  PatientSample sample;
  std::size_t patient_count = 60;

  explicit MadeUp(unsigned seed) {
    const testing::Sample base = testing::MakeSample(150, /*grid=*/40, false, seed);
    sample.scores = base.scores;
    sample.labels = base.labels;
    for (std::size_t i = 0; i < base.scores.size(); ++i) {
      sample.weights.push_back(0.25 + base.weights[i]);
      sample.patients.push_back(static_cast<std::uint32_t>(i * i % patient_count));
    }
  }
};

ColumnPlan FullPlan() {
  ColumnPlan plan;
  plan.discrimination = true;
  plan.probability = true;
  plan.thresholds = {0.25, 0.5};
  plan.decision_thresholds = {0.1, 0.3};
  return plan;
}

TEST(PatientCountsTest, DrawsAsManyPatientsAsThereAreAndTheSameEachTime) {
  PatientCounts counts(1001);
  counts.Draw(7, 16);
  PatientCounts again(1001);
  again.Draw(7, 8);
  again.Draw(7, 16);
  for (std::size_t lane = 0; lane < kLaneCount; ++lane) {
    int drawn = 0;
    for (std::size_t patient = 0; patient < 1001; ++patient) {
      drawn += counts.Of(patient)[lane];
      EXPECT_EQ(counts.Of(patient)[lane], again.Of(patient)[lane]);
    }
    EXPECT_EQ(drawn, 1001);
  }
}

TEST(PatientCountsTest, DrawsEveryPatientEquallyOften) {
  constexpr int kBatches = 1000;
  std::vector<double> drawn(10);
  PatientCounts counts(10);
  for (int batch = 0; batch < kBatches; ++batch) {
    counts.Draw(1, batch * kLaneCount);
    for (std::size_t patient = 0; patient < 10; ++patient) {
      for (int lane = 0; lane < kLaneCount; ++lane) drawn[patient] += counts.Of(patient)[lane];
    }
  }
  // Each is drawn 8,000 times, give or take 4 standard deviations of 85.
  for (const double count : drawn) EXPECT_NEAR(count, kBatches * kLaneCount, 340);
}

TEST(FigureColumnTest, AResampleHasTheFiguresOfItsWeights) {
  const MadeUp made_up(5);
  const std::vector<ScoredPart> parts = {{0, 0, made_up.sample}};
  FigureColumn column(parts, made_up.patient_count, FullPlan());
  FigureColumn* const columns[] = {&column};
  MeasureAll(columns, made_up.patient_count, /*bootstrap_count=*/11, /*seed=*/3, true);

  PatientCounts counts(made_up.patient_count);
  counts.Draw(3, 8);
  for (std::size_t lane = 0; lane < 3; ++lane) {
    std::vector<double> weights;
    for (std::size_t i = 0; i < made_up.sample.scores.size(); ++i) {
      weights.push_back(made_up.sample.weights[i] * counts.Of(made_up.sample.patients[i])[lane]);
    }
    const LabelledScores sample(made_up.sample.scores, made_up.sample.labels, weights);
    const ThresholdCurve curve(sample);
    const auto resampled = [&](const char* name) {
      return column.Find(name)->figure.resampled.at(8 + lane);
    };
    EXPECT_NEAR(resampled("auroc"), curve.Auroc().value(), 1e-12);
    EXPECT_NEAR(resampled("auprc"), curve.AveragePrecision().value(), 1e-12);
    EXPECT_NEAR(resampled("sensitivity_at_95_specificity"),
                curve.SensitivityAtSpecificity(0.95).value(), 1e-12);
    EXPECT_NEAR(resampled("specificity_at_95_sensitivity"),
                curve.SpecificityAtSensitivity(0.95).value(), 1e-12);
    EXPECT_NEAR(resampled("youden_index"), curve.HighestYoudenIndex().value(), 1e-12);
    EXPECT_NEAR(resampled("brier"), BrierScore(sample).value(), 1e-12);
    EXPECT_NEAR(resampled("ece"), ExpectedCalibrationError(sample, Binning::kUniform, 10).value(),
                1e-12);
    EXPECT_NEAR(resampled("mce"), MaximumCalibrationError(sample, Binning::kUniform, 10).value(),
                1e-12);
    EXPECT_NEAR(resampled("f1_at_0.25"), curve.At(0.25).F1().value(), 1e-12);
    EXPECT_NEAR(resampled("brier_resolution"),
                DecomposeBrier(sample, Binning::kUniform, 10).resolution, 1e-12);
  }
}

TEST(FigureColumnTest, TheJackknifeLeavesPatientsOut) {
  const MadeUp made_up(6);
  const std::vector<ScoredPart> parts = {{0, 0, made_up.sample}};
  ColumnPlan plan;
  plan.discrimination = true;
  FigureColumn column(parts, made_up.patient_count, plan);
  FigureColumn* const columns[] = {&column};
  MeasureAll(columns, made_up.patient_count, 8, 3, /*jackknife=*/true);
  ASSERT_EQ(column.Find("auroc")->figure.jackknife.size(), made_up.patient_count);
  std::vector<double> weights;
  for (std::size_t i = 0; i < made_up.sample.scores.size(); ++i) {
    weights.push_back(made_up.sample.patients[i] == 9 ? 0 : made_up.sample.weights[i]);
  }
  const ThresholdCurve without({made_up.sample.scores, made_up.sample.labels, weights});
  EXPECT_NEAR(column.Find("auroc")->figure.jackknife[9], without.Auroc().value(), 1e-12);
}

TEST(FigureColumnTest, SaysWhyAFigureIsNotDefined) {
  PatientSample sample;
  sample.scores = {0.1, 0.2};
  sample.labels = {0, 0};
  sample.weights = {1, 1};
  sample.patients = {0, 1};
  const std::vector<ScoredPart> parts = {{0, 0, sample}};
  FigureColumn column(parts, 2, FullPlan());
  FigureColumn* const columns[] = {&column};
  MeasureAll(columns, 2, 8, 1, true);
  EXPECT_TRUE(std::isnan(column.Find("auroc")->figure.value));
  EXPECT_EQ(column.Find("auroc")->reason, "there is no positive record");
  EXPECT_FALSE(std::isnan(column.Find("brier")->figure.value));
  EXPECT_TRUE(std::isnan(column.Find("calibration_slope")->figure.value));
}

}  // namespace
}  // namespace pecg
