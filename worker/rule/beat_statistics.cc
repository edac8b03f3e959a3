#include "worker/rule/beat_statistics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "worker/rule/criterion_table.h"

namespace pecg {
namespace {

constexpr double kMsPerMinute = 60000;

const BeatClass* ClassOf(const EcgMeasurements& ecg, const Beat& beat) {
  const auto index = static_cast<std::size_t>(beat.beat_class);
  return index < ecg.classes.size() ? &ecg.classes[index] : nullptr;
}

/// Whether a beat is of another shape than the dominant one and wider. Empty when its width is not
/// known.
bool IsWideBeat(const EcgMeasurements& ecg, const Beat& beat) {
  const BeatClass* own = ClassOf(ecg, beat);
  if (beat.beat_class == 0 || own == nullptr || ecg.classes.empty() || beat.is_paced) return false;
  if (own->correlation >= LimitOf("F60_correlation")) return false;
  const auto width = own->qrs_ms.value ? own->qrs_ms.value : beat.qrs_ms.value;
  const auto dominant = ecg.classes.front().qrs_ms.value;
  if (!width || !dominant) return false;
  return *width > *dominant + LimitOf("F60_width");
}

bool IsEarly(const EcgMeasurements& ecg, const Beat& beat) {
  if (!beat.is_premature || !beat.rr_ms || !ecg.rhythm.rr_median_ms.has_value()) return false;
  return *beat.rr_ms < LimitOf("D30_early") * *ecg.rhythm.rr_median_ms;
}

bool HasP(const Beat& beat) { return beat.global.Of(Wave::kP).has_value(); }

void CountPremature(const EcgMeasurements& ecg, BeatStatistics* statistics) {
  for (const Beat& beat : ecg.beats) {
    if (!IsEarly(ecg, beat)) continue;
    const BeatClass* own = ClassOf(ecg, beat);
    if (own == nullptr) continue;
    if (IsWideBeat(ecg, beat)) {
      statistics->wide_premature_count += HasP(beat) ? 0 : 1;
    } else if (beat.beat_class == 0 || own->correlation > LimitOf("D30_correlation")) {
      ++statistics->narrow_premature_count;
    }
  }
}

void FindWideRun(const EcgMeasurements& ecg, BeatStatistics* statistics) {
  std::vector<double> intervals;
  std::vector<double> longest;
  int run = 0;
  for (const Beat& beat : ecg.beats) {
    if (!IsWideBeat(ecg, beat)) {
      run = 0;
      intervals.clear();
      continue;
    }
    ++run;
    if (beat.rr_ms) intervals.push_back(*beat.rr_ms);
    if (run > statistics->longest_wide_run) {
      statistics->longest_wide_run = run;
      longest = intervals;
    }
  }
  if (longest.empty()) return;
  const auto middle = longest.begin() + static_cast<std::ptrdiff_t>(longest.size() / 2);
  std::nth_element(longest.begin(), middle, longest.end());
  statistics->wide_run_rate_bpm = kMsPerMinute / *middle;
}

/// RR between dominant beats that are not premature and do not follow a premature one.
void MeasureSinusRange(const EcgMeasurements& ecg, BeatStatistics* statistics) {
  std::optional<double> shortest;
  std::optional<double> longest;
  for (std::size_t i = 1; i < ecg.beats.size(); ++i) {
    const Beat& beat = ecg.beats[i];
    const Beat& before = ecg.beats[i - 1];
    if (!beat.rr_ms || beat.beat_class != 0 || before.beat_class != 0) continue;
    if (beat.is_premature || before.is_premature) continue;
    shortest = std::min(shortest.value_or(*beat.rr_ms), *beat.rr_ms);
    longest = std::max(longest.value_or(*beat.rr_ms), *beat.rr_ms);
  }
  if (shortest) statistics->sinus_rr_range_ms = *longest - *shortest;
}

void MeasurePr(const EcgMeasurements& ecg, BeatStatistics* statistics) {
  constexpr std::size_t kFewestBeats = 5;
  std::vector<double> values;
  for (const Beat& beat : ecg.beats) {
    if (beat.pr_ms.has_value()) values.push_back(*beat.pr_ms);
  }
  if (values.size() < kFewestBeats) return;
  double sum = 0;
  for (const double value : values) sum += value;
  const double mean = sum / static_cast<double>(values.size());
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  statistics->pr_sd_ms = std::sqrt(squares / static_cast<double>(values.size()));
}

void LookAtPause(const EcgMeasurements& ecg, BeatStatistics* statistics) {
  std::size_t after = 0;
  for (std::size_t i = 1; i < ecg.beats.size(); ++i) {
    if (!ecg.beats[i].rr_ms) continue;
    if (after == 0 || *ecg.beats[i].rr_ms > *ecg.beats[after].rr_ms) after = i;
  }
  if (after == 0) return;
  if (ecg.rhythm.atrial_rate_bpm.has_value() && *ecg.rhythm.atrial_rate_bpm > 0) {
    statistics->pause_over_pp =
        *ecg.beats[after].rr_ms * *ecg.rhythm.atrial_rate_bpm / kMsPerMinute;
  }
  if (after < 2) return;
  const Quantity& last = ecg.beats[after - 1].pr_ms;
  const Quantity& resumed = ecg.beats[after].pr_ms;
  // Wenckebach: PR is longest before the dropped beat and shortest after it.
  if (last.has_value() && resumed.has_value()) {
    statistics->pr_increase_before_pause_ms = *last - *resumed;
  }
}

}  // namespace

BeatStatistics CountBeats(const EcgMeasurements& ecg) {
  BeatStatistics statistics;
  statistics.beat_count = static_cast<int>(ecg.beats.size());
  CountPremature(ecg, &statistics);
  FindWideRun(ecg, &statistics);
  MeasureSinusRange(ecg, &statistics);
  MeasurePr(ecg, &statistics);
  LookAtPause(ecg, &statistics);
  return statistics;
}

}  // namespace pecg
