// Properties of confident learning over random problems, and equality with slow reference code.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <set>
#include <span>
#include <vector>

#include "tests/worker/review/reference_issues.h"
#include "worker/ecg/error.h"
#include "worker/review/confident_joint.h"
#include "worker/review/label_issues.h"
#include "worker/review/label_quality.h"

namespace pecg {
namespace {

using reference::Problem;

constexpr LabelFilter kFilters[] = {LabelFilter::kPruneByNoiseRate,
                                    LabelFilter::kPruneByClass,
                                    LabelFilter::kBoth,
                                    LabelFilter::kConfidentLearning,
                                    LabelFilter::kPredictedNeqGiven,
                                    LabelFilter::kLowNormalizedMargin,
                                    LabelFilter::kLowSelfConfidence};

/// Random labels and rows of which the label's class is raised; at least two classes are there.
/// `decimals` < 0: as drawn, without equal values.
Problem RandomProblem(std::uint64_t seed, int record_count, int class_count, int decimals = -1) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::uniform_int_distribution<int> any_class(0, class_count - 1);
  std::bernoulli_distribution is_wrong(0.25);
  Problem problem;
  for (int i = 0; i < record_count; ++i) {
    const int truth = any_class(random);
    problem.labels.push_back(is_wrong(random) ? any_class(random) : truth);
    std::vector<double> row;
    for (int k = 0; k < class_count; ++k) row.push_back(std::exp(normal(random)));
    row[static_cast<std::size_t>(truth)] *= 5;
    const double sum = std::accumulate(row.begin(), row.end(), 0.0);
    for (double& p : row) {
      p /= sum;
      if (decimals >= 0) p = std::nearbyint(p * std::pow(10, decimals)) / std::pow(10, decimals);
    }
    problem.p.push_back(row);
  }
  problem.labels[0] = 0;
  problem.labels[1] = 1;
  return problem;
}

std::vector<double> Values(const Problem& problem) {
  std::vector<double> values;
  for (const auto& row : problem.p) values.insert(values.end(), row.begin(), row.end());
  return values;
}

std::vector<LabelIssue> Find(const Problem& problem, const LabelIssueOptions& options) {
  const std::vector<double> values = Values(problem);
  return FindLabelIssues(problem.labels,
                         Probabilities(std::span<const double>(values), problem.class_count()),
                         options);
}

std::set<std::size_t> FlaggedBy(const Problem& problem, LabelFilter filter) {
  std::set<std::size_t> records;
  for (const LabelIssue& issue : Find(problem, {.filter_by = filter})) records.insert(issue.record);
  return records;
}

std::set<std::size_t> ReferenceFlags(const Problem& problem, LabelFilter filter) {
  switch (filter) {
    case LabelFilter::kPruneByNoiseRate:
      return Confirmed(problem, PruneByNoiseRate(problem));
    case LabelFilter::kPruneByClass:
      return Confirmed(problem, PruneByClass(problem));
    case LabelFilter::kBoth: {
      std::set<std::size_t> both;
      std::ranges::set_intersection(PruneByClass(problem), PruneByNoiseRate(problem),
                                    std::inserter(both, both.end()));
      return Confirmed(problem, both);
    }
    case LabelFilter::kConfidentLearning:
      return Confirmed(problem, OffDiagonal(problem));
    case LabelFilter::kPredictedNeqGiven: {
      std::set<std::size_t> all;
      for (std::size_t i = 0; i < problem.record_count(); ++i) all.insert(i);
      return Confirmed(problem, all);
    }
    case LabelFilter::kLowNormalizedMargin:
      return Lowest(problem, reference::Margin);
    case LabelFilter::kLowSelfConfidence:
      break;
  }
  return Lowest(problem, reference::SelfConfidence);
}

TEST(LabelIssuesPropertyTest, EqualsTheSlowReferenceWhereNoTwoProbabilitiesAreEqual) {
  int compared = 0;
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    // No more than 16 classes: equal remainders are rounded by position there.
    const int class_count = 2 + static_cast<int>(seed % 12);
    const Problem problem = RandomProblem(seed, 20 + static_cast<int>(seed) * 7, class_count);
    if (RoundsByTheLastBit(problem)) continue;  // The goldens hold that.
    ++compared;
    for (const LabelFilter filter : kFilters) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << " " << NameOf(filter));
      EXPECT_EQ(FlaggedBy(problem, filter), ReferenceFlags(problem, filter));
    }
  }
  EXPECT_GE(compared, 40);
}

