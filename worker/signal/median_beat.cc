#include "worker/signal/median_beat.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "worker/signal/order_statistics.h"

namespace pecg {
namespace {

constexpr std::size_t kMostBeats = 15;

struct Knot {
  std::int64_t at;
  LeadFrame level;
};

std::vector<Knot> FindKnots(const ConditionedEcg& ecg, const BeatShapes& beats) {
  std::vector<Knot> knots;
  for (const AlignedBeat& beat : beats.beats) {
    const std::int64_t onset =
        beat.fiducial + beats.shapes[static_cast<std::size_t>(beat.shape)].onset;
    const std::int64_t begin = onset - 10;
    const std::int64_t end = onset - 2;
    if (begin < 0 || end > ecg.sample_count()) continue;
    if (!knots.empty() && begin - knots.back().at < 50) continue;
    Knot knot{(begin + end) / 2, {}};
    for (std::int64_t i = begin; i < end; ++i) {
      const LeadFrame& frame = ecg.frames[static_cast<std::size_t>(i)];
      for (std::size_t l = 0; l < kLeadCount; ++l) {
        knot.level[l] += frame[l] / static_cast<float>(end - begin);
      }
    }
    knots.push_back(knot);
  }
  return knots;
}

/// Where a lead is masked at a knot its neighbour's level is taken.
void FillMaskedKnots(const ConditionedEcg& ecg, std::vector<Knot>* knots) {
  const auto is_masked = [&](const Knot& knot, std::size_t l) {
    return ecg.IsMasked(static_cast<std::size_t>(knot.at), l);
  };
  for (std::size_t l = 0; l < kLeadCount; ++l) {
    for (std::size_t k = 1; k < knots->size(); ++k) {
      if (is_masked((*knots)[k], l)) (*knots)[k].level[l] = (*knots)[k - 1].level[l];
    }
    for (std::size_t k = knots->size(); k-- > 1;) {
      if (is_masked((*knots)[k - 1], l)) (*knots)[k - 1].level[l] = (*knots)[k].level[l];
    }
  }
}

/// Subtracts between two knots the cubic with slopes `left` and `right` (mV per sample) there.
void SubtractCubic(const Knot& from, const Knot& to, const LeadFrame& left, const LeadFrame& right,
                   LeadFrames* frames) {
  const auto length = static_cast<float>(to.at - from.at);
  for (std::int64_t i = from.at; i < to.at; ++i) {
    const float u = static_cast<float>(i - from.at) / length;
    const float h01 = u * u * (3 - 2 * u);
    const float h10 = u * (1 - u) * (1 - u) * length;
    const float h11 = u * u * (u - 1) * length;
    LeadFrame& frame = (*frames)[static_cast<std::size_t>(i)];
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      frame[l] -= (1 - h01) * from.level[l] + h01 * to.level[l] + h10 * left[l] + h11 * right[l];
    }
  }
}

LeadFrame SlopeAt(const std::vector<Knot>& knots, std::size_t k) {
  LeadFrame slope{};
  if (k == 0 || k + 1 == knots.size()) return slope;
  const auto length = static_cast<float>(knots[k + 1].at - knots[k - 1].at);
  for (std::size_t l = 0; l < kLeadCount; ++l) {
    slope[l] = (knots[k + 1].level[l] - knots[k - 1].level[l]) / length;
  }
  return slope;
}

void SubtractConstant(const LeadFrame& level, std::int64_t begin, std::int64_t end,
                      LeadFrames* frames) {
  for (std::int64_t i = begin; i < end; ++i) {
    LeadFrame& frame = (*frames)[static_cast<std::size_t>(i)];
    for (std::size_t l = 0; l < kLeadCount; ++l) frame[l] -= level[l];
  }
}

double MedianRr(const BeatShapes& beats) {
  std::vector<double> intervals;
  for (std::size_t i = 1; i < beats.beats.size(); ++i) {
    intervals.push_back(1000 / kWorkingRateHz *
                        static_cast<double>(beats.beats[i].fiducial - beats.beats[i - 1].fiducial));
  }
  return intervals.empty() ? 1000 : MedianInPlace(intervals);
}

/// The dominant shape's beats that go into the typical one, at most kMostBeats.
std::vector<AlignedBeat> ChooseBeats(const BeatShapes& beats, double rr_ms, std::int64_t before,
                                     std::int64_t after, std::int64_t count) {
  std::vector<double> correlations;
  for (const AlignedBeat& beat : beats.beats) {
    if (beat.shape == 0) correlations.push_back(beat.correlation);
  }
  const double lowest = std::max(0.8, MedianInPlace(correlations) - 0.15);
  std::vector<AlignedBeat> all;
  std::vector<AlignedBeat> chosen;
  for (std::size_t i = 0; i < beats.beats.size(); ++i) {
    const AlignedBeat& beat = beats.beats[i];
    if (beat.shape != 0 || beat.fiducial < before || beat.fiducial + after >= count) continue;
    all.push_back(beat);
    const double rr = i == 0 ? rr_ms
                             : 1000 / kWorkingRateHz *
                                   static_cast<double>(beat.fiducial - beats.beats[i - 1].fiducial);
    if (beat.correlation >= lowest && rr >= 0.8 * rr_ms) chosen.push_back(beat);
  }
  if (chosen.size() * 3 < all.size()) chosen = all;
  if (chosen.size() <= kMostBeats) return chosen;
  std::vector<AlignedBeat> spread;
  for (std::size_t k = 0; k < kMostBeats; ++k) {
    spread.push_back(chosen[k * chosen.size() / kMostBeats]);
  }
  return spread;
}

/// Medians over the beats for all leads at once: the frames are sorted up to the middle, each lead
/// for itself, by exchanging larger for smaller.
void TakeMedians(const LeadFrames& level, const std::vector<AlignedBeat>& beats,
                 std::int64_t before, LeadFrames* out) {
  std::array<LeadFrame, kMostBeats> sorted{};
  const std::size_t count = beats.size();
  const std::size_t middle = count / 2;
  for (std::size_t i = 0; i < out->size(); ++i) {
    for (std::size_t b = 0; b < count; ++b) {
      sorted[b] = level[static_cast<std::size_t>(beats[b].fiducial - before) + i];
    }
    for (std::size_t a = 0; a <= middle; ++a) {
      for (std::size_t b = a + 1; b < count; ++b) {
        for (std::size_t l = 0; l < kLeadCount; ++l) {
          const float low = std::min(sorted[a][l], sorted[b][l]);
          sorted[b][l] = std::max(sorted[a][l], sorted[b][l]);
          sorted[a][l] = low;
        }
      }
    }
    (*out)[i] = sorted[middle];
    if (count % 2 == 1) continue;
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      (*out)[i][l] = (sorted[middle - 1][l] + sorted[middle][l]) / 2;
    }
  }
}

