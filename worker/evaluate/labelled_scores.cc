#include "worker/evaluate/labelled_scores.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "worker/ecg/error.h"

namespace pecg {
namespace {

[[noreturn]] void Refuse(const std::string& what, std::size_t position) {
  throw Error(Error::Kind::kBadInput, what, fmt::format("record number {}", position));
}

void CheckLengths(std::size_t scores, std::size_t labels, std::size_t weights) {
  if (scores == labels && (weights == scores || weights == 0)) return;
  throw Error(Error::Kind::kBadInput,
              fmt::format("as many labels and weights as scores are needed: {}, {} and {}", labels,
                          weights, scores));
}

}  // namespace

LabelledScores::LabelledScores(std::span<const double> scores, std::span<const std::uint8_t> labels,
                               std::span<const double> weights) {
  CheckLengths(scores.size(), labels.size(), weights.size());
  scores_.reserve(scores.size());
  labels_.reserve(scores.size());
  weights_.reserve(scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double weight = weights.empty() ? 1 : weights[i];
    if (!std::isfinite(weight) || weight < 0) {
      Refuse(fmt::format("a weight must be finite and not negative: {}", weight), i);
    }
    if (labels[i] == kLabelMissing) continue;
    if (labels[i] > 1) Refuse(fmt::format("labels must be 0 or 1: {}", labels[i]), i);
    if (!std::isfinite(scores[i])) Refuse(fmt::format("a score is not finite: {}", scores[i]), i);
    if (weight == 0) continue;
    scores_.push_back(scores[i]);
    labels_.push_back(labels[i]);
    weights_.push_back(weight);
    (labels[i] != 0 ? positive_weight_ : negative_weight_) += weight;
    if ((scores[i] < 0 || scores[i] > 1) && !not_probability_) not_probability_ = scores[i];
  }
}

std::string LabelledScores::OneClassReason() const {
  if (scores_.empty()) return "there is no record with a label";
  if (positive_weight_ == 0) return "there is no positive record";
  if (negative_weight_ == 0) return "there is no negative record";
  return "";
}

std::string LabelledScores::NotProbabilityReason() const {
  if (scores_.empty()) return "there is no record with a label";
  if (!not_probability_) return "";
  return fmt::format("the scores are no probabilities: {} lies outside 0..1", *not_probability_);
}

std::vector<std::uint32_t> LabelledScores::Descending() const {
  std::vector<std::uint32_t> order(scores_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(
      order, [&](std::uint32_t a, std::uint32_t b) { return scores_[a] > scores_[b]; });
  return order;
}

}  // namespace pecg
