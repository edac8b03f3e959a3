#ifndef PECG_WORKER_AGENT_ATTEMPT_FOLDER_H_
#define PECG_WORKER_AGENT_ATTEMPT_FOLDER_H_

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <cstdint>
#include <string>

#include "pecg/v1/worker.pb.h"
#include "worker/agent/cancellation.h"
#include "worker/agent/content_cache.h"

namespace pecg {

/// The paths of one job directory, as docs/job-directory.md lays it out, and what the agent does to
/// it. Immutable, thread-safe.
class AttemptFolder {
 public:
  explicit AttemptFolder(std::string dir) : dir_(std::move(dir)) {}

  /// Makes the folder, `output/` and `checkpoint/`. ALREADY_EXISTS if the folder is there.
  absl::Status Create() const;

  /// Writes the spec and places the manifest, the inputs and the files to resume from. Errors:
  /// INVALID_ARGUMENT for a path that leaves its folder, those of ContentCache::Place.
  absl::Status Fill(const v1::JobSpec& spec, const v1::Lease& lease, ContentCache* cache,
                    Cancellation* cancellation) const;

  /// Deletes what the job has written or been given, all but the spool: makes room on a full disk.
  void DeleteContents() const;

  /// Deletes everything. Errors: those of the file system.
  absl::Status Delete() const;

  /// Deletes the checkpoints older than the two newest of those up to `step`.
  void KeepTwoCheckpoints(int64_t step) const;

  const std::string& dir() const { return dir_; }
  std::string SpecPath() const { return dir_ + "/spec.binpb"; }
  std::string ManifestPath() const { return dir_ + "/manifest.binpb"; }
  std::string InputDir() const { return dir_ + "/input"; }
  std::string ResumeDir() const { return dir_ + "/resume"; }
  std::string OutputDir() const { return dir_ + "/output"; }
  std::string CheckpointDir() const { return dir_ + "/checkpoint"; }
  std::string SpoolPath() const { return dir_ + "/spool.binpb"; }
  std::string LockPath() const { return dir_ + "/job.lock"; }
  std::string PidPath() const { return dir_ + "/job.pid"; }

 private:
  std::string dir_;
};

/// Deletes every folder in `jobs_dir`, which a former agent process has left. A job that still
/// holds its `job.lock` is killed first, with its process group, and waited for, at most `patience`
/// (a job whose agent is gone also ends by itself). Call it before any attempt is started. Returns
/// an error naming the first folder that could not be deleted; the others are.
absl::Status ClearLeftovers(const std::string& jobs_dir, absl::Duration patience);

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_ATTEMPT_FOLDER_H_
