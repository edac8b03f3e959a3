#include "worker/signal/pacing_spikes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "worker/signal/condition.h"

namespace pecg {
namespace {

constexpr std::size_t kNear = 3;  // 6 ms: just outside of a needle and its filter's tails.
constexpr std::size_t kFar = 10;  // 20 ms: where a QRS complex has gone much further.
constexpr float kSmallestMv = 0.25F;
constexpr float kNeedleShare = 0.8F;
constexpr float kQuietShare = 0.3F;

/// How high the middle stands over the chord between its neighbours `distance` away.
float Height(const LeadFrames& x, std::size_t i, std::size_t distance, std::size_t lead) {
  return x[i][lead] - 0.5F * (x[i - distance][lead] + x[i + distance][lead]);
}

/// A needle: steep on both sides, no higher over its wider surroundings, and the signal goes on
/// where it was, as quiet as it was.
bool IsNeedle(const LeadFrames& x, std::size_t i, std::size_t l) {
  const float near = Height(x, i, kNear, l);
  const float far = Height(x, i, kFar, l);
  const float size = std::abs(near);
  if (size < kSmallestMv || near * far <= 0 || size < kNeedleShare * std::abs(far)) return false;
  if (std::abs(Height(x, i, 2, l)) < kNeedleShare * size) return false;
  const float before = x[i - kNear][l];
  return std::abs(x[i + kNear][l] - before) < kQuietShare * size &&
         std::abs(x[i - kFar][l] - before) < kQuietShare * size;
}

int CountNeedles(const ConditionedEcg& ecg, std::size_t i) {
  int needles = 0;
  for (std::size_t l = 0; l < kLeadCount; ++l) {
    if (!ecg.IsMasked(i, l) && IsNeedle(ecg.frames, i, l)) ++needles;
  }
  return needles;
}

}  // namespace

std::vector<std::int64_t> TakeOutPacingSpikes(ConditionedEcg* ecg) {
  std::vector<std::int64_t> spikes;
  const int needed = std::min(2, ecg->leads.Count());
  if (needed == 0) return spikes;
  for (std::size_t i = kFar; i + kFar < ecg->frames.size(); ++i) {
    if (CountNeedles(*ecg, i) < needed) continue;
    spikes.push_back(static_cast<std::int64_t>(i));
    i += 2 * kNear;
  }
  // A pacemaker fires again and again; one or two needles are something else.
  constexpr std::size_t kFewest = 3;
  if (spikes.size() < kFewest) return {};
  for (const std::int64_t spike : spikes) {
    const std::size_t begin = static_cast<std::size_t>(spike) - kNear;
    const std::size_t end = begin + 2 * kNear;
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      const float left = ecg->frames[begin][l];
      const float slope = (ecg->frames[end][l] - left) / static_cast<float>(end - begin);
      for (std::size_t k = begin + 1; k < end; ++k) {
        ecg->frames[k][l] = left + slope * static_cast<float>(k - begin);
      }
    }
  }
  return spikes;
}

}  // namespace pecg
