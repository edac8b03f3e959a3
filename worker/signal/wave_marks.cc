#include "worker/signal/wave_marks.h"

#include <array>
#include <cmath>
#include <vector>

namespace pecg {
namespace {

/// A T wave's peak lies later than this part of the usual QT interval.
constexpr double kEarlyShareOfQt = 0.55;
/// And seldom later than this.
constexpr double kLateShareOfQt = 0.95;
/// A T wave beside a deviated ST segment or a P wave is at least this part of it.
constexpr float kSmallerTShare = 0.06F;
/// Length of the vector of all leads below which there is no T wave.
constexpr float kSmallestTMv = 0.06F;
/// Squared heights from this share on are alike.
constexpr float kAlikeShare = 0.7F;

/// Goes from the peak of a wave down one flank: over its steepest fall before `limit` to where the
/// fall has come down to `share` of it.
std::int64_t FindFlankEnd(const LeadView& x, float sign, std::int64_t peak, std::int64_t step,
                          std::int64_t limit, float share) {
  const auto fall_at = [&](std::int64_t i) {
    return -sign * static_cast<float>(step) * x.Slope(i);
  };
  const auto is_inside = [&](std::int64_t i) { return step > 0 ? i < limit : i > limit; };
  std::int64_t steepest = peak;
  float largest = 0;
  for (std::int64_t i = peak; is_inside(i); i += step) {
    if (fall_at(i) <= largest) continue;
    largest = fall_at(i);
    steepest = i;
  }
  std::int64_t i = steepest;
  while (is_inside(i) && fall_at(i) > share * largest) i += step;
  return i;
}

/// Where the signal turns back by a good part of T's fall something else begins: the lowest place
/// before it, `horizon` if there is none.
std::int64_t FindTurn(const LeadView& x, float sign, std::int64_t peak, std::int64_t horizon) {
  std::int64_t lowest = peak;
  for (std::int64_t i = peak; i < horizon; ++i) {
    if (sign * x[i] < sign * x[lowest]) lowest = i;
    const float fall = sign * (x[peak] - x[lowest]);
    if (sign * (x[i] - x[lowest]) > 0.3F * fall && i - peak > WorkingSamples(40)) break;
  }
  return lowest > peak + WorkingSamples(30) ? lowest : horizon;
}

/// Goes from `peak` over the largest of `slope` within `reach` to where it has come down to a
/// fifth.
std::int64_t FindSlopeEnd(const std::vector<float>& slope, std::int64_t peak, int step,
                          std::int64_t reach) {
  const auto at = [&](std::int64_t i) { return slope[static_cast<std::size_t>(i)]; };
  const std::int64_t last = step > 0 ? static_cast<std::int64_t>(slope.size()) - 1 : 0;
  const std::int64_t limit = step > 0 ? std::min(last, peak + reach) : std::max(last, peak - reach);
  std::int64_t steepest = peak;
  for (std::int64_t i = peak; i != limit; i += step) {
    if (at(i) > at(steepest)) steepest = i;
  }
  std::int64_t i = steepest;
  while (i != last && at(i) > 0.2F * at(steepest)) i += step;
  return i;
}

}  // namespace

// --- QRS ---------------------------------------------------------------------------------------

std::optional<WaveMarks> MarkQrs(const WaveSignals& signals, const LeadFrame& noise,
                                 const BeatPlan& plan, std::size_t lead) {
  const LeadView slope(signals.qrs_slope, lead);
  const LeadView level(signals.level, lead);
  const std::int64_t begin = std::max(plan.qrs_onset - WorkingSamples(30), plan.earliest);
  const std::int64_t end = std::min(plan.qrs_offset + WorkingSamples(40), plan.latest);
  float largest = 0;
  for (std::int64_t i = plan.qrs_onset; i <= plan.qrs_offset; ++i) {
    largest = std::max(largest, std::abs(slope[i]));
  }
  if (!(largest > 0)) return std::nullopt;
  WaveMarks marks;
  const float significant = 0.25F * largest;
  const float threshold = std::clamp(3 * noise[lead], 0.06F * largest, 0.15F * largest);
  std::int64_t first = plan.qrs_onset;
  while (first < plan.qrs_offset && std::abs(slope[first]) < significant) ++first;
  std::int64_t onset = first;
  while (onset > begin &&
         !(std::abs(slope[onset]) < threshold && std::abs(slope[onset - 1]) < threshold)) {
    --onset;
  }
  std::int64_t last = plan.qrs_offset;
  while (last > plan.qrs_onset && std::abs(slope[last]) < significant) --last;
  std::int64_t offset = last;
  while (offset < end &&
         !(std::abs(slope[offset]) < threshold && std::abs(slope[offset + 1]) < threshold)) {
    ++offset;
  }
  const float base = level[onset];
  float highest = -1;
  for (std::int64_t i = onset; i <= offset; ++i) {
    const float height = std::abs(level[i] - base);
    if (height > highest) {
      highest = height;
      marks.peak = i;
    }
  }
  marks.onset = onset;
  marks.offset = offset;
  marks.confidence = std::clamp(1 - 4 * noise[lead] / largest, 0.0F, 1.0F);
  return marks;
}

// --- T -----------------------------------------------------------------------------------------

std::optional<std::int64_t> FindGlobalT(const WaveSignals& signals, const LeadFrame& weights,
                                        const BeatPlan& plan) {
  const std::int64_t begin = plan.qrs_offset + WorkingSamples(50);
  const std::int64_t end =
      std::min(plan.latest, plan.fiducial + WorkingSamples(std::min(0.65 * plan.rr_ms, 560.0)));
  const auto length = [&](std::int64_t i) {
    const LeadFrame& frame = signals.t_smooth[static_cast<std::size_t>(i)];
    float sum = 0;
    for (std::size_t l = 0; l < kLeadCount; ++l) sum += weights[l] * frame[l] * frame[l];
    return std::sqrt(sum);
  };
  struct Hump {
    std::int64_t at;
    float height;
  };
  std::vector<Hump> humps;
  for (std::int64_t i = std::max<std::int64_t>(begin, 1); i + 1 < end; ++i) {
    const float here = length(i);
    if (here >= length(i - 1) && here > length(i + 1)) humps.push_back({i, here});
  }
  if (humps.empty()) return std::nullopt;
  const auto by_height = [](const Hump& a, const Hump& b) { return a.height < b.height; };
  auto highest = std::max_element(humps.begin(), humps.end(), by_height);
  const auto is_t_beside = [&](const Hump& hump) {
    return hump.height >= kSmallestTMv && hump.height >= kSmallerTShare * highest->height;
  };
  const double usual_qt_ms = 400 * std::sqrt(plan.rr_ms / 1000);
  const std::int64_t early = plan.qrs_onset + WorkingSamples(kEarlyShareOfQt * usual_qt_ms);
  const std::int64_t late = plan.qrs_onset + WorkingSamples(kLateShareOfQt * usual_qt_ms);
  if (highest->at < early) {
    // A hump this early is a deviated ST segment; the T wave, if smaller, comes after it.
    const auto later = std::max_element(highest + 1, humps.end(), by_height);
    if (later != humps.end() && is_t_beside(*later)) highest = later;
  } else if (highest->at > late) {
    // A hump this late is a P wave on its own if a T wave stands before it.
    const auto first = std::ranges::find_if(humps, [&](const Hump& h) { return h.at >= early; });
    const auto before = std::max_element(first, highest, by_height);
    if (before != highest && is_t_beside(*before)) highest = before;
  }
  if (highest->height < kSmallestTMv) return std::nullopt;
  return highest->at;
}

std::optional<WaveMarks> MarkT(const WaveSignals& signals, const LeadFrame& noise,
                               const BeatPlan& plan, std::int64_t global_peak, std::size_t lead) {
  const LeadView x(signals.t_smooth, lead);
  const std::int64_t reach = WorkingSamples(std::clamp(0.11 * plan.rr_ms, 40.0, 90.0));
  const std::int64_t begin = std::max(global_peak - reach, plan.qrs_offset + WorkingSamples(30));
  const std::int64_t end = std::min(global_peak + reach, plan.latest - WorkingSamples(30));
  if (end <= begin) return std::nullopt;
  const std::int64_t horizon = std::min(
      plan.latest, global_peak + WorkingSamples(std::clamp(0.28 * plan.rr_ms, 80.0, 220.0)));
  const float start_level = x[plan.qrs_offset + WorkingSamples(20)];
  const float end_level = x[horizon];
  const auto line = [&](std::int64_t i) {
    const float u = static_cast<float>(i - plan.qrs_offset) /
                    static_cast<float>(std::max<std::int64_t>(1, horizon - plan.qrs_offset));
    return start_level + (end_level - start_level) * u;
  };
  WaveMarks marks;
  float highest = -1;
  for (std::int64_t i = begin; i <= end; ++i) {
    const float height = std::abs(x[i] - line(i));
    if (height > highest) {
      highest = height;
      marks.peak = i;
    }
  }
  const float sign = x[marks.peak] > line(marks.peak) ? 1.0F : -1.0F;
  // To the nearest true extreme.
  while (marks.peak < end && sign * x.Slope(marks.peak) > 0) ++marks.peak;
  while (marks.peak > begin && sign * x.Slope(marks.peak) < 0) --marks.peak;
  const std::int64_t turn = FindTurn(x, sign, marks.peak, horizon);
  marks.offset = FindFlankEnd(x, sign, marks.peak, 1, turn, 0.2F);
  marks.onset = FindFlankEnd(x, sign, marks.peak, -1, plan.qrs_offset, 0.25F);
  marks.confidence = highest / (highest + 8 * noise[lead] + 1e-9F);
  return marks;
}

// --- P -----------------------------------------------------------------------------------------

std::optional<WaveSpan> FindGlobalP(const WaveSignals& signals, const LeadFrame& weights,
                                    const BeatPlan& plan, std::int64_t search_begin) {
  const std::int64_t end = plan.qrs_onset - WorkingSamples(6);
  if (end - search_begin < WorkingSamples(30)) return std::nullopt;
  // The peak lies in the search; the wave may begin before it.
  const std::int64_t begin = std::max<std::int64_t>(1, search_begin - WorkingSamples(30));
  const auto count = static_cast<std::size_t>(end - begin + 1);
  std::vector<float> slope(count);
  std::vector<float> height(count);
  const auto frame = [&](std::int64_t i) -> const LeadFrame& {
    return signals.p_smooth[static_cast<std::size_t>(
        std::clamp<std::int64_t>(i, 0, static_cast<std::int64_t>(signals.p_smooth.size()) - 1))];
  };
  for (std::size_t k = 0; k < count; ++k) {
    const std::int64_t i = begin + static_cast<std::int64_t>(k);
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      const float d = frame(i + 1)[l] - frame(i - 1)[l];
      // Height over both sides 50 ms away: what is broader than a P wave hardly counts, a slope or
      // its foot not at all.
      const float left = frame(i)[l] - frame(i - 25)[l];
      const float right = frame(i)[l] - frame(i + 25)[l];
      const float h = left * right > 0 ? std::min(std::abs(left), std::abs(right)) : 0;
      slope[k] += weights[l] * d * d;
      height[k] += weights[l] * h * h;
    }
    slope[k] = std::sqrt(slope[k]);
  }
  std::optional<std::size_t> peak;
  float highest = 0;
  for (auto k = static_cast<std::size_t>(search_begin - begin) + 1; k + 1 < count; ++k) {
    if (!(height[k] >= height[k - 1] && height[k] > height[k + 1])) continue;
    // Between T and P the valley stands out as well: of two alike the later one is the wave.
    if (peak && height[k] < kAlikeShare * highest) continue;
    peak = k;
    highest = std::max(highest, height[k]);
  }
  if (!peak) return std::nullopt;
  // A fast heart's P wave is short, and T is near.
  const std::int64_t reach = WorkingSamples(std::clamp(0.13 * plan.rr_ms, 35.0, 70.0));
  const auto at = static_cast<std::int64_t>(*peak);
  return WaveSpan{begin + FindSlopeEnd(slope, at, -1, reach), begin + at,
                  begin + FindSlopeEnd(slope, at, 1, reach)};
}

