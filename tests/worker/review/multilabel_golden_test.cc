// Multi-label confident learning against what cleanlab returned.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/worker/review/review_golden.h"
#include "worker/review/aggregate_scores.h"
#include "worker/review/label_health.h"
#include "worker/review/label_issues.h"
#include "worker/review/label_quality.h"
#include "worker/review/multilabel_issues.h"

namespace pecg {
namespace {

using nlohmann::json;

class Case {
 public:
  explicit Case(const json& golden)
      : golden_(golden),
        labels_(Flattened<std::uint8_t>(golden["labels_onehot"])),
        values_(Flattened<double>(golden["pred_probs"])) {}

  const json& golden() const { return golden_; }
  const std::vector<std::uint8_t>& labels() const { return labels_; }
  int class_count() const { return golden_["K"].get<int>(); }
  Probabilities probabilities() const {
    return Probabilities(std::span<const double>(values_), class_count());
  }

 private:
  const json& golden_;
  std::vector<std::uint8_t> labels_;
  std::vector<double> values_;
};

class MultilabelGoldenTest : public testing::Test {
 protected:
  template <typename Check>
  void ForEachCase(Check check) {
    ASSERT_GE(golden_["cases"].size(), 3U);
    for (const json& golden_case : golden_["cases"]) {
      SCOPED_TRACE(golden_case["name"].get<std::string>());
      check(Case(golden_case));
    }
  }

  /// Every filter for which cleanlab has an answer.
  template <typename Check>
  void ForEachFilter(Check check) {
    ForEachCase([&](const Case& c) {
      for (const json& golden : c.golden()["find_label_issues"]) {
        if (golden.contains("raises")) continue;
        SCOPED_TRACE(golden["filter_by"].get<std::string>());
        check(c, golden, LabelFilterOf(golden["filter_by"].get<std::string>()));
      }
    });
  }

