#ifndef PECG_WORKER_SIGNAL_ATRIA_H_
#define PECG_WORKER_SIGNAL_ATRIA_H_

#include "worker/signal/beat_classes.h"
#include "worker/signal/condition.h"
#include "worker/signal/delineate.h"
#include "worker/signal/measurements.h"

namespace pecg {

/// Measures what the atria do: how many beats have a P wave, how alike they are, P waves without a
/// QRS, the atrial rate from all of them, and a regular oscillation between the QRS complexes
/// (flutter): the largest peak of the spectrum from 3 to 8 Hz of what is left of II, III, aVF and
/// V1 once the typical beat is subtracted, and the share of 3-12 Hz power within 0.4 Hz of it.
void MeasureAtria(const ConditionedEcg& ecg, const BeatShapes& beats,
                  const Delineation& delineation, EcgMeasurements* measurements);

}  // namespace pecg

#endif  // PECG_WORKER_SIGNAL_ATRIA_H_
