#include "worker/review/outliers.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>

#include "worker/ecg/error.h"
#include "worker/review/label_quality.h"
#include "worker/review/numpy_order.h"
#include "worker/review/order_quantile.h"
#include "worker/review/row_score.h"

namespace pecg {
namespace {

constexpr double kIqrShare = 0.37037;  // The limit is Q3 + (1 / share - 1) IQR.
constexpr double kRounding = 100 * std::numeric_limits<double>::epsilon();
constexpr double kEntropyPower = 0.1;
constexpr std::size_t kEntropyClasses = 100;

/// Mean distances below this are rounding.
double NoDistance(EmbeddingDistance distance) {
  return distance == EmbeddingDistance::kCosine ? kRounding / 2 : std::sqrt(kRounding);
}

/// Overwrites the row.
double GeneralizedEntropyScore(std::span<double> row) {
  const double highest = std::ranges::max(row);
  for (double& value : row) value = std::exp(value - highest);
  const double sum = PairwiseSum(row);
  for (double& value : row) value /= sum;
  std::ranges::sort(row, std::greater<>());
  double entropy = 0;
  for (const double q : row.first(std::min(row.size(), kEntropyClasses))) {
    entropy += std::pow(q, kEntropyPower) * std::pow(1 - q, kEntropyPower);
  }
  return 1 - entropy / static_cast<double>(kEntropyClasses);
}

/// Overwrites the row.
double ScoreOf(OutlierScore score, std::span<double> row) {
  switch (score) {
    case OutlierScore::kEntropy:
      return 1 - NormalizedEntropy(row);
    case OutlierScore::kLeastConfidence:
      return std::ranges::max(row);
    case OutlierScore::kGeneralizedEntropy:
      break;
  }
  return GeneralizedEntropyScore(row);
}

}  // namespace

EmbeddingOutliers FindEmbeddingOutliers(const EmbeddingNeighbors& neighbors,
                                        EmbeddingDistance distance, double sharpness) {
  if (!(sharpness > 0)) throw Error(Error::Kind::kBadInput, "the sharpness is not above 0");
  std::vector<double> means;
  for (std::size_t record = 0; record < neighbors.record_count(); ++record) {
    means.push_back(PairwiseSum(neighbors.DistancesOf(record)) / neighbors.neighbor_count);
  }
  const double scale = std::max(QuantileOf(means, 0.5), kLeastScale);
  const double third_quartile = QuantileOf(means, 0.75);
  EmbeddingOutliers outliers;
  outliers.distance_limit =
      third_quartile + (1 / kIqrShare - 1) * (third_quartile - QuantileOf(means, 0.25));
  for (std::uint32_t record = 0; record < means.size(); ++record) {
    outliers.scores.push_back(
        means[record] < NoDistance(distance) ? 1 : std::exp(-sharpness * means[record] / scale));
    if (means[record] > outliers.distance_limit) outliers.records.push_back(record);
  }
  return outliers;
}

std::vector<double> PredictionOutlierScores(const Probabilities& probabilities,
                                            std::span<const double> thresholds,
                                            OutlierScore score) {
  const auto stride = static_cast<std::size_t>(probabilities.class_count());
  if (stride < 2) throw Error(Error::Kind::kBadInput, "one class only, at least 2 needed");
  CheckProbabilities(probabilities);
  std::vector<double> row(stride);
  const double highest = thresholds.empty() ? 0 : std::ranges::max(thresholds);
  std::vector<double> scores;
  probabilities.Visit([&](auto values) {
    for (std::size_t begin = 0; begin < values.size(); begin += stride) {
      std::ranges::copy(values.subspan(begin, stride), row.begin());
      if (!thresholds.empty()) SubtractThresholdsFromRow(thresholds, highest, row);
      scores.push_back(ScoreOf(score, row));
    }
  });
  return scores;
}

}  // namespace pecg
