#include "worker/signal/beat_detector.h"

#include <algorithm>
#include <cmath>

#include "worker/signal/order_statistics.h"
#include "worker/signal/zero_phase_filter.h"

namespace pecg {
namespace {

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

/// Peaks of `feature` above a threshold between its noise and its beats, which follows the signal
/// in windows of 2 s, at least `refractory_s` apart, the higher one kept.
std::vector<std::int64_t> PickPeaks(const std::vector<double>& feature, double rate_hz,
                                    double refractory_s, double threshold_fraction) {
  const auto window = static_cast<std::size_t>(2 * rate_hz);
  const auto refractory = static_cast<std::int64_t>(refractory_s * rate_hz);
  std::vector<std::int64_t> peaks;
  for (std::size_t begin = 0; begin < feature.size(); begin += window) {
    // The last window takes in what is left over, and reaches back to hold a full window.
    const std::size_t end = std::min(begin + window, feature.size());
    const std::size_t from = end >= window ? end - window : 0;
    std::vector<double> local(feature.begin() + static_cast<std::ptrdiff_t>(from),
                              feature.begin() + static_cast<std::ptrdiff_t>(end));
    const double noise = QuantileInPlace(local, 0.4);
    const double beat = QuantileInPlace(local, 0.98);
    const double threshold = noise + threshold_fraction * (beat - noise);
    for (std::size_t i = std::max<std::size_t>(begin, 1); i < end && i + 1 < feature.size(); ++i) {
      const bool peak =
          feature[i] > threshold && feature[i] >= feature[i - 1] && feature[i] > feature[i + 1];
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
  FilterZeroPhase(HighPass(5, rate_hz), x);
  FilterZeroPhase(LowPass(15, rate_hz), x);
  std::vector<double> energy(x.size(), 0.0);
  for (std::size_t i = 1; i < x.size(); ++i) energy[i] = (x[i] - x[i - 1]) * (x[i] - x[i - 1]);
  return PickPeaks(MovingSum(energy, static_cast<std::size_t>(0.12 * rate_hz)), rate_hz, 0.2, 0.25);
}

std::vector<std::int64_t> DetectBeatsByLength(std::span<const float> samples_mv, double rate_hz) {
  if (samples_mv.size() < 3) return {};
  std::vector<double> x(samples_mv.begin(), samples_mv.end());
  FilterZeroPhase(LowPass(16, rate_hz), x);
  // Length of the curve with one sample as one unit of time and the lead's own scale as voltage.
  std::vector<double> slope(x.size(), 0.0);
  for (std::size_t i = 1; i < x.size(); ++i) slope[i] = std::abs(x[i] - x[i - 1]);
  std::vector<double> sorted = slope;
  const double scale = std::max(QuantileInPlace(sorted, 0.9), 1e-9);
  for (double& step : slope) step = std::sqrt(1 + (step / scale) * (step / scale)) - 1;
  return PickPeaks(MovingSum(slope, static_cast<std::size_t>(0.13 * rate_hz)), rate_hz, 0.25, 0.3);
}

}  // namespace pecg
