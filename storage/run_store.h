#ifndef PECG_STORAGE_RUN_STORE_H_
#define PECG_STORAGE_RUN_STORE_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/run_state.h"
#include "storage/transaction.h"

/// Runs and their inputs; how a run changes is in run_transition.h, its attempts in
/// attempt_store.h.

namespace pecg {

/// Another run whose artifacts a run reads under `input/<alias>/`.
struct RunInputRow {
  std::string alias;
  int64_t run = 0;  ///< Number of the input run.
};

/// What is known when a run is created.
struct NewRun {
  std::string uid;   ///< UUID, unique.
  std::string user;  ///< Who asked.
  std::string title;
  std::string kind;             ///< Job kind: `index`, `train`, ...
  std::string dataset;          ///< Name; empty if the kind needs none.
  std::string dataset_version;  ///< SHA-256, resolved; empty for `index`.
  std::string split;            ///< SHA-256, resolved; empty if the kind needs none.
  DeviceKind device = DeviceKind::kAny;
  int max_retries = 0;
  std::optional<absl::Duration> time_limit;
  bool held = false;                ///< HELD instead of PENDING.
  std::string spec;                 ///< The resolved RunSpec, opaque.
  std::vector<RunInputRow> inputs;  ///< Aliases are unique.
  absl::Time create_time;
};

/// A run as stored.
struct Run {
  int64_t number = 0;
  std::string uid;
  std::string user;
  std::string title;
  std::string kind;
  std::string dataset;
  std::string dataset_version;
  std::string split;
  DeviceKind device = DeviceKind::kAny;
  int max_retries = 0;
  std::optional<absl::Duration> time_limit;
  std::string spec;
  RunState state = RunState::kPending;
  PendingReason pending_reason = PendingReason::kNone;
  EndReason end_reason = EndReason::kNone;
  std::string message;
  absl::Time create_time;
  std::optional<absl::Time> start_time;  ///< Start of the first attempt's job.
  std::optional<absl::Time> end_time;
  std::optional<absl::Time> not_before;  ///< No attempt is to start earlier.
  int queue_position = 0;                ///< Runs before it, while pending.
  int attempt_count = 0;
  std::string progress;  ///< Newest progress, opaque; empty = none.
  std::string lineage;   ///< Opaque; empty = none.
};

/// Stores a run, PENDING or HELD, and returns its number: 1, 2, 3, never used twice. Errors:
/// `ALREADY_EXISTS` for a known uid, `FAILED_PRECONDITION` for an input that does not exist.
absl::StatusOr<int64_t> InsertRun(Transaction& transaction, const NewRun& run);

/// Returns one run. Errors: `NOT_FOUND`.
absl::StatusOr<Run> GetRun(Snapshot& snapshot, int64_t number);

/// Returns the run with that uid. Errors: `NOT_FOUND`.
absl::StatusOr<Run> GetRunByUid(Snapshot& snapshot, std::string_view uid);

/// Which runs a list holds.
struct RunQuery {
  std::vector<RunState> states = {};                            ///< Empty = all.
  std::string user = {};                                        ///< Empty = everybody's.
  int64_t before_number = std::numeric_limits<int64_t>::max();  ///< Only lower numbers.
  int64_t limit = 100;                                          ///< At least 1.
};

/// Returns runs, newest first; fewer than `limit` means that there are no more.
absl::StatusOr<std::vector<Run>> ListRuns(Snapshot& snapshot, const RunQuery& query);

/// Returns a run's inputs by alias.
absl::StatusOr<std::vector<RunInputRow>> ListRunInputs(Snapshot& snapshot, int64_t number);

/// Returns the runs that have `number` among their inputs and have not ended, by number.
absl::StatusOr<std::vector<int64_t>> ListOpenDependents(Snapshot& snapshot, int64_t number);

/// A run in state PENDING, with what the scheduler needs.
struct PendingRun {
  int64_t number = 0;
  std::string user;
  std::string kind;
  std::string dataset;
  DeviceKind device = DeviceKind::kAny;
  PendingReason pending_reason = PendingReason::kNone;
  int queue_position = 0;
  absl::Time create_time;
  std::optional<absl::Time> not_before;
  int attempt_count = 0;
  int waiting_input_count = 0;  ///< Inputs whose run has not ended.
  int failed_input_count = 0;   ///< Inputs whose run has ended without a result.
};

/// Returns all pending runs by number.
absl::StatusOr<std::vector<PendingRun>> ListPendingRuns(Snapshot& snapshot);

/// Stores why a pending run waits and how many are before it. Returns whether that changed
/// anything; false also for a run that is not pending.
absl::StatusOr<bool> SetQueuePlace(Transaction& transaction, int64_t number, PendingReason reason,
                                   int queue_position);

/// Stores the newest progress, opaque. Errors: `NOT_FOUND`.
absl::Status SetProgress(Transaction& transaction, int64_t number, std::string_view progress);

/// Stores the lineage, opaque. Errors: `NOT_FOUND`.
absl::Status SetLineage(Transaction& transaction, int64_t number, std::string_view lineage);

/// Number of runs per state, for states that have any.
struct StateCount {
  RunState state;
  int64_t run_count;
};
absl::StatusOr<std::vector<StateCount>> CountRuns(Snapshot& snapshot);

}  // namespace pecg

#endif  // PECG_STORAGE_RUN_STORE_H_
