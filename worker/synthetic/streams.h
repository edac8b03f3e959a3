#ifndef PECG_WORKER_SYNTHETIC_STREAMS_H_
#define PECG_WORKER_SYNTHETIC_STREAMS_H_

#include <cstdint>

namespace pecg {

/// Purposes of random streams: what is drawn for one changes nothing that is drawn for another. The
/// index of a stream is a patient, an exam or a trait.
enum Stream : std::uint64_t {
  kPatientStream = 1,
  kTraitStream = 2,       ///< Index: trait of a patient.
  kExamTraitStream = 3,   ///< Index: 256 * exam + trait.
  kBackgroundStream = 4,  ///< Index: 0, findings a patient has without a disease.
  kExamStream = 5,        ///< Index: exam.
  kTorsoStream = 6,
  kRhythmStream = 7,
  kBeatStream = 8,
  kReaderStream = 9,
  kWaveformStream = 10,
  kDateStream = 11,
  kChartErrorStream = 12,
  kReaderErrorStream = 13,
  kDiseaseStream = 14,  ///< Index: diagnosis.
};

}  // namespace pecg

#endif  // PECG_WORKER_SYNTHETIC_STREAMS_H_
