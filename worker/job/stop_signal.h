#ifndef PECG_WORKER_JOB_STOP_SIGNAL_H_
#define PECG_WORKER_JOB_STOP_SIGNAL_H_

#include <absl/base/thread_annotations.h>

#include <array>
#include <atomic>
#include <chrono>
#include <exception>

#include "base/joining_thread.h"
#include "base/mutex.h"

namespace pecg {

/// Thrown to leave a job that was asked to stop, once it has saved what it can. Only RunJob catches
/// it, and ends the process with kExitStopped. No Error: nothing went wrong.
class JobStopped : public std::exception {
 public:
  const char* what() const noexcept override { return "the job was asked to stop"; }
};

/// Knows whether the job is to stop: SIGTERM came, the lifeline ended (the agent is gone), or
/// Request was called. It never takes that back. Thread-safe, except that at most one object may
/// exist at a time, because a process has one handler for SIGTERM.
class StopSignal {
 public:
  /// Takes over SIGTERM and starts one thread that watches `lifeline`, a descriptor that says
  /// nothing and ends when the agent does; what is written to it is thrown away. Not owned. Throws
  /// `Error::kIo` when the system has no descriptor left.
  explicit StopSignal(int lifeline);

  /// Gives SIGTERM back to what it was.
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  /// Cheap enough for every step of a loop.
  bool requested() const { return requested_.load(std::memory_order_acquire); }

  /// The flag itself, for rooms that poll one; lives as long as this.
  const std::atomic<bool>& flag() const { return requested_; }

  /// Throws JobStopped if the job is to stop. For jobs that save nothing on the way.
  void ThrowIfRequested() const {
    if (requested()) throw JobStopped();
  }

  /// Returns as soon as the job is to stop, or after `timeout`; true if it is to stop.
  bool WaitFor(std::chrono::nanoseconds timeout) const;

  /// Asks the job to stop.
  void Request();

 private:
  void Watch(int lifeline);

  std::atomic<bool> requested_ = false;
  mutable Mutex mutex_;  ///< Guards nothing; `stopped_` needs one to wait with.
  mutable CondVar stopped_;
  std::array<int, 2> wake_ = {-1, -1};  ///< A pipe: the handler and the destructor write to it.
  JoiningThread watcher_;               ///< Last: uses everything above.
};

}  // namespace pecg

#endif  // PECG_WORKER_JOB_STOP_SIGNAL_H_