std::optional<WaveMarks> MarkP(const WaveSignals& signals, const LeadFrame& noise,
                               const WaveSpan& span, std::int64_t latest, std::size_t lead) {
  const LeadView x(signals.p_smooth, lead);
  const std::int64_t begin = span.begin - WorkingSamples(16);
  const std::int64_t end = std::min(span.end + WorkingSamples(16), latest);
  if (end - begin < WorkingSamples(30)) return std::nullopt;
  const auto line = [&](std::int64_t i) {
    return x[begin] +
           (x[end] - x[begin]) * static_cast<float>(i - begin) / static_cast<float>(end - begin);
  };
  WaveMarks marks;
  float highest = -1;
  for (std::int64_t i = begin; i <= end; ++i) {
    const float height = std::abs(x[i] - line(i));
    if (height > highest) {
      highest = height;
      marks.peak = i;
    }
  }
  float largest = 0;
  for (std::int64_t i = begin; i <= end; ++i) largest = std::max(largest, std::abs(x.Slope(i)));
  const float significant = 0.5F * largest;
  const float threshold = 0.2F * largest;
  std::int64_t onset = begin;
  while (onset < marks.peak && std::abs(x.Slope(onset)) < significant) ++onset;
  while (onset > begin && std::abs(x.Slope(onset)) > threshold) --onset;
  std::int64_t offset = end;
  while (offset > marks.peak && std::abs(x.Slope(offset)) < significant) --offset;
  while (offset < end && std::abs(x.Slope(offset)) > threshold) ++offset;
  marks.onset = onset;
  marks.offset = offset;
  marks.confidence = highest / (highest + 4 * noise[lead] + 1e-9F);
  return marks;
}

