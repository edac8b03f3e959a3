#ifndef PECG_WORKER_SIGNAL_MEASURE_ECG_H_
#define PECG_WORKER_SIGNAL_MEASURE_ECG_H_

#include "worker/ecg/record.h"
#include "worker/signal/measurements.h"

namespace pecg {

/// Measures one ECG from its samples: conditioning, QRS detection over all leads, beat classes and
/// a median beat per lead, marks of P, QRS and T, and what follows from them. Age and sex play no
/// part. Any lead set, length and content is answered: what cannot be measured has no value, and
/// EcgMeasurements::limitations says why. Deterministic; thread-safe.
///
/// Throws Error::kBadInput for a record that contradicts itself (samples that are not leads times
/// sample_count) or a sampling rate that is not from 50 to 20,000 Hz.
EcgMeasurements MeasureEcg(const EcgRecord& record);

}  // namespace pecg

#endif  // PECG_WORKER_SIGNAL_MEASURE_ECG_H_
