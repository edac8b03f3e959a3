#ifndef PECG_WORKER_JOB_ARTIFACT_FOLDER_H_
#define PECG_WORKER_JOB_ARTIFACT_FOLDER_H_

#include <filesystem>
#include <functional>
#include <string_view>

#include "worker/job/event_writer.h"

namespace pecg {

/// The folder `output/` of a job. A file counts once its ArtifactReady event is written, which both
/// functions do when the file is complete on the disk. Thread-safe for different paths.
class ArtifactFolder {
 public:
  /// `events` is not owned and outlives this.
  ArtifactFolder(std::filesystem::path output, EventWriter* events);

  /// Writes `content` as `output/<path>`. `type` as in pecg.v1.Artifact: `index`, `evaluation`,
  /// `predictions`, `model`, `report`, `audit`, `file`. Throws `Error::kBadInput` for a path that
  /// leaves the folder, `kDiskFull`, `kIo`.
  void Write(std::string_view path, std::string_view type, std::string_view content);

  /// The same, for a writer of worker/file (SafetensorsWriter, WriteNpy): `write` gets the path,
  /// the folder of which exists, and must make the file appear by rename, synced, as they all do.
  void WriteWith(std::string_view path, std::string_view type,
                 const std::function<void(const std::filesystem::path&)>& write);

 private:
  std::filesystem::path output_;
  EventWriter* const events_;
};

}  // namespace pecg

#endif  // PECG_WORKER_JOB_ARTIFACT_FOLDER_H_
