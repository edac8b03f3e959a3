#ifndef PECG_WORKER_SIGNAL_RHYTHM_H_
#define PECG_WORKER_SIGNAL_RHYTHM_H_

#include "worker/signal/condition.h"
#include "worker/signal/measurements.h"

namespace pecg {

/// Fills in every beat's RR interval and whether it is premature, then the rhythm. An interval
/// during which no lead was readable for 0.2 s or more is a gap: beats may be missing in it.
/// Reads `beats` (samples, P waves) and `rate_hz` of `measurements`.
void MeasureRhythm(const ConditionedEcg& ecg, EcgMeasurements* measurements);

}  // namespace pecg

#endif  // PECG_WORKER_SIGNAL_RHYTHM_H_
