#include "worker/signal/beat_classes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>

#include "worker/signal/order_statistics.h"
#include "worker/signal/zero_phase_filter.h"

namespace pecg {
namespace {

constexpr std::int64_t kCorrelationReach = 30;  // 60 ms.
constexpr std::int64_t kLargestLag = 12;        // 24 ms.
constexpr double kJoinCorrelation = 0.8;
constexpr std::size_t kMostShapes = 12;
constexpr std::int64_t kNeedleSamples = 10;  // 20 ms.
constexpr std::int64_t kNarrowSamples = 25;  // 50 ms.
constexpr std::int64_t kNeedleLead = 150;    // 300 ms.

/// A frame of zeros where the record has ended.
const LeadFrame& At(const LeadFrames& frames, std::int64_t i) {
  static constexpr LeadFrame kNothing{};
  if (i < 0 || i >= static_cast<std::int64_t>(frames.size())) return kNothing;
  return frames[static_cast<std::size_t>(i)];
}

float Dot(const LeadFrame& a, const LeadFrame& b) {
  float sum = 0;
  for (std::size_t l = 0; l < kLeadCount; ++l) sum += a[l] * b[l];
  return sum;
}

/// Every slope in units of its lead's scale.
LeadFrames Scaled(const LeadFrames& slopes, const LeadFrame& scale) {
  LeadFrames scaled = slopes;
  for (LeadFrame& frame : scaled) {
    for (std::size_t l = 0; l < kLeadCount; ++l) frame[l] *= scale[l];
  }
  return scaled;
}

/// A template under construction, middle at kCorrelationReach.
struct Template {
  std::array<LeadFrame, 2 * kCorrelationReach + 1> sum{};
  int count = 0;

  void Add(const LeadFrames& x, std::int64_t at) {
    for (std::int64_t k = -kCorrelationReach; k <= kCorrelationReach; ++k) {
      LeadFrame& target = sum[static_cast<std::size_t>(k + kCorrelationReach)];
      const LeadFrame& source = At(x, at + k);
      for (std::size_t l = 0; l < kLeadCount; ++l) target[l] += source[l];
    }
    ++count;
  }

