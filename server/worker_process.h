#ifndef PECG_SERVER_WORKER_PROCESS_H_
#define PECG_SERVER_WORKER_PROCESS_H_

#include <absl/base/thread_annotations.h>
#include <absl/time/time.h>
#include <sys/types.h>

#include <string>

#include "base/home.h"
#include "base/joining_thread.h"
#include "base/mutex.h"

namespace pecg {

/// Keeps one `pecg-worker` of this home running, in a process group of its own: starts it, starts
/// it again with a growing delay when it ends, and ends it when this object ends. A worker that a
/// former coordinator left behind has the home and goes on; it too is ended here. Thread-safe.
class WorkerProcess {
 public:
  /// Starts the first process. `home` is not owned and outlives this; `program` is its path.
  WorkerProcess(const Home* home, std::string program);

  /// Asks the process to end (SIGTERM: its jobs make their checkpoints), waits for at most
  /// kEndPatience, then kills it.
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  static constexpr absl::Duration kEndPatience = absl::Seconds(45);

 private:
  void Run();
  /// Runs one process to its end; returns false if it could not be started.
  bool RunOnce();
  void EndLeftBehind() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Home& home_;
  const std::string program_;
  Mutex mutex_;
  CondVar changed_;
  pid_t process_ ABSL_GUARDED_BY(mutex_) = 0;  ///< 0 = none runs, or it was reaped.
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  bool has_ended_ ABSL_GUARDED_BY(mutex_) = false;
  JoiningThread thread_;  // Last: joins before what it uses is destroyed.
};

}  // namespace pecg

#endif  // PECG_SERVER_WORKER_PROCESS_H_
