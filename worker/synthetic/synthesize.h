#ifndef PECG_WORKER_SYNTHETIC_SYNTHESIZE_H_
#define PECG_WORKER_SYNTHETIC_SYNTHESIZE_H_

#include <cstdint>
#include <filesystem>
#include <functional>

#include "worker/ecg/record.h"
#include "worker/synthetic/exam.h"
#include "worker/synthetic/label_noise.h"
#include "worker/synthetic/recorder.h"

namespace pecg {

struct SynthesisOptions {
  std::filesystem::path out;      ///< Created if absent; must be empty or made by the same options.
  std::int64_t record_count = 0;  ///< At least 1.
  std::uint64_t seed = 0;
  int jobs = 1;  ///< Threads, at least 1.
  LabelNoise label_noise = LabelNoise::kNone;
  /// Called with (records done, records in all) from one thread at a time; may be empty.
  std::function<void(std::int64_t, std::int64_t)> progress;
};

/// Makes up ECGs of children and writes them as a folder in the exact layout of the ZZU-pECG
/// release
/// (`Child_ecg/`, AttributesDictionary.csv, DiseaseCode.csv, ECGCode.csv), plus `truth/`, which
/// readers of the release do not look at, and `SYNTHETIC.md`, which marks the folder: every report
/// made from it says "synthetic". docs/synthetic.md tells what is modelled and what truth/ holds.
///
/// Record i depends on the seed, the label noise and i alone, so the bytes are the same for any
/// number of threads. AttributesDictionary.csv appears last. A run that was broken off goes on
/// where it was when called again with the same options; a finished folder is left as it is.
/// Throws Error: kBadInput for options or for a folder that holds something else or a release of
/// other options; kDiskFull; kIo.
void Synthesize(const SynthesisOptions& options);

/// The recording of an exam as the electrocardiograph stores it: 500 Hz, 9 or 12 leads.
EcgRecord MakeRecord(const SyntheticPatient& patient, const SyntheticExam& exam,
                     RecorderFacts* facts);

}  // namespace pecg

#endif  // PECG_WORKER_SYNTHETIC_SYNTHESIZE_H_
