#ifndef PECG_WORKER_AGENT_JOB_SUPERVISOR_H_
#define PECG_WORKER_AGENT_JOB_SUPERVISOR_H_

#include <absl/base/thread_annotations.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <functional>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/mutex.h"
#include "pecg/v1/job.pb.h"
#include "worker/agent/attempt_end.h"
#include "worker/agent/descriptor.h"
#include "worker/agent/job_event_reader.h"
#include "worker/agent/job_process.h"

namespace pecg {

/// Who hears what a job says; called on the thread of Run.
struct JobListener {
  std::function<void()> on_started;
  std::function<void()> on_stopping;  ///< SIGTERM was sent.
  std::function<void(std::string_view)> on_log;
  std::function<void(v1::JobEvent)> on_event;
  /// While false, the job's pipes are not read, so that it pauses when they are full.
  std::function<bool()> has_room;
};

/// Watches over one job process from its start to its end. Run belongs to one thread; the other
/// methods may be called from any, before, during and after it.
class JobSupervisor {
 public:
  struct Outcome {
    ProcessExit exit;
    /// DATA_LOSS when descriptor 3 said something that is no event; the job was killed for it.
    absl::Status event_stream;
  };

  /// `clock` is not owned and outlives this.
  JobSupervisor(const Clock* clock, JobListener listener);

  /// Starts the process and returns when it has ended and all it wrote was read. Call it once.
  /// Errors: those of JobProcess::Start.
  absl::StatusOr<Outcome> Run(JobProcess::Options options);

  /// SIGTERM now, SIGKILL after `grace`. When called again, the grace that ends first counts.
  void Stop(absl::Duration grace);

  /// SIGKILL now.
  void Kill();

  /// There may be room again.
  void Wake();

 private:
  struct Wishes {
    std::optional<absl::Duration> kill_uptime;  ///< Stop; when SIGKILL is due, on Clock::Uptime.
    bool kill = false;
  };

  Wishes wishes() const;
  void Pump(JobProcess* process);
  void Obey(const Wishes& wishes, JobProcess* process);
  void WaitForInput(const Wishes& wishes, const JobProcess& process);
  void ReadPipes(JobProcess* process);
  bool ReadLog(const JobProcess& process);
  bool ReadEvents(JobProcess* process);

  const Clock* const clock_;
  const JobListener listener_;
  mutable Mutex mutex_;
  Wishes wishes_ ABSL_GUARDED_BY(mutex_);
  Pipe wake_ ABSL_GUARDED_BY(mutex_);

  // Of the thread of Run alone.
  int wake_descriptor_ = -1;
  JobEventReader event_reader_;
  absl::Status event_stream_;
  bool log_open_ = true;
  bool events_open_ = true;
  bool stop_sent_ = false;
};

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_JOB_SUPERVISOR_H_
