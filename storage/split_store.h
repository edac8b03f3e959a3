#ifndef PECG_STORAGE_SPLIT_STORE_H_
#define PECG_STORAGE_SPLIT_STORE_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/transaction.h"

/// Splits: a fold for each patient of a dataset version, and the ledger of looks at the locked
/// test.

namespace pecg {

struct Split {
  int64_t id = 0;  ///< The storage's own number; not for InsertSplit.
  std::string sha256;
  int64_t version_id = 0;       ///< DatasetVersion::id.
  std::string dataset;          ///< Name of the version's dataset; not for InsertSplit.
  std::string dataset_version;  ///< SHA-256 of the version; not for InsertSplit.
  int64_t seed = 0;
  std::string user;
  absl::Time create_time;
  std::string details;          ///< Strata and parts, opaque.
  int64_t test_look_count = 0;  ///< Not for InsertSplit.
};

/// One patient's place.
struct PatientFold {
  std::string patient_id;
  int fold = 0;   ///< 0 to 3, or 4 for the test.
  int inner = 0;  ///< 0 to 7.
  friend bool operator==(const PatientFold&, const PatientFold&) = default;
};

/// Stores a split. One with that hash that is there already stays as it is. Returns its id. Errors:
/// `FAILED_PRECONDITION` for an unknown version or a fold or inner group out of range,
/// `ALREADY_EXISTS` for a patient who occurs twice.
absl::StatusOr<int64_t> InsertSplit(Transaction& transaction, const Split& split,
                                    std::span<const PatientFold> patients);

/// Returns a split by its SHA-256 or a prefix of that. Errors: `NOT_FOUND`, `INVALID_ARGUMENT` for
/// a prefix that several splits share or that is shorter than 4 digits.
absl::StatusOr<Split> GetSplit(Snapshot& snapshot, std::string_view sha256);

/// Returns splits with lower ids than `before_id`, newest first (by id).
absl::StatusOr<std::vector<Split>> ListSplits(
    Snapshot& snapshot, int64_t limit, int64_t before_id = std::numeric_limits<int64_t>::max());

/// Returns patients after `after_patient_id`, by patient_id; fewer than `limit` means no more.
absl::StatusOr<std::vector<PatientFold>> ListPatientFolds(Snapshot& snapshot, int64_t split_id,
                                                          std::string_view after_patient_id,
                                                          int64_t limit);

/// One look at the locked test.
struct TestLookRow {
  int64_t run = 0;
  std::string user;
  absl::Time create_time;
};

/// Enters a run into the split's ledger; a repeat for the same run changes nothing. Returns the
/// number of looks so far. Errors: `FAILED_PRECONDITION` for an unknown split or run.
absl::StatusOr<int64_t> RecordTestLook(Transaction& transaction, int64_t split_id,
                                       const TestLookRow& look);

/// Returns the split's looks, oldest first.
absl::StatusOr<std::vector<TestLookRow>> ListTestLooks(Snapshot& snapshot, int64_t split_id);

}  // namespace pecg

#endif  // PECG_STORAGE_SPLIT_STORE_H_
