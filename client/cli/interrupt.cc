#include "client/cli/interrupt.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <utility>

#include "client/cli/exit_code.h"

namespace pecg {
namespace {

constexpr char kInterrupted = 'i';
constexpr char kEnding = 'e';

// What a signal handler may touch.
std::atomic<int> pipe_end = -1;
std::atomic<int> signal_count = 0;

void OnSignal(int /*signal*/) {
  if (signal_count.fetch_add(1) > 0) _exit(kExitInterrupted);
  const int saved = errno;
  // Nothing can be done about a failed write here; the next signal ends the process.
  [[maybe_unused]] const ssize_t written = write(pipe_end.load(), &kInterrupted, 1);
  errno = saved;
}

}  // namespace

Interrupt::Interrupt(std::function<void()> on_interrupt) : on_interrupt_(std::move(on_interrupt)) {
  if (pipe(pipe_) != 0) return;  // Without a pipe Ctrl-C ends the process, as without this object.
  for (const int end : pipe_) fcntl(end, F_SETFD, FD_CLOEXEC);
  signal_count = 0;
  pipe_end = pipe_[1];
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &old_interrupt_);
  sigaction(SIGTERM, &action, &old_terminate_);
  thread_ = JoiningThread([this] { Wait(); });
}

Interrupt::~Interrupt() {
  if (!thread_.joinable()) return;
  sigaction(SIGINT, &old_interrupt_, nullptr);
  sigaction(SIGTERM, &old_terminate_, nullptr);
  while (write(pipe_[1], &kEnding, 1) < 0 && errno == EINTR) {
  }
  thread_.Join();
  for (const int end : pipe_) close(end);
}

void Interrupt::Wait() {
  char byte = 0;
  while (byte != kEnding) {
    const ssize_t count = read(pipe_[0], &byte, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    if (byte == kInterrupted) on_interrupt_();
  }
}

}  // namespace pecg
