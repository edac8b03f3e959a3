#include "worker/train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace pecg {
namespace {

constexpr double kStartDivisor = 25;
constexpr double kFinalDivisor = 1e4;

/// `from` at fraction 0, `to` at fraction 1, level at both ends.
double CosineRamp(double from, double to, double fraction) {
  return to + (from - to) / 2 * (1 + std::cos(std::numbers::pi * fraction));
}

}  // namespace

OneCycle::OneCycle(double peak, std::int64_t step_count, double warmup_fraction)
    : peak_(peak),
      last_step_(static_cast<double>(step_count - 1)),
      warmup_end_(
          std::clamp(warmup_fraction * static_cast<double>(step_count) - 1, 0.0, last_step_)) {}

double OneCycle::At(std::int64_t step) const {
  const auto position = static_cast<double>(step);
  const double start = peak_ / kStartDivisor;
  if (position < warmup_end_) return CosineRamp(start, peak_, position / warmup_end_);
  if (last_step_ <= warmup_end_) return peak_;
  return CosineRamp(peak_, start / kFinalDivisor,
                    (position - warmup_end_) / (last_step_ - warmup_end_));
}

}  // namespace pecg
