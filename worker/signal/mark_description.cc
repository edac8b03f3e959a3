#include "worker/signal/mark_description.h"

#include <algorithm>
#include <cmath>

namespace pecg {
namespace {

/// Places lie this far apart, in units of the wave's width; kMarkPlaces of them, middle at the
/// mark.
constexpr std::array<double, kMarkCount> kStep = {1.0 / 18, 1.0 / 18, 1.0 / 18, 1.0 / 18, 1.0 / 11};
/// Slopes are shown as slope / (|slope| + share * largest): what decides is small.
constexpr std::array<float, kMarkCount> kSlopeShare = {0.15F, 0.15F, 0.05F, 0.05F, 0.15F};

/// One lead of frames read between samples; the ends go on.
class SmoothLead {
 public:
  SmoothLead(const LeadFrames& frames, std::size_t lead) : frames_(frames), lead_(lead) {}
  float At(double position) const {
    const double last = static_cast<double>(frames_.size()) - 1;
    const double inside = std::clamp(position, 0.0, last);
    const auto left = static_cast<std::size_t>(inside);
    const std::size_t right = std::min(left + 1, frames_.size() - 1);
    const auto u = static_cast<float>(inside - static_cast<double>(left));
    return frames_[left][lead_] * (1 - u) + frames_[right][lead_] * u;
  }

 private:
  const LeadFrames& frames_;
  std::size_t lead_;
};

}  // namespace

MarkSurroundings LookAround(Mark mark, std::size_t lead, const MarkPlace& place, double width) {
  const auto m = static_cast<std::size_t>(mark);
  const double step = kStep.at(m) * width;
  const SmoothLead x(*place.frames, lead);
  std::array<float, kMarkPlaces + 1> heights{};
  const double first = place.anchor - (static_cast<double>(kMarkPlaces) - 1) / 2 * step;
  for (std::size_t k = 0; k <= kMarkPlaces; ++k) {
    heights[k] = x.At(first + (static_cast<double>(k) - 0.5) * step);
  }
  const float level = x.At(place.own);
  const float sign = x.At(place.peak) >= level ? 1.0F : -1.0F;
  MarkSurroundings around;
  const auto [low, high] = std::ranges::minmax(heights);
  around.range_mv = high - low;
  const float scale = sign / std::max(around.range_mv, 1e-6F);
  float steepest = 1e-6F;
  for (std::size_t k = 0; k < kMarkPlaces; ++k) {
    around.slopes[k] = sign * (heights[k + 1] - heights[k]);
    steepest = std::max(steepest, std::abs(around.slopes[k]));
    around.heights[k] = scale * (0.5F * (heights[k] + heights[k + 1]) - level);
  }
  const float small = kSlopeShare.at(m) * steepest;
  for (float& slope : around.slopes) slope /= small + std::abs(slope);
  const auto in_widths = [&](double samples) {
    return static_cast<float>(std::clamp(samples / width, -2.0, 2.0));
  };
  around.own = in_widths(place.own - place.anchor);
  around.peak = in_widths(place.peak - place.anchor);
  return around;
}

MarkInputs DescribeMark(std::size_t lead, const MarkSurroundings& beat,
                        const MarkSurroundings& typical, double width, float noise, float share) {
  MarkInputs inputs{};
  auto next = std::ranges::copy(beat.slopes, inputs.begin()).out;
  next = std::ranges::copy(typical.slopes, next).out;
  next = std::ranges::copy(beat.heights, next).out;
  *next++ = beat.own;
  *next++ = typical.own;
  *next++ = beat.peak;
  *next++ = typical.peak;
  const auto log_of = [](float x) { return std::log(std::clamp(x, 1e-4F, 10.0F)); };
  *next++ = 0.3F * log_of(noise / std::max(beat.range_mv, 1e-5F));
  *next++ = 0.5F * log_of(beat.range_mv / std::max(typical.range_mv, 1e-5F));
  *next++ = 0.5F * log_of(share);
  *next++ = 0.02F * static_cast<float>(width) - 1;
  next[static_cast<std::ptrdiff_t>(lead)] = 1;
  return inputs;
}

}  // namespace pecg
