#ifndef PECG_CLIENT_CLI_INTERRUPT_H_
#define PECG_CLIENT_CLI_INTERRUPT_H_

#include <csignal>
#include <functional>

#include "base/joining_thread.h"

namespace pecg {

/// While it lives, Ctrl-C (SIGINT) and SIGTERM call `on_interrupt` once, on a thread of its own; a
/// second one ends the process with exit code 130. One at a time per process.
class Interrupt {
 public:
  explicit Interrupt(std::function<void()> on_interrupt);
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

 private:
  void Wait();

  const std::function<void()> on_interrupt_;
  int pipe_[2] = {-1, -1};  // The handler writes, the thread reads.
  struct sigaction old_interrupt_ = {};
  struct sigaction old_terminate_ = {};
  JoiningThread thread_;  // Last: joined before what it uses is destroyed.
};

}  // namespace pecg

#endif  // PECG_CLIENT_CLI_INTERRUPT_H_
