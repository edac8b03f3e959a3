#ifndef PECG_WORKER_JOB_RUN_JOB_H_
#define PECG_WORKER_JOB_RUN_JOB_H_

#include <filesystem>
#include <span>

#include "pecg/v1/job.pb.h"
#include "worker/job/artifact_folder.h"
#include "worker/job/checkpoint_folder.h"
#include "worker/job/event_writer.h"
#include "worker/job/job_directory.h"
#include "worker/job/stop_signal.h"

namespace pecg {

/// What a job function works with. Nothing is owned; everything outlives the call.
struct JobContext {
  const JobDirectory& directory;
  EventWriter& events;
  ArtifactFolder& artifacts;
  CheckpointFolder& checkpoints;
  const StopSignal& stop;

  const v1::JobSpec& spec() const { return directory.spec(); }
};

/// Does one job. Throws Error when it cannot, and JobStopped when it was asked to stop, after it
/// has written a checkpoint if its kind has any. RunJob completes the result's lineage: the code
/// version, and targets_sha256, synthetic, device and libraries where the job left them empty.
using JobFunction = v1::JobResult (*)(const JobContext& context);

/// One row of a program's registry.
struct JobKind {
  v1::RunSpec::JobCase job;
  JobFunction run;
};

/// Descriptors a job process is started with.
inline constexpr int kLifelineDescriptor = 0;
inline constexpr int kEventDescriptor = 3;

/// Does the job of a job directory from beginning to end: reads the spec, calls the function of its
/// kind, and writes exactly one `result` or `failed` event, or none when the job was stopped.
/// Returns the exit code: 0 done, 2 bad spec, 3 missing or corrupt data, 75 stopped, 1 anything
/// else. For main() only: takes over SIGTERM, SIGPIPE, stdin and descriptor 3.
int RunJob(const std::filesystem::path& directory, std::span<const JobKind> registry);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_RUN_JOB_H_
