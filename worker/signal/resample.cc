#include "worker/signal/resample.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "worker/ecg/error.h"

namespace pecg {
namespace {

constexpr double kStopBandDb = 80;
constexpr double kPassBand = 0.8;  // Of the lower Nyquist frequency.
constexpr double kZeroCrossings =
    14;  // On each side: an 80 dB Kaiser window needs about 2.5 / 0.2.

/// Modified Bessel function of the first kind, order 0, by its power series.
double BesselI0(double x) {
  double term = 1;
  double sum = 1;
  for (int k = 1; term > 1e-12 * sum; ++k) {
    term *= (x / (2 * k)) * (x / (2 * k));
    sum += term;
  }
  return sum;
}

/// Kaiser's window at `position` in [-1, 1].
double Kaiser(double position) {
  const double beta = 0.1102 * (kStopBandDb - 8.7);
  const double inside = 1 - position * position;
  return inside <= 0 ? 0 : BesselI0(beta * std::sqrt(inside)) / BesselI0(beta);
}

double Sinc(double x) {
  return std::abs(x) < 1e-12 ? 1 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
}

long long ToMillihertz(double rate_hz) {
  if (!std::isfinite(rate_hz) || rate_hz < 0.001 || rate_hz > 1e9) {
    throw Error(Error::Kind::kBadInput,
                "a sampling rate must be a positive number of hertz: " + std::to_string(rate_hz));
  }
  return std::llround(rate_hz * 1000);
}

}  // namespace

Resampler::Resampler(double from_hz, double to_hz)
    : up_(ToMillihertz(to_hz)), down_(ToMillihertz(from_hz)), half_taps_(0) {
  const long long divisor = std::gcd(up_, down_);
  up_ /= divisor;
  down_ /= divisor;
  if (up_ == down_) return;
  // Cut-off in cycles per input sample, in the middle of the transition band.
  const double ratio = std::min(1.0, static_cast<double>(up_) / static_cast<double>(down_));
  const double cutoff = 0.5 * ratio * (1 + kPassBand) / 2;
  const double half_width = kZeroCrossings / ratio;  // Input samples.
  half_taps_ = static_cast<long long>(std::ceil(half_width));
  const long long taps = 2 * half_taps_ + 1;
  phase_taps_.resize(static_cast<std::size_t>(up_ * taps));
  for (long long phase = 0; phase < up_; ++phase) {
    const double fraction = static_cast<double>(phase) / static_cast<double>(up_);
    const auto row = phase_taps_.begin() + phase * taps;
    std::vector<double> exact(static_cast<std::size_t>(taps));
    for (long long k = 0; k < taps; ++k) {
      const double distance = static_cast<double>(k - half_taps_) - fraction;
      exact[static_cast<std::size_t>(k)] =
          2 * cutoff * Sinc(2 * cutoff * distance) * Kaiser(distance / half_width);
    }
    // Every phase passes a constant unchanged.
    const double gain = std::accumulate(exact.begin(), exact.end(), 0.0);
    std::ranges::transform(exact, row, [&](double tap) { return static_cast<float>(tap / gain); });
  }
}

std::size_t Resampler::OutputCount(std::size_t input_count) const {
  const auto scaled = static_cast<long long>(input_count) * up_;
  return static_cast<std::size_t>((scaled + down_ - 1) / down_);
}

std::vector<float> Resampler::Resample(std::span<const float> samples) const {
  if (up_ == down_ || samples.empty()) return {samples.begin(), samples.end()};
  const auto count = static_cast<long long>(samples.size());
  const long long taps = 2 * half_taps_ + 1;
  // The ends held constant, so that the inner loop needs no bounds.
  std::vector<float> padded(static_cast<std::size_t>(count + 2 * half_taps_ + 1), samples.back());
  std::fill_n(padded.begin(), half_taps_, samples.front());
  std::ranges::copy(samples, padded.begin() + half_taps_);
  std::vector<float> output(OutputCount(samples.size()));
  for (std::size_t n = 0; n < output.size(); ++n) {
    const long long position = static_cast<long long>(n) * down_;
    const float* const row = phase_taps_.data() + (position % up_) * taps;
    const float* const first = padded.data() + position / up_;
    float sum = 0;
    for (long long k = 0; k < taps; ++k) sum += row[k] * first[k];
    output[n] = sum;
  }
  return output;
}

void BridgeInvalid(std::span<float> samples) {
  const auto valid = [](float sample) { return !std::isnan(sample); };
  std::size_t i = 0;
  while (i < samples.size()) {
    if (valid(samples[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < samples.size() && !valid(samples[end])) ++end;
    const float left = i > 0 ? samples[i - 1] : (end < samples.size() ? samples[end] : 0.0F);
    const float right = end < samples.size() ? samples[end] : left;
    const auto gap = static_cast<float>(end - i + 1);
    for (std::size_t k = i; k < end; ++k) {
      samples[k] = left + (right - left) * static_cast<float>(k - i + 1) / gap;
    }
    i = end;
  }
}

}  // namespace pecg
