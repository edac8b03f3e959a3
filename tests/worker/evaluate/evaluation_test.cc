#include "worker/evaluate/evaluation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "worker/ecg/error.h"
#include "worker/evaluate/recalibration.h"
#include "worker/evaluate/reliability.h"
#include "worker/evaluate/threshold_curve.h"

namespace pecg {
namespace {

/// `patient_count` patients with one record each; positives score higher by `shift` on average.
std::vector<ScoredRecord> MakeRecords(int patient_count, double shift, unsigned seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> noise;
  std::vector<ScoredRecord> records;
  for (int i = 0; i < patient_count; ++i) {
    ScoredRecord record;
    record.patient = i;
    record.first_exam = true;
    record.label = static_cast<std::uint8_t>(i % 3 == 0);
    record.score = noise(generator) + shift * record.label;
    records.push_back(record);
  }
  return records;
}

LabelledScores SampleOf(const std::vector<ScoredRecord>& records) {
  std::vector<double> scores;
  std::vector<std::uint8_t> labels;
  for (const auto& record : records) {
    scores.push_back(record.probability.value_or(record.score));
    labels.push_back(record.label);
  }
  return {scores, labels};
}

const Estimate& Find(const TargetFigures& figures, std::string_view name) {
  const Estimate* estimate = figures.Find(name);
  if (estimate == nullptr) throw std::runtime_error("no figure " + std::string(name));
  return *estimate;
}

TEST(EvaluationTest, FiguresOfOneRecordPerPatientAreThePlainOnes) {
  const auto records = MakeRecords(200, 1.0, 1);
  const ThresholdCurve curve(SampleOf(records));
  const TargetFigures figures = EvaluateTarget(records, {});
  EXPECT_NEAR(Find(figures, "auroc").value, curve.Auroc().value(), 1e-12);
  EXPECT_NEAR(Find(figures, "auroc_all_records").value, curve.Auroc().value(), 1e-12);
  EXPECT_NEAR(Find(figures, "auprc").value, curve.AveragePrecision().value(), 1e-12);
  EXPECT_NEAR(Find(figures, "sensitivity_at_95_specificity").value,
              curve.SensitivityAtSpecificity(0.95).value(), 1e-12);
  EXPECT_NEAR(Find(figures, "specificity_at_95_sensitivity").value,
              curve.SpecificityAtSensitivity(0.95).value(), 1e-12);
  EXPECT_NEAR(Find(figures, "youden_index").value, curve.HighestYoudenIndex().value(), 1e-12);
  EXPECT_EQ(figures.patient_count, 200);
  EXPECT_EQ(figures.positive_count, 67);
}

TEST(EvaluationTest, CalibrationFiguresAreThePlainOnes) {
  auto records = MakeRecords(300, 1.0, 2);
  for (auto& record : records) record.probability = Sigmoid(record.score - 1);
  const LabelledScores sample = SampleOf(records);
  const TargetFigures figures = EvaluateTarget(records, {.thresholds = {0.3}});
  EXPECT_NEAR(Find(figures, "brier").value, BrierScore(sample).value(), 1e-12);
  EXPECT_NEAR(Find(figures, "log_loss").value, LogLoss(sample).value(), 1e-12);
  EXPECT_NEAR(Find(figures, "ece").value,
              ExpectedCalibrationError(sample, Binning::kUniform, 10).value(), 1e-12);
  EXPECT_NEAR(Find(figures, "mce").value,
              MaximumCalibrationError(sample, Binning::kUniform, 10).value(), 1e-12);
  const BrierDecomposition parts = DecomposeBrier(sample, Binning::kUniform, 10);
  EXPECT_NEAR(Find(figures, "brier_reliability").value, parts.reliability, 1e-12);
  EXPECT_NEAR(Find(figures, "brier_resolution").value, parts.resolution, 1e-12);
  const Recalibration fit = FitRecalibration(sample);
  EXPECT_NEAR(Find(figures, "calibration_slope").value, fit.slope.value(), 1e-9);
  EXPECT_NEAR(Find(figures, "calibration_intercept").value, fit.intercept.value(), 1e-9);
  const Confusion at = ThresholdCurve(sample).At(0.3);
  EXPECT_NEAR(Find(figures, "sensitivity_at_0.3").value, at.Sensitivity().value(), 1e-12);
  EXPECT_NEAR(Find(figures, "f1_at_0.3").value, at.F1().value(), 1e-12);
}

TEST(EvaluationTest, TheIntervalOfTheSlopeHoldsTheTrueSlope) {
  // The probabilities are twice as sure as they should be: the true slope is 0.5.
  std::mt19937 generator(3);
  std::normal_distribution<double> noise(0, 1.5);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<ScoredRecord> records;
  for (int i = 0; i < 2000; ++i) {
    ScoredRecord record;
    record.patient = i;
    record.first_exam = true;
    record.score = noise(generator);
    record.label = uniform(generator) < Sigmoid(record.score) ? 1 : 0;
    record.probability = Sigmoid(2 * record.score);
    records.push_back(record);
  }
  const TargetFigures figures = EvaluateTarget(records, {});
  const Estimate& slope = Find(figures, "calibration_slope");
  EXPECT_LT(slope.lower, 0.5);
  EXPECT_GT(slope.upper, 0.5);
  EXPECT_LT(slope.upper - slope.lower, 0.15);
}

TEST(EvaluationTest, CurvesAreThere) {
  auto records = MakeRecords(300, 1.0, 2);
  for (auto& record : records) record.probability = Sigmoid(record.score);
  const TargetFigures figures = EvaluateTarget(records, {.bootstrap_count = 100});
  std::vector<std::string> names;
  for (const FigureCurve& curve : figures.curves) {
    names.push_back(curve.name);
    ASSERT_EQ(curve.x.size(), curve.y.size()) << curve.name;
    EXPECT_FALSE(curve.x.empty()) << curve.name;
  }
  EXPECT_EQ(names, (std::vector<std::string>{"decision_treat_all", "reliability", "decision", "roc",
                                             "precision_recall"}));
  EXPECT_DOUBLE_EQ(figures.curves[3].y.back(), 1);
}

TEST(EvaluationTest, ResamplesSeedsToo) {
  // The same patients scored by three trainings that disagree: doubt about the seed widens it.
  auto records = MakeRecords(200, 1.0, 4);
  const double one_seed = Find(EvaluateTarget(records, {}), "auroc").value;
  std::vector<ScoredRecord> several;
  for (int seed = 0; seed < 3; ++seed) {
    for (ScoredRecord record : records) {
      record.seed = seed;
      if (seed > 0) record.score += 2.0 * seed * (record.patient % 7);
      several.push_back(record);
    }
  }
  const TargetFigures mixed = EvaluateTarget(several, {});
  const TargetFigures single = EvaluateTarget(records, {});
  EXPECT_LT(Find(mixed, "auroc").value, one_seed);
  EXPECT_GT(Find(mixed, "auroc").upper - Find(mixed, "auroc").lower,
            Find(single, "auroc").upper - Find(single, "auroc").lower);
  EXPECT_EQ(mixed.patient_count, 200);
}

TEST(EvaluationTest, IntervalCoversTheTruthAboutAsOftenAsItSays) {
  // Two normals 1 apart: the true AUROC is Phi(1 / sqrt 2) = 0.7602.
  int covered = 0;
  constexpr int kTrials = 150;
  for (unsigned trial = 0; trial < kTrials; ++trial) {
    const TargetFigures figures = EvaluateTarget(MakeRecords(150, 1.0, 100 + trial),
                                                 {.bootstrap_count = 300, .confidence = 0.9});
    covered += Find(figures, "auroc").lower <= 0.7602 && 0.7602 <= Find(figures, "auroc").upper;
  }
  // Binomial(150, 0.9): 99.9 % of the time between 122 and 146; the percentile bootstrap is a
  // little narrow at this size.
  EXPECT_GE(covered, 120);
  EXPECT_LE(covered, 147);
}

TEST(EvaluationTest, RepeatedRecordsOfAPatientDoNotNarrowTheInterval) {
  const auto single = MakeRecords(150, 1.0, 3);
  std::vector<ScoredRecord> repeated;
  for (const auto& record : single) {
    for (int i = 0; i < 5; ++i) {
      repeated.push_back(record);
      repeated.back().first_exam = i == 0;
    }
  }
  const TargetFigures once = EvaluateTarget(single, {});
  const TargetFigures five = EvaluateTarget(repeated, {});
  EXPECT_DOUBLE_EQ(Find(once, "auroc").value, Find(five, "auroc").value);
  EXPECT_NEAR(Find(once, "auroc_all_records").value, Find(five, "auroc_all_records").value, 1e-12);
  EXPECT_NEAR(Find(once, "auroc_all_records").lower, Find(five, "auroc_all_records").lower, 1e-12);
  EXPECT_NEAR(Find(once, "auroc_all_records").upper, Find(five, "auroc_all_records").upper, 1e-12);
}

TEST(EvaluationTest, ScoresOfDifferentFoldsAreNeverCompared) {
  auto records = MakeRecords(60, 8.0, 4);
  for (std::size_t i = 0; i < records.size(); ++i) {
    records[i].fold = i % 2 == 0 ? 0 : 1;
    if (i % 2 == 0) records[i].score += 1000;  // Another model's scale.
  }
  EXPECT_DOUBLE_EQ(Find(EvaluateTarget(records, {}), "auroc").value, 1.0);
}

TEST(EvaluationTest, ComparesWithTheFloorOnTheSameResamples) {
  auto records = MakeRecords(200, 1.5, 5);
  for (auto& record : records) record.floor_score = record.score;
  const TargetFigures figures = EvaluateTarget(records, {});
  ASSERT_NE(figures.Find("auroc_over_floor"), nullptr);
  EXPECT_EQ(figures.over_floor_p, 1);
  EXPECT_DOUBLE_EQ(Find(figures, "auroc_over_floor").value, 0);
  EXPECT_DOUBLE_EQ(Find(figures, "auroc_over_floor").lower, 0);
  EXPECT_DOUBLE_EQ(Find(figures, "auroc_over_floor").upper, 0);
  records.front().floor_score.reset();
  EXPECT_EQ(EvaluateTarget(records, {}).Find("floor_auroc"), nullptr);
}

TEST(EvaluationTest, SameSeedSameAnswer) {
  const auto records = MakeRecords(100, 1.0, 6);
  const TargetFigures a = EvaluateTarget(records, {.seed = 7});
  const TargetFigures b = EvaluateTarget(records, {.seed = 7});
  const TargetFigures c = EvaluateTarget(records, {.seed = 8});
  EXPECT_EQ(Find(a, "auroc").lower, Find(b, "auroc").lower);
  EXPECT_NE(Find(a, "auroc").lower, Find(c, "auroc").lower);
}

TEST(EvaluationTest, SaysNaNWhereOneClassIsMissingAndNothingWhereThereIsNothing) {
  auto records = MakeRecords(10, 1.0, 7);
  for (auto& record : records) record.label = 1;
  EXPECT_TRUE(std::isnan(Find(EvaluateTarget(records, {}), "auroc").value));
  const TargetFigures empty = EvaluateTarget({}, {});
  EXPECT_EQ(empty.patient_count, 0);
  EXPECT_TRUE(std::isnan(Find(empty, "auroc").value));
}

TEST(EvaluationTest, RefusesScoresThatAreNotFinite) {
  auto records = MakeRecords(10, 1.0, 8);
  records[3].score = std::numeric_limits<double>::infinity();
  EXPECT_THROW(EvaluateTarget(records, {}), Error);
}

}  // namespace
}  // namespace pecg