// Selection by sample works on large classes only.
TEST(LabelIssuesPropertyTest, EqualsTheSlowReferenceOnLargeClasses) {
  const Problem problem = RandomProblem(7, 20000, 2);
  for (const LabelFilter filter : kFilters) {
    SCOPED_TRACE(NameOf(filter));
    EXPECT_EQ(FlaggedBy(problem, filter), ReferenceFlags(problem, filter));
  }
}

TEST(LabelIssuesPropertyTest, WorksOnLargeClassesInWhichTheFirstRecordsAreUnlikeTheRest) {
  Problem problem = RandomProblem(8, 20000, 2);
  // Sorted by the first probability: every 64th record still is a fair sample, every first is not.
  std::ranges::sort(problem.p);
  for (const LabelFilter filter : kFilters) {
    SCOPED_TRACE(NameOf(filter));
    EXPECT_EQ(FlaggedBy(problem, filter), ReferenceFlags(problem, filter));
  }
}

TEST(LabelIssuesPropertyTest, ScoresEqualTheSlowReference) {
  const Problem problem = RandomProblem(3, 200, 5);
  const std::vector<double> values = Values(problem);
  const Probabilities probabilities(std::span<const double>(values), 5);
  const auto scores = [&](QualityScore score) {
    return LabelQualityScores(problem.labels, probabilities, score, ThresholdAdjustment::kNone);
  };
  const std::vector<double> confidence = scores(QualityScore::kSelfConfidence);
  const std::vector<double> margin = scores(QualityScore::kNormalizedMargin);
  const std::vector<double> entropy = scores(QualityScore::kConfidenceWeightedEntropy);
  for (std::size_t i = 0; i < problem.record_count(); ++i) {
    EXPECT_EQ(confidence[i], reference::SelfConfidence(problem, i));
    EXPECT_NEAR(margin[i], reference::Margin(problem, i), 1e-15);
    EXPECT_NEAR(entropy[i], reference::WeightedEntropy(problem, i), 1e-13);
  }
}

TEST(LabelIssuesPropertyTest, PermutedRecordsGetTheSameFlags) {
  const Problem problem = RandomProblem(11, 300, 4);
  std::vector<std::size_t> order(problem.record_count());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::shuffle(order, std::mt19937_64(5));
  Problem permuted;
  for (const std::size_t i : order) {
    permuted.labels.push_back(problem.labels[i]);
    permuted.p.push_back(problem.p[i]);
  }
  for (const LabelFilter filter : kFilters) {
    SCOPED_TRACE(NameOf(filter));
    std::set<std::size_t> back;
    for (const std::size_t i : FlaggedBy(permuted, filter)) back.insert(order[i]);
    EXPECT_EQ(back, FlaggedBy(problem, filter));
  }
}

TEST(LabelIssuesPropertyTest, RenamedClassesGetTheSameConfidentRecords) {
  const Problem problem = RandomProblem(12, 300, 4);
  const std::vector<std::size_t> new_name = {2, 0, 3, 1};
  Problem renamed = problem;
  for (std::size_t i = 0; i < problem.record_count(); ++i) {
    renamed.labels[i] = static_cast<int>(new_name[static_cast<std::size_t>(problem.labels[i])]);
    for (std::size_t k = 0; k < 4; ++k) renamed.p[i][new_name[k]] = problem.p[i][k];
  }
  // The two that prune may round another of several equal remainders.
  for (const LabelFilter filter :
       {LabelFilter::kConfidentLearning, LabelFilter::kPredictedNeqGiven,
        LabelFilter::kLowNormalizedMargin, LabelFilter::kLowSelfConfidence}) {
    SCOPED_TRACE(NameOf(filter));
    EXPECT_EQ(FlaggedBy(renamed, filter), FlaggedBy(problem, filter));
  }
}

TEST(LabelIssuesPropertyTest, RanksByScore) {
  for (int decimals : {-1, 1}) {
    const Problem problem = RandomProblem(13, 400, 3, decimals);
    for (const LabelFilter filter : kFilters) {
      const std::vector<LabelIssue> issues = Find(problem, {.filter_by = filter});
      EXPECT_TRUE(std::ranges::is_sorted(issues, {}, &LabelIssue::score)) << NameOf(filter);
    }
  }
}

// With equal probabilities which records are flagged is a matter of order, how many is not.
TEST(LabelIssuesPropertyTest, TiesChangeNoCountBeforePredictionsAreCompared) {
  const Problem problem = RandomProblem(14, 500, 3, 1);
  for (const LabelFilter filter :
       {LabelFilter::kLowNormalizedMargin, LabelFilter::kLowSelfConfidence}) {
    EXPECT_EQ(FlaggedBy(problem, filter).size(),
              FlaggedBy(problem, LabelFilter::kConfidentLearning).size());
  }
}

