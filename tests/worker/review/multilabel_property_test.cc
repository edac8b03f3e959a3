// Properties of multi-label confident learning, and equality with K slow binary problems.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <set>
#include <span>
#include <vector>

#include "tests/worker/review/reference_issues.h"
#include "worker/ecg/error.h"
#include "worker/review/label_health.h"
#include "worker/review/multilabel_issues.h"

namespace pecg {
namespace {

using testing::ElementsAre;

struct Problem {
  std::vector<std::uint8_t> labels;  // [N, K]
  std::vector<double> values;        // [N, K]
  int class_count;

  Probabilities probabilities() const {
    return Probabilities(std::span<const double>(values), class_count);
  }
};

Problem RandomProblem(std::uint64_t seed, int record_count, int class_count) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::bernoulli_distribution is_positive(0.3);
  std::bernoulli_distribution is_wrong(0.15);
  Problem problem{{}, {}, class_count};
  for (int i = 0; i < record_count * class_count; ++i) {
    const bool positive = is_positive(random);
    problem.labels.push_back(positive != is_wrong(random) ? 1 : 0);
    problem.values.push_back(1 / (1 + std::exp(-(normal(random) + (positive ? 1.5 : -1.5)))));
  }
  return problem;
}

/// Class k against the rest, without the records that have no label of it; `records`: whose they
/// are.
reference::Problem BinaryProblem(const Problem& problem, int k,
                                 std::vector<std::uint32_t>* records) {
  reference::Problem binary;
  const auto stride = static_cast<std::size_t>(problem.class_count);
  for (std::size_t i = static_cast<std::size_t>(k); i < problem.labels.size(); i += stride) {
    if (problem.labels[i] == kMissingLabel) continue;
    records->push_back(static_cast<std::uint32_t>(i / stride));
    binary.labels.push_back(problem.labels[i]);
    binary.p.push_back({1 - problem.values[i], problem.values[i]});
  }
  return binary;
}

std::set<std::uint32_t> RecordsOf(const auto& issues) {
  std::set<std::uint32_t> records;
  for (const auto& issue : issues) records.insert(issue.record);
  return records;
}

void ExpectBinaryReference(const Problem& problem) {
  const MultilabelIssues confident = FindMultilabelIssues(
      problem.labels, problem.probabilities(), {.filter_by = LabelFilter::kConfidentLearning});
  const MultilabelIssues pruned = FindMultilabelIssues(problem.labels, problem.probabilities(), {});
  for (int k = 0; k < problem.class_count; ++k) {
    SCOPED_TRACE(k);
    std::vector<std::uint32_t> records;
    const reference::Problem binary = BinaryProblem(problem, k, &records);
    const auto expected = [&](const std::set<std::size_t>& flagged) {
      std::set<std::uint32_t> positions;
      for (const std::size_t i : Confirmed(binary, flagged)) positions.insert(records[i]);
      return positions;
    };
    EXPECT_EQ(RecordsOf(confident.per_class[static_cast<std::size_t>(k)]),
              expected(OffDiagonal(binary)));
    if (RoundsByTheLastBit(binary)) continue;
    EXPECT_EQ(RecordsOf(pruned.per_class[static_cast<std::size_t>(k)]),
              expected(PruneByNoiseRate(binary)));
  }
}

TEST(MultilabelPropertyTest, EqualsKSlowBinaryProblems) {
  for (std::uint64_t seed = 0; seed < 15; ++seed) {
    SCOPED_TRACE(seed);
    // More than eight classes, so that columns are gathered in two parts.
    ExpectBinaryReference(RandomProblem(seed, 150, 1 + static_cast<int>(seed)));
  }
}

TEST(MultilabelPropertyTest, LeavesOutWhatHasNoLabel) {
  Problem problem = RandomProblem(1, 300, 4);
  std::mt19937_64 random(9);
  for (std::uint8_t& label : problem.labels) label = random() % 4 == 0 ? kMissingLabel : label;
  ExpectBinaryReference(problem);
}

TEST(MultilabelPropertyTest, RecordWithoutAnyLabelIsNeverFlagged) {
  Problem problem = RandomProblem(2, 100, 3);
  for (std::size_t k = 0; k < 3; ++k) problem.labels[k] = kMissingLabel;
  for (const std::string_view name : LabelFilterNames()) {
    const MultilabelIssues issues = FindMultilabelIssues(problem.labels, problem.probabilities(),
                                                         {.filter_by = LabelFilterOf(name)});
    EXPECT_FALSE(RecordsOf(issues.ranked).contains(0)) << name;
    EXPECT_FALSE(issues.ranked.empty()) << name;
  }
}

TEST(MultilabelPropertyTest, FlagsARecordOnceWithAllItsClasses) {
  const Problem problem = RandomProblem(3, 200, 5);
  const MultilabelIssues issues = FindMultilabelIssues(problem.labels, problem.probabilities(), {});
  std::set<std::uint32_t> seen;
  for (const MultilabelIssue& issue : issues.ranked) {
    EXPECT_TRUE(seen.insert(issue.record).second);
    EXPECT_TRUE(std::ranges::is_sorted(issue.classes));
    for (int k = 0; k < 5; ++k) {
      EXPECT_EQ(std::ranges::count(issue.classes, k),
                RecordsOf(issues.per_class[static_cast<std::size_t>(k)]).count(issue.record));
    }
  }
  EXPECT_TRUE(std::ranges::is_sorted(issues.ranked, {}, &MultilabelIssue::score));
}

TEST(MultilabelPropertyTest, RecordFlaggedAsAWholeHasAClass) {
  const Problem problem = RandomProblem(4, 300, 6);
  const MultilabelIssues issues = FindMultilabelIssues(
      problem.labels, problem.probabilities(), {.filter_by = LabelFilter::kLowSelfConfidence});
  EXPECT_EQ(std::ssize(issues.ranked),
            CountMultilabelIssues(problem.labels, problem.probabilities()));
  for (const MultilabelIssue& issue : issues.ranked) EXPECT_FALSE(issue.classes.empty());
}

// cleanlab refuses three of the filters where a class has no positive, and all where it has no
// negative.
TEST(MultilabelPropertyTest, ClassWithOneKindOfLabelIsNoObstacle) {
  for (const std::uint8_t only : {std::uint8_t{0}, std::uint8_t{1}}) {
    Problem problem = RandomProblem(5, 100, 3);
    for (std::size_t i = 1; i < problem.labels.size(); i += 3) problem.labels[i] = only;
    for (const std::string_view name : LabelFilterNames()) {
      const MultilabelIssues issues = FindMultilabelIssues(problem.labels, problem.probabilities(),
                                                           {.filter_by = LabelFilterOf(name)});
      EXPECT_FALSE(issues.ranked.empty()) << name;
      if (LabelFilterOf(name) != LabelFilter::kPredictedNeqGiven) {
        EXPECT_TRUE(issues.per_class[1].empty()) << name;
      }
    }
  }
}

TEST(MultilabelPropertyTest, MarginEqualsSelfConfidenceForTwoClasses) {
  const Problem problem = RandomProblem(6, 100, 3);
  const auto scores = [&](QualityScore score) {
    return MultilabelQualityScores(problem.labels, problem.probabilities(), score,
                                   ThresholdAdjustment::kNone);
  };
  const std::vector<double> margin = scores(QualityScore::kNormalizedMargin);
  const std::vector<double> confidence = scores(QualityScore::kSelfConfidence);
  for (std::size_t i = 0; i < margin.size(); ++i) EXPECT_NEAR(margin[i], confidence[i], 1e-15);
}

TEST(MultilabelTest, RefusesWhatCannotBeConfused) {
  const std::vector<double> values = {0.1, 0.2, 0.3, 0.4};
  const Probabilities probabilities(std::span<const double>(values), 2);
  EXPECT_THROW(FindMultilabelIssues(std::vector<std::uint8_t>{0, 1, 0, 1}, probabilities, {}),
               Error);
  EXPECT_THROW(FindMultilabelIssues(std::vector<std::uint8_t>{0, 1, 2, 1}, probabilities, {}),
               Error);
  EXPECT_THROW(FindMultilabelIssues(std::vector<std::uint8_t>{0, 1}, probabilities, {}), Error);
  EXPECT_THROW(FindMultilabelIssues({}, Probabilities(std::span<const double>(), 2), {}), Error);
  EXPECT_THROW(FindMultilabelIssues(std::vector<std::uint8_t>{0, 1, 1, 1}, probabilities,
                                    {.removed_per_class = {1, 1}}),
               Error);
}

TEST(LabelHealthTest, RanksClassesAndPairsOfAJoint) {
  const RealMatrix joint(3, {0.40, 0.05, 0.05,  //
                             0.10, 0.20, 0.00,  //
                             0.00, 0.00, 0.20});
  EXPECT_NEAR(LabelHealth(joint), 0.8, 1e-15);
  const std::vector<ClassQuality> classes = RankClassesByQuality(joint, 100);
  EXPECT_EQ(classes[0].class_index, 1);
  EXPECT_EQ(classes[0].issue_count, 10);
  EXPECT_EQ(classes[0].inverse_issue_count, 5);
  EXPECT_NEAR(classes[0].quality, 2.0 / 3, 1e-15);
  EXPECT_NEAR(classes[0].inverse_noise, 0.2, 1e-15);
  EXPECT_EQ(classes[2].class_index, 2);
  const std::vector<OverlappingClasses> together =
      FindOverlappingClasses(joint, 100, OverlapDirection::kTogether);
  ASSERT_EQ(together.size(), 3U);
  EXPECT_EQ(together[0].given, 0);
  EXPECT_EQ(together[0].truth, 1);
  EXPECT_EQ(together[0].overlap_count, 15);
  const std::vector<OverlappingClasses> separate =
      FindOverlappingClasses(joint, 100, OverlapDirection::kSeparate);
  ASSERT_EQ(separate.size(), 6U);
  EXPECT_EQ(separate[0].given, 1);
  EXPECT_EQ(separate[0].truth, 0);
}

TEST(LabelHealthTest, ClassThatNobodyIsGivenHasNoQualityAndComesLast) {
  const RealMatrix joint(2, {0.0, 0.0, 0.0, 1.0});
  const std::vector<ClassQuality> classes = RankClassesByQuality(joint, 10);
  EXPECT_EQ(classes[0].class_index, 1);
  EXPECT_TRUE(std::isnan(classes[1].quality));
}

}  // namespace
}  // namespace pecg
