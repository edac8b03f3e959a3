#ifndef PECG_WORKER_AGENT_ARTIFACT_UPLOADER_H_
#define PECG_WORKER_AGENT_ARTIFACT_UPLOADER_H_

#include <absl/base/thread_annotations.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/joining_thread.h"
#include "base/mutex.h"
#include "pecg/v1/job.pb.h"
#include "worker/agent/attempt_end.h"
#include "worker/agent/attempt_folder.h"
#include "worker/agent/blob_store.h"
#include "worker/agent/cancellation.h"

namespace pecg {

/// What an uploader tells its owner, from its own thread.
struct UploadListener {
  std::function<void(const v1::ArtifactReady&)> on_artifact;
  std::function<void(int64_t step, const std::vector<v1::ArtifactReady>& files)> on_checkpoint;
  /// An upload failed for good. Nothing further is uploaded.
  std::function<void(const Fault&)> on_fault;
};

/// Verifies the files a job announces and stores them with the coordinator, in the order they were
/// announced, while the job goes on. Tries until it works: only a file that is not what was
/// announced, a full disk at the coordinator and a refusal are final. Thread-safe.
class ArtifactUploader {
 public:
  /// Pointers are not owned and outlive this.
  ArtifactUploader(const AttemptFolder* folder, BlobStore* blobs, Cancellation* cancellation,
                   UploadListener listener);

  /// Ends without what is queued, once the upload in progress has ended: cancel that first.
  ~ArtifactUploader();
  ArtifactUploader(const ArtifactUploader&) = delete;
  ArtifactUploader& operator=(const ArtifactUploader&) = delete;

  /// Queues `output/<path>`.
  void AddArtifact(v1::ArtifactReady artifact);

  /// Queues the files of `checkpoint/<step>`; older checkpoints but one are deleted afterwards.
  void AddCheckpoint(int64_t step);

  /// Waits until everything queued is stored, or nothing further will be.
  void Finish();

 private:
  using Upload = std::variant<v1::ArtifactReady, int64_t>;

  void UploadUntilClosed();
  absl::Status UploadOne(const Upload& upload);
  absl::Status UploadCheckpoint(int64_t step);
  absl::Status Store(const std::string& dir, const v1::ArtifactReady& file);

  const AttemptFolder* const folder_;
  BlobStore* const blobs_;
  Cancellation* const cancellation_;
  const UploadListener listener_;
  Mutex mutex_;
  CondVar changed_;
  std::deque<Upload> queue_ ABSL_GUARDED_BY(mutex_);  // The first one is in progress.
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  JoiningThread thread_;  // Last: joins before what it uses is destroyed.
};

/// Reads a checkpoint's `list.json` (docs/job-directory.md). DATA_LOSS when it is something else.
absl::StatusOr<std::vector<v1::ArtifactReady>> ParseCheckpointList(std::string_view json);

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_ARTIFACT_UPLOADER_H_
