#include "worker/agent/cancellation.h"

#include <chrono>
#include <utility>

namespace pecg {

void Cancellation::Cancel() {
  MutexLock lock(&mutex_);
  cancelled_ = true;
  if (interrupt_) interrupt_();
  changed_.NotifyAll();
}

bool Cancellation::cancelled() const {
  MutexLock lock(&mutex_);
  return cancelled_;
}

bool Cancellation::SleepFor(absl::Duration duration) {
  const auto deadline = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(duration);
  MutexLock lock(&mutex_);
  while (!cancelled_) {
    const auto rest = deadline - std::chrono::steady_clock::now();
    if (rest <= std::chrono::nanoseconds::zero()) return true;
    changed_.WaitFor(&mutex_, rest);
  }
  return false;
}

Cancellation::Interrupt::Interrupt(Cancellation* cancellation, std::function<void()> interrupt)
    : cancellation_(cancellation) {
  MutexLock lock(&cancellation_->mutex_);
  cancellation_->interrupt_ = std::move(interrupt);
  if (cancellation_->cancelled_) cancellation_->interrupt_();
}

Cancellation::Interrupt::~Interrupt() {
  MutexLock lock(&cancellation_->mutex_);
  cancellation_->interrupt_ = nullptr;
}

}  // namespace pecg
