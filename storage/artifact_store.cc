#include "storage/artifact_store.h"

#include "base/status.h"

namespace pecg {
namespace {

constexpr std::string_view kColumns =
    "run_number, path, sha256, size_bytes, type, attempt, create_us";

Artifact ReadArtifact(const Statement& row) {
  return {.run = row.Int64(0),
          .path = row.Text(1),
          .sha256 = row.Text(2),
          .size_bytes = row.Int64(3),
          .type = row.Text(4),
          .attempt = row.Int(5),
          .create_time = row.Time(6)};
}

absl::StatusOr<std::vector<CheckpointFile>> ListFiles(Snapshot& snapshot,
                                                      const Checkpoint& checkpoint) {
  Statement statement = snapshot.Query(
      "SELECT path, sha256, size_bytes FROM checkpoint_files "
      "WHERE run_number = ? AND attempt = ? AND step = ? ORDER BY path",
      checkpoint.run, checkpoint.attempt, checkpoint.step);
  std::vector<CheckpointFile> files;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return files;
    files.push_back({statement.Text(0), statement.Text(1), statement.Int64(2)});
  }
}

absl::Status DropOldCheckpoints(Transaction& transaction, int64_t run) {
  PECG_ASSIGN_OR_RETURN(const std::vector<Checkpoint> all, ListCheckpoints(transaction, run));
  for (size_t i = kKeptCheckpointCount; i < all.size(); ++i) {
    // Their files go with them (ON DELETE CASCADE).
    PECG_RETURN_IF_ERROR(transaction
                             .Change("DELETE FROM checkpoints "
                                     "WHERE run_number = ? AND attempt = ? AND step = ?",
                                     run, all[i].attempt, all[i].step)
                             .status());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status PutArtifact(Transaction& transaction, const Artifact& artifact) {
  return transaction
      .Change(
          "INSERT INTO artifacts (run_number, path, sha256, size_bytes, type, attempt, "
          "create_us) VALUES (?, ?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (run_number, path) DO UPDATE SET sha256 = excluded.sha256, "
          "size_bytes = excluded.size_bytes, type = excluded.type, "
          "attempt = excluded.attempt, create_us = excluded.create_us "
          "WHERE attempt <= excluded.attempt",
          artifact.run, artifact.path, artifact.sha256, artifact.size_bytes, artifact.type,
          artifact.attempt, artifact.create_time)
      .status();
}

absl::StatusOr<Artifact> GetArtifact(Snapshot& snapshot, int64_t run, std::string_view path) {
  static const std::string kSql =
      fmt::format("SELECT {} FROM artifacts WHERE run_number = ? AND path = ?", kColumns);
  Statement statement = snapshot.Query(kSql, run, path);
  PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
  if (!row) return NotFound("run {} has no artifact: {}", run, path);
  return ReadArtifact(statement);
}

absl::StatusOr<std::vector<Artifact>> ListArtifacts(Snapshot& snapshot, int64_t run) {
  static const std::string kSql =
      fmt::format("SELECT {} FROM artifacts WHERE run_number = ? ORDER BY path", kColumns);
  Statement statement = snapshot.Query(kSql, run);
  std::vector<Artifact> artifacts;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return artifacts;
    artifacts.push_back(ReadArtifact(statement));
  }
}

absl::Status PutCheckpoint(Transaction& transaction, const Checkpoint& checkpoint) {
  PECG_ASSIGN_OR_RETURN(
      const int64_t count,
      transaction.Change("INSERT INTO checkpoints (run_number, attempt, step, create_us) "
                         "VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                         checkpoint.run, checkpoint.attempt, checkpoint.step,
                         checkpoint.create_time));
  if (count == 0) return absl::OkStatus();
  for (const CheckpointFile& file : checkpoint.files) {
    PECG_RETURN_IF_ERROR(
        transaction
            .Change("INSERT INTO checkpoint_files (run_number, attempt, step, path, sha256, "
                    "size_bytes) VALUES (?, ?, ?, ?, ?, ?)",
                    checkpoint.run, checkpoint.attempt, checkpoint.step, file.path, file.sha256,
                    file.size_bytes)
            .status());
  }
  return DropOldCheckpoints(transaction, checkpoint.run);
}

absl::StatusOr<std::optional<Checkpoint>> FindLastCheckpoint(Snapshot& snapshot, int64_t run) {
  PECG_ASSIGN_OR_RETURN(std::vector<Checkpoint> all, ListCheckpoints(snapshot, run));
  if (all.empty()) return std::nullopt;
  return std::move(all.front());
}

absl::StatusOr<std::vector<Checkpoint>> ListCheckpoints(Snapshot& snapshot, int64_t run) {
  Statement statement = snapshot.Query(
      "SELECT attempt, step, create_us FROM checkpoints WHERE run_number = ? "
      "ORDER BY attempt DESC, step DESC",
      run);
  std::vector<Checkpoint> checkpoints;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return checkpoints;
    Checkpoint checkpoint{.run = run,
                          .attempt = statement.Int(0),
                          .step = statement.Int64(1),
                          .create_time = statement.Time(2)};
    PECG_ASSIGN_OR_RETURN(checkpoint.files, ListFiles(snapshot, checkpoint));
    checkpoints.push_back(std::move(checkpoint));
  }
}

absl::StatusOr<bool> IsBlobReferenced(Snapshot& snapshot, std::string_view sha256) {
  Statement statement = snapshot.Query(
      "SELECT EXISTS (SELECT 1 FROM artifacts WHERE sha256 = ?1) "
      "OR EXISTS (SELECT 1 FROM checkpoint_files WHERE sha256 = ?1) "
      "OR EXISTS (SELECT 1 FROM dataset_versions WHERE index_sha256 = ?1)",
      sha256);
  PECG_RETURN_IF_ERROR(statement.Step().status());
  return statement.Bool(0);
}

}  // namespace pecg
