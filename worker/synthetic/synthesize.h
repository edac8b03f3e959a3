#ifndef PECG_WORKER_SYNTHETIC_SYNTHESIZE_H_
#define PECG_WORKER_SYNTHETIC_SYNTHESIZE_H_

#include <cstdint>
#include <filesystem>
#include <functional>

namespace pecg {

struct SynthesisOptions {
  std::filesystem::path out;      ///< Created if absent; must be empty or made by this function.
  std::int64_t record_count = 0;  ///< At least 1.
  std::uint64_t seed = 0;
  int jobs = 1;                   ///< Threads, at least 1.
  /// Called with (records done, records in all) from one thread at a time; may be empty.
  std::function<void(std::int64_t, std::int64_t)> progress;
};

/// Makes up ECGs of children and writes them as a folder in the exact layout of the ZZU-pECG release
/// (`Child_ecg/`, AttributesDictionary.csv, DiseaseCode.csv, ECGCode.csv), plus `SYNTHETIC.md`, which
/// marks the folder: every report made from it says "synthetic". Record i depends on the seed and i
/// only, so the bytes are the same for any number of threads. docs/synthetic.md tells what is
/// modelled. Throws Error: kBadInput for a folder that holds something else, kDiskFull, kIo.
void Synthesize(const SynthesisOptions& options);

}  // namespace pecg

#endif  // PECG_WORKER_SYNTHETIC_SYNTHESIZE_H_
