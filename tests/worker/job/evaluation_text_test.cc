#include "worker/job/evaluation_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace pecg {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

v1::Estimate Figure(double value, double lower, double upper) {
  v1::Estimate estimate;
  estimate.set_value(value);
  estimate.set_lower(lower);
  estimate.set_upper(upper);
  return estimate;
}

v1::Evaluation MadeUpEvaluation() {
  v1::Evaluation evaluation;
  evaluation.add_runs("runs/7");
  evaluation.set_data("demo 3f2a synthetic");
  evaluation.set_variant("resnet1d");
  evaluation.set_confidence(0.95);
  v1::TargetEvaluation& figures = *evaluation.add_targets();
  figures.set_role("oof");
  figures.set_target("chd");
  figures.set_patient_count(120);
  *figures.mutable_auroc() = Figure(0.8125, 0.75, 0.875);
  *figures.mutable_auprc() = Figure(kNaN, kNaN, kNaN);
  return evaluation;
}

TEST(EvaluationTextTest, PrintsAFigureWithItsInterval) {
  EXPECT_EQ(FigureText(Figure(0.8125, 0.75, 0.875)), "0.812 [0.750, 0.875]");
  EXPECT_EQ(FigureText(Figure(0.8125, kNaN, kNaN)), "0.812");
  EXPECT_EQ(FigureText(Figure(kNaN, kNaN, kNaN)), "-");
}

TEST(EvaluationTextTest, SaysWhereTheFiguresComeFrom) {
  const std::string text = EvaluationText(MadeUpEvaluation());

  EXPECT_THAT(text, HasSubstr("runs/7"));
  EXPECT_THAT(text, HasSubstr("demo 3f2a synthetic"));
  EXPECT_THAT(text, HasSubstr("out of fold"));
  EXPECT_THAT(text, HasSubstr("0.812 [0.750, 0.875]"));
  EXPECT_THAT(text, HasSubstr("never looked at"));
}

TEST(EvaluationTextTest, SaysHowOftenTheTestWasSeen) {
  v1::Evaluation evaluation = MadeUpEvaluation();
  evaluation.set_test_look_count(3);

  EXPECT_THAT(EvaluationText(evaluation), HasSubstr("looked at 3 times"));
}

TEST(EvaluationTextTest, WritesNullForWhatIsNotDefinedOrAbsent) {
  const auto json = nlohmann::json::parse(EvaluationJson(MadeUpEvaluation()));
  const auto& figures = json["targets"][0];

  EXPECT_EQ(figures["auroc"]["value"], 0.8125);
  EXPECT_TRUE(figures["auprc"]["value"].is_null());
  EXPECT_TRUE(figures["floor_auroc"].is_null());
  EXPECT_EQ(json["runs"], nlohmann::json({"runs/7"}));
}

TEST(EvaluationTextTest, TellsWhyAFigureIsNotDefinedAndHidesSmallGroups) {
  v1::Evaluation evaluation = MadeUpEvaluation();
  v1::TargetEvaluation& figures = *evaluation.mutable_targets(0);
  v1::NamedEstimate& slope = *figures.add_figures();
  slope.set_name("calibration_slope");
  *slope.mutable_estimate() = Figure(kNaN, kNaN, kNaN);
  slope.mutable_estimate()->set_reason("there is no positive record");
  v1::SubgroupEvaluation& group = *figures.add_subgroups();
  group.set_family("age");
  group.set_patient_count(60);
  const auto json = nlohmann::json::parse(EvaluationJson(evaluation))["targets"][0];

  EXPECT_EQ(json["figures"]["calibration_slope"]["reason"], "there is no positive record");
  EXPECT_TRUE(json["figures"]["calibration_slope"]["value"].is_null());
  EXPECT_EQ(json["subgroups"][0]["patient_count"], 60);
  EXPECT_EQ(json["subgroups"][0]["positive_count"], "<5");
  EXPECT_THAT(EvaluationText(evaluation), HasSubstr("- there is no positive record"));
}

TEST(EvaluationTextTest, TellsSyntheticDataFromReal) {
  v1::Evaluation evaluation = MadeUpEvaluation();
  EXPECT_TRUE(IsSynthetic(evaluation));
  evaluation.set_data("demo 3f2a real");
  EXPECT_FALSE(IsSynthetic(evaluation));
  EXPECT_THAT(EvaluationText(evaluation), Not(HasSubstr("NOT CHILDREN")));
}

}  // namespace
}  // namespace pecg
