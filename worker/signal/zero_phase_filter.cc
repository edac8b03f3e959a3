#include "worker/signal/zero_phase_filter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

namespace pecg {
namespace {

constexpr std::size_t kPadding = 9;  // Three times the length of the section, as scipy has it.

struct Prewarped {
  double cosine, alpha;
};

/// Of the cookbook's formulae with Q = 1 / sqrt 2, which are the bilinear Butterworth's.
/// Source: Bristow-Johnson, Audio EQ Cookbook.
Prewarped Prewarp(double cutoff_hz, double rate_hz) {
  const double w = 2 * std::numbers::pi * std::min(cutoff_hz, 0.45 * rate_hz) / rate_hz;
  return {std::cos(w), std::sin(w) / std::numbers::sqrt2};
}

/// The state of a section that has been at the constant 1 for ever (scipy.signal.lfilter_zi).
struct Steady {
  double s1, s2;
};

Steady SteadyState(const Biquad& f) {
  const double gain = (f.b0 + f.b1 + f.b2) / (1 + f.a1 + f.a2);
  return {gain - f.b0, f.b2 - f.a2 * gain};
}

/// `Lanes` signals side by side through one section, in the direction of `step`.
template <typename Value, std::size_t Lanes>
struct Section {
  Value b0, b1, b2, a1, a2;
  std::array<Value, Lanes> s1{}, s2{};

  Section(const Biquad& f, const std::array<Value, Lanes>& first)
      : b0(static_cast<Value>(f.b0)),
        b1(static_cast<Value>(f.b1)),
        b2(static_cast<Value>(f.b2)),
        a1(static_cast<Value>(f.a1)),
        a2(static_cast<Value>(f.a2)) {
    const Steady steady = SteadyState(f);
    for (std::size_t l = 0; l < Lanes; ++l) {
      s1[l] = static_cast<Value>(steady.s1) * first[l];
      s2[l] = static_cast<Value>(steady.s2) * first[l];
    }
  }

  void Push(std::array<Value, Lanes>& x) {
    for (std::size_t l = 0; l < Lanes; ++l) {
      const Value in = x[l];
      const Value out = b0 * in + s1[l];
      s1[l] = b1 * in - a1 * out + s2[l];
      s2[l] = b2 * in - a2 * out;
      x[l] = out;
    }
  }
};

/// Both directions over `[T][Lanes]`, with the odd reflection filtered but not kept.
template <typename Value, std::size_t Lanes>
void FilterBothWays(const Biquad& f, std::span<std::array<Value, Lanes>> x) {
  if (x.size() < 2) return;
  using Frame = std::array<Value, Lanes>;
  const std::size_t pad = std::min(kPadding, x.size() - 1);
  const std::size_t last = x.size() - 1;
  std::array<Frame, kPadding> before{};
  std::array<Frame, kPadding> after{};
  for (std::size_t k = 0; k < pad; ++k) {
    for (std::size_t l = 0; l < Lanes; ++l) {
      before[k][l] = 2 * x[0][l] - x[pad - k][l];
      after[k][l] = 2 * x[last][l] - x[last - 1 - k][l];
    }
  }
  Section<Value, Lanes> forward(f, before[0]);
  for (std::size_t k = 0; k < pad; ++k) forward.Push(before[k]);
  for (Frame& frame : x) forward.Push(frame);
  for (std::size_t k = 0; k < pad; ++k) forward.Push(after[k]);
  Section<Value, Lanes> backward(f, after[pad - 1]);
  for (std::size_t k = pad; k-- > 0;) backward.Push(after[k]);
  for (std::size_t i = x.size(); i-- > 0;) backward.Push(x[i]);
}

}  // namespace

Biquad LowPass(double cutoff_hz, double rate_hz) {
  const auto [cosine, alpha] = Prewarp(cutoff_hz, rate_hz);
  const double a0 = 1 + alpha;
  const double edge = (1 - cosine) / 2 / a0;
  return {edge, 2 * edge, edge, -2 * cosine / a0, (1 - alpha) / a0};
}

Biquad HighPass(double cutoff_hz, double rate_hz) {
  const auto [cosine, alpha] = Prewarp(cutoff_hz, rate_hz);
  const double a0 = 1 + alpha;
  const double edge = (1 + cosine) / 2 / a0;
  return {edge, -2 * edge, edge, -2 * cosine / a0, (1 - alpha) / a0};
}

Biquad Notch(double hz, double quality, double rate_hz) {
  const double w = 2 * std::numbers::pi * hz / rate_hz;
  const double gain = 1 / (1 + std::tan(w / quality / 2));
  return {gain, -2 * gain * std::cos(w), gain, -2 * gain * std::cos(w), 2 * gain - 1};
}

void FilterZeroPhase(const Biquad& section, std::span<double> x) {
  std::vector<std::array<double, 1>> lanes(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) lanes[i][0] = x[i];
  FilterBothWays<double, 1>(section, lanes);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = lanes[i][0];
}

void FilterZeroPhase(const Biquad& section, LeadFrames* frames) {
  FilterBothWays<float, kLeadCount>(section, *frames);
}

}  // namespace pecg
