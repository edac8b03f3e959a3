// Multi-class confident learning against what cleanlab returned.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/worker/review/review_golden.h"
#include "worker/review/aggregate_scores.h"
#include "worker/review/class_members.h"
#include "worker/review/confident_joint.h"
#include "worker/review/label_issues.h"
#include "worker/review/label_quality.h"
#include "worker/review/latent_noise.h"
#include "worker/review/prune_counts.h"

namespace pecg {
namespace {

using nlohmann::json;

/// One case's inputs.
class Case {
 public:
  explicit Case(const json& golden)
      : golden_(golden),
        labels_(golden["labels"].get<std::vector<std::int32_t>>()),
        values_(Flattened<double>(golden["pred_probs"])) {}

  const json& golden() const { return golden_; }
  const std::vector<std::int32_t>& labels() const { return labels_; }
  int class_count() const { return golden_["K"].get<int>(); }
  Probabilities probabilities() const {
    return Probabilities(std::span<const double>(values_), class_count());
  }
  std::vector<std::int64_t> label_counts() const {
    return ClassMembers(labels_, class_count()).Counts();
  }

 private:
  const json& golden_;
  std::vector<std::int32_t> labels_;
  std::vector<double> values_;
};

class MulticlassGoldenTest : public testing::Test {
 protected:
  template <typename Check>
  void ForEachCase(Check check) {
    ASSERT_GE(golden_["cases"].size(), 4U);
    for (const json& golden_case : golden_["cases"]) {
      SCOPED_TRACE(golden_case["name"].get<std::string>());
      check(Case(golden_case));
    }
  }

