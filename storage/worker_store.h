#ifndef PECG_STORAGE_WORKER_STORE_H_
#define PECG_STORAGE_WORKER_STORE_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/run_state.h"
#include "storage/transaction.h"

/// Workers, as they last described themselves. Whether one is connected is known in memory; the
/// state here is what the coordinator last saw.

namespace pecg {

enum class WorkerState { kConnected = 1, kDraining = 2, kGone = 3 };

struct WorkerDeviceRow {
  std::string name;  ///< `cpu`, `mps`, `cuda:0`.
  DeviceKind kind = DeviceKind::kCpu;
  std::string model;
  int64_t memory_bytes = 0;  ///< 0 = not known.
  friend bool operator==(const WorkerDeviceRow&, const WorkerDeviceRow&) = default;
};

struct Worker {
  std::string name;
  WorkerState state = WorkerState::kConnected;
  std::string process_uid;
  std::string host;
  std::string code_version;
  absl::Time heartbeat_time;
  std::vector<WorkerDeviceRow> devices;  ///< In the worker's order.
  std::vector<std::string> datasets;     ///< By name.
};

/// Stores a worker, replacing what was known of it. Errors: `ALREADY_EXISTS` when a device or a
/// dataset is listed twice.
absl::Status PutWorker(Transaction& transaction, const Worker& worker);

/// Stores a worker's state and when it was last heard of. Errors: `NOT_FOUND`.
absl::Status SetWorkerState(Transaction& transaction, std::string_view name, WorkerState state,
                            absl::Time heartbeat_time);

/// Sets every worker to kGone; for a coordinator that starts.
absl::Status SetAllWorkersGone(Transaction& transaction);

/// Returns all workers by name.
absl::StatusOr<std::vector<Worker>> ListWorkers(Snapshot& snapshot);

/// Returns one worker. Errors: `NOT_FOUND`.
absl::StatusOr<Worker> GetWorker(Snapshot& snapshot, std::string_view name);

}  // namespace pecg

#endif  // PECG_STORAGE_WORKER_STORE_H_