TEST(LabelIssuesPropertyTest, AllProbabilitiesEqualFlagsNothingByPrediction) {
  Problem problem = RandomProblem(15, 60, 3);
  for (auto& row : problem.p) row.assign(3, 1.0 / 3);
  for (const LabelFilter filter : kFilters) {
    if (filter >= LabelFilter::kLowNormalizedMargin) continue;
    EXPECT_TRUE(FlaggedBy(problem, filter).empty()) << NameOf(filter);
  }
}

TEST(LabelIssuesPropertyTest, CertainPredictionsFlagExactlyWhatTheyContradict) {
  Problem problem = RandomProblem(16, 90, 3);
  std::set<std::size_t> contradicted;
  for (std::size_t i = 0; i < problem.record_count(); ++i) {
    const std::size_t predicted = (i * 7) % 3;
    problem.p[i].assign(3, 0.0);
    problem.p[i][predicted] = 1;
    // One of ten is labelled otherwise.
    problem.labels[i] = static_cast<int>(i % 10 == 0 ? (predicted + 1) % 3 : predicted);
    if (i % 10 == 0) contradicted.insert(i);
  }
  for (const LabelFilter filter : kFilters) {
    EXPECT_EQ(FlaggedBy(problem, filter), contradicted) << NameOf(filter);
  }
}

TEST(LabelIssuesPropertyTest, ClassWithoutRecordsIsNeverGuessed) {
  Problem problem = RandomProblem(17, 200, 4);
  for (int& label : problem.labels) label = label == 3 ? 0 : label;
  const std::vector<double> values = Values(problem);
  const Probabilities probabilities(std::span<const double>(values), 4);
  const std::vector<double> thresholds = ConfidentThresholds(problem.labels, probabilities);
  EXPECT_EQ(thresholds[3], kAbsentClassThreshold);
  const CountMatrix counts = CountConfident(problem.labels, probabilities, thresholds).counts;
  EXPECT_EQ(counts.Column(3), (std::vector<std::int64_t>{0, 0, 0, 1}));
  for (const LabelFilter filter : kFilters) {
    SCOPED_TRACE(NameOf(filter));
    EXPECT_EQ(FlaggedBy(problem, filter), ReferenceFlags(problem, filter));
  }
}

TEST(LabelIssuesPropertyTest, ClassOfOneRecordKeepsIt) {
  Problem problem = RandomProblem(18, 50, 2);
  for (std::size_t i = 1; i < problem.record_count(); ++i) problem.labels[i] = 1;
  problem.p[0] = {0.01, 0.99};
  for (const LabelFilter filter : {LabelFilter::kPruneByClass, LabelFilter::kPruneByNoiseRate}) {
    EXPECT_FALSE(FlaggedBy(problem, filter).contains(0)) << NameOf(filter);
  }
}

TEST(LabelIssuesPropertyTest, TwoRecordsAreEnough) {
  const Problem problem{{0, 1}, {{0.9, 0.1}, {0.8, 0.2}}};
  for (const LabelFilter filter : kFilters) {
    EXPECT_EQ(FlaggedBy(problem, filter), ReferenceFlags(problem, filter)) << NameOf(filter);
  }
}

TEST(LabelIssuesPropertyTest, FewerIssuesAreASubsetWithTheLowestConfidence) {
  const Problem problem = RandomProblem(19, 800, 3);
  const auto count = [&](double share) {
    return Find(problem, {.filter_by = LabelFilter::kPruneByClass, .issue_share = share}).size();
  };
  EXPECT_EQ(count(0), 0U);
  EXPECT_LT(count(0.3), count(0.6));
  EXPECT_LT(count(0.6), count(1));
}

TEST(LabelIssuesPropertyTest, RemovesAsManyPerClassAsAskedFor) {
  Problem problem = RandomProblem(20, 800, 3);
  const std::vector<LabelIssue> issues =
      Find(problem, {.filter_by = LabelFilter::kPruneByClass, .removed_per_class = {5, 0, 2}});
  std::vector<std::int64_t> removed(3);
  for (const LabelIssue& issue : issues) {
    ++removed[static_cast<std::size_t>(problem.labels[issue.record])];
  }
  EXPECT_EQ(removed, (std::vector<std::int64_t>{5, 0, 2}));
}

TEST(LabelIssuesPropertyTest, SmallClassesAreLeftAloneOnRequest) {
  const Problem problem = RandomProblem(21, 100, 3);
  EXPECT_TRUE(Find(problem, {.min_examples_per_class = 100}).empty());
}

