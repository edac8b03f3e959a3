#include "worker/evaluate/roc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

#include "worker/ecg/error.h"

namespace pecg {
namespace {

TEST(RocTest, AgreesWithScikitLearnToTwelveDigits) {
  std::ifstream file(PECG_SOURCE_DIR "/tests/worker/evaluate/data/sklearn_binary_metrics.json");
  const nlohmann::json golden = nlohmann::json::parse(file);
  ASSERT_GE(golden["cases"].size(), 10U);
  for (const auto& golden_case : golden["cases"]) {
    SCOPED_TRACE(golden_case["name"].get<std::string>());
    const auto scores = golden_case["p"].get<std::vector<double>>();
    const auto labels = golden_case["y"].get<std::vector<std::uint8_t>>();
    const auto weights =
        golden_case.value("sample_weight", std::vector<double>(scores.size(), 1.0));
    const RankedScores ranked(scores, labels);
    if (golden_case["roc_auc"].is_number()) {
      EXPECT_NEAR(ranked.Auroc(weights), golden_case["roc_auc"].get<double>(), 1e-12);
      EXPECT_NEAR(ranked.AveragePrecision(weights),
                  golden_case["average_precision"].get<double>(), 1e-12);
    } else {
      EXPECT_TRUE(std::isnan(ranked.Auroc(weights)));
    }
  }
}

TEST(RocTest, CountsATieAsHalf) {
  EXPECT_DOUBLE_EQ(Auroc(std::vector<double>{1, 1}, std::vector<std::uint8_t>{0, 1}), 0.5);
}

TEST(RocTest, WeightTwoIsTheSameAsTheRecordTwice) {
  const std::vector<double> scores = {0.1, 0.4, 0.35, 0.8};
  const std::vector<std::uint8_t> labels = {0, 0, 1, 1};
  const std::vector<double> weights = {1, 2, 2, 1};
  const std::vector<double> repeated_scores = {0.1, 0.4, 0.4, 0.35, 0.35, 0.8};
  const std::vector<std::uint8_t> repeated_labels = {0, 0, 0, 1, 1, 1};
  const RankedScores ranked(scores, labels);
  EXPECT_DOUBLE_EQ(ranked.Auroc(weights), Auroc(repeated_scores, repeated_labels));
  EXPECT_DOUBLE_EQ(ranked.AveragePrecision(weights),
                   AveragePrecision(repeated_scores, repeated_labels));
}

TEST(RocTest, IsNotDefinedForOneClass) {
  EXPECT_TRUE(std::isnan(Auroc(std::vector<double>{1, 2}, std::vector<std::uint8_t>{1, 1})));
  EXPECT_TRUE(
      std::isnan(AveragePrecision(std::vector<double>{1, 2}, std::vector<std::uint8_t>{0, 0})));
  EXPECT_TRUE(std::isnan(Auroc(std::vector<double>{}, std::vector<std::uint8_t>{})));
}

TEST(RocTest, RefusesANaNAndAMissingLabel) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(RankedScores(std::vector<double>{nan}, std::vector<std::uint8_t>{1}), Error);
  EXPECT_THROW(RankedScores(std::vector<double>{1}, std::vector<std::uint8_t>{255}), Error);
  EXPECT_THROW(RankedScores(std::vector<double>{1, 2}, std::vector<std::uint8_t>{1}), Error);
}

}  // namespace
}  // namespace pecg
