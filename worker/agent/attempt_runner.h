#ifndef PECG_WORKER_AGENT_ATTEMPT_RUNNER_H_
#define PECG_WORKER_AGENT_ATTEMPT_RUNNER_H_

#include <absl/base/thread_annotations.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/joining_thread.h"
#include "base/mutex.h"
#include "pecg/v1/worker.pb.h"
#include "worker/agent/artifact_uploader.h"
#include "worker/agent/attempt_end.h"
#include "worker/agent/attempt_folder.h"
#include "worker/agent/attempt_id.h"
#include "worker/agent/blob_store.h"
#include "worker/agent/cancellation.h"
#include "worker/agent/content_cache.h"
#include "worker/agent/job_supervisor.h"
#include "worker/agent/launch_plan.h"
#include "worker/agent/spool.h"

namespace pecg {

/// What attempts are run with. Pointers are not owned and outlive every runner.
struct RunnerEnvironment {
  std::string jobs_dir;
  WorkerResources resources;
  BlobStore* blobs = nullptr;
  ContentCache* cache = nullptr;
  const Clock* clock = nullptr;
  /// Processes the system has killed for memory since it started.
  std::function<int64_t()> oom_kill_count;
};

/// One attempt from its lease to its committed end: prepares the job directory, runs the job,
/// spools what it says, uploads its artifacts, says how it ended. Knows no gRPC: a session reads
/// events and gives acknowledgements, stops and losses. Thread-safe.
class AttemptRunner {
 public:
  /// Starts. `on_change` is called when there are events to forward or the attempt is over, from
  /// any thread, without a lock of the runner's held; it must neither block nor destroy the runner.
  AttemptRunner(AttemptId id, v1::Lease lease, RunnerEnvironment environment,
                std::function<void()> on_change);

  /// Abandons the attempt unless it is over, and waits.
  ~AttemptRunner();
  AttemptRunner(const AttemptRunner&) = delete;
  AttemptRunner& operator=(const AttemptRunner&) = delete;

  const AttemptId& id() const { return id_; }

  /// Asks the job to stop: SIGTERM, SIGKILL after `grace`; `reason` is how the end is reported. A
  /// cancel replaces an earlier stop's reason; the grace that ends first counts.
  void Stop(v1::EndReason reason, absl::Duration grace);

  /// The attempt is no longer this worker's: SIGKILL, no further event, the directory is deleted.
  void Abandon();

  /// True when the end is committed, or the attempt abandoned, and the directory gone.
  bool over() const;

  /// True once abandoned: the coordinator is told nothing more of it.
  bool abandoned() const;

  /// Events that are on disk, as Spool::ReadAfter; none once the attempt is abandoned.
  absl::StatusOr<std::vector<v1::AttemptEvent>> EventsAfter(int64_t sequence,
                                                            int64_t max_byte_count) const;

  /// Sequence of the last event on disk; 0 = none.
  int64_t durable_sequence() const;

  /// The coordinator has everything up to `sequence`.
  void Commit(int64_t sequence);

 private:
  enum class Phase : std::uint8_t { kPreparing, kRunning };

  void Run();
  bool OpenSpool();
  std::variant<LaunchPlan, Fault> Prepare();
  /// False when the attempt was stopped meanwhile.
  bool EnterRunning();
  void RunJob(const LaunchPlan& plan);
  void OnJobEvent(v1::JobEvent event);
  void OnFault(Fault fault);
  /// Spools the end and waits until it is committed, or the attempt abandoned.
  void ReportEnd();
  void CleanUp();
  JobListener MakeJobListener();
  UploadListener MakeUploadListener();
  google::protobuf::Timestamp Now() const;
  Spool* spool() const;

  const AttemptId id_;
  const v1::Lease lease_;
  const RunnerEnvironment environment_;
  const std::function<void()> on_change_;
  const AttemptFolder folder_;
  Cancellation transfers_;
  JobSupervisor supervisor_;

  mutable Mutex mutex_;
  CondVar changed_;
  std::unique_ptr<Spool> spool_ ABSL_GUARDED_BY(mutex_);  // Once set, it stays.
  Phase phase_ ABSL_GUARDED_BY(mutex_) = Phase::kPreparing;
  v1::EndReason stop_reason_ ABSL_GUARDED_BY(mutex_) = v1::END_REASON_UNSPECIFIED;
  std::optional<Fault> fault_ ABSL_GUARDED_BY(mutex_);  // The first one.
  bool abandoned_ ABSL_GUARDED_BY(mutex_) = false;
  bool over_ ABSL_GUARDED_BY(mutex_) = false;

  // Of the runner's thread alone.
  AttemptFacts facts_;
  std::set<std::string> announced_paths_;
  int64_t log_offset_ = 0;
  ArtifactUploader* uploader_ = nullptr;  // Lives while the job does.

  JoiningThread thread_;  // Last: joins before what it uses is destroyed.
};

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_ATTEMPT_RUNNER_H_