  const json golden_ = ReadGolden("multiclass.json");
};

std::vector<std::uint32_t> RecordsOf(const std::vector<LabelIssue>& issues) {
  std::vector<std::uint32_t> records;
  for (const LabelIssue& issue : issues) records.push_back(issue.record);
  return records;
}

TEST_F(MulticlassGoldenTest, ThresholdsAreTheMeanSelfConfidences) {
  ForEachCase([](const Case& c) {
    EXPECT_EQ(ConfidentThresholds(c.labels(), c.probabilities()),
              c.golden()["confident_thresholds"].get<std::vector<double>>());
  });
}

TEST_F(MulticlassGoldenTest, CountsTheSameConfidentRecords) {
  ForEachCase([](const Case& c) {
    const ConfidentCounts confident = CountConfident(
        c.labels(), c.probabilities(), ConfidentThresholds(c.labels(), c.probabilities()));
    EXPECT_EQ(confident.counts, MatrixOf<std::int64_t>(c.golden()["confident_joint_uncalibrated"]));
    EXPECT_EQ(confident.off_diagonal,
              c.golden()["off_diagonal_indices"].get<std::vector<std::uint32_t>>());
  });
}

TEST_F(MulticlassGoldenTest, CalibratesTheJointToTheSameCounts) {
  ForEachCase([](const Case& c) {
    const CountMatrix calibrated = CalibrateConfidentJoint(
        MatrixOf<std::int64_t>(c.golden()["confident_joint_uncalibrated"]), c.label_counts());
    EXPECT_EQ(calibrated, MatrixOf<std::int64_t>(c.golden()["confident_joint_calibrated"]));
    ExpectAllNear(EstimateJoint(calibrated).values(),
                  Flattened<double>(c.golden()["estimated_joint"]));
  });
}

TEST_F(MulticlassGoldenTest, EstimatesTheSameNoise) {
  ForEachCase([](const Case& c) {
    const LatentNoise latent = EstimateLatentNoise(
        MatrixOf<std::int64_t>(c.golden()["confident_joint_calibrated"]), c.label_counts());
    const json& expected = c.golden()["latent"];
    ExpectAllNear(latent.true_prior, expected["py"].get<std::vector<double>>());
    ExpectAllNear(latent.noise.values(), Flattened<double>(expected["noise_matrix"]));
    ExpectAllNear(latent.inverse_noise.values(), Flattened<double>(expected["inv_noise_matrix"]));
  });
}

TEST_F(MulticlassGoldenTest, EstimatesTheSameNumberOfIssues) {
  ForEachCase([](const Case& c) {
    const json& expected = c.golden()["num_label_issues"];
    EXPECT_EQ(CountLabelIssues(c.labels(), c.probabilities(), IssueCount::kOffDiagonal),
              expected["off_diagonal"].get<std::int64_t>());
    EXPECT_EQ(CountLabelIssues(c.labels(), c.probabilities(), IssueCount::kCalibrated),
              expected["off_diagonal_calibrated"].get<std::int64_t>());
  });
}

LabelIssueOptions OptionsOf(const json& golden) {
  LabelIssueOptions options;
  options.filter_by = LabelFilterOf(golden["filter_by"].get<std::string>());
  const json& given = golden["options"];
  options.issue_share = given.value("frac_noise", 1.0);
  options.min_examples_per_class = given.value("min_examples_per_class", 1);
  options.removed_per_class = given.value("num_to_remove_per_class", std::vector<std::int64_t>());
  return options;
}

TEST_F(MulticlassGoldenTest, EveryFilterFlagsTheSameRecords) {
  ForEachCase([](const Case& c) {
    for (const json& golden : c.golden()["find_label_issues"]) {
      SCOPED_TRACE(golden["filter_by"].dump() + golden["options"].dump());
      std::vector<std::uint32_t> records =
          RecordsOf(FindLabelIssues(c.labels(), c.probabilities(), OptionsOf(golden)));
      std::ranges::sort(records);
      EXPECT_EQ(records, golden["indices"].get<std::vector<std::uint32_t>>());
    }
  });
}

TEST_F(MulticlassGoldenTest, EveryScoreRanksThemTheSame) {
  ForEachCase([](const Case& c) {
    for (const json& golden : c.golden()["find_label_issues"]) {
      if (!golden.contains("ranked")) continue;
      for (const auto& [name, ranked] : golden["ranked"].items()) {
        SCOPED_TRACE(golden["filter_by"].dump() + golden["options"].dump() + name);
        LabelIssueOptions options = OptionsOf(golden);
        options.rank_by = QualityScoreOf(name);
        EXPECT_EQ(RecordsOf(FindLabelIssues(c.labels(), c.probabilities(), options)),
                  ranked.get<std::vector<std::uint32_t>>());
      }
    }
  });
}

TEST_F(MulticlassGoldenTest, ScoresEveryRecordTheSame) {
  ForEachCase([](const Case& c) {
    for (const auto& [name, expected] : c.golden()["label_quality_scores"].items()) {
      ExpectAllNear(LabelQualityScores(c.labels(), c.probabilities(), QualityScoreOf(name),
                                       ThresholdAdjustment::kNone),
                    expected.get<std::vector<double>>());
    }
    for (const auto& [name, expected] : c.golden()["label_quality_scores_adjusted"].items()) {
      ExpectAllNear(LabelQualityScores(c.labels(), c.probabilities(), QualityScoreOf(name),
                                       ThresholdAdjustment::kSubtract),
                    expected.get<std::vector<double>>());
    }
  });
}

TEST(ReviewUnitGoldenTest, RoundsRowsToTheSameCounts) {
  const json units = ReadGolden("units.json");
  for (const json& unit : units["round_preserving_row_totals"]) {
    // These matrices are not square: one row at a time, filled up with zeros.
    for (std::size_t row = 0; row < unit["in"].size(); ++row) {
      const auto values = unit["in"][row].get<std::vector<double>>();
      const int size = static_cast<int>(values.size());
      RealMatrix matrix(size);
      for (int k = 0; k < size; ++k) matrix(0, k) = values[static_cast<std::size_t>(k)];
      EXPECT_EQ(RoundKeepingRowSums(matrix).Row(0),
                unit["out"][row].get<std::vector<std::int64_t>>());
    }
  }
}

TEST(ReviewUnitGoldenTest, KeepsAtLeastAsManyPerClass) {
  const json units = ReadGolden("units.json");
  for (const json& unit : units["keep_at_least_n_per_class"]) {
    EXPECT_EQ(KeepAtLeastPerClass(MatrixOf<std::int64_t>(unit["in"]), unit["n"].get<std::int64_t>(),
                                  unit["frac_noise"].get<double>()),
              MatrixOf<std::int64_t>(unit["out"]));
  }
}

TEST(ReviewUnitGoldenTest, CalibratesToTheSameCounts) {
  const json units = ReadGolden("units.json");
  for (const json& unit : units["calibrate_confident_joint"]) {
    EXPECT_EQ(CalibrateConfidentJoint(MatrixOf<std::int64_t>(unit["cj"]),
                                      unit["label_counts"].get<std::vector<std::int64_t>>()),
              MatrixOf<std::int64_t>(unit["out"]));
  }
}

TEST(ReviewUnitGoldenTest, PoolsToTheSameScores) {
  const json units = ReadGolden("units.json");
  for (const json& unit : units["ema"]) {
    ScoreAggregation aggregation;
    aggregation.alpha.reset();
    if (unit["alpha"].is_number()) aggregation.alpha = unit["alpha"].get<double>();
    ExpectAllNear(AggregateRows(aggregation, Flattened<double>(unit["scores"]),
                                static_cast<int>(unit["scores"][0].size())),
                  unit["out"].get<std::vector<double>>());
  }
  for (const json& unit : units["softmin"]) {
    const ScoreAggregation aggregation{.method = ScoreAggregation::Method::kSoftMinimum,
                                       .temperature = unit["temperature"].get<double>()};
    ExpectAllNear(AggregateRows(aggregation, Flattened<double>(unit["scores"]),
                                static_cast<int>(unit["scores"][0].size())),
                  unit["out"].get<std::vector<double>>());
  }
}

}  // namespace
}  // namespace pecg