PMatch MatchP(const LeadFrames& typical, const WaveSpan& span, const LeadFrames& x,
              std::int64_t shift, const LeadFrame& weights, std::int64_t reach) {
  PMatch best;
  const auto count = static_cast<std::int64_t>(x.size());
  // A long search goes in steps of 8 ms, which a P wave hardly notices.
  const std::int64_t step = reach > WorkingSamples(60) ? 4 : 2;
  for (std::int64_t lag = -reach; lag <= reach; lag += step) {
    float product = 0;
    float own = 0;
    float other = 0;
    if (span.begin + shift + lag < 3 || span.end + shift + lag + 3 >= count) continue;
    for (std::int64_t i = span.begin; i <= span.end; i += 2) {
      const LeadFrame& a0 = typical[static_cast<std::size_t>(std::max<std::int64_t>(i - 2, 0))];
      const LeadFrame& a1 = typical[static_cast<std::size_t>(i + 2)];
      const LeadFrame& b0 = x[static_cast<std::size_t>(i + shift + lag - 2)];
      const LeadFrame& b1 = x[static_cast<std::size_t>(i + shift + lag + 2)];
      for (std::size_t l = 0; l < kLeadCount; ++l) {
        const float a = a1[l] - a0[l];
        const float b = b1[l] - b0[l];
        product += weights[l] * a * b;
        own += weights[l] * a * a;
        other += weights[l] * b * b;
      }
    }
    const double norm = std::sqrt(static_cast<double>(own) * static_cast<double>(other));
    const double correlation = norm > 0 ? static_cast<double>(product) / norm : 0;
    if (correlation > best.correlation) {
      best = {correlation, lag, own > 0 ? std::sqrt(static_cast<double>(other / own)) : 0};
    }
  }
  return best;
}

}  // namespace pecg
