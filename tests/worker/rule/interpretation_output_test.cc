#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/worker/figure/markup_check.h"
#include "tests/worker/rule/measured_child.h"
#include "worker/rule/interpretation_json.h"
#include "worker/rule/interpretation_text.h"
#include "worker/rule/sheet.h"

namespace pecg {
namespace {

using ::testing::HasSubstr;
using testing::Measured;
using testing::MeasuredChild;
using testing::NormalGirl;
using ::testing::Not;
using testing::NotMeasured;

MeasuredChild ChildWithRightAxis() {
  MeasuredChild child = NormalGirl();
  child.ecg.axes.qrs.deg = Measured(150);
  return child;
}

std::string TextOf(const MeasuredChild& child) {
  return InterpretationText("a/b/P1_E01", child.ecg, Interpret(child.ecg, child.patient));
}

nlohmann::json JsonOf(const MeasuredChild& child) {
  return nlohmann::json::parse(
      InterpretationJson("P1_E01", child.ecg, Interpret(child.ecg, child.patient)));
}

TEST(InterpretationTextTest, TellsWhoWhatAndWhy) {
  const std::string text = TextOf(ChildWithRightAxis());
  EXPECT_THAT(text, HasSubstr("a/b/P1_E01   7.5 years, girl   10.0 s\n"));
  EXPECT_THAT(text, HasSubstr("Rate 95/min (64 to 113)"));
  EXPECT_THAT(text, HasSubstr("\nAbnormal ECG\n"));
  EXPECT_THAT(text, HasSubstr("  Right axis deviation (J120): QRS axis 150 deg > 117 deg\n"));
}

TEST(InterpretationTextTest, SaysWhatCouldNotBeJudgedAndWhy) {
  MeasuredChild child = NormalGirl();
  child.ecg.intervals.pr_ms = NotMeasured();
  EXPECT_THAT(TextOf(child), HasSubstr("Short PR interval; First-degree AV block (PR interval not "
                                       "measurable)\n"));
  EXPECT_THAT(TextOf(child), HasSubstr("PR - ms"));
}

TEST(InterpretationTextTest, GivesNoLimitsWithoutAnAge) {
  MeasuredChild child = NormalGirl();
  child.patient = {};
  EXPECT_THAT(TextOf(child), HasSubstr("age unknown, sex unknown"));
  EXPECT_THAT(TextOf(child), HasSubstr("Rate 95/min   PR"));
}

TEST(InterpretationTextTest, NamesAgesAsPeopleDo) {
  EXPECT_EQ(AgeText({12, Sex::kMale}), "12 days");
  EXPECT_EQ(AgeText({100, Sex::kMale}), "3 months");
  EXPECT_EQ(AgeText({1000, Sex::kMale}), "2.7 years");
  EXPECT_EQ(SexText({9000, Sex::kMale}), "man");
}

TEST(InterpretationJsonTest, HasTheFieldsOfTheContract) {
  const nlohmann::json json = JsonOf(ChildWithRightAxis());
  EXPECT_EQ(json["record"], "P1_E01");
  EXPECT_EQ(json["age_days"], 2740);
  EXPECT_EQ(json["sex"], "female");
  for (const char* name : {"heart_rate_bpm", "pr_ms", "qrs_ms", "qt_ms", "qtc_bazett_ms",
                           "qtc_fridericia_ms", "p_axis_deg", "qrs_axis_deg", "t_axis_deg"}) {
    EXPECT_TRUE(json["measurements"].contains(name)) << name;
  }
  EXPECT_EQ(json["measurements"]["qrs_axis_deg"], 150);
  const nlohmann::json& finding = json["findings"][0];
  EXPECT_EQ(finding["code"], "J120");
  EXPECT_EQ(finding["severity"], "abnormal");
  EXPECT_EQ(finding["criteria"][0]["value"], 150);
  EXPECT_TRUE(json["z_scores"].contains("qrs_axis"));
  EXPECT_TRUE(json.contains("quality"));
}

TEST(InterpretationJsonTest, IsNullWhereNothingWasMeasured) {
  const nlohmann::json json = JsonOf(MeasuredChild());
  EXPECT_TRUE(json["age_days"].is_null());
  EXPECT_EQ(json["sex"], "unknown");
  for (const auto& [name, value] : json["measurements"].items()) {
    EXPECT_TRUE(value.is_null()) << name;
  }
  EXPECT_EQ(json["conclusion"], "not_interpretable");
}

TEST(FindingsJsonTest, IsOneShortLine) {
  const MeasuredChild child = ChildWithRightAxis();
  const std::string line = FindingsJson("P1_E01", child.ecg, Interpret(child.ecg, child.patient));
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(line)["findings"].size(), 1U);
}

TEST(SheetTest, IsWellFormedAndNamesWhatWasFound) {
  const MeasuredChild child = ChildWithRightAxis();
  EcgRecord record;
  record.rate_hz = 500;
  record.leads = LeadMask::NineLead();
  record.sample_count = 5000;
  record.samples_mv.assign(9 * 5000, 0.0F);
  const std::string svg =
      DrawSheet("<P1 & E01>", record, child.ecg, Interpret(child.ecg, child.patient));
  EXPECT_EQ(MarkupCheck::Complaint(svg), "");
  EXPECT_THAT(svg, HasSubstr("Right axis deviation"));
  EXPECT_THAT(svg, HasSubstr("V2 not recorded"));
  EXPECT_THAT(svg, Not(HasSubstr("V3 not recorded")));
}

}  // namespace
}  // namespace pecg