  double Correlate(const LeadFrames& x, std::int64_t at) const {
    float product = 0;
    float own = 0;
    float other = 0;
    for (std::int64_t k = -kCorrelationReach; k <= kCorrelationReach; ++k) {
      const LeadFrame& mine = sum[static_cast<std::size_t>(k + kCorrelationReach)];
      const LeadFrame& theirs = At(x, at + k);
      product += Dot(mine, theirs);
      own += Dot(mine, mine);
      other += Dot(theirs, theirs);
    }
    const double norm = std::sqrt(static_cast<double>(own) * static_cast<double>(other));
    return norm > 0 ? static_cast<double>(product) / norm : 0;
  }
};

struct Match {
  std::int64_t at = 0;
  double correlation = -1;
};

/// The best lag: every other one first, then the neighbours of the best.
Match BestLag(const Template& shape, const LeadFrames& x, std::int64_t at) {
  Match best;
  const auto look = [&](std::int64_t position) {
    const double correlation = shape.Correlate(x, position);
    if (correlation > best.correlation) best = {position, correlation};
  };
  for (std::int64_t lag = -kLargestLag; lag <= kLargestLag; lag += 3) look(at + lag);
  const std::int64_t coarse = best.at;
  for (const std::int64_t lag : {-2, -1, 1, 2}) look(coarse + lag);
  return best;
}

/// Time from the first to the last slope above 15 % of the largest near `at`, working samples.
std::int64_t ActiveWidth(const LeadFrames& x, std::int64_t at) {
  constexpr std::int64_t kReach = 50;
  std::array<float, 2 * kReach + 1> energy{};
  for (std::int64_t k = -kReach; k <= kReach; ++k) {
    const LeadFrame& frame = At(x, at + k);
    energy[static_cast<std::size_t>(k + kReach)] = std::sqrt(Dot(frame, frame));
  }
  const float threshold = 0.15F * *std::ranges::max_element(energy);
  const auto is_active = [&](float value) { return value > threshold; };
  const auto first = std::ranges::find_if(energy, is_active) - energy.begin();
  const auto last = std::find_if(energy.rbegin(), energy.rend(), is_active) - energy.rbegin();
  return static_cast<std::int64_t>(energy.size()) - last - first;
}

/// Leaves out what is narrower than any QRS complex, and what is narrow and followed by a complex
/// over three times as wide within 300 ms: the artefact of an atrial pacemaker and its QRS.
std::vector<std::int64_t> WithoutNeedles(const std::vector<std::int64_t>& moments,
                                         const LeadFrames& x, std::vector<std::int64_t>* needles) {
  std::vector<std::int64_t> widths;
  widths.reserve(moments.size());
  for (const std::int64_t moment : moments) widths.push_back(ActiveWidth(x, moment));
  std::vector<std::int64_t> kept;
  for (std::size_t i = 0; i < moments.size(); ++i) {
    const bool has_wide_follower = i + 1 < moments.size() &&
                                   moments[i + 1] - moments[i] <= kNeedleLead &&
                                   3 * widths[i] < widths[i + 1];
    const bool is_needle =
        widths[i] < kNeedleSamples || (widths[i] <= kNarrowSamples && has_wide_follower);
    (is_needle ? *needles : kept).push_back(moments[i]);
  }
  return kept;
}

std::vector<AlignedBeat> Assign(const std::vector<std::int64_t>& moments, const LeadFrames& x,
                                std::vector<Template>* shapes) {
  std::vector<AlignedBeat> beats;
  for (const std::int64_t moment : moments) {
    AlignedBeat beat{moment, -1, -1, 0};
    for (std::size_t s = 0; s < shapes->size(); ++s) {
      const Match match = BestLag((*shapes)[s], x, moment);
      if (match.correlation > beat.correlation) {
        beat = {match.at, static_cast<int>(s), match.correlation, 0};
      }
    }
    if (beat.correlation < kJoinCorrelation && shapes->size() < kMostShapes) {
      beat = {moment, static_cast<int>(shapes->size()), 1, 0};
      shapes->emplace_back();
    }
    (*shapes)[static_cast<std::size_t>(beat.shape)].Add(x, beat.fiducial);
    beats.push_back(beat);
  }
  return beats;
}

/// Mean slopes of a shape's beats, each lead over the beats where it is to be believed.
LeadFrames MeanSlopes(const std::vector<AlignedBeat>& beats, int shape, const LeadFrames& slopes) {
  LeadFrames mean(2 * kShapeHalfWidth + 1, LeadFrame{});
  LeadFrame count{};
  for (const AlignedBeat& beat : beats) {
    if (beat.shape != shape) continue;
    LeadFrame believed{};
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      believed[l] = (beat.masked >> l & 1U) == 0 ? 1.0F : 0.0F;
      count[l] += believed[l];
    }
    for (std::int64_t k = -kShapeHalfWidth; k <= kShapeHalfWidth; ++k) {
      const LeadFrame& source = At(slopes, beat.fiducial + k);
      LeadFrame& target = mean[static_cast<std::size_t>(k + kShapeHalfWidth)];
      for (std::size_t l = 0; l < kLeadCount; ++l) target[l] += believed[l] * source[l];
    }
  }
  for (LeadFrame& frame : mean) {
    for (std::size_t l = 0; l < kLeadCount; ++l) frame[l] /= std::max(count[l], 1.0F);
  }
  return mean;
}

/// First sample going by `step` from `from` where `values` stays below `threshold` for `quiet`
/// samples; `limit` if nowhere.
std::int64_t FindQuiet(std::span<const float> values, std::int64_t from, std::int64_t step,
                       std::int64_t quiet, float threshold) {
  const auto count = static_cast<std::int64_t>(values.size());
  std::int64_t run = 0;
  std::int64_t i = from;
  for (; i >= 0 && i < count; i += step) {
    run = values[static_cast<std::size_t>(i)] < threshold ? run + 1 : 0;
    if (run == quiet) return i - step * (quiet - 1);
  }
  return i - step;
}

/// Length over the leads of the bend, the change of slope over 12 ms: large within a QRS complex and
/// where it passes into ST, small along ST and T however steep they are.
std::vector<float> Bends(const LeadFrames& slopes, const LeadFrame& weights, float lowest) {
  constexpr std::size_t kHalf = 3;
  std::vector<float> bends(slopes.size());
  for (std::size_t i = kHalf; i + kHalf < slopes.size(); ++i) {
    float sum = 0;
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      const float bend = slopes[i + kHalf][l] - slopes[i - kHalf][l];
      sum += weights[l] > lowest ? bend * bend : 0;
    }
    bends[i] = std::sqrt(sum);
  }
  return bends;
}

/// The end of the complex: going on from its last sharp bend, where bends stay small for 12 ms.
std::int64_t FindEnd(const std::vector<float>& bends, std::int64_t peak) {
  constexpr std::int64_t kReach = 70;
  // A bend is seen this long after its place, half of what it is taken over.
  constexpr std::int64_t kLag = 4;
  const auto count = static_cast<std::int64_t>(bends.size());
  const float largest = *std::max_element(bends.begin() + std::max<std::int64_t>(0, peak - 30),
                                          bends.begin() + std::min(count, peak + 31));
  std::vector<float> sorted = bends;
  const float noise = 2.5F * QuantileInPlace(sorted, 0.25);
  std::int64_t sharp = std::min(peak + kReach, count - 1);
  while (sharp > peak && bends[static_cast<std::size_t>(sharp)] < 0.2F * largest) --sharp;
  const float threshold = std::clamp(noise, 0.06F * largest, 0.14F * largest);
  return std::max(peak, FindQuiet(bends, sharp, 1, 6, threshold) - kLag);
}

