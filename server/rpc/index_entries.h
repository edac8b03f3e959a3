#ifndef PECG_SERVER_RPC_INDEX_ENTRIES_H_
#define PECG_SERVER_RPC_INDEX_ENTRIES_H_

#include <absl/status/statusor.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/split.h"
#include "pecg/v1/dataset.pb.h"
#include "storage/transaction.h"

namespace pecg {

/// Reads all records of a version; position = ordinal.
absl::StatusOr<std::vector<v1::IndexEntry>> ReadIndexEntries(Snapshot& snapshot,
                                                             int64_t version_id);

/// Reads every patient's place in a split, by patient_id.
absl::StatusOr<std::map<std::string, SplitAssignment>> ReadAssignments(Snapshot& snapshot,
                                                                       int64_t split_id);

/// Returns, for each patient, the ordinal of the first ECG: the earliest recording; where the
/// dataset does not tell times, the lowest exam number.
std::map<std::string, size_t> FirstExams(const std::vector<v1::IndexEntry>& entries);

}  // namespace pecg

#endif  // PECG_SERVER_RPC_INDEX_ENTRIES_H_
