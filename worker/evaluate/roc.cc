#include "worker/evaluate/roc.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "worker/ecg/error.h"

namespace pecg {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

void Check(std::span<const double> scores, std::span<const std::uint8_t> labels) {
  if (scores.size() != labels.size()) {
    throw Error(Error::Kind::kBadInput,
                "as many labels as scores are needed: " + std::to_string(labels.size()) + " and " +
                    std::to_string(scores.size()));
  }
  if (std::ranges::any_of(scores, [](double score) { return std::isnan(score); })) {
    throw Error(Error::Kind::kBadInput, "a score is not a number");
  }
  if (std::ranges::any_of(labels, [](std::uint8_t label) { return label > 1; })) {
    throw Error(Error::Kind::kBadInput, "labels must be 0 or 1");
  }
}

}  // namespace

RankedScores::RankedScores(std::span<const double> scores, std::span<const std::uint8_t> labels) {
  Check(scores, labels);
  order_.resize(scores.size());
  std::iota(order_.begin(), order_.end(), 0U);
  std::ranges::stable_sort(order_, [&](std::uint32_t a, std::uint32_t b) {
    return scores[a] > scores[b];
  });
  label_.reserve(order_.size());
  ends_group_.reserve(order_.size());
  for (std::size_t i = 0; i < order_.size(); ++i) {
    label_.push_back(labels[order_[i]]);
    const bool last = i + 1 == order_.size() || scores[order_[i + 1]] < scores[order_[i]];
    ends_group_.push_back(last ? 1 : 0);
  }
}

double RankedScores::Auroc(std::span<const double> weights) const {
  double positives = 0;  // Weight of positives with a higher score than the current group.
  double negatives = 0;
  double ordered = 0;  // Weight of pairs ordered right.
  double group_positives = 0;
  double group_negatives = 0;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    (label_[i] != 0 ? group_positives : group_negatives) += weights[order_[i]];
    if (ends_group_[i] == 0) continue;
    ordered += group_negatives * (positives + 0.5 * group_positives);
    positives += group_positives;
    negatives += group_negatives;
    group_positives = 0;
    group_negatives = 0;
  }
  return positives > 0 && negatives > 0 ? ordered / (positives * negatives) : kUndefined;
}

double RankedScores::AveragePrecision(std::span<const double> weights) const {
  double positives = 0;
  double all = 0;
  double sum = 0;  // Of (positives gained) * precision.
  double group_positives = 0;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    const double weight = weights[order_[i]];
    all += weight;
    if (label_[i] != 0) group_positives += weight;
    if (ends_group_[i] == 0) continue;
    positives += group_positives;
    if (group_positives > 0) sum += group_positives * (positives / all);
    group_positives = 0;
  }
  return positives > 0 ? sum / positives : kUndefined;
}

double Auroc(std::span<const double> scores, std::span<const std::uint8_t> labels) {
  return RankedScores(scores, labels).Auroc(std::vector<double>(scores.size(), 1.0));
}

double AveragePrecision(std::span<const double> scores, std::span<const std::uint8_t> labels) {
  return RankedScores(scores, labels).AveragePrecision(std::vector<double>(scores.size(), 1.0));
}

}  // namespace pecg
