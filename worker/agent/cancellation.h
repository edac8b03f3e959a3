#ifndef PECG_WORKER_AGENT_CANCELLATION_H_
#define PECG_WORKER_AGENT_CANCELLATION_H_

#include <absl/base/thread_annotations.h>
#include <absl/time/time.h>

#include <functional>

#include "base/mutex.h"

namespace pecg {

/// Tells a long transfer, once and for ever, that nobody wants it any more. Thread-safe.
class Cancellation {
 public:
  /// Wakes sleepers and calls the callback of the transfer in progress.
  void Cancel();

  bool cancelled() const;

  /// Sleeps; returns false at once when cancelled, before or meanwhile.
  bool SleepFor(absl::Duration duration);

  /// While it lives, `interrupt` is called when Cancel is, at once if that has happened already.
  /// One at a time. `interrupt` runs under a lock: it must not block nor come back here.
  class Interrupt {
   public:
    Interrupt(Cancellation* cancellation, std::function<void()> interrupt);
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

   private:
    Cancellation* const cancellation_;
  };

 private:
  mutable Mutex mutex_;
  CondVar changed_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  std::function<void()> interrupt_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_CANCELLATION_H_
