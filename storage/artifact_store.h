#ifndef PECG_STORAGE_ARTIFACT_STORE_H_
#define PECG_STORAGE_ARTIFACT_STORE_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/transaction.h"

/// Which files runs left behind. Their bytes lie in the blob folder under their SHA-256.

namespace pecg {

/// A file of a run. (run, path) is unique.
struct Artifact {
  int64_t run = 0;
  std::string path;  ///< Below `output/`.
  std::string sha256;
  int64_t size_bytes = 0;
  std::string type;  ///< `index`, `model`, `predictions`, ...
  int attempt = 0;
  absl::Time create_time;
};

/// Stores an artifact. One of the same path by an earlier attempt, or by the same one, is replaced;
/// by a later one, kept. Errors: `FAILED_PRECONDITION` for an unknown attempt.
absl::Status PutArtifact(Transaction& transaction, const Artifact& artifact);

/// Returns one artifact. Errors: `NOT_FOUND`.
absl::StatusOr<Artifact> GetArtifact(Snapshot& snapshot, int64_t run, std::string_view path);

/// Returns a run's artifacts by path.
absl::StatusOr<std::vector<Artifact>> ListArtifacts(Snapshot& snapshot, int64_t run);

/// A file of a checkpoint.
struct CheckpointFile {
  std::string path;  ///< Relative to the checkpoint's folder.
  std::string sha256;
  int64_t size_bytes = 0;
  friend bool operator==(const CheckpointFile&, const CheckpointFile&) = default;
};

struct Checkpoint {
  int64_t run = 0;
  int attempt = 0;
  int64_t step = 0;
  absl::Time create_time;
  std::vector<CheckpointFile> files = {};  ///< By path.
};

/// Checkpoints kept per run.
inline constexpr int kKeptCheckpointCount = 2;

/// Stores a checkpoint and drops all but the newest two of the run (later attempt, then later step,
/// is newer). A repeat changes nothing. Errors: `FAILED_PRECONDITION` for an unknown attempt.
absl::Status PutCheckpoint(Transaction& transaction, const Checkpoint& checkpoint);

/// Returns the run's newest checkpoint; none if there is none.
absl::StatusOr<std::optional<Checkpoint>> FindLastCheckpoint(Snapshot& snapshot, int64_t run);

/// Returns the run's checkpoints, newest first.
absl::StatusOr<std::vector<Checkpoint>> ListCheckpoints(Snapshot& snapshot, int64_t run);

/// Says whether an artifact, a checkpoint or a dataset version names the blob.
absl::StatusOr<bool> IsBlobReferenced(Snapshot& snapshot, std::string_view sha256);

}  // namespace pecg

#endif  // PECG_STORAGE_ARTIFACT_STORE_H_
