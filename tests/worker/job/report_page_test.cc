#include "worker/job/report_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "tests/worker/job/job_testing.h"

namespace pecg {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

v1::Evaluation MadeUpEvaluation(const std::string& data) {
  v1::Evaluation evaluation;
  evaluation.add_runs("runs/7");
  evaluation.set_data(data);
  evaluation.set_split("5ca1ab1e");
  evaluation.set_variant("resnet1d");
  evaluation.set_code_version("c0ffee");
  evaluation.set_test_look_count(2);
  v1::TargetEvaluation& figures = *evaluation.add_targets();
  figures.set_role("validate");
  figures.set_target("chd");
  figures.set_patient_count(120);
  figures.set_positive_count(3);
  figures.mutable_auroc()->set_value(0.8125);
  figures.mutable_auroc()->set_lower(0.75);
  figures.mutable_auroc()->set_upper(0.875);
  figures.mutable_floor_auroc()->set_value(0.7);
  figures.mutable_floor_auroc()->set_lower(0.65);
  figures.mutable_floor_auroc()->set_upper(0.75);
  return evaluation;
}

std::string Page(const std::string& data) {
  const std::vector<NamedEvaluation> evaluations = {{"baseline", MadeUpEvaluation(data)}};
  return ReportHtml("A report", evaluations, {});
}

TEST(ReportPageTest, ShowsTheFigureBesideTheFloor) {
  const std::string page = Page("demo 3f2a real");

  EXPECT_THAT(page, HasSubstr("0.812 [0.750, 0.875]"));
  EXPECT_THAT(page, HasSubstr("0.700 [0.650, 0.750]"));
  EXPECT_THAT(page, HasSubstr("<svg"));
}

TEST(ReportPageTest, ShowsTheLineageAndHowOftenTheTestWasSeen) {
  const std::string page = Page("demo 3f2a real");

  for (const char* text : {"runs/7", "5ca1ab1e", "c0ffee", "demo 3f2a real", "2 times"}) {
    EXPECT_THAT(page, HasSubstr(text));
  }
}

TEST(ReportPageTest, SaysThatSyntheticDataAreSynthetic) {
  EXPECT_THAT(Page("demo 3f2a synthetic"), HasSubstr("Synthetic data"));
  EXPECT_THAT(Page("demo 3f2a real"), Not(HasSubstr("Synthetic data")));
}

TEST(ReportPageTest, DoesNotPrintSmallCounts) {
  EXPECT_THAT(Page("demo 3f2a real"), HasSubstr("&lt; 5"));
}

v1::Evaluation EvaluationWithCurvesAndGroups() {
  v1::Evaluation evaluation = MadeUpEvaluation("demo 3f2a real");
  v1::TargetEvaluation& figures = *evaluation.mutable_targets(0);
  for (const char* name : {"roc", "precision_recall", "reliability", "decision"}) {
    v1::Curve& curve = *figures.add_curves();
    curve.set_name(name);
    for (const double value : {0.1, 0.5}) {
      curve.add_x(value);
      curve.add_y(value);
    }
  }
  v1::NamedEstimate& brier = *figures.add_figures();
  brier.set_name("calibrated_ece");
  brier.mutable_estimate()->set_value(std::numeric_limits<double>::quiet_NaN());
  brier.mutable_estimate()->set_reason("the calibrator was fitted on these records");
  v1::SubgroupEvaluation& group = *figures.add_subgroups();
  group.set_family("age");
  group.set_name("0-30 d");
  group.set_patient_count(40);
  group.mutable_auroc()->set_value(0.7);
  return evaluation;
}

TEST(ReportPageTest, DrawsCurvesAndGroupsAndSaysWhatIsNotDefined) {
  const std::vector<NamedEvaluation> evaluations = {{"baseline", EvaluationWithCurvesAndGroups()}};
  const std::string page = ReportHtml("A report", evaluations, {});

  for (const char* text : {"ROC, chd", "Precision, chd", "Reliability, chd", "Net benefit, chd",
                           "the calibrator was fitted on these records", "age: 0-30 d",
                           "40 patients, &lt;5 positive"}) {
    EXPECT_THAT(page, HasSubstr(text));
  }
}

TEST(ReportPageTest, NeedsNoOtherFile) {
  const std::string page = Page("demo 3f2a real");

  for (const char* text : {"<script", "<link", "src=\"http", "url(http", "@import"}) {
    EXPECT_THAT(page, Not(HasSubstr(text)));
  }
}

TEST(ReportPageTest, ComparesSeveralEvaluations) {
  const std::vector<NamedEvaluation> evaluations = {{"first", MadeUpEvaluation("demo 3f2a real")},
                                                    {"second", MadeUpEvaluation("demo 3f2a real")}};

  EXPECT_THAT(ReportHtml("A report", evaluations, {}), HasSubstr("Side by side"));
}

TEST(ReportPageTest, RefusesAnAuditThatIsNone) {
  const std::vector<NamedAudit> audits = {{"audit", "[]"}};

  const auto error = testing::ErrorOf([&] { ReportHtml("A report", {}, audits); });
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->kind(), Error::Kind::kCorruptData);
  EXPECT_EQ(error->where(), "input/audit/audit.json");
}

}  // namespace
}  // namespace pecg
