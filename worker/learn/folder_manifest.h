#ifndef PECG_WORKER_LEARN_FOLDER_MANIFEST_H_
#define PECG_WORKER_LEARN_FOLDER_MANIFEST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/split.h"
#include "pecg/v1/job.pb.h"
#include "worker/dataset/index.h"

/// What the coordinator does for a queued run, done for a folder at hand: patients are dealt into
/// folds, and the records of the folds a run may see become its manifest.

namespace pecg {

/// A split of an index's patients.
struct PatientSplit {
  std::vector<std::string> patient_ids;      ///< Sorted.
  std::vector<SplitAssignment> assignments;  ///< Of each patient.
  std::string sha256;                        ///< Over version, seed and every assignment.
};

/// Deals the patients, balancing diagnoses, age band and lead layout of the first exam. The same
/// index and seed give the same split.
PatientSplit DealPatients(const Index& index, std::uint64_t seed);

/// The manifest of a training run. Patients of the locked test are left out.
std::vector<v1::ManifestEntry> MakeManifest(const Index& index, const PatientSplit& split,
                                            SplitScheme scheme, int fold);

}  // namespace pecg

#endif  // PECG_WORKER_LEARN_FOLDER_MANIFEST_H_
