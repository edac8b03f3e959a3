#include "server/rpc/executor.h"

#include <utility>

namespace pecg {

Executor::Executor(int thread_count) {
  for (int i = 0; i < thread_count; ++i) threads_.emplace_back([this] { Run(); });
}

Executor::~Executor() {
  {
    MutexLock lock(&mutex_);
    ending_ = true;
  }
  wake_.NotifyAll();
}

void Executor::Post(std::function<void()> task) {
  {
    MutexLock lock(&mutex_);
    tasks_.push_back(std::move(task));
  }
  wake_.NotifyOne();
}

void Executor::Run() {
  for (;;) {
    std::function<void()> task;
    {
      MutexLock lock(&mutex_);
      while (tasks_.empty() && !ending_) wake_.Wait(&mutex_);
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task();
  }
}

}  // namespace pecg
