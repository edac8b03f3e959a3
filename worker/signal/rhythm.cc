#include "worker/signal/rhythm.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "worker/signal/order_statistics.h"

namespace pecg {
namespace {

constexpr double kGapMs = 200;
/// A beat this much earlier than the typical interval before it is premature.
constexpr double kPrematureShare = 0.85;

double MillisecondsOf(const EcgMeasurements& m, std::int64_t samples) {
  return 1000 * static_cast<double>(samples) / m.rate_hz;
}

/// Longest time within the interval during which no measured lead was readable.
double UnreadableMs(const ConditionedEcg& ecg, const EcgMeasurements& m, const Beat& from,
                    const Beat& to) {
  const double scale = kWorkingRateHz / m.rate_hz;
  const auto begin = static_cast<std::size_t>(static_cast<double>(from.sample) * scale);
  const auto end =
      std::min(ecg.masked.size(), static_cast<std::size_t>(static_cast<double>(to.sample) * scale));
  const auto all = static_cast<std::uint16_t>(ecg.leads.bits());
  std::size_t run = 0;
  std::size_t longest = 0;
  for (std::size_t i = begin; i < end; ++i) {
    run = (ecg.masked[i] & all) == all ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return static_cast<double>(longest) * 1000 / kWorkingRateHz;
}

/// Median of the up to seven intervals nearest to beat `i`, its own left out.
double LocalRr(const std::vector<Beat>& beats, std::size_t i) {
  std::vector<double> nearby;
  for (std::size_t distance = 1; distance < beats.size() && nearby.size() < 7; ++distance) {
    if (i >= distance && beats[i - distance].rr_ms) nearby.push_back(*beats[i - distance].rr_ms);
    if (i + distance < beats.size() && beats[i + distance].rr_ms) {
      nearby.push_back(*beats[i + distance].rr_ms);
    }
  }
  return nearby.size() < 3 ? 0 : MedianInPlace(nearby);
}

void MarkPremature(std::vector<Beat>* beats) {
  for (std::size_t i = 1; i < beats->size(); ++i) {
    Beat& beat = (*beats)[i];
    if (!beat.rr_ms) continue;
    const double usual = LocalRr(*beats, i);
    const std::optional<double>& before = (*beats)[i - 1].rr_ms;
    // Earlier than usual and than the interval before it, so that a rate on the rise is none.
    beat.is_premature = usual > 0 && *beat.rr_ms < kPrematureShare * usual &&
                        (!before || *beat.rr_ms < kPrematureShare * *before);
  }
}

void SummarizeIntervals(const std::vector<Beat>& beats, RhythmMeasurements* rhythm) {
  std::vector<double> rr;
  double squared_steps = 0;
  int step_count = 0;
  double premature_count = 0;
  for (std::size_t i = 0; i < beats.size(); ++i) {
    if (!beats[i].rr_ms) continue;
    rr.push_back(*beats[i].rr_ms);
    premature_count += beats[i].is_premature ? 1 : 0;
    if (i == 0 || !beats[i - 1].rr_ms) continue;
    const double step = *beats[i].rr_ms - *beats[i - 1].rr_ms;
    squared_steps += step * step;
    ++step_count;
  }
  if (rr.empty()) return;
  const double count = static_cast<double>(rr.size());
  const double quality = std::min(1.0, count / 5);
  double sum = 0;
  for (const double interval : rr) sum += interval;
  const double mean = sum / count;
  double squares = 0;
  for (const double interval : rr) squares += (interval - mean) * (interval - mean);
  rhythm->rr_min_ms = {*std::ranges::min_element(rr), quality};
  rhythm->rr_max_ms = {*std::ranges::max_element(rr), quality};
  rhythm->longest_pause_ms = rhythm->rr_max_ms;
  rhythm->rr_mean_ms = {mean, quality};
  rhythm->mean_rate_bpm = {60000 / mean, quality};
  const double median = MedianInPlace(rr);
  rhythm->rr_median_ms = {median, quality};
  rhythm->heart_rate_bpm = {60000 / median, quality};
  rhythm->premature_count = {premature_count, quality};
  if (rr.size() < 2) return;
  const double sd = std::sqrt(squares / (count - 1));
  rhythm->rr_sd_ms = {sd, quality};
  rhythm->rr_variation = {sd / mean, quality};
  if (step_count > 0) rhythm->rmssd_ms = {std::sqrt(squared_steps / step_count), quality};
}

}  // namespace

void MeasureRhythm(const ConditionedEcg& ecg, EcgMeasurements* measurements) {
  std::vector<Beat>& beats = measurements->beats;
  for (std::size_t i = 1; i < beats.size(); ++i) {
    if (UnreadableMs(ecg, *measurements, beats[i - 1], beats[i]) >= kGapMs) continue;
    beats[i].rr_ms = MillisecondsOf(*measurements, beats[i].sample - beats[i - 1].sample);
  }
  MarkPremature(&beats);
  SummarizeIntervals(beats, &measurements->rhythm);
}

}  // namespace pecg
