#include "worker/review/label_issues.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cstddef>

#include "worker/ecg/error.h"
#include "worker/review/issue_flags.h"
#include "worker/review/issue_options.h"
#include "worker/review/problem_check.h"
#include "worker/review/problem_rows.h"

namespace pecg {
namespace {

constexpr std::array<std::string_view, 7> kFilterNames = {
    "prune_by_noise_rate", "prune_by_class",      "both",
    "confident_learning",  "predicted_neq_given", "low_normalized_margin",
    "low_self_confidence"};

template <typename Rows>
std::vector<LabelIssue> FindIssues(const Rows& rows, const ClassMembers& members,
                                   std::span<const std::int32_t> labels,
                                   const LabelIssueOptions& options) {
  const std::vector<std::uint8_t> flags =
      IssueFlags<Rows>(rows, members, labels.size()).Flag(options);
  std::vector<double> thresholds;
  if (options.rank_adjustment == ThresholdAdjustment::kSubtract) {
    thresholds = ThresholdsOf(rows, members);
  }
  RowScore<Rows> row_score(rows, options.rank_by, std::move(thresholds));
  std::vector<std::uint32_t> records;
  std::vector<double> scores;
  for (std::uint32_t record = 0; record < flags.size(); ++record) {
    if (flags[record] == 0) continue;
    records.push_back(record);
    scores.push_back(row_score(record, labels[record]));
  }
  return RankedIssues(records, scores);
}

}  // namespace

std::string_view NameOf(LabelFilter filter) {
  return kFilterNames[static_cast<std::size_t>(filter)];
}

std::span<const std::string_view> LabelFilterNames() { return kFilterNames; }

LabelFilter LabelFilterOf(std::string_view name) {
  const auto position = std::ranges::find(kFilterNames, name) - kFilterNames.begin();
  if (position == std::ssize(kFilterNames)) {
    throw Error(Error::Kind::kBadInput, fmt::format("no filter is called {}", name), "",
                fmt::format("one of {}", fmt::join(kFilterNames, ", ")));
  }
  return static_cast<LabelFilter>(position);
}

std::vector<LabelIssue> RankedIssues(std::span<const std::uint32_t> records,
                                     std::span<const double> scores) {
  std::vector<LabelIssue> ranked;
  ranked.reserve(records.size());
  for (const std::uint32_t i : ArgsortAscending(scores)) ranked.push_back({records[i], scores[i]});
  return ranked;
}

void CheckIssueOptions(const LabelIssueOptions& options, int class_count) {
  const auto refuse = [](const std::string& what) { throw Error(Error::Kind::kBadInput, what); };
  if (!(options.issue_share >= 0 && options.issue_share <= 1)) {
    refuse(fmt::format("the share of issues is not within 0 and 1: {}", options.issue_share));
  }
  if (options.min_examples_per_class < 0) {
    refuse(fmt::format("fewer than no examples per class: {}", options.min_examples_per_class));
  }
  CheckScoreOptions(options.rank_by, options.rank_adjustment);
  if (options.removed_per_class.empty()) return;
  if (options.filter_by > LabelFilter::kBoth) {
    refuse(fmt::format("{} takes no number of records per class", NameOf(options.filter_by)));
  }
  if (std::ssize(options.removed_per_class) != class_count) {
    refuse(fmt::format("{} numbers of records to flag for {} classes",
                       options.removed_per_class.size(), class_count));
  }
  for (const std::int64_t count : options.removed_per_class) {
    if (count < 0) refuse(fmt::format("fewer than no records to flag: {}", count));
  }
}

std::vector<LabelIssue> FindLabelIssues(std::span<const std::int32_t> labels,
                                        const Probabilities& probabilities,
                                        const LabelIssueOptions& options) {
  CheckIssueOptions(options, probabilities.class_count());
  const ClassMembers members = CheckedMembers(labels, probabilities);
  CheckTwoClasses(members);
  return probabilities.Visit([&](auto values) {
    return FindIssues(DenseRows(values.data(), probabilities.class_count()), members, labels,
                      options);
  });
}

}  // namespace pecg
