#ifndef PECG_SERVER_RPC_EXECUTOR_H_
#define PECG_SERVER_RPC_EXECUTOR_H_

#include <absl/base/thread_annotations.h>

#include <deque>
#include <functional>
#include <vector>

#include "base/joining_thread.h"
#include "base/mutex.h"

namespace pecg {

/// Threads that may block, for what a gRPC reactor must not do itself: gRPC's callback API has as
/// few as two threads for all calls. Thread-safe.
class Executor {
 public:
  explicit Executor(int thread_count);
  /// Runs what was posted, and ends.
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  /// Runs `task` on one of the threads, in the order of the posts where there is one thread. It
  /// must not throw.
  void Post(std::function<void()> task);

 private:
  void Run();

  Mutex mutex_;
  CondVar wake_;
  std::deque<std::function<void()>> tasks_ ABSL_GUARDED_BY(mutex_);
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<JoiningThread> threads_;
};

}  // namespace pecg

#endif  // PECG_SERVER_RPC_EXECUTOR_H_
