#include "worker/signal/qrs_detector.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "worker/signal/order_statistics.h"
#include "worker/signal/zero_phase_filter.h"

namespace pecg {
namespace {

constexpr std::int64_t Samples(double seconds) {
  return static_cast<std::int64_t>(seconds * kWorkingRateHz + 0.5);
}

constexpr std::int64_t kRefractory = Samples(0.18);
constexpr std::int64_t kTwin = Samples(0.36);
constexpr float kTwinShare = 0.6F;
constexpr std::int64_t kEnergyWidth = Samples(0.06);
constexpr std::int64_t kScaleWindow = Samples(1.5);
constexpr float kThresholdShare = 0.38F;
constexpr float kLowestThreshold = 0.18F;
constexpr double kSearchBackRatio = 1.55;
constexpr float kSearchBackShare = 0.45F;
/// A quiet lead's typical QRS slope is this many times its median slope.
constexpr float kClearContrast = 15;

/// RMS of the slope over kEnergyWidth, every lead, `[T][12]`.
LeadFrames SlopeEnergy(const ConditionedEcg& ecg) {
  LeadFrames band = ecg.frames;
  FilterZeroPhase(HighPass(6, kWorkingRateHz), &band);
  FilterZeroPhase(LowPass(40, kWorkingRateHz), &band);
  const std::size_t count = band.size();
  LeadFrames square(count, LeadFrame{});
  for (std::size_t i = 1; i + 1 < count; ++i) {
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      const float slope = band[i + 1][l] - band[i - 1][l];
      square[i][l] = slope * slope;
    }
  }
  // A running sum in single precision would drift after a large artefact, hence double.
  std::array<double, kLeadCount> sum{};
  constexpr std::size_t kHalf = kEnergyWidth / 2;
  LeadFrames energy(count, LeadFrame{});
  for (std::size_t i = 0; i < count + kHalf; ++i) {
    if (i < count) {
      for (std::size_t l = 0; l < kLeadCount; ++l) sum[l] += static_cast<double>(square[i][l]);
    }
    if (i > 2 * kHalf) {
      for (std::size_t l = 0; l < kLeadCount; ++l) {
        sum[l] -= static_cast<double>(square[i - 2 * kHalf - 1][l]);
      }
    }
    if (i < kHalf) continue;
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      energy[i - kHalf][l] = std::sqrt(static_cast<float>(std::max(sum[l], 0.0)));
    }
  }
  return energy;
}

/// One lead's typical QRS slope and its weight.
struct LeadScale {
  float typical = 0;
  float weight = 0;
};

LeadScale ScaleOf(const ConditionedEcg& ecg, const LeadFrames& energy, std::size_t lead) {
  std::vector<float> maxima;
  std::vector<float> all;
  all.reserve(energy.size() / 4 + 1);
  const auto window = static_cast<std::size_t>(kScaleWindow);
  for (std::size_t begin = 0; begin < energy.size(); begin += window) {
    const std::size_t end = std::min(begin + window, energy.size());
    if (end - begin < window / 2 && begin > 0) break;
    float largest = 0;
    for (std::size_t i = begin; i < end; i += 2) {
      if (ecg.IsMasked(i, lead)) continue;
      largest = std::max(largest, energy[i][lead]);
      if (i % 4 == 0) all.push_back(energy[i][lead]);
    }
    if (largest > 0) maxima.push_back(largest);
  }
  if (maxima.empty() || all.empty()) return {};
  LeadScale scale;
  scale.typical = MedianInPlace(maxima);
  const float contrast = scale.typical / std::max(MedianInPlace(all), 1e-3F * scale.typical);
  const auto bad = static_cast<float>(ecg.signals[lead].masked_fraction);
  scale.weight = std::min(contrast, kClearContrast) / kClearContrast * (1 - bad) * (1 - bad);
  return scale;
}

/// The weighted mean of the leads' slopes in units of their typical QRS.
std::vector<float> CombineLeads(const ConditionedEcg& ecg, const LeadFrames& energy,
                                const std::array<LeadScale, kLeadCount>& scales) {
  constexpr float kClip = 1.5F;
  LeadFrame inverse{};
  LeadFrame weight{};
  for (std::size_t l = 0; l < kLeadCount; ++l) {
    weight[l] = scales[l].weight;
    if (scales[l].typical > 0) inverse[l] = 1 / scales[l].typical;
  }
  std::vector<float> feature(energy.size());
  for (std::size_t i = 0; i < energy.size(); ++i) {
    LeadFrame share = weight;
    if (ecg.masked[i] != 0) {
      for (std::size_t l = 0; l < kLeadCount; ++l) {
        if (ecg.IsMasked(i, l)) share[l] = 0;
      }
    }
    float sum = 0;
    float total = 0;
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      sum += share[l] * std::min(energy[i][l] * inverse[l], kClip);
      total += share[l];
    }
    feature[i] = total > 1e-6F ? sum / total : 0;
  }
  return feature;
}

