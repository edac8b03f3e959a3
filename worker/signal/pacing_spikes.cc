#include "worker/signal/pacing_spikes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "worker/signal/condition.h"

namespace pecg {
namespace {

constexpr std::size_t kNear = 3;  // 6 ms: just outside of a needle and its filter's tails.
constexpr std::size_t kFar = 6;   // 12 ms: where a QRS complex has gone much further.
constexpr float kSmallestMv = 0.25F;
constexpr float kNeedleShare = 0.8F;

/// How high the middle stands over the chord between its neighbours `distance` away.
float Height(const LeadFrames& x, std::size_t i, std::size_t distance, std::size_t lead) {
  return x[i][lead] - 0.5F * (x[i - distance][lead] + x[i + distance][lead]);
}

int CountNeedles(const ConditionedEcg& ecg, std::size_t i) {
  int needles = 0;
  for (std::size_t l = 0; l < kLeadCount; ++l) {
    const float near = Height(ecg.frames, i, kNear, l);
    if (std::abs(near) < kSmallestMv || ecg.IsMasked(i, l)) continue;
    const float far = Height(ecg.frames, i, kFar, l);
    // Twice as far away it is no higher, and its sides are steep: half is gone after 4 ms.
    const float closest = Height(ecg.frames, i, 2, l);
    if (std::abs(near) >= kNeedleShare * std::abs(far) && near * far > 0 &&
        std::abs(closest) >= kNeedleShare * std::abs(near)) {
      ++needles;
    }
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
    const std::size_t begin = i - kNear;
    const std::size_t end = i + kNear;
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      const float left = ecg->frames[begin][l];
      const float slope = (ecg->frames[end][l] - left) / static_cast<float>(end - begin);
      for (std::size_t k = begin + 1; k < end; ++k) {
        ecg->frames[k][l] = left + slope * static_cast<float>(k - begin);
      }
    }
    i = end + kNear;
  }
  return spikes;
}

}  // namespace pecg
