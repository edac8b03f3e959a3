#include "worker/evaluate/reliability.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

namespace pecg {
namespace {

/// Percentile of sorted values, linear between neighbours. Source: numpy.percentile, "linear".
double SortedPercentile(const std::vector<double>& sorted, double share) {
  const double position = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double rest = position - static_cast<double>(below);
  const double step = sorted[above] - sorted[below];
  return rest >= 0.5 ? sorted[above] - step * (1 - rest) : sorted[below] + step * rest;
}

struct BinSums {
  double weight = 0;
  double probability = 0;
  double positives = 0;
};

std::vector<BinSums> SumBins(const LabelledScores& sample, Binning binning, int bin_count) {
  const std::vector<double> edges = InnerEdges(binning, bin_count, sample.scores());
  std::vector<BinSums> bins(edges.size() + 1);
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const auto bin = std::ranges::lower_bound(edges, sample.scores()[i]) - edges.begin();
    BinSums& sums = bins[static_cast<std::size_t>(bin)];
    sums.weight += sample.weights()[i];
    sums.probability += sample.weights()[i] * sample.scores()[i];
    if (sample.labels()[i] != 0) sums.positives += sample.weights()[i];
  }
  std::erase_if(bins, [](const BinSums& sums) { return sums.weight == 0; });
  return bins;
}

Measure MeanOverRecords(const LabelledScores& sample,
                        const std::function<double(double probability, bool positive)>& loss) {
  if (const std::string reason = sample.NotProbabilityReason(); !reason.empty()) {
    return Measure::Undefined(reason);
  }
  double sum = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    sum += sample.weights()[i] * loss(sample.scores()[i], sample.labels()[i] != 0);
  }
  return sum / sample.total_weight();
}

}  // namespace

std::vector<double> InnerEdges(Binning binning, int bin_count,
                               const std::vector<double>& probabilities) {
  std::vector<double> sorted;
  if (binning == Binning::kQuantile) {
    sorted = probabilities;
    std::ranges::sort(sorted);
    if (sorted.empty()) return {};
  }
  std::vector<double> edges;
  for (int i = 1; i < bin_count; ++i) {
    // numpy.linspace multiplies by the step; so does this, to have the same edges to the last bit.
    const double share = i * (1.0 / bin_count);
    edges.push_back(binning == Binning::kUniform ? share : SortedPercentile(sorted, share));
  }
  return edges;
}

std::vector<ReliabilityBin> ReliabilityCurve(const LabelledScores& sample, Binning binning,
                                             int bin_count) {
  if (!sample.NotProbabilityReason().empty()) return {};
  std::vector<ReliabilityBin> curve;
  for (const BinSums& sums : SumBins(sample, binning, bin_count)) {
    curve.push_back({sums.weight, sums.probability / sums.weight, sums.positives / sums.weight});
  }
  return curve;
}

Measure ExpectedCalibrationError(const LabelledScores& sample, Binning binning, int bin_count) {
  if (const std::string reason = sample.NotProbabilityReason(); !reason.empty()) {
    return Measure::Undefined(reason);
  }
  double sum = 0;
  for (const BinSums& sums : SumBins(sample, binning, bin_count)) {
    sum += std::abs(sums.probability - sums.positives);
  }
  return sum / sample.total_weight();
}

Measure MaximumCalibrationError(const LabelledScores& sample, Binning binning, int bin_count) {
  if (const std::string reason = sample.NotProbabilityReason(); !reason.empty()) {
    return Measure::Undefined(reason);
  }
  double highest = 0;
  for (const BinSums& sums : SumBins(sample, binning, bin_count)) {
    highest = std::max(highest, std::abs(sums.probability - sums.positives) / sums.weight);
  }
  return highest;
}

Measure BrierScore(const LabelledScores& sample) {
  return MeanOverRecords(sample, [](double probability, bool positive) {
    const double gap = probability - (positive ? 1 : 0);
    return gap * gap;
  });
}

Measure LogLoss(const LabelledScores& sample) {
  return MeanOverRecords(sample, [](double probability, bool positive) {
    constexpr double kLeast = std::numeric_limits<double>::epsilon();
    const double kept = std::clamp(probability, kLeast, 1 - kLeast);
    return -std::log(positive ? kept : 1 - kept);
  });
}

BrierDecomposition DecomposeBrier(const LabelledScores& sample, Binning binning, int bin_count) {
  BrierDecomposition parts;
  if (!sample.NotProbabilityReason().empty()) return parts;
  const double total = sample.total_weight();
  const double prevalence = sample.positive_weight() / total;
  for (const BinSums& sums : SumBins(sample, binning, bin_count)) {
    const double gap = (sums.probability - sums.positives) / sums.weight;
    const double shift = sums.positives / sums.weight - prevalence;
    parts.reliability += sums.weight * gap * gap / total;
    parts.resolution += sums.weight * shift * shift / total;
  }
  parts.uncertainty = prevalence * (1 - prevalence);
  parts.within_bin =
      BrierScore(sample).value() - (parts.reliability - parts.resolution + parts.uncertainty);
  return parts;
}

}  // namespace pecg