/// A threshold between noise and beats that follows the signal: from quantiles of the 4 s around,
/// anew every 0.25 s.
std::vector<float> FollowingThreshold(const std::vector<float>& feature) {
  constexpr std::int64_t kStep = Samples(0.25);
  constexpr std::int64_t kHalfWindow = Samples(2);
  const auto count = static_cast<std::int64_t>(feature.size());
  std::vector<float> thresholds;
  std::vector<float> local;
  for (std::int64_t begin = 0; begin < count; begin += kStep) {
    local.clear();
    // At the ends the window keeps its width.
    const std::int64_t from = std::clamp<std::int64_t>(
        begin - kHalfWindow, 0, std::max<std::int64_t>(0, count - 2 * kHalfWindow));
    const std::int64_t to = std::min(count, from + 2 * kHalfWindow);
    for (std::int64_t i = from; i < to; i += 4)
      local.push_back(feature[static_cast<std::size_t>(i)]);
    const float noise = QuantileInPlace(local, 0.4);
    const float beat = QuantileInPlace(local, 0.975);
    thresholds.push_back(std::max(kLowestThreshold, noise + kThresholdShare * (beat - noise)));
  }
  return thresholds;
}

struct Peak {
  std::int64_t at;
  float height;
};

/// Local maxima of the feature above `share` of the threshold in `[begin, end)`, at least the
/// refractory time apart, the higher one kept.
std::vector<Peak> FindPeaks(const std::vector<float>& feature, const std::vector<float>& thresholds,
                            float share, std::int64_t begin, std::int64_t end) {
  constexpr std::int64_t kStep = Samples(0.25);
  std::vector<Peak> peaks;
  for (std::int64_t i = std::max<std::int64_t>(begin, 1);
       i < std::min(end, static_cast<std::int64_t>(feature.size()) - 1); ++i) {
    const auto k = static_cast<std::size_t>(i);
    if (!(feature[k] >= feature[k - 1] && feature[k] > feature[k + 1])) continue;
    if (feature[k] < share * thresholds[static_cast<std::size_t>(i / kStep)]) continue;
    if (!peaks.empty() && i - peaks.back().at < kRefractory) {
      if (feature[k] > peaks.back().height) peaks.back() = {i, feature[k]};
      continue;
    }
    peaks.push_back({i, feature[k]});
  }
  return peaks;
}

/// Drops of two peaks close together the much weaker one, a T wave.
void DropTWaves(std::vector<Peak>* peaks) {
  std::size_t i = 0;
  while (i + 1 < peaks->size()) {
    const Peak& first = (*peaks)[i];
    const Peak& second = (*peaks)[i + 1];
    if (second.at - first.at >= kTwin) {
      ++i;
    } else if (second.height < kTwinShare * first.height) {
      peaks->erase(peaks->begin() + static_cast<std::ptrdiff_t>(i + 1));
    } else if (first.height < kTwinShare * second.height) {
      peaks->erase(peaks->begin() + static_cast<std::ptrdiff_t>(i));
      if (i > 0) --i;
    } else {
      ++i;
    }
  }
}

/// Looks once more, at a lower threshold, where a beat seems to be missing.
void SearchBack(const std::vector<float>& feature, const std::vector<float>& thresholds,
                std::vector<Peak>* peaks) {
  if (peaks->size() < 3) return;
  std::vector<std::int64_t> intervals;
  for (std::size_t i = 1; i < peaks->size(); ++i) {
    intervals.push_back((*peaks)[i].at - (*peaks)[i - 1].at);
  }
  const std::int64_t typical = MedianInPlace(intervals);
  std::vector<Peak> found;
  for (std::size_t i = 1; i < peaks->size(); ++i) {
    const std::int64_t interval = (*peaks)[i].at - (*peaks)[i - 1].at;
    if (static_cast<double>(interval) <= kSearchBackRatio * static_cast<double>(typical)) continue;
    const std::int64_t guard = std::max(kRefractory, std::min(kTwin, typical / 2));
    const std::vector<Peak> between = FindPeaks(feature, thresholds, kSearchBackShare,
                                                (*peaks)[i - 1].at + guard, (*peaks)[i].at - guard);
    found.insert(found.end(), between.begin(), between.end());
  }
  peaks->insert(peaks->end(), found.begin(), found.end());
  std::ranges::sort(*peaks, {}, &Peak::at);
}

}  // namespace

QrsDetection DetectQrs(const ConditionedEcg& ecg) {
  QrsDetection detection;
  if (ecg.leads.Count() == 0 || ecg.sample_count() < Samples(0.3)) return detection;
  const LeadFrames energy = SlopeEnergy(ecg);
  std::array<LeadScale, kLeadCount> scales{};
  for (std::size_t l = 0; l < kLeadCount; ++l) {
    if (ecg.leads.Has(static_cast<Lead>(l))) scales[l] = ScaleOf(ecg, energy, l);
    detection.lead_weights[l] = scales[l].weight;
    if (scales[l].typical > 0) detection.lead_scales[l] = scales[l].weight / scales[l].typical;
  }
  const std::vector<float> feature = CombineLeads(ecg, energy, scales);
  const std::vector<float> thresholds = FollowingThreshold(feature);
  std::vector<Peak> peaks = FindPeaks(feature, thresholds, 1, 0, ecg.sample_count());
  DropTWaves(&peaks);
  SearchBack(feature, thresholds, &peaks);
  for (const Peak& peak : peaks) detection.beats.push_back(peak.at);
  return detection;
}

}  // namespace pecg
