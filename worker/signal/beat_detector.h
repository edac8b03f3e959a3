#ifndef PECG_WORKER_SIGNAL_BEAT_DETECTOR_H_
#define PECG_WORKER_SIGNAL_BEAT_DETECTOR_H_

#include <cstdint>
#include <span>
#include <vector>

namespace pecg {

/// Two QRS detectors of different kind for one lead, made to be compared (bSQI): where they agree
/// the lead is readable. For measuring, a detector over all leads is the right one.

/// Finds QRS complexes by the energy of the band-passed slope: 5-15 Hz, squared derivative, moving
/// sum over 120 ms, adaptive threshold, 200 ms refractory. After Pan & Tompkins, IEEE TBME 32:230
/// (1985). `samples_mv` `[T]`, finite. Returns sample positions, ascending.
std::vector<std::int64_t> DetectBeatsByEnergy(std::span<const float> samples_mv, double rate_hz);

/// Finds QRS complexes by the curve length over 130 ms of the low-passed signal, adaptive
/// threshold, 250 ms refractory. After Zong, Moody & Jiang, Computers in Cardiology 30:737 (2003).
/// `samples_mv` `[T]`, finite. Returns sample positions, ascending.
std::vector<std::int64_t> DetectBeatsByLength(std::span<const float> samples_mv, double rate_hz);

}  // namespace pecg

#endif  // PECG_WORKER_SIGNAL_BEAT_DETECTOR_H_
