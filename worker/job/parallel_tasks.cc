#include "worker/job/parallel_tasks.h"

#include <absl/base/thread_annotations.h>

#include <algorithm>
#include <exception>
#include <vector>

#include "base/joining_thread.h"
#include "base/mutex.h"

namespace pecg {
namespace {

/// What the threads share. Thread-safe.
class TaskQueue {
 public:
  TaskQueue(std::size_t count, const std::function<void(std::size_t)>& task)
      : count_(count), task_(task) {}

  void Work() {
    for (;;) {
      std::size_t next = 0;
      {
        const MutexLock lock(&mutex_);
        if (next_ == count_ || first_exception_ != nullptr) return;
        next = next_++;
      }
      try {
        task_(next);
      } catch (...) {
        const MutexLock lock(&mutex_);
        if (first_exception_ == nullptr) first_exception_ = std::current_exception();
      }
    }
  }

  std::exception_ptr first_exception() {
    const MutexLock lock(&mutex_);
    return first_exception_;
  }

 private:
  const std::size_t count_;
  const std::function<void(std::size_t)>& task_;
  Mutex mutex_;
  std::size_t next_ ABSL_GUARDED_BY(mutex_) = 0;
  std::exception_ptr first_exception_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

void RunTasks(std::size_t count, int threads, const std::function<void(std::size_t)>& task) {
  TaskQueue queue(count, task);
  {
    const std::size_t helper_count =
        std::min(count, static_cast<std::size_t>(std::max(threads, 1))) - (count > 0 ? 1 : 0);
    std::vector<JoiningThread> helpers;
    helpers.reserve(helper_count);
    for (std::size_t i = 0; i < helper_count; ++i) {
      helpers.emplace_back([&queue] { queue.Work(); });
    }
    queue.Work();
  }
  if (const std::exception_ptr exception = queue.first_exception()) {
    std::rethrow_exception(exception);
  }
}

}  // namespace pecg
