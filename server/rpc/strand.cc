#include "server/rpc/strand.h"

#include <absl/base/thread_annotations.h>

#include <deque>
#include <utility>

#include "base/mutex.h"

namespace pecg {

struct Strand::State {
  Mutex mutex;
  std::deque<std::function<void()>> tasks ABSL_GUARDED_BY(mutex);
  bool is_running ABSL_GUARDED_BY(mutex) = false;
};

Strand::Strand(Executor* executor) : executor_(executor), state_(std::make_shared<State>()) {}

void Strand::Post(std::function<void()> task) {
  {
    MutexLock lock(&state_->mutex);
    state_->tasks.push_back(std::move(task));
    if (std::exchange(state_->is_running, true)) return;
  }
  executor_->Post([state = state_] { Run(state); });
}

void Strand::Run(const std::shared_ptr<State>& state) {
  for (;;) {
    std::function<void()> task;
    {
      MutexLock lock(&state->mutex);
      if (state->tasks.empty()) {
        state->is_running = false;
        return;
      }
      task = std::move(state->tasks.front());
      state->tasks.pop_front();
    }
    task();
  }
}

}  // namespace pecg
