#ifndef PECG_WORKER_SIGNAL_CONDITION_H_
#define PECG_WORKER_SIGNAL_CONDITION_H_

#include <array>
#include <cstdint>
#include <vector>

#include "worker/ecg/record.h"
#include "worker/signal/lead_frames.h"
#include "worker/signal/measurements.h"

namespace pecg {

/// The one rate that detection and marking work at; other rates are resampled to it first, with an
/// anti-alias filter (200 Hz of bandwidth).
inline constexpr double kWorkingRateHz = 500;

/// A record ready to be measured.
struct ConditionedEcg {
  /// `[T][12]` millivolts at kWorkingRateHz: every lead less its median, masked stretches bridged
  /// by straight lines, mains hum and pacing spikes taken out, limb leads repaired. The baseline
  /// still wanders: it is levelled beat by beat, so that ST stays where it is.
  LeadFrames frames;
  /// `[T]`: bit i is set where lead i is not to be believed (rail, stuck, jump, NaN; 100 ms around
  /// rails and jumps).
  std::vector<std::uint16_t> masked;
  /// Moments of pacing spikes, in working samples, ascending.
  std::vector<std::int64_t> pacing_spikes;
  std::array<LeadSignal, kLeadCount> signals;
  Quantity einthoven_residual_mv;
  Quantity goldberger_residual_mv;
  std::vector<Limitation> limitations;
  /// The leads that are measured: readable, noisy or repaired.
  LeadMask leads;

  std::int64_t sample_count() const { return static_cast<std::int64_t>(frames.size()); }
  bool IsMasked(std::size_t sample, std::size_t lead) const {
    return (masked[sample] >> lead & 1U) != 0;
  }
};

/// Makes `record` fit for measuring, see ConditionedEcg. Rails are those of ZZU-pECG's recorder
/// (-26.3 and +24.8 mV) and whatever lies more than 8 mV from the lead's median of that second.
/// The record must be consistent, as MeasureEcg checks it.
ConditionedEcg ConditionEcg(const EcgRecord& record);

}  // namespace pecg

#endif  // PECG_WORKER_SIGNAL_CONDITION_H_