  const json golden_ = ReadGolden("multilabel.json");
};

std::vector<std::uint32_t> RecordsOf(const auto& issues) {
  std::vector<std::uint32_t> records;
  for (const auto& issue : issues) records.push_back(issue.record);
  return records;
}

std::vector<std::uint32_t> Sorted(std::vector<std::uint32_t> records) {
  std::ranges::sort(records);
  return records;
}

TEST_F(MultilabelGoldenTest, EstimatesTheSameJoints) {
  ForEachCase([](const Case& c) {
    const std::vector<BinaryJoint> joints = EstimateBinaryJoints(c.labels(), c.probabilities());
    ASSERT_EQ(std::ssize(joints), c.class_count());
    for (std::size_t k = 0; k < joints.size(); ++k) {
      SCOPED_TRACE(k);
      EXPECT_EQ(joints[k].thresholds,
                c.golden()["confident_thresholds"][k].get<std::vector<double>>());
      EXPECT_EQ(joints[k].confident.counts,
                MatrixOf<std::int64_t>(c.golden()["confident_joint_uncalibrated"][k]));
      EXPECT_EQ(joints[k].confident.off_diagonal,
                c.golden()["off_diagonal_indices_per_class"][k].get<std::vector<std::uint32_t>>());
      EXPECT_EQ(joints[k].calibrated,
                MatrixOf<std::int64_t>(c.golden()["confident_joint_calibrated"][k]));
      ExpectAllNear(joints[k].joint.values(), Flattened<double>(c.golden()["estimated_joint"][k]));
    }
    EXPECT_EQ(CountMultilabelIssues(c.labels(), c.probabilities()),
              c.golden()["num_label_issues"].get<std::int64_t>());
  });
}

TEST_F(MultilabelGoldenTest, EveryFilterFlagsTheSameRecordsAndClasses) {
  ForEachFilter([](const Case& c, const json& golden, LabelFilter filter) {
    const MultilabelIssues issues =
        FindMultilabelIssues(c.labels(), c.probabilities(), {.filter_by = filter});
    EXPECT_EQ(Sorted(RecordsOf(issues.ranked)),
              golden["indices"].get<std::vector<std::uint32_t>>());
    for (std::size_t k = 0; k < issues.per_class.size(); ++k) {
      SCOPED_TRACE(k);
      EXPECT_EQ(Sorted(RecordsOf(issues.per_class[k])),
                golden["per_class_indices"][k].get<std::vector<std::uint32_t>>());
      EXPECT_EQ(RecordsOf(issues.per_class[k]),
                golden["per_class_ranked_self_confidence"][k].get<std::vector<std::uint32_t>>());
    }
  });
}

bool FlagsWholeRecords(LabelFilter filter) {
  return filter == LabelFilter::kLowNormalizedMargin || filter == LabelFilter::kLowSelfConfidence;
}

TEST_F(MultilabelGoldenTest, EveryScoreRanksThemTheSame) {
  ForEachFilter([](const Case& c, const json& golden, LabelFilter filter) {
    if (FlagsWholeRecords(filter)) return;  // The next test.
    for (const auto& [name, ranked] : golden["ranked"].items()) {
      SCOPED_TRACE(name);
      const MultilabelIssues issues = FindMultilabelIssues(
          c.labels(), c.probabilities(), {.filter_by = filter, .rank_by = QualityScoreOf(name)});
      EXPECT_EQ(RecordsOf(issues.ranked), ranked.get<std::vector<std::uint32_t>>());
    }
  });
}

// cleanlab takes the n-th of the records by pooled self-confidence where it means the n-th of the
// records by position; undone here, so that nothing else can hide behind it.
TEST_F(MultilabelGoldenTest, RanksByScoreWhereCleanlabMixesTwoOrders) {
  ForEachFilter([](const Case& c, const json& golden, LabelFilter filter) {
    if (!FlagsWholeRecords(filter)) return;
    const std::vector<std::uint32_t> by_confidence = RecordsOf(
        FindMultilabelIssues(c.labels(), c.probabilities(), {.filter_by = filter}).ranked);
    const std::vector<std::uint32_t> by_position = Sorted(by_confidence);
    for (const auto& [name, ranked] : golden["ranked"].items()) {
      SCOPED_TRACE(name);
      std::vector<std::uint32_t> mixed;
      for (const MultilabelIssue& issue :
           FindMultilabelIssues(c.labels(), c.probabilities(),
                                {.filter_by = filter, .rank_by = QualityScoreOf(name)})
               .ranked) {
        const auto place = std::ranges::find(by_position, issue.record) - by_position.begin();
        mixed.push_back(by_confidence[static_cast<std::size_t>(place)]);
      }
      EXPECT_EQ(mixed, ranked.get<std::vector<std::uint32_t>>());
    }
  });
}

ThresholdAdjustment AdjustmentOf(const json& golden) {
  return golden["adjust_pred_probs"].get<bool>() ? ThresholdAdjustment::kSubtract
                                                 : ThresholdAdjustment::kNone;
}

TEST_F(MultilabelGoldenTest, ScoresEveryLabelTheSame) {
  ForEachCase([](const Case& c) {
    for (const json& golden : c.golden()["scores_per_class"]) {
      SCOPED_TRACE(golden["method"].dump() + golden["adjust_pred_probs"].dump());
      ExpectAllNear(MultilabelQualityScores(c.labels(), c.probabilities(),
                                            QualityScoreOf(golden["method"].get<std::string>()),
                                            AdjustmentOf(golden)),
                    Flattened<double>(golden["scores"]));
    }
  });
}

TEST_F(MultilabelGoldenTest, PoolsThemTheSame) {
  ForEachCase([](const Case& c) {
    for (const json& golden : c.golden()["scores"]) {
      SCOPED_TRACE(golden["method"].dump() + golden["aggregator"].dump());
      ScoreAggregation aggregation;
      aggregation.alpha.reset();
      const json& wanted = golden["aggregator"];
      if (wanted.contains("alpha")) aggregation.alpha = wanted["alpha"].get<double>();
      if (wanted["method"] == "softmin") {
        aggregation.method = ScoreAggregation::Method::kSoftMinimum;
        aggregation.temperature = wanted["temperature"].get<double>();
      }
      ExpectAllNear(
          AggregateRows(aggregation,
                        MultilabelQualityScores(c.labels(), c.probabilities(),
                                                QualityScoreOf(golden["method"].get<std::string>()),
                                                AdjustmentOf(golden)),
                        c.class_count()),
          golden["scores"].get<std::vector<double>>());
    }
  });
}

TEST_F(MultilabelGoldenTest, SummarizesTheClassesTheSame) {
  ForEachCase([](const Case& c) {
    const MultilabelIssues issues = FindMultilabelIssues(c.labels(), c.probabilities(), {});
    const std::vector<MultilabelClassIssues> common = CommonMultilabelIssues(c.labels(), issues);
    const json& expected_common = c.golden()["common_multilabel_issues"];
    ASSERT_EQ(common.size(), expected_common.size());
    for (std::size_t i = 0; i < common.size(); ++i) {
      SCOPED_TRACE(i);
      EXPECT_EQ(common[i].class_index, expected_common[i]["Class Index"].get<int>());
      EXPECT_EQ(common[i].given, expected_common[i]["In Given Label"].get<bool>());
      EXPECT_EQ(common[i].count, expected_common[i]["Num Examples"].get<std::int64_t>());
      EXPECT_DOUBLE_EQ(common[i].share, expected_common[i]["Issue Probability"].get<double>());
    }
    const std::vector<ClassQuality> ranked = RankClassesByMultilabelQuality(common);
    const json& expected_ranked = c.golden()["rank_classes_by_multilabel_quality"];
    ASSERT_EQ(ranked.size(), expected_ranked.size());
    for (std::size_t i = 0; i < ranked.size(); ++i) {
      SCOPED_TRACE(i);
      EXPECT_EQ(ranked[i].class_index, expected_ranked[i]["Class Index"].get<int>());
      EXPECT_EQ(ranked[i].issue_count, expected_ranked[i]["Label Issues"].get<std::int64_t>());
      EXPECT_EQ(ranked[i].inverse_issue_count,
                expected_ranked[i]["Inverse Label Issues"].get<std::int64_t>());
      EXPECT_NEAR(ranked[i].quality, expected_ranked[i]["Label Quality Score"].get<double>(),
                  kGoldenTolerance);
    }
    EXPECT_NEAR(MultilabelHealth(issues, c.probabilities().record_count()),
                c.golden()["overall_multilabel_health_score"].get<double>(), kGoldenTolerance);
  });
}

}  // namespace
}  // namespace pecg
