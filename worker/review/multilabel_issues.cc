#include "worker/review/multilabel_issues.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <utility>

#include "worker/ecg/error.h"
#include "worker/review/aggregate_scores.h"
#include "worker/review/binary_problems.h"
#include "worker/review/class_members.h"
#include "worker/review/confident_counting.h"
#include "worker/review/issue_flags.h"
#include "worker/review/issue_options.h"
#include "worker/review/numpy_order.h"
#include "worker/review/row_score.h"

namespace pecg {
namespace {

using Labels = std::span<const std::uint8_t>;

/// A score's thresholds and arithmetic for one problem.
RowScore<BinaryRows> ScoreOf(const BinaryRows& rows, const ClassMembers& members,
                             QualityScore score, ThresholdAdjustment adjustment) {
  std::vector<double> thresholds;
  if (adjustment == ThresholdAdjustment::kSubtract) thresholds = ThresholdsOf(rows, members);
  return RowScore<BinaryRows>(rows, score, std::move(thresholds));
}

/// Scores per class `[records, K]`, NaN where a record has no label. `records` ascending.
std::vector<double> ScoresPerClass(Labels labels, const Probabilities& probabilities,
                                   std::span<const std::uint32_t> records, QualityScore score,
                                   ThresholdAdjustment adjustment) {
  constexpr std::uint32_t kNotWanted = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> row_of(static_cast<std::size_t>(probabilities.record_count()),
                                    kNotWanted);
  for (std::uint32_t row = 0; row < records.size(); ++row) row_of[records[row]] = row;
  const auto stride = static_cast<std::size_t>(probabilities.class_count());
  std::vector<double> scores(records.size() * stride, std::numeric_limits<double>::quiet_NaN());
  ForEachBinaryProblem(labels, probabilities,
                       [&](int k, const BinaryRows& rows, const ClassMembers& members) {
                         RowScore<BinaryRows> row_score = ScoreOf(rows, members, score, adjustment);
                         for (int given = 0; given < members.class_count(); ++given) {
                           for (const std::uint32_t record : members.Of(given)) {
                             if (row_of[record] == kNotWanted) continue;
                             scores[row_of[record] * stride + static_cast<std::size_t>(k)] =
                                 row_score(record, given);
                           }
                         }
                       });
  return scores;
}

std::vector<std::uint32_t> AllRecords(const Probabilities& probabilities) {
  std::vector<std::uint32_t> records(static_cast<std::size_t>(probabilities.record_count()));
  std::iota(records.begin(), records.end(), 0U);
  return records;
}

/// The flagged records of one problem, ranked.
std::vector<LabelIssue> RankedOf(const BinaryRows& rows, const ClassMembers& members,
                                 const std::vector<std::uint8_t>& flags,
                                 const LabelIssueOptions& options) {
  RowScore<BinaryRows> row_score = ScoreOf(rows, members, options.rank_by, options.rank_adjustment);
  std::vector<std::pair<std::uint32_t, double>> issues;
  for (int given = 0; given < members.class_count(); ++given) {
    for (const std::uint32_t record : members.Of(given)) {
      if (flags[record] != 0) issues.emplace_back(record, row_score(record, given));
    }
  }
  std::ranges::sort(issues);
  std::vector<std::uint32_t> records;
  std::vector<double> scores;
  for (const auto& [record, score] : issues) {
    records.push_back(record);
    scores.push_back(score);
  }
  return RankedIssues(records, scores);
}

std::vector<std::vector<LabelIssue>> IssuesPerClass(Labels labels,
                                                    const Probabilities& probabilities,
                                                    const LabelIssueOptions& options) {
  std::vector<std::vector<LabelIssue>> per_class;
  const auto record_count = static_cast<std::size_t>(probabilities.record_count());
  ForEachBinaryProblem(labels, probabilities,
                       [&](int, const BinaryRows& rows, const ClassMembers& members) {
                         IssueFlags<BinaryRows> flags(rows, members, record_count);
                         per_class.push_back(RankedOf(rows, members, flags.Flag(options), options));
                       });
  return per_class;
}

/// Which records any class flags, ascending.
std::vector<std::uint32_t> Union(const std::vector<std::vector<LabelIssue>>& per_class) {
  std::vector<std::uint32_t> records;
  for (const std::vector<LabelIssue>& issues : per_class) {
    for (const LabelIssue& issue : issues) records.push_back(issue.record);
  }
  std::ranges::sort(records);
  records.erase(std::unique(records.begin(), records.end()), records.end());
  return records;
}

/// Self-confidence pooled over the classes, `[N]`; infinite for a record without any label.
std::vector<double> PooledSelfConfidence(Labels labels, const Probabilities& probabilities) {
  const auto stride = static_cast<std::size_t>(probabilities.class_count());
  std::vector<double> pooled;
  pooled.reserve(labels.size() / stride);
  std::vector<double> row(stride);
  probabilities.Visit([&](auto values) {
    for (std::size_t begin = 0; begin < labels.size(); begin += stride) {
      for (std::size_t k = 0; k < stride; ++k) {
        const auto p = static_cast<double>(values[begin + k]);
        const std::uint8_t label = labels[begin + k];
        row[k] = label == kMissingLabel ? std::numeric_limits<double>::quiet_NaN()
                 : label == 1           ? p
                                        : 1 - p;
      }
      const double score = AggregateScores({}, row);
      pooled.push_back(std::isnan(score) ? std::numeric_limits<double>::infinity() : score);
    }
  });
  return pooled;
}

/// The `count` records with the lowest pooled self-confidence, ascending.
std::vector<std::uint32_t> LowestRecords(Labels labels, const Probabilities& probabilities,
                                         std::int64_t count) {
  std::vector<std::uint32_t> lowest =
      LowestPositions(PooledSelfConfidence(labels, probabilities), static_cast<std::size_t>(count));
  std::ranges::sort(lowest);
  return lowest;
}

bool FlagsWholeRecords(LabelFilter filter) {
  return filter == LabelFilter::kLowNormalizedMargin || filter == LabelFilter::kLowSelfConfidence;
}

int LeastConfidentClass(Labels labels, const Probabilities& probabilities, std::uint32_t record) {
  int lowest_class = 0;
  double lowest = std::numeric_limits<double>::infinity();
  for (int k = 0; k < probabilities.class_count(); ++k) {
    const std::size_t position =
        static_cast<std::size_t>(record) * static_cast<std::size_t>(probabilities.class_count()) +
        static_cast<std::size_t>(k);
    if (labels[position] == kMissingLabel) continue;
    const double p = probabilities.At(record, k);
    const double confidence = labels[position] == 1 ? p : 1 - p;
    if (confidence < lowest) {
      lowest = confidence;
      lowest_class = k;
    }
  }
  return lowest_class;
}

/// Fills in the classes of each issue.
void NameClasses(Labels labels, const Probabilities& probabilities, MultilabelIssues* issues) {
  std::vector<std::vector<int>> classes(static_cast<std::size_t>(probabilities.record_count()));
  for (std::size_t k = 0; k < issues->per_class.size(); ++k) {
    for (const LabelIssue& issue : issues->per_class[k]) {
      classes[issue.record].push_back(static_cast<int>(k));
    }
  }
  for (MultilabelIssue& issue : issues->ranked) {
    issue.classes = std::move(classes[issue.record]);
    if (issue.classes.empty()) {
      issue.classes.push_back(LeastConfidentClass(labels, probabilities, issue.record));
    }
  }
}

}  // namespace

MultilabelIssues FindMultilabelIssues(std::span<const std::uint8_t> labels,
                                      const Probabilities& probabilities,
                                      const LabelIssueOptions& options) {
  CheckIssueOptions(options, probabilities.class_count());
  if (!options.removed_per_class.empty()) {
    throw Error(Error::Kind::kBadInput, "numbers of records per class are for multi-class only");
  }
  MultilabelIssues issues;
  issues.per_class = IssuesPerClass(labels, probabilities, options);
  const std::vector<std::uint32_t> records =
      FlagsWholeRecords(options.filter_by)
          ? LowestRecords(labels, probabilities, CountMultilabelIssues(labels, probabilities))
          : Union(issues.per_class);
  const std::vector<double> pooled = AggregateRows(
      {}, ScoresPerClass(labels, probabilities, records, options.rank_by, options.rank_adjustment),
      probabilities.class_count());
  for (const LabelIssue& issue : RankedIssues(records, pooled)) {
    issues.ranked.push_back({issue.record, issue.score, {}});
  }
  NameClasses(labels, probabilities, &issues);
  return issues;
}

std::int64_t CountMultilabelIssues(std::span<const std::uint8_t> labels,
                                   const Probabilities& probabilities) {
  std::vector<std::uint8_t> any(static_cast<std::size_t>(probabilities.record_count()));
  ForEachBinaryProblem(labels, probabilities,
                       [&](int, const BinaryRows& rows, const ClassMembers& members) {
                         const std::vector<std::uint8_t> flags =
                             IssueFlags<BinaryRows>(rows, members, any.size())
                                 .Flag({.filter_by = LabelFilter::kConfidentLearning});
                         for (std::size_t i = 0; i < any.size(); ++i) any[i] |= flags[i];
                       });
  return std::ranges::count(any, 1);
}

std::vector<BinaryJoint> EstimateBinaryJoints(std::span<const std::uint8_t> labels,
                                              const Probabilities& probabilities) {
  std::vector<BinaryJoint> joints;
  ForEachBinaryProblem(
      labels, probabilities, [&](int, const BinaryRows& rows, const ClassMembers& members) {
        std::vector<double> thresholds = ThresholdsOf(rows, members);
        std::vector<std::uint32_t> off_diagonal;
        CountMatrix counts = CountConfidentOf(rows, members, thresholds, [&](std::uint32_t record) {
          off_diagonal.push_back(record);
        });
        std::ranges::sort(off_diagonal);
        CountMatrix calibrated = CalibrateConfidentJoint(counts, members.Counts());
        RealMatrix joint = EstimateJoint(calibrated);
        joints.push_back({std::move(thresholds),
                          {std::move(counts), std::move(off_diagonal)},
                          std::move(calibrated),
                          std::move(joint)});
      });
  return joints;
}

std::vector<double> MultilabelQualityScores(std::span<const std::uint8_t> labels,
                                            const Probabilities& probabilities, QualityScore score,
                                            ThresholdAdjustment adjustment) {
  CheckScoreOptions(score, adjustment);
  return ScoresPerClass(labels, probabilities, AllRecords(probabilities), score, adjustment);
}

}  // namespace pecg
