// Outliers and near-duplicates against what cleanlab returned.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/worker/review/review_golden.h"
#include "worker/review/confident_joint.h"
#include "worker/review/embedding_neighbors.h"
#include "worker/review/near_duplicates.h"
#include "worker/review/outliers.h"

namespace pecg {
namespace {

using nlohmann::json;

/// scikit-learn multiplies matrices where we add in another order.
constexpr double kDistanceTolerance = 1e-9;

EmbeddingDistance DistanceOf(const json& golden) {
  return golden["metric"] == "cosine" ? EmbeddingDistance::kCosine : EmbeddingDistance::kEuclidean;
}

EmbeddingNeighbors NeighborsOf(const json& inputs, const json& golden) {
  const json& features = inputs[golden["features"].get<std::string>()];
  return FindEmbeddingNeighbors(Flattened<double>(features), static_cast<int>(features[0].size()),
                                golden["k"].get<int>(), DistanceOf(golden));
}

TEST(EmbeddingGoldenTest, ScoresOutliersTheSame) {
  const json inputs = ReadGolden("ood.json");
  for (const json& golden : inputs["feature_scores"]) {
    SCOPED_TRACE(golden["features"].dump() + golden["k"].dump() + golden["t"].dump());
    ExpectAllNear(FindEmbeddingOutliers(NeighborsOf(inputs, golden), DistanceOf(golden),
                                        golden["t"].get<double>())
                      .scores,
                  golden["scores"].get<std::vector<double>>(), kDistanceTolerance);
  }
}

TEST(EmbeddingGoldenTest, FlagsTheSameOutliers) {
  const json inputs = ReadGolden("ood.json");
  const json datalab = ReadGolden("datalab.json");
  for (const json& golden : datalab["cases"]) {
    SCOPED_TRACE(golden["features"].dump() + golden["k"].dump());
    const EmbeddingOutliers outliers =
        FindEmbeddingOutliers(NeighborsOf(inputs, golden), DistanceOf(golden));
    const json& expected = golden["outlier"];
    ExpectAllNear(outliers.scores, expected["scores"].get<std::vector<double>>(),
                  kDistanceTolerance);
    EXPECT_NEAR(outliers.distance_limit, expected["issue_threshold"].get<double>(),
                kDistanceTolerance);
    EXPECT_EQ(outliers.records, expected["is_issue"].get<std::vector<std::uint32_t>>());
  }
}

TEST(EmbeddingGoldenTest, FindsTheSameNearDuplicates) {
  const json inputs = ReadGolden("ood.json");
  const json datalab = ReadGolden("datalab.json");
  for (const json& golden : datalab["cases"]) {
    SCOPED_TRACE(golden["features"].dump() + golden["k"].dump());
    const json& expected = golden["near_duplicate"];
    NearDuplicates found =
        FindNearDuplicates(NeighborsOf(inputs, golden), expected["threshold"].get<double>());
    ExpectAllNear(found.scores, expected["scores"].get<std::vector<double>>(), kDistanceTolerance);
    EXPECT_EQ(found.records, expected["is_issue"].get<std::vector<std::uint32_t>>());
    for (auto& set : found.sets) std::ranges::sort(set);
    auto sets = expected["sets"].get<std::vector<std::vector<std::uint32_t>>>();
    for (auto& set : sets) std::ranges::sort(set);
    EXPECT_EQ(found.sets, sets);
  }
}

TEST(EmbeddingGoldenTest, ScoresPredictionsTheSame) {
  const json golden = ReadGolden("ood.json");
  const auto values = Flattened<double>(golden["pred_probs"]);
  const Probabilities probabilities(std::span<const double>(values),
                                    static_cast<int>(golden["pred_probs"][0].size()));
  const std::vector<double> thresholds =
      ConfidentThresholds(golden["labels"].get<std::vector<std::int32_t>>(), probabilities);
  for (const json& expected : golden["pred_prob_scores"]) {
    SCOPED_TRACE(expected["method"].dump() + expected["adjust_pred_probs"].dump());
    const OutlierScore score = expected["method"] == "entropy" ? OutlierScore::kEntropy
                               : expected["method"] == "gen"   ? OutlierScore::kGeneralizedEntropy
                                                               : OutlierScore::kLeastConfidence;
    ExpectAllNear(PredictionOutlierScores(probabilities,
                                          expected["adjust_pred_probs"].get<bool>()
                                              ? std::span<const double>(thresholds)
                                              : std::span<const double>(),
                                          score),
                  expected["scores"].get<std::vector<double>>());
  }
}

}  // namespace
}  // namespace pecg
