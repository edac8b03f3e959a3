#ifndef PECG_WORKER_SIGNAL_WAVE_MARKS_H_
#define PECG_WORKER_SIGNAL_WAVE_MARKS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "worker/signal/condition.h"
#include "worker/signal/lead_frames.h"
#include "worker/signal/measurements.h"

namespace pecg {

/// Signals that the marks are read from, `[T][12]` each, at the working rate.
struct WaveSignals {
  LeadFrames level;       ///< Levelled, full bandwidth.
  LeadFrames qrs_smooth;  ///< SmoothQrs.
  LeadFrames qrs_slope;   ///< SlopesOf(qrs_smooth).
  LeadFrames p_smooth;    ///< Levelled, QRS complexes bridged, below 30 Hz.
  LeadFrames t_smooth;    ///< The same below 12 Hz.
};

/// Milliseconds as working samples, rounded.
constexpr std::int64_t WorkingSamples(double ms) {
  return static_cast<std::int64_t>(ms * kWorkingRateHz / 1000 + (ms < 0 ? -0.5 : 0.5));
}

/// One lead of frames, read by sample; outside of the record the ends go on.
class LeadView {
 public:
  LeadView(const LeadFrames& frames, std::size_t lead) : frames_(frames), lead_(lead) {}
  float operator[](std::int64_t i) const {
    const auto last = static_cast<std::int64_t>(frames_.size()) - 1;
    return frames_[static_cast<std::size_t>(std::clamp<std::int64_t>(i, 0, last))][lead_];
  }
  float Slope(std::int64_t i) const { return (*this)[i + 1] - (*this)[i - 1]; }

 private:
  const LeadFrames& frames_;
  std::size_t lead_;
};

/// Where the waves of one beat are looked for, samples of its signals.
struct BeatPlan {
  std::int64_t fiducial = 0;
  std::int64_t qrs_onset = 0;
  std::int64_t qrs_offset = 0;
  std::int64_t earliest = 0;  ///< Nothing of this beat lies before.
  std::int64_t latest = 0;    ///< Nor after: the next QRS, or the end.
  double rr_ms = 0;           ///< To the next beat.
};

/// A stretch of samples with a peak in it.
struct WaveSpan {
  std::int64_t begin = 0;
  std::int64_t peak = 0;
  std::int64_t end = 0;
};

/// Estimates the QRS complex's marks in one lead: from the outermost slopes above a quarter of the
/// lead's largest on outwards, until the slope stays under 6 % of it (or thrice the noise). `noise`
/// `[12]`: typical |slope| between the waves.
std::optional<WaveMarks> MarkQrs(const WaveSignals& signals, const LeadFrame& noise,
                                 const BeatPlan& plan, std::size_t lead);

/// Finds the T peak of all leads together: the largest hump of the vector's length between 50 ms
/// after the QRS and 0.65 RR (at most 560 ms) after the fiducial; a hump earlier than a T wave can
/// be (0.55 of 400 ms * RR^(1/2) from the QRS onset) gives way to a later one. Empty where nothing
/// reaches 0.06 mV. `weights` `[12]`: 0 leaves a lead
/// out.
std::optional<std::int64_t> FindGlobalT(const WaveSignals& signals, const LeadFrame& weights,
                                        const BeatPlan& plan);

/// Estimates the T wave's marks in one lead around the global peak, upright or inverted: its
/// extreme against the line from J to the end of the search, then down the flanks until the slope
/// falls under a fifth of the steepest.
std::optional<WaveMarks> MarkT(const WaveSignals& signals, const LeadFrame& noise,
                               const BeatPlan& plan, std::int64_t global_peak, std::size_t lead);

/// Finds the P wave of all leads together in `[search_begin, QRS onset)`: the hump that stands out
/// most from its surroundings 50 ms to each side.
std::optional<WaveSpan> FindGlobalP(const WaveSignals& signals, const LeadFrame& weights,
                                    const BeatPlan& plan, std::int64_t search_begin);

/// Estimates the P wave's marks in one lead about `span`, not after `latest`.
std::optional<WaveMarks> MarkP(const WaveSignals& signals, const LeadFrame& noise,
                               const WaveSpan& span, std::int64_t latest, std::size_t lead);

/// Where a stretch looks most like the typical P wave.
struct PMatch {
  double correlation = -1;  ///< Of the slopes, all leads, -1 to 1.
  std::int64_t lag = 0;     ///< Samples.
  double strength = 0;      ///< Slope energy over the typical one's, as a ratio of amplitudes.
};

/// Correlates `typical` on `span` with `x`, `shift` samples later and up to `reach` samples around.
PMatch MatchP(const LeadFrames& typical, const WaveSpan& span, const LeadFrames& x,
              std::int64_t shift, const LeadFrame& weights, std::int64_t reach);

}  // namespace pecg

#endif  // PECG_WORKER_SIGNAL_WAVE_MARKS_H_
