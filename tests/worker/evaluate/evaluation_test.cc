#include "worker/evaluate/evaluation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "worker/ecg/error.h"
#include "worker/evaluate/roc.h"

namespace pecg {
namespace {

/// `patient_count` patients with one record each; positives score higher by `shift` on average.
std::vector<ScoredRecord> MakeRecords(int patient_count, double shift, unsigned seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> noise;
  std::vector<ScoredRecord> records;
  for (int i = 0; i < patient_count; ++i) {
    const auto label = static_cast<std::uint8_t>(i % 3 == 0);
    records.push_back({i, true, 0, label, noise(generator) + shift * label, std::nullopt});
  }
  return records;
}

TEST(EvaluationTest, FigureIsThePlainAurocWhenEveryPatientHasOneRecordInOneFold) {
  const auto records = MakeRecords(200, 1.0, 1);
  std::vector<double> scores;
  std::vector<std::uint8_t> labels;
  for (const auto& record : records) {
    scores.push_back(record.score);
    labels.push_back(record.label);
  }
  const TargetFigures figures = EvaluateTarget(records, {});
  EXPECT_DOUBLE_EQ(figures.auroc.value, Auroc(scores, labels));
  EXPECT_DOUBLE_EQ(figures.auroc_all_records.value, Auroc(scores, labels));
  EXPECT_EQ(figures.patient_count, 200);
  EXPECT_EQ(figures.positive_count, 67);
}

TEST(EvaluationTest, IntervalCoversTheTruthAboutAsOftenAsItSays) {
  // Two normals 1 apart: the true AUROC is Phi(1 / sqrt 2) = 0.7602.
  int covered = 0;
  constexpr int kTrials = 150;
  for (unsigned trial = 0; trial < kTrials; ++trial) {
    const TargetFigures figures =
        EvaluateTarget(MakeRecords(150, 1.0, 100 + trial), {.bootstrap_count = 300, .confidence = 0.9});
    covered += figures.auroc.lower <= 0.7602 && 0.7602 <= figures.auroc.upper;
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
  EXPECT_DOUBLE_EQ(once.auroc.value, five.auroc.value);
  EXPECT_NEAR(once.auroc_all_records.value, five.auroc_all_records.value, 1e-12);
  EXPECT_NEAR(once.auroc_all_records.lower, five.auroc_all_records.lower, 1e-12);
  EXPECT_NEAR(once.auroc_all_records.upper, five.auroc_all_records.upper, 1e-12);
}

TEST(EvaluationTest, ScoresOfDifferentFoldsAreNeverCompared) {
  auto records = MakeRecords(60, 8.0, 4);
  for (std::size_t i = 0; i < records.size(); ++i) {
    records[i].fold = i % 2 == 0 ? 0 : 1;
    if (i % 2 == 0) records[i].score += 1000;  // Another model's scale.
  }
  EXPECT_DOUBLE_EQ(EvaluateTarget(records, {}).auroc.value, 1.0);
}

TEST(EvaluationTest, ComparesWithTheFloorOnTheSameResamples) {
  auto records = MakeRecords(200, 1.5, 5);
  for (auto& record : records) record.floor_score = record.score;
  const TargetFigures figures = EvaluateTarget(records, {});
  ASSERT_TRUE(figures.auroc_over_floor.has_value());
  EXPECT_DOUBLE_EQ(figures.auroc_over_floor->value, 0);
  EXPECT_DOUBLE_EQ(figures.auroc_over_floor->lower, 0);
  EXPECT_DOUBLE_EQ(figures.auroc_over_floor->upper, 0);
  records.front().floor_score.reset();
  EXPECT_FALSE(EvaluateTarget(records, {}).floor_auroc.has_value());
}

TEST(EvaluationTest, SameSeedSameAnswer) {
  const auto records = MakeRecords(100, 1.0, 6);
  const TargetFigures a = EvaluateTarget(records, {.seed = 7});
  const TargetFigures b = EvaluateTarget(records, {.seed = 7});
  const TargetFigures c = EvaluateTarget(records, {.seed = 8});
  EXPECT_EQ(a.auroc.lower, b.auroc.lower);
  EXPECT_NE(a.auroc.lower, c.auroc.lower);
}

TEST(EvaluationTest, SaysNaNWhereOneClassIsMissingAndNothingWhereThereIsNothing) {
  auto records = MakeRecords(10, 1.0, 7);
  for (auto& record : records) record.label = 1;
  EXPECT_TRUE(std::isnan(EvaluateTarget(records, {}).auroc.value));
  const TargetFigures empty = EvaluateTarget({}, {});
  EXPECT_EQ(empty.patient_count, 0);
  EXPECT_TRUE(std::isnan(empty.auroc.value));
}

TEST(EvaluationTest, RefusesScoresThatAreNotFinite) {
  auto records = MakeRecords(10, 1.0, 8);
  records[3].score = std::numeric_limits<double>::infinity();
  EXPECT_THROW(EvaluateTarget(records, {}), Error);
}

}  // namespace
}  // namespace pecg
