#include "worker/signal/quality.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <numbers>
#include <unsupported/Eigen/FFT>
#include <vector>

#include "worker/signal/beat_detector.h"
#include "worker/signal/resample.h"

namespace pecg {
namespace {

constexpr float kUndefined = std::numeric_limits<float>::quiet_NaN();
/// No rail is nearer to zero.
constexpr float kNearerRailMv = 24.8F;
constexpr double kShortestSeconds = 2;
constexpr double kFlatSeconds = 0.2;
constexpr double kAgreementSeconds = 0.15;

/// Power spectrum by Welch's method: Hann windows of 4 s (or the whole signal), half overlapping,
/// the mean removed from each. Source: Welch, IEEE Trans. Audio Electroacoust. 15:70 (1967).
class Spectrum {
 public:
  Spectrum(std::span<const float> samples, double rate_hz)
      : window_(std::min(samples.size(), static_cast<std::size_t>(4 * rate_hz))),
        bin_hz_(rate_hz / static_cast<double>(window_)),
        power_(window_ / 2 + 1, 0.0) {
    Eigen::FFT<double> fft;
    std::vector<double> segment(window_);
    std::vector<std::complex<double>> bins;
    const std::size_t step = std::max<std::size_t>(window_ / 2, 1);
    for (std::size_t begin = 0; begin + window_ <= samples.size(); begin += step) {
      double mean = 0;
      for (std::size_t i = 0; i < window_; ++i) mean += samples[begin + i];
      mean /= static_cast<double>(window_);
      for (std::size_t i = 0; i < window_; ++i) {
        const double phase = static_cast<double>(i) / static_cast<double>(window_);
        segment[i] =
            (samples[begin + i] - mean) * (0.5 - 0.5 * std::cos(2 * std::numbers::pi * phase));
      }
      fft.fwd(bins, segment);
      for (std::size_t i = 0; i < power_.size(); ++i) power_[i] += std::norm(bins[i]);
    }
  }

  /// Power from `low_hz` to `high_hz`.
  double Band(double low_hz, double high_hz) const {
    double sum = 0;
    for (std::size_t i = 0; i < power_.size(); ++i) {
      const double hz = static_cast<double>(i) * bin_hz_;
      if (hz >= low_hz && hz <= high_hz) sum += power_[i];
    }
    return sum;
  }

 private:
  std::size_t window_;
  double bin_hz_;
  std::vector<double> power_;
};

/// Share of beats found by both detectors among all found by either.
float Agreement(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b,
                double rate_hz) {
  const auto tolerance = static_cast<std::int64_t>(kAgreementSeconds * rate_hz);
  std::size_t matched = 0;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    if (std::abs(a[i] - b[j]) <= tolerance) {
      ++matched;
      ++i;
      ++j;
    } else if (a[i] < b[j]) {
      ++i;
    } else {
      ++j;
    }
  }
  const std::size_t all = a.size() + b.size() - matched;
  return all == 0 ? kUndefined : static_cast<float>(matched) / static_cast<float>(all);
}

}  // namespace

LeadQuality ComputeLeadQuality(std::span<const float> samples_mv, double rate_hz) {
  const LeadQuality undefined{kUndefined, kUndefined, kUndefined};
  if (static_cast<double>(samples_mv.size()) < kShortestSeconds * rate_hz) return undefined;
  std::vector<float> samples(samples_mv.begin(), samples_mv.end());
  BridgeInvalid(samples);
  if (std::ranges::all_of(samples, [&](float x) { return x == samples.front(); })) return undefined;
  const Spectrum spectrum(samples, rate_hz);
  const double to_40 = spectrum.Band(0, 40);
  const double qrs_band = spectrum.Band(5, 40);
  if (!(to_40 > 0) || !(qrs_band > 0)) return undefined;
  return {static_cast<float>(spectrum.Band(5, 15) / qrs_band),
          static_cast<float>(1 - spectrum.Band(0, 1) / to_40),
          Agreement(DetectBeatsByEnergy(samples, rate_hz), DetectBeatsByLength(samples, rate_hz),
                    rate_hz)};
}

float RailFraction(std::span<const float> samples_mv) {
  if (samples_mv.empty()) return kUndefined;
  const auto count_railed = [](std::span<const float> samples) {
    return std::ranges::count_if(samples, IsOnRail);
  };
  // Few records touch a rail, so blocks that stay inside both are passed over; blocks have a fixed
  // size, so that compilers test several samples at once at -O2 as well.
  constexpr std::size_t kBlock = 64;
  std::ptrdiff_t railed = 0;
  std::size_t begin = 0;
  for (; begin + kBlock <= samples_mv.size(); begin += kBlock) {
    const auto block = samples_mv.subspan(begin).first<kBlock>();
    std::int32_t is_near = 0;
    for (const float sample : block) {
      is_near |= static_cast<std::int32_t>(std::fabs(sample) >= kNearerRailMv);
    }
    if (is_near != 0) railed += count_railed(block);
  }
  railed += count_railed(samples_mv.subspan(begin));
  return static_cast<float>(railed) / static_cast<float>(samples_mv.size());
}

float FlatFraction(std::span<const float> samples_mv, double rate_hz) {
  if (samples_mv.empty()) return kUndefined;
  const std::size_t size = samples_mv.size();
  const auto shortest = static_cast<std::size_t>(std::max(2.0, kFlatSeconds * rate_hz));
  const auto unchanged = [&](std::size_t i) {
    return samples_mv[i] == samples_mv[i - 1] || std::isnan(samples_mv[i]);
  };
  // A stretch of `shortest` samples has that many less one unchanged ones in a row, so one of every
  // `shortest - 1` samples is enough to meet it; its ends are looked for from there.
  const std::size_t stride = shortest - 1;
  std::size_t flat = 0;
  for (std::size_t probe = stride; probe < size; probe += stride) {
    if (!unchanged(probe)) continue;
    std::size_t begin = probe - 1;
    while (begin > 0 && unchanged(begin)) --begin;
    std::size_t end = probe + 1;
    while (end < size && unchanged(end)) ++end;
    if (end - begin >= shortest) flat += end - begin;
    // The next probe behind the stretch.
    probe = (end - 1) / stride * stride;
  }
  return static_cast<float>(flat) / static_cast<float>(size);
}

}  // namespace pecg
