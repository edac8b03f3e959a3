#include "worker/review/latent_noise.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace pecg {
namespace {

constexpr double kTiny = 1e-100;
constexpr double kHighestNoiseRate = 0.9999;
constexpr double kLeastPrior = 1e-5;

/// `counts` with each column divided by its sum.
RealMatrix ColumnShares(const CountMatrix& counts) {
  RealMatrix shares(counts.size());
  for (int column = 0; column < counts.size(); ++column) {
    const std::vector<std::int64_t> entries = counts.Column(column);
    const auto sum = std::accumulate(entries.begin(), entries.end(), std::int64_t{0});
    for (int row = 0; row < counts.size(); ++row) {
      shares(row, column) =
          static_cast<double>(counts(row, column)) / std::max(static_cast<double>(sum), kTiny);
    }
  }
  return shares;
}

/// Clips what is off the diagonal and scales columns to sum 1 again.
RealMatrix ClipNoiseRates(RealMatrix rates) {
  for (int column = 0; column < rates.size(); ++column) {
    double sum = 0;
    for (int row = 0; row < rates.size(); ++row) {
      if (row != column)
        rates(row, column) = std::clamp(rates(row, column), 0.0, kHighestNoiseRate);
      sum += rates(row, column);
    }
    for (int row = 0; row < rates.size(); ++row) rates(row, column) /= sum;
  }
  return rates;
}

}  // namespace

LatentNoise EstimateLatentNoise(const CountMatrix& counts,
                                std::span<const std::int64_t> label_counts) {
  const RealMatrix noise = ColumnShares(counts);
  const RealMatrix inverse_noise = ColumnShares(counts.Transposed());
  const auto record_count = static_cast<double>(
      std::accumulate(label_counts.begin(), label_counts.end(), std::int64_t{0}));
  std::vector<double> prior;
  for (int k = 0; k < counts.size(); ++k) {
    const double given_share =
        static_cast<double>(label_counts[static_cast<std::size_t>(k)]) / record_count;
    const double estimate = inverse_noise(k, k) / noise(k, k) * given_share;
    prior.push_back(std::clamp(estimate, kLeastPrior, 1.0));
  }
  const double sum = std::accumulate(prior.begin(), prior.end(), 0.0);
  for (double& share : prior) share /= sum;
  return {std::move(prior), ClipNoiseRates(noise), ClipNoiseRates(inverse_noise)};
}

}  // namespace pecg
