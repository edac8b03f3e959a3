#include "worker/rule/rule_score.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/worker/rule/measured_child.h"
#include "worker/rule/finding_table.h"

namespace pecg {
namespace {

using testing::Measured;
using testing::MeasuredChild;
using testing::NormalGirl;

double ScoreOf(const MeasuredChild& child, std::string_view name) {
  for (const RuleScore& score : ComputeRuleScores(Interpret(child.ecg, child.patient))) {
    if (score.name == name) return score.value.value_or(-1);
  }
  ADD_FAILURE() << "no score " << name;
  return -1;
}

TEST(RuleScoreTest, EveryTermIsAFindingOrAStandardScore) {
  const MeasuredChild child = NormalGirl();
  const Interpretation interpretation = Interpret(child.ecg, child.patient);
  for (const ScoreTerm& term : ScoreTerms()) {
    const bool is_finding = std::ranges::any_of(
        FindingKinds(), [&](const FindingKind& kind) { return kind.code == term.term; });
    const bool is_score = std::ranges::any_of(
        interpretation.z_scores, [&](const NamedScore& score) { return score.name == term.term; });
    EXPECT_NE(is_finding, is_score) << term.score << " " << term.term;
    EXPECT_GT(term.weight, 0);
    EXPECT_FALSE(term.source.empty());
  }
}

TEST(RuleScoreTest, RisesWithThePatternOfTheDisease) {
  MeasuredChild child = NormalGirl();
  const double usual = ScoreOf(child, "asd");
  child.At(Lead::kV1).r2_mv = Measured(0.5);
  child.ecg.axes.qrs.deg = Measured(130);
  EXPECT_GT(ScoreOf(child, "asd"), usual + 0.1);
  EXPECT_GE(ScoreOf(child, "chd"), ScoreOf(child, "asd"));
}

TEST(RuleScoreTest, LowVoltageSpeaksForMyocarditis) {
  MeasuredChild child = NormalGirl();
  const double usual = ScoreOf(child, "myocarditis");
  child.At(Lead::kII).r_mv = Measured(0.4);
  child.At(Lead::kV6).t_mv = Measured(-0.2);
  EXPECT_GT(ScoreOf(child, "myocarditis"), usual + 0.1);
}

TEST(RuleScoreTest, AbnormalIsHigherTheMoreIsFound) {
  MeasuredChild child = NormalGirl();
  const double normal = ScoreOf(child, "abnormal");
  child.ecg.intervals.pr_ms = Measured(210);
  const double one = ScoreOf(child, "abnormal");
  child.ecg.axes.qrs.deg = Measured(150);
  EXPECT_GT(one, normal);
  EXPECT_GT(ScoreOf(child, "abnormal"), one);
}

TEST(RuleScoreTest, HasNoOpinionWhereNothingWasMeasured) {
  const Interpretation nothing = Interpret(EcgMeasurements(), {});
  for (const RuleScore& score : ComputeRuleScores(nothing)) {
    EXPECT_FALSE(score.value) << score.name;
  }
}

TEST(RuleScoreTest, KnowsWhichTargetsItRanks) {
  EXPECT_EQ(ScoreOfTarget("chd"), "chd");
  EXPECT_EQ(ScoreOfTarget("chd_tof"), "tof");
  EXPECT_EQ(ScoreOfTarget("myocarditis_viral"), "myocarditis");
  EXPECT_EQ(ScoreOfTarget("abnormal_a1a2"), "abnormal");
  EXPECT_EQ(ScoreOfTarget("statement_3"), std::nullopt);
}

}  // namespace
}  // namespace pecg
