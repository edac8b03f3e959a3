#ifndef PECG_SERVER_RPC_SPLIT_MAKER_H_
#define PECG_SERVER_RPC_SPLIT_MAKER_H_

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "pecg/v1/dataset.pb.h"
#include "pecg/v1/split.pb.h"
#include "storage/dataset_store.h"
#include "storage/split_store.h"

namespace pecg {

/// A dealt split: the row without user and time, and every patient's place by patient_id.
struct DealtSplit {
  Split split;
  std::vector<PatientFold> patients;
};

/// Deals the patients of a version into folds with DealIntoFolds of base/split.h. A patient is in
/// the stratum of each target that any of the records has, of the age band at the first ECG, and of
/// each lead layout among the records. `strata_targets` empty = the disease targets: all but the
/// `abnormal_...` and `statement_...` ones. The same arguments give the same split and hash.
///
/// The hash is the SHA-256 of the text
///
///     pecg split 1\nversion <sha256>\nseed <seed>\n<patient_id>|<fold>|<inner>\n...
///
/// with the patients by patient_id. Errors: `FAILED_PRECONDITION` for a version without records,
/// `INVALID_ARGUMENT` for an unknown target or a negative seed.
absl::StatusOr<DealtSplit> DealSplit(const DatasetVersion& version,
                                     const std::vector<v1::IndexEntry>& entries, int64_t seed,
                                     const std::vector<std::string>& strata_targets);

}  // namespace pecg

#endif  // PECG_SERVER_RPC_SPLIT_MAKER_H_
