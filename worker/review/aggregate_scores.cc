#include "worker/review/aggregate_scores.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>

#include "worker/ecg/error.h"
#include "worker/review/numpy_order.h"

namespace pecg {
namespace {

double MovingAverage(std::span<double> scores, std::optional<double> wanted_alpha) {
  const double alpha = wanted_alpha.value_or(2.0 / (static_cast<double>(scores.size()) + 1.0));
  if (!(alpha >= 0 && alpha <= 1)) {
    throw Error(Error::Kind::kBadInput, fmt::format("alpha is not within 0 and 1: {}", alpha));
  }
  std::ranges::sort(scores, std::greater<>());
  double average = scores.front();
  for (const double score : scores.subspan(1)) average = alpha * score + (1 - alpha) * average;
  return average;
}

double SoftMinimum(std::span<const double> scores, double temperature) {
  if (!(temperature > 0)) {
    throw Error(Error::Kind::kBadInput, fmt::format("the temperature is not > 0: {}", temperature));
  }
  const double most_doubtful = (1 - std::ranges::min(scores)) / temperature;
  std::vector<double> weight(scores.size());
  std::ranges::transform(scores, weight.begin(), [&](double score) {
    return std::exp((1 - score) / temperature - most_doubtful);
  });
  const double total = PairwiseSum(weight);
  double sum = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) sum += scores[i] * (weight[i] / total);
  return sum;
}

}  // namespace

double AggregateScores(const ScoreAggregation& aggregation, std::span<double> scores) {
  const auto missing =
      std::remove_if(scores.begin(), scores.end(), [](double s) { return std::isnan(s); });
  const auto present = scores.first(static_cast<std::size_t>(missing - scores.begin()));
  if (present.empty()) return std::numeric_limits<double>::quiet_NaN();
  switch (aggregation.method) {
    case ScoreAggregation::Method::kExponentialMovingAverage:
      return MovingAverage(present, aggregation.alpha);
    case ScoreAggregation::Method::kSoftMinimum:
      break;
  }
  return SoftMinimum(present, aggregation.temperature);
}

std::vector<double> AggregateRows(const ScoreAggregation& aggregation,
                                  std::span<const double> scores, int class_count) {
  const auto stride = static_cast<std::size_t>(class_count);
  std::vector<double> aggregated;
  aggregated.reserve(scores.size() / stride);
  std::vector<double> row(stride);
  for (std::size_t begin = 0; begin + stride <= scores.size(); begin += stride) {
    std::ranges::copy(scores.subspan(begin, stride), row.begin());
    aggregated.push_back(AggregateScores(aggregation, row));
  }
  return aggregated;
}

}  // namespace pecg
