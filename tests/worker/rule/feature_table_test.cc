#include "worker/rule/feature_table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <string>

#include "tests/worker/rule/measured_child.h"
#include "worker/rule/interpret.h"

namespace pecg {
namespace {

using testing::Measured;
using testing::MeasuredChild;
using testing::NineLeadGirl;
using testing::NormalGirl;

std::map<std::string, float> FeaturesOf(const MeasuredChild& child) {
  const std::vector<float> values = ComputeFeatures(child.ecg, Interpret(child.ecg, child.patient));
  std::map<std::string, float> named;
  for (std::size_t i = 0; i < values.size(); ++i) named[FeatureTable()[i].name] = values[i];
  return named;
}

TEST(FeatureTableTest, HasAHundredFiftyToTwoHundredFeatures) {
  EXPECT_GE(FeatureTable().size(), 150U);
  EXPECT_LE(FeatureTable().size(), 200U);
}

TEST(FeatureTableTest, NamesAreUniqueAndEveryFeatureIsExplained) {
  std::set<std::string> names;
  for (const Feature& feature : FeatureTable()) {
    EXPECT_TRUE(names.insert(feature.name).second) << feature.name;
    EXPECT_EQ(feature.name.find_first_not_of(
                  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"),
              std::string::npos)
        << feature.name;
    EXPECT_FALSE(feature.unit.empty()) << feature.name;
    EXPECT_FALSE(feature.meaning.empty()) << feature.name;
    EXPECT_FALSE(feature.source.empty()) << feature.name;
  }
}

TEST(FeatureTableTest, SaysWhatWasMeasured) {
  const auto features = FeaturesOf(NormalGirl());
  EXPECT_FLOAT_EQ(features.at("heart_rate_bpm"), 95);
  EXPECT_FLOAT_EQ(features.at("pr_ms"), 130);
  EXPECT_FLOAT_EQ(features.at("r_V5_mv"), 2.2F);
  EXPECT_FLOAT_EQ(features.at("s_V1_mv"), 1.2F);
  EXPECT_FLOAT_EQ(features.at("r2_V1_mv"), 0) << "a measured complex without R' has none";
  EXPECT_NEAR(features.at("qrs_axis_cos"), std::cos(65 * 3.14159265 / 180), 1e-5);
  EXPECT_LT(std::abs(features.at("qrs_ms_z")), 2);
}

TEST(FeatureTableTest, MissingIsNotANumberAndNeverZero) {
  const MeasuredChild nothing;
  for (const auto& [name, value] : FeaturesOf(nothing)) {
    const bool says_so = name == "readable_lead_count" || name == "worst_masked_fraction";
    EXPECT_EQ(std::isnan(value), !says_so) << name << " " << value;
  }
}

TEST(FeatureTableTest, NineLeadsMissTheOtherThreeAlone) {
  const auto twelve = FeaturesOf(NormalGirl());
  const auto nine = FeaturesOf(NineLeadGirl());
  for (const auto& [name, value] : twelve) {
    if (std::isnan(value) || !std::isnan(nine.at(name))) continue;
    const bool is_theirs =
        name.find("V2") != std::string::npos || name.find("V4") != std::string::npos ||
        name.find("V6") != std::string::npos || name.find("v6") != std::string::npos;
    EXPECT_TRUE(is_theirs) << name;
  }
}

TEST(FeatureTableTest, ScoresNeedAnAge) {
  MeasuredChild child = NormalGirl();
  child.patient.age_days.reset();
  const auto features = FeaturesOf(child);
  EXPECT_TRUE(std::isnan(features.at("heart_rate_z")));
  EXPECT_TRUE(std::isnan(features.at("rate_over_convention_fast")));
  EXPECT_FLOAT_EQ(features.at("heart_rate_bpm"), 95);
}

}  // namespace
}  // namespace pecg
