#ifndef PECG_STORAGE_DATASET_STORE_H_
#define PECG_STORAGE_DATASET_STORE_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/transaction.h"

/// Datasets and their immutable versions: every record of an index.

namespace pecg {

struct Dataset {
  std::string name;  ///< Unique.
  std::string kind;
  std::string user;
  absl::Time create_time;
  std::string
      latest_version;  ///< SHA-256 of the newest version; empty = none. Not for InsertDataset.
};

/// Stores a dataset. Errors: `ALREADY_EXISTS`.
absl::Status InsertDataset(Transaction& transaction, const Dataset& dataset);

/// Returns one dataset. Errors: `NOT_FOUND`.
absl::StatusOr<Dataset> GetDataset(Snapshot& snapshot, std::string_view name);

/// Returns datasets by name, those after `after_name`; fewer than `limit` means no more.
absl::StatusOr<std::vector<Dataset>> ListDatasets(Snapshot& snapshot, std::string_view after_name,
                                                  int64_t limit);

/// How many records are positive, negative and missing for one target.
struct TargetCountRow {
  std::string target;
  int64_t positive_count = 0;
  int64_t negative_count = 0;
  int64_t missing_count = 0;
  friend bool operator==(const TargetCountRow&, const TargetCountRow&) = default;
};

/// A version without its records.
struct DatasetVersion {
  int64_t id = 0;  ///< The storage's own number; not for InsertDatasetVersion.
  std::string dataset;
  std::string sha256;
  absl::Time create_time;
  int64_t run = 0;  ///< The index run that made it.
  int64_t record_count = 0;
  int64_t patient_count = 0;
  int64_t failure_count = 0;
  std::string targets_sha256;
  std::string index_sha256;  ///< Of the stored `index.binpb`.
  bool synthetic = false;
  std::vector<TargetCountRow> target_counts;  ///< In the order of IndexEntry.targets.
  std::vector<std::string> statement_names;   ///< In the order of IndexEntry.statement_bits.
};

/// One record of a version; its position there is its ordinal, from 0.
struct IndexEntryRow {
  int64_t ordinal = 0;
  std::string record_id;
  std::string patient_id;
  std::string entry;  ///< The IndexEntry, opaque.
};

/// Something the index run could not read.
struct IndexFailureRow {
  int64_t ordinal = 0;  ///< Position in the list, from 0.
  std::string path;
  int64_t line = 0;
  std::string kind;
  std::string what;
  std::string hint;
};

/// Stores a version with its records and failures; ordinals are their positions in the spans.
/// record_count, patient_count and failure_count are counted, not taken. A version of that dataset
/// and hash that is there already stays as it is, and becomes the latest again. Returns its id.
/// Errors: `NOT_FOUND` for the dataset, `ALREADY_EXISTS` for a record_id that occurs twice.
absl::StatusOr<int64_t> InsertDatasetVersion(Transaction& transaction,
                                             const DatasetVersion& version,
                                             std::span<const IndexEntryRow> entries,
                                             std::span<const IndexFailureRow> failures);

/// Returns a version by `latest`, its SHA-256 or a prefix of that. Errors: `NOT_FOUND`,
/// `INVALID_ARGUMENT` for a prefix that several versions share or that is shorter than 4 digits.
absl::StatusOr<DatasetVersion> GetDatasetVersion(Snapshot& snapshot, std::string_view dataset,
                                                 std::string_view version);

/// Returns a version by its id. Errors: `NOT_FOUND`.
absl::StatusOr<DatasetVersion> GetDatasetVersionById(Snapshot& snapshot, int64_t id);

/// Returns a dataset's versions with lower ids than `before_id`, newest first (by id).
absl::StatusOr<std::vector<DatasetVersion>> ListDatasetVersions(Snapshot& snapshot,
                                                                std::string_view dataset,
                                                                int64_t before_id, int64_t limit);

/// Returns records of a version with an ordinal above `after_ordinal` (-1 = from the first), by
/// ordinal; fewer than `limit` means no more.
absl::StatusOr<std::vector<IndexEntryRow>> ListIndexEntries(Snapshot& snapshot, int64_t version_id,
                                                            int64_t after_ordinal, int64_t limit);

/// Returns one record. Errors: `NOT_FOUND`; the message does not name it.
absl::StatusOr<IndexEntryRow> GetIndexEntry(Snapshot& snapshot, int64_t version_id,
                                            std::string_view record_id);

/// Returns failures of a version above `after_ordinal` (-1 = from the first), by ordinal.
absl::StatusOr<std::vector<IndexFailureRow>> ListIndexFailures(Snapshot& snapshot,
                                                               int64_t version_id,
                                                               int64_t after_ordinal,
                                                               int64_t limit);

}  // namespace pecg

#endif  // PECG_STORAGE_DATASET_STORE_H_