TEST(LabelIssuesPropertyTest, Float32GivesWhatItsWidenedValuesGive) {
  const Problem problem = RandomProblem(22, 300, 4);
  std::vector<float> narrow;
  for (const double value : Values(problem)) narrow.push_back(static_cast<float>(value));
  const std::vector<double> wide(narrow.begin(), narrow.end());
  for (const LabelFilter filter : kFilters) {
    EXPECT_EQ(FindLabelIssues(problem.labels, Probabilities(std::span<const float>(narrow), 4),
                              {.filter_by = filter}),
              FindLabelIssues(problem.labels, Probabilities(std::span<const double>(wide), 4),
                              {.filter_by = filter}))
        << NameOf(filter);
  }
}

TEST(LabelIssuesPropertyTest, CalibratedRowsSumToTheLabelCounts) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const int class_count = 2 + static_cast<int>(seed);
    const Problem problem = RandomProblem(seed, 150, class_count);
    const std::vector<double> values = Values(problem);
    const Probabilities probabilities(std::span<const double>(values), class_count);
    const std::vector<std::int64_t> label_counts =
        ClassMembers(problem.labels, class_count).Counts();
    const CountMatrix calibrated =
        CalibrateConfidentJoint(CountConfident(problem.labels, probabilities,
                                               ConfidentThresholds(problem.labels, probabilities))
                                    .counts,
                                label_counts);
    for (int k = 0; k < class_count; ++k) {
      const std::vector<std::int64_t> row = calibrated.Row(k);
      EXPECT_EQ(std::accumulate(row.begin(), row.end(), std::int64_t{0}),
                label_counts[static_cast<std::size_t>(k)]);
    }
  }
}

TEST(LabelIssuesTest, RefusesOneClassOnlyAndNoRecord) {
  const Problem one_class{{1, 1}, {{0.9, 0.1}, {0.8, 0.2}}};
  EXPECT_THROW(Find(one_class, {}), Error);
  EXPECT_THROW(FindLabelIssues({}, Probabilities(std::span<const double>(), 2), {}), Error);
}

TEST(LabelIssuesTest, RefusesWhatIsNoProbabilityAndNamesTheRecord) {
  for (const double bad : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN(),
                           std::numeric_limits<double>::infinity()}) {
    const Problem problem{{0, 1}, {{0.9, 0.1}, {bad, 0.2}}};
    try {
      Find(problem, {});
      FAIL() << bad;
    } catch (const Error& error) {
      EXPECT_EQ(error.where(), "record 1, class 0");
    }
  }
}

TEST(LabelIssuesTest, RefusesLabelsThatFitNoClassOrRow) {
  const std::vector<double> values = {0.9, 0.1, 0.8, 0.2};
  const Probabilities probabilities(std::span<const double>(values), 2);
  EXPECT_THROW(FindLabelIssues(std::vector<std::int32_t>{0, 2}, probabilities, {}), Error);
  EXPECT_THROW(FindLabelIssues(std::vector<std::int32_t>{0, -1}, probabilities, {}), Error);
  EXPECT_THROW(FindLabelIssues(std::vector<std::int32_t>{0, 1, 0}, probabilities, {}), Error);
  EXPECT_THROW(Probabilities(std::span<const double>(values), 3), Error);
}

TEST(LabelIssuesTest, RefusesOptionsThatMakeNoSense) {
  const Problem problem = RandomProblem(23, 30, 2);
  EXPECT_THROW(Find(problem, {.issue_share = 1.5}), Error);
  EXPECT_THROW(Find(problem, {.min_examples_per_class = -1}), Error);
  EXPECT_THROW(Find(problem, {.removed_per_class = {1}}), Error);
  EXPECT_THROW(Find(problem, {.removed_per_class = {1, -1}}), Error);
  EXPECT_THROW(
      Find(problem, {.filter_by = LabelFilter::kConfidentLearning, .removed_per_class = {1, 1}}),
      Error);
  EXPECT_THROW(Find(problem, {.rank_by = QualityScore::kConfidenceWeightedEntropy,
                              .rank_adjustment = ThresholdAdjustment::kSubtract}),
               Error);
}

TEST(LabelIssuesTest, NamesAreThoseOfCleanlab) {
  for (const LabelFilter filter : kFilters) EXPECT_EQ(LabelFilterOf(NameOf(filter)), filter);
  EXPECT_EQ(NameOf(LabelFilter::kPredictedNeqGiven), "predicted_neq_given");
  EXPECT_THROW(LabelFilterOf("prune"), Error);
  EXPECT_THROW(QualityScoreOf("confidence"), Error);
}

}  // namespace
}  // namespace pecg
