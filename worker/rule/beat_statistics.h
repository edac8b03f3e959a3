#ifndef PECG_WORKER_RULE_BEAT_STATISTICS_H_
#define PECG_WORKER_RULE_BEAT_STATISTICS_H_

#include <optional>

#include "worker/signal/measurements.h"

namespace pecg {

/// What the rules count over beats. A figure that needs beats that are not there has no value.
struct BeatStatistics {
  int beat_count = 0;
  /// Early (RR below D30_early of the median), of the dominant shape (D30_correlation).
  int narrow_premature_count = 0;
  /// Early, of another shape (F60_correlation), wider than the dominant beat by F60_width and
  /// without a P wave.
  int wide_premature_count = 0;
  int longest_wide_run = 0;                 ///< Consecutive wide beats of another shape.
  std::optional<double> wide_run_rate_bpm;  ///< Median rate inside that run.
  std::optional<double> sinus_rr_range_ms;  ///< Longest minus shortest RR between dominant beats.
  std::optional<double> pr_sd_ms;           ///< Of the beats' own PR.
  /// PR of the beat before the longest pause minus that of the beat after it: what a Wenckebach
  /// period adds up to.
  std::optional<double> pr_increase_before_pause_ms;
  std::optional<double> pause_over_pp;  ///< Longest pause over the atrial interval.
};

/// Counts. O(beats).
BeatStatistics CountBeats(const EcgMeasurements& ecg);

}  // namespace pecg

#endif  // PECG_WORKER_RULE_BEAT_STATISTICS_H_
