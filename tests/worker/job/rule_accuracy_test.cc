#include "worker/job/rule_accuracy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "worker/rule/feature_table.h"
#include "worker/rule/finding_table.h"
#include "worker/rule/rule_score.h"

namespace pecg {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kPatientCount = 40;

std::size_t PlaceOf(std::string_view code) {
  return static_cast<std::size_t>(&FindFinding(code) - FindingKinds().data());
}

/// Patients with one record each; every fourth is coded as sinus tachycardia and has CHD.
class RuleAccuracyTest : public ::testing::Test {
 protected:
  RuleAccuracyTest() {
    spec_.add_targets("chd");
    spec_.add_statement_names("Normal ECG");
    spec_.add_statement_names("Sinus tachycardia");
    for (int i = 0; i < kPatientCount; ++i) {
      v1::ManifestEntry entry;
      entry.set_ordinal(i);
      entry.set_patient_ordinal(i);
      entry.set_first_exam(true);
      entry.set_targets(std::string(1, static_cast<char>(IsPositive(i) ? 1 : 0)));
      entry.set_statement_bits(std::string(1, static_cast<char>(IsPositive(i) ? 2 : 1)));
      manifest_.push_back(entry);
      outcomes_.push_back(OutcomeOf(IsPositive(i)));
    }
  }

  static bool IsPositive(int i) { return i % 4 == 0; }

  static RuleOutcome OutcomeOf(bool positive) {
    RuleOutcome outcome;
    outcome.features.assign(FeatureTable().size(), positive ? 3.0F : 1.0F);
    outcome.findings.assign(FindingKinds().size(), {Outcome::kNo, -0.5});
    if (positive) outcome.findings[PlaceOf("C21")] = {Outcome::kYes, 0.5};
    outcome.scores.assign(ComputeRuleScores(Interpretation()).size(), positive ? 0.8F : 0.2F);
    return outcome;
  }

  RuleAccuracy Compare() {
    RuleAccuracyOptions options;
    options.evaluation.bootstrap_count = 20;
    return CompareWithTruth(outcomes_, manifest_, spec_, options);
  }

  const FindingAccuracy* Find(const RuleAccuracy& accuracy, std::string_view code) {
    for (const FindingAccuracy& finding : accuracy.findings) {
      if (finding.code == code) return &finding;
    }
    return nullptr;
  }

  v1::JobSpec spec_;
  std::vector<v1::ManifestEntry> manifest_;
  std::vector<RuleOutcome> outcomes_;
};

TEST_F(RuleAccuracyTest, CountsAgreementWithTheStatements) {
  const RuleAccuracy accuracy = Compare();
  const FindingAccuracy* found = Find(accuracy, "C21");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->coded_count, 10);
  EXPECT_EQ(found->both_count, 10);
  EXPECT_EQ(found->sensitivity(), 1);
  EXPECT_EQ(found->specificity(), 1);
  EXPECT_EQ(found->auroc.value, 1);
}

TEST_F(RuleAccuracyTest, AMissAndAFalseAlarmCostSensitivityAndSpecificity) {
  outcomes_[0].findings[PlaceOf("C21")] = {Outcome::kNo, -0.1};
  outcomes_[1].findings[PlaceOf("C21")] = {Outcome::kYes, 0.1};
  const RuleAccuracy accuracy = Compare();
  EXPECT_DOUBLE_EQ(Find(accuracy, "C21")->sensitivity(), 0.9);
  EXPECT_DOUBLE_EQ(Find(accuracy, "C21")->specificity(), 29.0 / 30);
}

TEST_F(RuleAccuracyTest, WhatCouldNotBeJudgedIsNotRankedButCounts) {
  outcomes_[0].findings[PlaceOf("C21")] = {};
  const RuleAccuracy accuracy = Compare();
  EXPECT_EQ(Find(accuracy, "C21")->judged_count, kPatientCount - 1);
  EXPECT_EQ(Find(accuracy, "C21")->record_count, kPatientCount);
  EXPECT_DOUBLE_EQ(Find(accuracy, "C21")->sensitivity(), 0.9);
}

TEST_F(RuleAccuracyTest, LeavesOutRecordsThatNobodyRead) {
  manifest_[0].set_statement_bits(std::string(1, '\0'));
  EXPECT_EQ(Find(Compare(), "C21")->record_count, kPatientCount - 1);
  EXPECT_EQ(IsCoded(FindFinding("C21"), manifest_[0], spec_), std::nullopt);
}

TEST_F(RuleAccuracyTest, LeavesOutRecordsThatCouldNotBeRead) {
  outcomes_[0] = {};
  EXPECT_EQ(Find(Compare(), "C21")->record_count, kPatientCount - 1);
}

TEST_F(RuleAccuracyTest, RanksTargetsByTheirScoreAndSaysHowManyHaveOne) {
  outcomes_[1].scores.assign(outcomes_[1].scores.size(), std::numeric_limits<float>::quiet_NaN());
  const RuleAccuracy accuracy = Compare();
  ASSERT_EQ(accuracy.scores.size(), 1U);
  EXPECT_EQ(accuracy.scores[0].target, "chd");
  EXPECT_EQ(accuracy.scores[0].auroc.value, 1);
  EXPECT_DOUBLE_EQ(accuracy.scores[0].scored_share, 39.0 / 40);
}

TEST_F(RuleAccuracyTest, KeepsTheLockedTestApart) {
  for (int i = 0; i < 20; ++i) {
    manifest_[static_cast<std::size_t>(i)].set_role(v1::RECORD_ROLE_TEST);
  }
  const RuleAccuracy accuracy = Compare();
  ASSERT_EQ(accuracy.scores.size(), 2U);
  EXPECT_EQ(accuracy.scores[0].role, "oof");
  EXPECT_EQ(accuracy.scores[0].patient_count, 20);
  EXPECT_EQ(accuracy.scores[1].role, "test");
  for (const NormalSpread& spread : accuracy.normals) EXPECT_EQ(spread.record_count, 15);
}

TEST_F(RuleAccuracyTest, LeavesOutWhatHasOneClassOnly) {
  for (v1::ManifestEntry& entry : manifest_) entry.set_statement_bits(std::string(1, 1));
  EXPECT_THAT(Compare().findings, IsEmpty());
}

TEST_F(RuleAccuracyTest, NamesItsDataAndMetrics) {
  const RuleAccuracy accuracy = Compare();
  EXPECT_THAT(RuleAccuracyText(accuracy, "demo, synthetic"), HasSubstr("demo, synthetic"));
  std::vector<std::string> keys;
  const v1::MetricPoints points = MetricsOf(accuracy);
  for (const v1::MetricPoint& point : points.points()) keys.push_back(point.key());
  EXPECT_THAT(keys, ::testing::IsSupersetOf({"oof.chd.auroc", "oof.finding_C21.specificity"}));
}

}  // namespace
}  // namespace pecg
