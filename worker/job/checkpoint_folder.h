#ifndef PECG_WORKER_JOB_CHECKPOINT_FOLDER_H_
#define PECG_WORKER_JOB_CHECKPOINT_FOLDER_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "worker/job/event_writer.h"

namespace pecg {

/// A file to be put into a checkpoint.
struct CheckpointFile {
  std::string path;  ///< Below the checkpoint's folder, for example `weights.safetensors`.
  /// Gets the path, the folder of which exists; must make the file appear by rename, synced, as the
  /// writers of worker/file do.
  std::function<void(const std::filesystem::path&)> write;
};

/// The folder `checkpoint/` of a job. Not thread-safe.
class CheckpointFolder {
 public:
  /// `events` is not owned and outlives this.
  CheckpointFolder(std::filesystem::path root, EventWriter* events);

  /// Writes `checkpoint/<step>/`: each file, `list.json` last, then the event. A checkpoint of the
  /// same step that is there already is replaced. Older ones stay: the agent deletes them. Throws
  /// `Error::kBadInput` for a path that leaves the folder, is `list.json` or stands twice;
  /// `kDiskFull`, `kIo`, and what `write` throws.
  void Write(std::int64_t step, std::span<const CheckpointFile> files);

 private:
  std::filesystem::path root_;
  EventWriter* const events_;
};

/// A complete checkpoint.
struct Checkpoint {
  std::int64_t step = 0;
  std::filesystem::path folder;  ///< Its files lie here under the names they were written with.
};

/// Looks for a complete checkpoint in `folder`, which is a job's `resume/` or one
/// `checkpoint/<step>` folder. Nothing without `list.json`. Throws `Error::kCorruptData` when the
/// list cannot be read or a file of it is missing or differs from its SHA-256.
std::optional<Checkpoint> FindCheckpoint(const std::filesystem::path& folder);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_CHECKPOINT_FOLDER_H_
