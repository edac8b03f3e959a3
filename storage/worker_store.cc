#include "storage/worker_store.h"

#include <utility>

#include "base/status.h"
#include "storage/stored_name.h"

namespace pecg {
namespace {

constexpr std::string_view kColumns =
    "SELECT name, state, process_uid, host, code_version, heartbeat_us FROM workers ";

std::string_view NameOf(WorkerState state) {
  switch (state) {
    case WorkerState::kConnected:
      return "CONNECTED";
    case WorkerState::kDraining:
      return "DRAINING";
    case WorkerState::kGone:
      break;
  }
  return "GONE";
}

/// The table allows these three names only.
WorkerState WorkerStateFromName(std::string_view name) {
  if (name == NameOf(WorkerState::kConnected)) return WorkerState::kConnected;
  if (name == NameOf(WorkerState::kDraining)) return WorkerState::kDraining;
  return WorkerState::kGone;
}

absl::StatusOr<std::vector<WorkerDeviceRow>> ListDevices(Snapshot& snapshot,
                                                         std::string_view worker) {
  Statement statement = snapshot.Query(
      "SELECT name, kind, model, memory_bytes FROM worker_devices WHERE worker = ? "
      "ORDER BY ordinal",
      worker);
  std::vector<WorkerDeviceRow> devices;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return devices;
    PECG_ASSIGN_OR_RETURN(const DeviceKind kind, FromStoredName<DeviceKind>(statement.TextView(1)));
    devices.push_back({statement.Text(0), kind, statement.Text(2), statement.Int64(3)});
  }
}

absl::StatusOr<std::vector<std::string>> ListWorkerDatasets(Snapshot& snapshot,
                                                            std::string_view worker) {
  Statement statement = snapshot.Query(
      "SELECT dataset FROM worker_datasets WHERE worker = ? ORDER BY dataset", worker);
  std::vector<std::string> datasets;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return datasets;
    datasets.push_back(statement.Text(0));
  }
}

absl::StatusOr<Worker> ReadWorker(Snapshot& snapshot, const Statement& row) {
  Worker worker;
  worker.name = row.Text(0);
  worker.state = WorkerStateFromName(row.TextView(1));
  worker.process_uid = row.Text(2);
  worker.host = row.Text(3);
  worker.code_version = row.Text(4);
  worker.heartbeat_time = row.Time(5);
  PECG_ASSIGN_OR_RETURN(worker.devices, ListDevices(snapshot, worker.name));
  PECG_ASSIGN_OR_RETURN(worker.datasets, ListWorkerDatasets(snapshot, worker.name));
  return worker;
}

absl::Status ReplaceDevices(Transaction& transaction, const Worker& worker) {
  PECG_RETURN_IF_ERROR(
      transaction.Change("DELETE FROM worker_devices WHERE worker = ?", worker.name).status());
  for (size_t i = 0; i < worker.devices.size(); ++i) {
    const WorkerDeviceRow& device = worker.devices[i];
    PECG_RETURN_IF_ERROR(
        transaction
            .Change("INSERT INTO worker_devices (worker, ordinal, name, kind, model, "
                    "memory_bytes) VALUES (?, ?, ?, ?, ?, ?)",
                    worker.name, i, device.name, pecg::NameOf(device.kind), device.model,
                    device.memory_bytes)
            .status());
  }
  return absl::OkStatus();
}

absl::Status ReplaceDatasets(Transaction& transaction, const Worker& worker) {
  PECG_RETURN_IF_ERROR(
      transaction.Change("DELETE FROM worker_datasets WHERE worker = ?", worker.name).status());
  for (const std::string& dataset : worker.datasets) {
    PECG_RETURN_IF_ERROR(transaction
                             .Change("INSERT INTO worker_datasets (worker, dataset) VALUES (?, ?)",
                                     worker.name, dataset)
                             .status());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status PutWorker(Transaction& transaction, const Worker& worker) {
  PECG_RETURN_IF_ERROR(
      transaction
          .Change("INSERT INTO workers (name, state, process_uid, host, code_version, "
                  "heartbeat_us) VALUES (?, ?, ?, ?, ?, ?) "
                  "ON CONFLICT (name) DO UPDATE SET state = excluded.state, "
                  "process_uid = excluded.process_uid, host = excluded.host, "
                  "code_version = excluded.code_version, heartbeat_us = excluded.heartbeat_us",
                  worker.name, NameOf(worker.state), worker.process_uid, worker.host,
                  worker.code_version, worker.heartbeat_time)
          .status());
  PECG_RETURN_IF_ERROR(ReplaceDevices(transaction, worker));
  return ReplaceDatasets(transaction, worker);
}

absl::Status SetWorkerState(Transaction& transaction, std::string_view name, WorkerState state,
                            absl::Time heartbeat_time) {
  PECG_ASSIGN_OR_RETURN(
      const int64_t count,
      transaction.Change("UPDATE workers SET state = ?, heartbeat_us = ? WHERE name = ?",
                         NameOf(state), heartbeat_time, name));
  if (count == 0) return NotFound("worker not found: {}", name);
  return absl::OkStatus();
}

absl::Status SetAllWorkersGone(Transaction& transaction) {
  return transaction.Change("UPDATE workers SET state = 'GONE' WHERE state <> 'GONE'").status();
}

absl::StatusOr<std::vector<Worker>> ListWorkers(Snapshot& snapshot) {
  static const std::string kSql = fmt::format("{} ORDER BY name", kColumns);
  Statement statement = snapshot.Query(kSql);
  std::vector<Worker> workers;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return workers;
    PECG_ASSIGN_OR_RETURN(Worker worker, ReadWorker(snapshot, statement));
    workers.push_back(std::move(worker));
  }
}

absl::StatusOr<Worker> GetWorker(Snapshot& snapshot, std::string_view name) {
  static const std::string kSql = fmt::format("{} WHERE name = ?", kColumns);
  Statement statement = snapshot.Query(kSql, name);
  PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
  if (!row) return NotFound("worker not found: {}", name);
  return ReadWorker(snapshot, statement);
}

}  // namespace pecg
