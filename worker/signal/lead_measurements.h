#ifndef PECG_WORKER_SIGNAL_LEAD_MEASUREMENTS_H_
#define PECG_WORKER_SIGNAL_LEAD_MEASUREMENTS_H_

#include <span>

#include "worker/signal/measurements.h"

namespace pecg {

/// What one lead of the typical beat is measured with.
struct LeadBeat {
  std::span<const float> mv;  ///< The typical beat in this lead, full bandwidth, working rate.
  const BeatMarks* global = nullptr;  ///< Over all leads; a QRS with onset and offset is needed.
  const BeatMarks* own = nullptr;     ///< Of this lead.
  double heart_rate_bpm = 0;          ///< Decides where the ST slope ends; 0 = unknown.
  double quality = 0;   ///< Of the lead, 0 to 1: what its quantities' quality starts from.
  double noise_mv = 0;  ///< RMS of the typical beat's noise: what lies under it is no wave.
};

/// Measures the waves of one lead. Q, R, S, R', S' are the stretches between crossings of the level
/// before the QRS (median of 16 to 4 ms before its onset) that are at least 6 ms long and 0.02 mV
/// high; ST and T refer to the same level.
LeadMeasurements MeasureLead(const LeadBeat& beat);

}  // namespace pecg

#endif  // PECG_WORKER_SIGNAL_LEAD_MEASUREMENTS_H_