/// The same for one lead, over the beats where it is to be believed.
void TakeMedians(const LeadFrames& level, const std::vector<AlignedBeat>& beats,
                 std::int64_t before, std::size_t lead, LeadFrames* out) {
  std::vector<std::int64_t> starts;
  for (const AlignedBeat& beat : beats) {
    if ((beat.masked >> lead & 1U) == 0) starts.push_back(beat.fiducial - before);
  }
  std::vector<float> values;
  for (std::size_t i = 0; i < out->size(); ++i) {
    values.clear();
    for (const std::int64_t start : starts) {
      values.push_back(level[static_cast<std::size_t>(start) + i][lead]);
    }
    (*out)[i][lead] = values.empty() ? 0 : MedianInPlace(values);
  }
}

}  // namespace

LeadFrames LevelBaseline(const ConditionedEcg& ecg, const BeatShapes& beats) {
  LeadFrames level = ecg.frames;
  std::vector<Knot> knots = FindKnots(ecg, beats);
  if (knots.empty()) return level;
  FillMaskedKnots(ecg, &knots);
  SubtractConstant(knots.front().level, 0, knots.front().at, &level);
  for (std::size_t k = 0; k + 1 < knots.size(); ++k) {
    SubtractCubic(knots[k], knots[k + 1], SlopeAt(knots, k), SlopeAt(knots, k + 1), &level);
  }
  SubtractConstant(knots.back().level, knots.back().at, ecg.sample_count(), &level);
  return level;
}

TypicalBeat MakeTypicalBeat(const LeadFrames& level, const ConditionedEcg& ecg,
                            const BeatShapes& beats) {
  TypicalBeat typical;
  typical.rr_ms = MedianRr(beats);
  if (beats.beats.empty()) return typical;
  const auto samples = [](double ms) {
    return static_cast<std::int64_t>(ms * kWorkingRateHz / 1000);
  };
  const std::int64_t before = samples(std::min(0.45 * typical.rr_ms, 400.0));
  const std::int64_t after = samples(std::min(0.72 * typical.rr_ms, 640.0));
  const std::vector<AlignedBeat> chosen =
      ChooseBeats(beats, typical.rr_ms, before, after, ecg.sample_count());
  if (chosen.empty()) return typical;
  typical.fiducial = before;
  typical.beat_count = static_cast<int>(chosen.size());
  typical.frames.assign(static_cast<std::size_t>(before + after + 1), LeadFrame{});
  unsigned any_masked = 0;
  for (const AlignedBeat& beat : chosen) any_masked |= beat.masked;
  TakeMedians(level, chosen, before, &typical.frames);
  for (std::size_t l = 0; l < kLeadCount; ++l) {
    if ((any_masked >> l & 1U) != 0) TakeMedians(level, chosen, before, l, &typical.frames);
  }
  return typical;
}

}  // namespace pecg
