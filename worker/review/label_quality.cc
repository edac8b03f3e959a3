#include "worker/review/label_quality.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cstddef>

#include "worker/ecg/error.h"
#include "worker/review/confident_counting.h"
#include "worker/review/issue_options.h"
#include "worker/review/problem_check.h"
#include "worker/review/problem_rows.h"
#include "worker/review/row_score.h"

namespace pecg {
namespace {

constexpr std::array<std::string_view, 3> kScoreNames = {"self_confidence", "normalized_margin",
                                                         "confidence_weighted_entropy"};

}  // namespace

std::string_view NameOf(QualityScore score) { return kScoreNames[static_cast<std::size_t>(score)]; }

std::span<const std::string_view> QualityScoreNames() { return kScoreNames; }

QualityScore QualityScoreOf(std::string_view name) {
  const auto position = std::ranges::find(kScoreNames, name) - kScoreNames.begin();
  if (position == std::ssize(kScoreNames)) {
    throw Error(Error::Kind::kBadInput, fmt::format("no score is called {}", name), "",
                fmt::format("one of {}", fmt::join(kScoreNames, ", ")));
  }
  return static_cast<QualityScore>(position);
}

void CheckScoreOptions(QualityScore score, ThresholdAdjustment adjustment) {
  if (score == QualityScore::kConfidenceWeightedEntropy &&
      adjustment == ThresholdAdjustment::kSubtract) {
    throw Error(Error::Kind::kBadInput,
                fmt::format("{} is not defined for adjusted probabilities", NameOf(score)), "",
                "leave the adjustment out or take another score");
  }
}

std::vector<double> LabelQualityScores(std::span<const std::int32_t> labels,
                                       const Probabilities& probabilities, QualityScore score,
                                       ThresholdAdjustment adjustment) {
  CheckScoreOptions(score, adjustment);
  const ClassMembers members = CheckedMembers(labels, probabilities);
  return probabilities.Visit([&](auto values) {
    const DenseRows rows(values.data(), probabilities.class_count());
    std::vector<double> thresholds;
    if (adjustment == ThresholdAdjustment::kSubtract) thresholds = ThresholdsOf(rows, members);
    RowScore row_score(rows, score, std::move(thresholds));
    std::vector<double> scores;
    scores.reserve(labels.size());
    for (std::uint32_t record = 0; record < labels.size(); ++record) {
      scores.push_back(row_score(record, labels[record]));
    }
    return scores;
  });
}

std::vector<double> SubtractThresholds(const Probabilities& probabilities,
                                       std::span<const double> thresholds) {
  const auto stride = static_cast<std::size_t>(probabilities.class_count());
  if (thresholds.size() != stride) {
    throw Error(Error::Kind::kBadInput,
                fmt::format("{} thresholds for {} classes", thresholds.size(), stride));
  }
  std::vector<double> adjusted = probabilities.Visit(
      [](auto values) { return std::vector<double>(values.begin(), values.end()); });
  const double highest = std::ranges::max(thresholds);
  for (std::size_t begin = 0; begin < adjusted.size(); begin += stride) {
    SubtractThresholdsFromRow(thresholds, highest, std::span(adjusted).subspan(begin, stride));
  }
  return adjusted;
}

}  // namespace pecg
