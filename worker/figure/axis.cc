#include "worker/figure/axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace pecg {
namespace {

/// The round number (1, 2 or 5 times a power of ten) next above `rough`, which is positive.
double RoundUp(double rough) {
  const double magnitude = std::pow(10.0, std::floor(std::log10(rough)));
  const double lead = rough / magnitude;
  for (const double round : {1.0, 2.0, 5.0}) {
    if (lead <= round * (1 + 1e-9)) return round * magnitude;
  }
  return 10 * magnitude;
}

std::string GroupThousands(double value) {
  std::string digits = fmt::format("{:.0f}", std::abs(value));
  for (std::ptrdiff_t i = std::ssize(digits) - 3; i > 0; i -= 3) {
    digits.insert(static_cast<std::size_t>(i), 1, ',');
  }
  return value < 0 ? "-" + digits : digits;
}

}  // namespace

LinearAxis::LinearAxis(double lowest, double highest, double start, double end, int mark_count)
    : start_(start), end_(end) {
  if (!std::isfinite(lowest)) lowest = std::isfinite(highest) ? highest - 1 : 0;
  if (!std::isfinite(highest)) highest = lowest + 1;
  if (highest <= lowest) {
    lowest -= 0.5;
    highest = lowest + 1;
  }
  step_ = RoundUp((highest - lowest) / std::max(1, mark_count));
  const double first = std::floor(lowest / step_ + 1e-9);
  const double last = std::ceil(highest / step_ - 1e-9);
  lowest_ = first * step_;
  highest_ = last * step_;
  const auto count = static_cast<int>(std::lround(last - first)) + 1;
  for (int i = 0; i < count; ++i) marks_.push_back((first + i) * step_);
}

double LinearAxis::Position(double value) const {
  const double share = std::clamp((value - lowest_) / (highest_ - lowest_), 0.0, 1.0);
  return start_ + share * (end_ - start_);
}

std::string LinearAxis::MarkText(double mark) const {
  if (step_ >= 1) return GroupThousands(mark);
  const int decimals = static_cast<int>(std::ceil(-std::log10(step_) - 1e-9));
  const std::string text = fmt::format("{:.{}f}", mark, decimals);
  return std::abs(mark) < step_ / 2 ? fmt::format("{:.{}f}", 0.0, decimals) : text;
}

std::string FormatFigure(double value) {
  if (std::isnan(value)) return "-";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  if (std::abs(value) < 1e15 && value == std::floor(value)) return GroupThousands(value);
  if (std::abs(value) >= 1000) return GroupThousands(std::round(value));
  if (std::abs(value) < 1e-3) return fmt::format("{:.2e}", value);
  const int magnitude = static_cast<int>(std::floor(std::log10(std::abs(value))));
  return fmt::format("{:.{}f}", value, std::max(0, 2 - magnitude));
}

}  // namespace pecg