/// `weights`: the leads'; noisy ones, under a third of the clearest, are left out.
void MarkShape(const LeadFrame& weights, BeatShape* shape) {
  const float lowest = *std::ranges::max_element(weights) / 3;
  const auto count = static_cast<std::int64_t>(shape->slopes.size());
  std::vector<float> length(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    float sum = 0;
    const LeadFrame& frame = shape->slopes[static_cast<std::size_t>(i)];
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      sum += weights[l] > lowest ? frame[l] * frame[l] : 0;
    }
    length[static_cast<std::size_t>(i)] = std::sqrt(sum);
  }
  const auto middle = length.begin() + kShapeHalfWidth;
  const auto top = std::max_element(middle - 40, middle + 41);
  std::vector<float> sorted = length;
  const float noise = 2.5F * QuantileInPlace(sorted, 0.25);
  const std::int64_t peak = top - length.begin();
  const float largest = *top;
  // Noise may not hide a third of the complex.
  const float onset_threshold = std::clamp(noise, 0.045F * largest, 0.12F * largest);
  shape->onset = FindQuiet(length, peak, -1, 5, onset_threshold) - kShapeHalfWidth;
  const std::int64_t by_bends = FindEnd(Bends(shape->slopes, weights, lowest), peak);
  // Slow last forces bend little: while slopes are steep and not those of a long ST, it goes on.
  const std::int64_t by_slopes = FindQuiet(length, by_bends, 1, 6, 0.1F * largest);
  constexpr std::int64_t kLongest = 14;
  shape->offset =
      (by_slopes - by_bends <= kLongest ? by_slopes : by_bends) - kShapeHalfWidth;
}

/// Numbers the shapes by how many beats they have.
void SortByCount(BeatShapes* result) {
  std::vector<int> order(result->shapes.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
  std::ranges::stable_sort(order, [&](int a, int b) {
    return result->shapes[static_cast<std::size_t>(a)].beat_count >
           result->shapes[static_cast<std::size_t>(b)].beat_count;
  });
  std::vector<int> rank(order.size());
  std::vector<BeatShape> sorted;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto old = static_cast<std::size_t>(order[i]);
    rank[old] = static_cast<int>(i);
    if (result->shapes[old].beat_count > 0) sorted.push_back(std::move(result->shapes[old]));
  }
  result->shapes = std::move(sorted);
  for (AlignedBeat& beat : result->beats) beat.shape = rank[static_cast<std::size_t>(beat.shape)];
}

double CorrelationWithDominant(const BeatShape& dominant, const BeatShape& shape,
                               const LeadFrame& scale) {
  Template own;
  own.Add(Scaled(dominant.slopes, scale), kShapeHalfWidth);
  return BestLag(own, Scaled(shape.slopes, scale), kShapeHalfWidth).correlation;
}

}  // namespace

LeadFrames SmoothQrs(const LeadFrames& frames) {
  LeadFrames smooth = frames;
  FilterZeroPhase(LowPass(60, kWorkingRateHz), &smooth);
  return smooth;
}

LeadFrames SlopesOf(const LeadFrames& smooth) {
  LeadFrames slopes(smooth.size(), LeadFrame{});
  for (std::size_t i = 1; i + 1 < smooth.size(); ++i) {
    for (std::size_t l = 0; l < kLeadCount; ++l) slopes[i][l] = smooth[i + 1][l] - smooth[i - 1][l];
  }
  return slopes;
}

BeatShapes SortBeats(const ConditionedEcg& ecg, const QrsDetection& detection,
                     const LeadFrames& slopes) {
  BeatShapes result;
  const LeadFrames scaled = Scaled(slopes, detection.lead_scales);
  std::vector<std::int64_t> moments = WithoutNeedles(detection.beats, scaled, &result.needles);
  if (moments.empty()) return result;
  // Twice: the first beats were compared with templates of few beats.
  std::vector<Template> shapes;
  const std::vector<AlignedBeat> first = Assign(moments, scaled, &shapes);
  for (std::size_t i = 0; i < moments.size(); ++i) moments[i] = first[i].fiducial;
  std::ranges::stable_sort(shapes, {}, [](const Template& shape) { return -shape.count; });
  std::erase_if(shapes, [](const Template& shape) { return shape.count < 2; });
  result.beats = Assign(moments, scaled, &shapes);
  for (AlignedBeat& beat : result.beats) {
    const auto at = static_cast<std::size_t>(
        std::clamp<std::int64_t>(beat.fiducial, 0, ecg.sample_count() - 1));
    beat.masked = ecg.masked[at];
  }
  result.shapes.resize(shapes.size());
  for (const AlignedBeat& beat : result.beats) {
    ++result.shapes[static_cast<std::size_t>(beat.shape)].beat_count;
  }
  SortByCount(&result);
  for (std::size_t s = 0; s < result.shapes.size(); ++s) {
    BeatShape& shape = result.shapes[s];
    shape.slopes = MeanSlopes(result.beats, static_cast<int>(s), slopes);
    shape.correlation =
        s == 0 ? 1 : CorrelationWithDominant(result.shapes[0], shape, detection.lead_scales);
    MarkShape(detection.lead_weights, &shape);
  }
  return result;
}

}  // namespace pecg
