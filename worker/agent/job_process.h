#ifndef PECG_WORKER_AGENT_JOB_PROCESS_H_
#define PECG_WORKER_AGENT_JOB_PROCESS_H_

#include <absl/base/thread_annotations.h>
#include <absl/status/statusor.h>
#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/joining_thread.h"
#include "base/mutex.h"
#include "worker/agent/attempt_end.h"
#include "worker/agent/descriptor.h"

namespace pecg {

/// A job program in a process group of its own, with the descriptors of docs/job-directory.md: the
/// lifeline, the log pipe, the event pipe and the lock. Thread-safe but for the pipes, which belong
/// to one reader.
class JobProcess {
 public:
  struct Options {
    std::string program;                 ///< Path of the executable.
    std::vector<std::string> arguments;  ///< Without the program's name.
    std::string working_directory;
    std::string lock_path;  ///< Created and locked; the lock lives as long as the job's family.
    std::string pid_path;   ///< Gets the process id, which is the process group's too.
    /// The process has ended (and its group was killed). Called once, from the object's thread.
    std::function<void()> on_exit;
  };

  /// Starts the program. Errors: NOT_FOUND for a missing program, those of the system calls;
  /// FAILED_PRECONDITION when the lock is held.
  static absl::StatusOr<std::unique_ptr<JobProcess>> Start(Options options);

  /// Kills the process group if it still lives, and waits for it.
  ~JobProcess();
  JobProcess(const JobProcess&) = delete;
  JobProcess& operator=(const JobProcess&) = delete;

  /// Sends `signal` to the process group; nothing if the job has ended.
  void Signal(int signal);

  /// How the process ended; nothing while it runs.
  std::optional<ProcessExit> exit() const;

  /// Read ends, non-blocking: stdout and stderr together, and descriptor 3.
  int log_descriptor() const { return log_.number(); }
  int event_descriptor() const { return events_.number(); }

 private:
  JobProcess(pid_t pid, Descriptor lifeline, Descriptor log, Descriptor events,
             std::function<void()> on_exit);
  void WaitForExit();

  const pid_t pid_;
  const Descriptor lifeline_;  // The end whose closing tells the job that the agent is gone.
  const Descriptor log_;
  const Descriptor events_;
  const std::function<void()> on_exit_;
  mutable Mutex mutex_;
  /// Once set, the pid may belong to somebody else.
  std::optional<ProcessExit> exit_ ABSL_GUARDED_BY(mutex_);
  JoiningThread waiter_;  // Last: joins before what it uses is destroyed.
};

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_JOB_PROCESS_H_
