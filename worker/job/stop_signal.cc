#include "worker/job/stop_signal.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>

#include "worker/ecg/error.h"

namespace pecg {
namespace {

constexpr char kSigtermByte = 'T';
constexpr char kEndByte = 'E';

/// Where the handler writes: a handler can reach nothing but globals.
std::atomic<int> handler_pipe = -1;

void HandleSigterm(int) {
  const int saved_errno = errno;
  // A full pipe holds a byte that wakes the watcher already.
  [[maybe_unused]] const ssize_t written = ::write(handler_pipe.load(), &kSigtermByte, 1);
  errno = saved_errno;
}

void SetDispositionOfSigterm(void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGTERM, &action, nullptr);
}

bool CanBeReadWithoutWaiting(const pollfd& descriptor) {
  return (descriptor.revents & (POLLIN | POLLHUP | POLLERR | POLLNVAL)) != 0;
}

/// Reads what there is; false at the end of the stream.
bool DrainLifeline(int lifeline) {
  std::array<char, 256> ignored = {};
  const ssize_t count = ::read(lifeline, ignored.data(), ignored.size());
  return count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN));
}

}  // namespace

StopSignal::StopSignal(int lifeline) {
  if (::pipe(wake_.data()) != 0) {
    throw Error(Error::Kind::kIo, "cannot make a pipe: " + std::generic_category().message(errno));
  }
  for (const int end : wake_) {
    ::fcntl(end, F_SETFD, FD_CLOEXEC);
    ::fcntl(end, F_SETFL, O_NONBLOCK);
  }
  handler_pipe = wake_[1];
  watcher_ = JoiningThread([this, lifeline] { Watch(lifeline); });
  SetDispositionOfSigterm(&HandleSigterm);
}

StopSignal::~StopSignal() {
  SetDispositionOfSigterm(SIG_DFL);
  [[maybe_unused]] const ssize_t written = ::write(wake_[1], &kEndByte, 1);
  watcher_.Join();
  handler_pipe = -1;
  for (const int end : wake_) ::close(end);
}

bool StopSignal::WaitFor(std::chrono::nanoseconds timeout) const {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const MutexLock lock(&mutex_);
  while (!requested()) {
    const auto left = deadline - std::chrono::steady_clock::now();
    if (left <= std::chrono::nanoseconds::zero()) break;
    stopped_.WaitFor(&mutex_, left);
  }
  return requested();
}

void StopSignal::Request() {
  {
    const MutexLock lock(&mutex_);
    requested_.store(true, std::memory_order_release);
  }
  stopped_.NotifyAll();
}

void StopSignal::Watch(int lifeline) {
  std::array<pollfd, 2> descriptors = {pollfd{wake_[0], POLLIN, 0}, pollfd{lifeline, POLLIN, 0}};
  for (;;) {
    if (::poll(descriptors.data(), descriptors.size(), -1) < 0) {
      if (errno == EINTR) continue;
      Request();  // Deaf to the agent: safer to stop than to go on for ever.
      return;
    }
    if (CanBeReadWithoutWaiting(descriptors[0])) {
      char byte = kEndByte;
      if (::read(wake_[0], &byte, 1) == 1 && byte == kEndByte) return;
      Request();
    }
    if (CanBeReadWithoutWaiting(descriptors[1]) && !DrainLifeline(lifeline)) {
      descriptors[1].fd = -1;  // poll() skips it from now on.
      Request();
    }
  }
}

}  // namespace pecg
