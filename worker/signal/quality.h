#ifndef PECG_WORKER_SIGNAL_QUALITY_H_
#define PECG_WORKER_SIGNAL_QUALITY_H_

#include <span>

namespace pecg {

/// Signal quality indices of one lead, each 0 to 1, higher is better; NaN where there is not enough
/// signal (under 2 s, constant, or all invalid).
struct LeadQuality {
  /// Power in 5-15 Hz over power in 5-40 Hz: how much of it looks like QRS complexes.
  float p_sqi;
  /// 1 - power in 0-1 Hz over power in 0-40 Hz: how little of it is wandering baseline.
  float bas_sqi;
  /// Share of beats that two detectors of different kind agree on within 150 ms.
  float b_sqi;
};

/// Computes the indices of one lead. `samples_mv` `[T]`, millivolts, NaN = invalid. Bands and the
/// agreement: Li, Mark & Clifford, Physiol. Meas. 29:15 (2008) and Clifford et al., Physiol. Meas.
/// 33:1419 (2012). The release's own formulae are not published, so its figures differ slightly.
LeadQuality ComputeLeadQuality(std::span<const float> samples_mv, double rate_hz);

/// Says whether an amplifier sits at its end: at or below -26.3 mV or at or above +24.8 mV (the
/// MECG-300's rails, seen at -26.4 to -26.66 and +24.86 to +24.98).
constexpr bool IsOnRail(float sample_mv) { return sample_mv <= -26.3F || sample_mv >= 24.8F; }

/// Fraction of samples, 0 to 1, where the electrode is off: those IsOnRail. NaN for an empty span.
float RailFraction(std::span<const float> samples_mv);

/// Fraction of samples, 0 to 1, in stretches of at least 0.2 s without any change: a lead that is
/// not connected, or filled with zeros. NaN samples count as unchanged. NaN for an empty span.
float FlatFraction(std::span<const float> samples_mv, double rate_hz);

}  // namespace pecg

#endif  // PECG_WORKER_SIGNAL_QUALITY_H_
