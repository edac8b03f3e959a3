#include "worker/signal/beat_detector.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace pecg {
namespace {

/// Second-order Butterworth low- or high-pass, run forward and backward so that nothing shifts in
/// time. Source: Bristow-Johnson, Audio EQ Cookbook, Q = 1 / sqrt 2.
void FilterZeroPhase(std::vector<double>& x, double cutoff_hz, double rate_hz, bool high_pass) {
  const double w = 2 * std::numbers::pi * std::min(cutoff_hz, 0.45 * rate_hz) / rate_hz;
  const double alpha = std::sin(w) / std::numbers::sqrt2;
  const double cosine = std::cos(w);
  const double a0 = 1 + alpha;
  const double edge = (high_pass ? 1 + cosine : 1 - cosine) / 2 / a0;
  const double middle = (high_pass ? -2 : 2) * edge;
  const double a1 = -2 * cosine / a0;
  const double a2 = (1 - alpha) / a0;
  for (int pass = 0; pass < 2; ++pass) {
    // The state of a signal that has always been at its first value.
    double x1 = x.front();
    double x2 = x.front();
    double y1 = high_pass ? 0 : x.front();
    double y2 = y1;
    for (double& sample : x) {
      const double y = edge * sample + middle * x1 + edge * x2 - a1 * y1 - a2 * y2;
      x2 = x1;
      x1 = sample;
      y2 = y1;
      y1 = y;
      sample = y;
    }
    std::ranges::reverse(x);
  }
}

/// Centred moving sum over `width` samples.
std::vector<double> MovingSum(const std::vector<double>& x, std::size_t width) {
  std::vector<double> sum(x.size() + 1, 0.0);
  for (std::size_t i = 0; i < x.size(); ++i) sum[i + 1] = sum[i] + x[i];
  std::vector<double> out(x.size());
  const std::size_t half = width / 2;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t begin = i > half ? i - half : 0;
    const std::size_t end = std::min(x.size(), i + half + 1);
    out[i] = sum[end] - sum[begin];
  }
  return out;
}

double Quantile(std::vector<double> values, double fraction) {
  const auto nth = static_cast<std::ptrdiff_t>(fraction * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, values.begin() + nth);
  return values[static_cast<std::size_t>(nth)];
}

/// Peaks of `feature` above a threshold between its noise and its beats, which follows the signal in
/// windows of 2 s, at least `refractory_s` apart, the higher one kept.
std::vector<std::int64_t> PickPeaks(const std::vector<double>& feature, double rate_hz,
                                    double refractory_s, double threshold_fraction) {
  const auto window = static_cast<std::size_t>(2 * rate_hz);
  const auto refractory = static_cast<std::int64_t>(refractory_s * rate_hz);
  std::vector<std::int64_t> peaks;
  for (std::size_t begin = 0; begin < feature.size(); begin += window) {
    // The last window takes in what is left over, and reaches back to hold a full window.
    const std::size_t end = std::min(begin + window, feature.size());
    const std::size_t from = end >= window ? end - window : 0;
    const std::vector<double> local(feature.begin() + static_cast<std::ptrdiff_t>(from),
                                    feature.begin() + static_cast<std::ptrdiff_t>(end));
    const double noise = Quantile(local, 0.4);
    const double beat = Quantile(local, 0.98);
    const double threshold = noise + threshold_fraction * (beat - noise);
    for (std::size_t i = std::max<std::size_t>(begin, 1); i < end && i + 1 < feature.size(); ++i) {
      const bool peak = feature[i] > threshold && feature[i] >= feature[i - 1] &&
                        feature[i] > feature[i + 1];
      if (!peak) continue;
      const auto position = static_cast<std::int64_t>(i);
      if (peaks.empty() || position - peaks.back() >= refractory) {
        peaks.push_back(position);
      } else if (feature[i] > feature[static_cast<std::size_t>(peaks.back())]) {
        peaks.back() = position;
      }
    }
  }
  return peaks;
}

}  // namespace

std::vector<std::int64_t> DetectBeatsByEnergy(std::span<const float> samples_mv, double rate_hz) {
  if (samples_mv.size() < 3) return {};
  std::vector<double> x(samples_mv.begin(), samples_mv.end());
  FilterZeroPhase(x, 5, rate_hz, /*high_pass=*/true);
  FilterZeroPhase(x, 15, rate_hz, /*high_pass=*/false);
  std::vector<double> energy(x.size(), 0.0);
  for (std::size_t i = 1; i < x.size(); ++i) energy[i] = (x[i] - x[i - 1]) * (x[i] - x[i - 1]);
  return PickPeaks(MovingSum(energy, static_cast<std::size_t>(0.12 * rate_hz)), rate_hz, 0.2, 0.25);
}

std::vector<std::int64_t> DetectBeatsByLength(std::span<const float> samples_mv, double rate_hz) {
  if (samples_mv.size() < 3) return {};
  std::vector<double> x(samples_mv.begin(), samples_mv.end());
  FilterZeroPhase(x, 16, rate_hz, /*high_pass=*/false);
  // Length of the curve with one sample as one unit of time and the lead's own scale as voltage.
  std::vector<double> slope(x.size(), 0.0);
  for (std::size_t i = 1; i < x.size(); ++i) slope[i] = std::abs(x[i] - x[i - 1]);
  const double scale = std::max(Quantile(slope, 0.9), 1e-9);
  for (double& step : slope) step = std::sqrt(1 + (step / scale) * (step / scale)) - 1;
  return PickPeaks(MovingSum(slope, static_cast<std::size_t>(0.13 * rate_hz)), rate_hz, 0.25, 0.3);
}

}  // namespace pecg
