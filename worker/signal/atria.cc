#include "worker/signal/atria.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

#include "worker/signal/order_statistics.h"

namespace pecg {
namespace {

constexpr std::array<Lead, 4> kAtrialLeads = {Lead::kII, Lead::kIII, Lead::kAVF, Lead::kV1};
constexpr std::size_t kDecimation = 10;  // To 50 Hz.
constexpr double kAtrialRateHz = kWorkingRateHz / kDecimation;

void MeasurePWaves(const Delineation& delineation, EcgMeasurements* m) {
  double readable = 0;
  double with_p = 0;
  for (const Beat& beat : m->beats) {
    if (!beat.is_readable) continue;
    readable += 1;
    with_p += beat.global.Of(Wave::kP) ? 1 : 0;
  }
  if (readable == 0) return;
  const double quality = std::min(1.0, readable / 5);
  m->rhythm.p_fraction = {with_p / readable, quality};
  m->rhythm.p_correlation = {delineation.p_correlation, quality};
  if (!delineation.has_p) return;
  m->rhythm.unconducted_p_count = {static_cast<double>(delineation.unconducted_p.size()),
                                   0.6 * quality};
  std::vector<double> moments_ms;
  for (const DelineatedBeat& beat : delineation.beats) {
    const auto& p = beat.global.Of(Wave::kP);
    if (p) moments_ms.push_back(static_cast<double>(p->peak) * 1000 / kWorkingRateHz);
  }
  for (const std::int64_t peak : delineation.unconducted_p) {
    moments_ms.push_back(static_cast<double>(peak) * 1000 / kWorkingRateHz);
  }
  std::ranges::sort(moments_ms);
  std::vector<double> intervals;
  for (std::size_t i = 1; i < moments_ms.size(); ++i) {
    intervals.push_back(moments_ms[i] - moments_ms[i - 1]);
  }
  if (intervals.size() >= 2 && 2 * with_p >= readable) {
    m->rhythm.atrial_rate_bpm = {60000 / MedianInPlace(intervals), 0.8 * quality};
  }
}

/// What is left of one lead once the typical beat's QRS and T are subtracted, at 50 Hz, its QRS
/// complexes bridged.
std::vector<float> Residual(const ConditionedEcg& ecg, const BeatShapes& beats,
                            const Delineation& delineation, std::size_t lead) {
  const TypicalBeat& typical = delineation.typical;
  std::vector<float> x(ecg.frames.size());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = ecg.frames[i][lead];
  const auto count = static_cast<std::int64_t>(x.size());
  for (const AlignedBeat& beat : beats.beats) {
    const BeatShape& shape = beats.shapes[static_cast<std::size_t>(beat.shape)];
    // From the QRS onset on; the stretch before it holds what is looked for.
    const std::int64_t begin = beat.fiducial + shape.onset - 5;
    if (beat.shape == 0) {
      const auto end = static_cast<std::int64_t>(typical.frames.size());
      const std::int64_t first = std::max<std::int64_t>(0, typical.fiducial + shape.onset);
      for (std::int64_t k = first; k < end; ++k) {
        const std::int64_t i = beat.fiducial - typical.fiducial + k;
        if (i >= 0 && i < count) {
          x[static_cast<std::size_t>(i)] -= typical.frames[static_cast<std::size_t>(k)][lead];
        }
      }
    }
    const std::int64_t end = beat.fiducial + shape.offset + 5;
    if (begin < 0 || end >= count) continue;
    const float left = x[static_cast<std::size_t>(begin)];
    const float step = (x[static_cast<std::size_t>(end)] - left) / static_cast<float>(end - begin);
    for (std::int64_t i = begin + 1; i < end; ++i) {
      x[static_cast<std::size_t>(i)] = left + step * static_cast<float>(i - begin);
    }
  }
  std::vector<float> slow;
  for (std::size_t i = 0; i + kDecimation <= x.size(); i += kDecimation) {
    float sum = 0;
    for (std::size_t k = 0; k < kDecimation; ++k) sum += x[i + k];
    slow.push_back(sum / kDecimation);
  }
  return slow;
}

constexpr double kLowestHz = 3;
constexpr double kHighestFlutterHz = 8;
constexpr double kStepHz = 0.1;

constexpr std::size_t kBins = 91;  // 3.0 to 12.0 Hz.
using Spectrum = std::array<float, kBins>;

constexpr double HzOf(std::size_t bin) { return kLowestHz + kStepHz * static_cast<double>(bin); }

/// Adds the power of the differenced signal under a Hann window, by Goertzel's recurrence in all
/// bins at once. The difference takes out the wandering baseline; its gain is divided out again.
void AddSpectrum(const std::vector<float>& x, Spectrum* power) {
  Spectrum turn{};
  for (std::size_t k = 0; k < kBins; ++k) {
    turn[k] = static_cast<float>(2 * std::cos(2 * std::numbers::pi * HzOf(k) / kAtrialRateHz));
  }
  Spectrum last{};
  Spectrum before{};
  for (std::size_t i = 1; i < x.size(); ++i) {
    const double u = static_cast<double>(i) / static_cast<double>(x.size());
    const auto window = static_cast<float>(0.5 - 0.5 * std::cos(2 * std::numbers::pi * u));
    const float in = window * (x[i] - x[i - 1]);
    for (std::size_t k = 0; k < kBins; ++k) {
      const float now = in + turn[k] * last[k] - before[k];
      before[k] = last[k];
      last[k] = now;
    }
  }
  for (std::size_t k = 0; k < kBins; ++k) {
    const double gain = 2 * std::sin(std::numbers::pi * HzOf(k) / kAtrialRateHz);
    const float norm = last[k] * last[k] + before[k] * before[k] - turn[k] * last[k] * before[k];
    (*power)[k] += std::max(norm, 0.0F) / static_cast<float>(gain * gain);
  }
}

void MeasureFlutter(const ConditionedEcg& ecg, const BeatShapes& beats,
                    const Delineation& delineation, EcgMeasurements* m) {
  constexpr double kShortestSeconds = 4;
  if (delineation.typical.beat_count == 0 ||
      static_cast<double>(ecg.frames.size()) < kShortestSeconds * kWorkingRateHz) {
    return;
  }
  Spectrum power{};
  bool any = false;
  for (const Lead lead : kAtrialLeads) {
    if (!ecg.leads.Has(lead)) continue;
    AddSpectrum(Residual(ecg, beats, delineation, static_cast<std::size_t>(lead)), &power);
    any = true;
  }
  if (!any) return;
  const auto flutter_end =
      power.begin() + static_cast<std::ptrdiff_t>((kHighestFlutterHz - kLowestHz) / kStepHz);
  const auto peak = std::max_element(power.begin(), flutter_end);
  double total = 0;
  for (const float value : power) total += static_cast<double>(value);
  if (!(total > 0)) return;
  double near = 0;
  const auto reach = static_cast<std::ptrdiff_t>(0.4 / kStepHz + 0.5);
  for (auto at = std::max(power.begin(), peak - std::min(reach, peak - power.begin()));
       at != power.end() && at <= peak + reach; ++at) {
    near += static_cast<double>(*at);
  }
  const double hz = HzOf(static_cast<std::size_t>(peak - power.begin()));
  m->rhythm.flutter_rate_bpm = {60 * hz, 0.5};
  m->rhythm.flutter_share = {near / total, 0.5};
}

}  // namespace

void MeasureAtria(const ConditionedEcg& ecg, const BeatShapes& beats,
                  const Delineation& delineation, EcgMeasurements* measurements) {
  MeasurePWaves(delineation, measurements);
  MeasureFlutter(ecg, beats, delineation, measurements);
}

}  // namespace pecg
