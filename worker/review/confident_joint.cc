#include "worker/review/confident_joint.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <utility>

#include "worker/ecg/error.h"
#include "worker/review/confident_counting.h"
#include "worker/review/label_issues.h"
#include "worker/review/numpy_order.h"
#include "worker/review/problem_check.h"
#include "worker/review/problem_rows.h"

namespace pecg {
namespace {

/// Keeps a division by an empty row or matrix defined.
constexpr double kTiny = 1e-100;

std::int64_t ToCount(double value) {
  return std::isfinite(value) ? static_cast<std::int64_t>(value) : 0;
}

std::vector<double> RoundKeepingSum(const std::vector<double>& values) {
  std::vector<double> rounded(values.size());
  std::ranges::transform(values, rounded.begin(),
                         [](double value) { return std::nearbyint(value); });
  const double target = std::nearbyint(PairwiseSum(values));
  double missing = target - PairwiseSum(rounded);
  while (std::abs(missing) > 0.5) {
    std::vector<double> remainder(values.size());
    std::ranges::transform(values, rounded, remainder.begin(), std::minus<>());
    std::vector<std::uint32_t> order = ArgsortAscending(remainder);
    if (missing > 0) std::ranges::reverse(order);
    const auto moved = std::min(values.size(), static_cast<std::size_t>(std::abs(missing)));
    for (std::size_t i = 0; i < moved; ++i) rounded[order[i]] += missing > 0 ? 1 : -1;
    missing = target - PairwiseSum(rounded);
  }
  return rounded;
}

}  // namespace

std::vector<double> ConfidentThresholds(std::span<const std::int32_t> labels,
                                        const Probabilities& probabilities) {
  const ClassMembers members = CheckedMembers(labels, probabilities);
  return probabilities.Visit([&](auto values) {
    return ThresholdsOf(DenseRows(values.data(), probabilities.class_count()), members);
  });
}

ConfidentCounts CountConfident(std::span<const std::int32_t> labels,
                               const Probabilities& probabilities,
                               std::span<const double> thresholds) {
  const ClassMembers members = CheckedMembers(labels, probabilities);
  if (std::ssize(thresholds) != probabilities.class_count()) {
    throw Error(Error::Kind::kBadInput,
                fmt::format("{} thresholds for {} classes", thresholds.size(),
                            probabilities.class_count()));
  }
  return probabilities.Visit([&](auto values) {
    const DenseRows rows(values.data(), probabilities.class_count());
    std::vector<std::uint32_t> off_diagonal;
    CountMatrix counts = CountConfidentOf(
        rows, members, thresholds, [&](std::uint32_t record) { off_diagonal.push_back(record); });
    std::ranges::sort(off_diagonal);
    return ConfidentCounts{std::move(counts), std::move(off_diagonal)};
  });
}

CountMatrix CalibrateConfidentJoint(const CountMatrix& counts,
                                    std::span<const std::int64_t> label_counts) {
  const int size = counts.size();
  RealMatrix scaled(size);
  std::int64_t record_count = 0;
  for (int given = 0; given < size; ++given) {
    std::int64_t row_sum = 0;
    for (int guess = 0; guess < size; ++guess) row_sum += counts(given, guess);
    const std::int64_t label_count = label_counts[static_cast<std::size_t>(given)];
    record_count += label_count;
    for (int guess = 0; guess < size; ++guess) {
      scaled(given, guess) = static_cast<double>(counts(given, guess)) /
                             std::max(static_cast<double>(row_sum), kTiny) *
                             static_cast<double>(label_count);
    }
  }
  // Added column by column, as cleanlab's memory lies: the last bit decides what is rounded up.
  const RealMatrix by_column = scaled.Transposed();
  const double total = std::max(PairwiseSum(by_column.values()), kTiny);
  for (int given = 0; given < size; ++given) {
    for (int guess = 0; guess < size; ++guess) {
      scaled(given, guess) = scaled(given, guess) / total * static_cast<double>(record_count);
    }
  }
  return RoundKeepingRowSums(scaled);
}

RealMatrix EstimateJoint(const CountMatrix& calibrated) {
  std::int64_t total = 0;
  for (const std::int64_t count : calibrated.values()) total += count;
  RealMatrix joint(calibrated.size());
  for (int given = 0; given < calibrated.size(); ++given) {
    for (int guess = 0; guess < calibrated.size(); ++guess) {
      joint(given, guess) = static_cast<double>(calibrated(given, guess)) /
                            std::max(static_cast<double>(total), kTiny);
    }
  }
  return joint;
}

CountMatrix RoundKeepingRowSums(const RealMatrix& values) {
  CountMatrix counts(values.size());
  for (int row = 0; row < values.size(); ++row) {
    const std::vector<double> rounded = RoundKeepingSum(values.Row(row));
    for (int column = 0; column < values.size(); ++column) {
      counts(row, column) = ToCount(rounded[static_cast<std::size_t>(column)]);
    }
  }
  return counts;
}

std::int64_t CountLabelIssues(std::span<const std::int32_t> labels,
                              const Probabilities& probabilities, IssueCount count) {
  if (count == IssueCount::kOffDiagonal) {
    return std::ssize(
        FindLabelIssues(labels, probabilities, {.filter_by = LabelFilter::kConfidentLearning}));
  }
  const std::vector<double> thresholds = ConfidentThresholds(labels, probabilities);
  const ClassMembers members(labels, probabilities.class_count());
  CheckTwoClasses(members);
  const RealMatrix joint = EstimateJoint(CalibrateConfidentJoint(
      CountConfident(labels, probabilities, thresholds).counts, members.Counts()));
  const double issue_share = 1.0 - PairwiseSum(joint.Diagonal());
  return std::llrint(issue_share * static_cast<double>(labels.size()));
}

}  // namespace pecg
