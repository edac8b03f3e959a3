#include "server/worker_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/status.h"

extern char** environ;  // NOLINT(readability-redundant-declaration): macOS has no header for it.

namespace pecg {
namespace {

constexpr absl::Duration kFirstDelay = absl::Milliseconds(500);
constexpr absl::Duration kLongestDelay = absl::Seconds(30);
/// A process that ran this long was well: the next delay is the first again.
constexpr absl::Duration kWell = absl::Minutes(1);

/// Starts `program` on this home, with no signal blocked or ignored. Address and token are given on
/// the command line, so that those in the environment of a person's shell do not count.
absl::StatusOr<pid_t> Spawn(const std::string& program, const Home& home) {
  std::vector<std::string> words = {program,
                                    "--home",
                                    home.dir(),
                                    "--address",
                                    "unix:" + home.SocketPath(),
                                    "--token-file",
                                    home.WorkerTokenPath()};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  sigset_t defaults;
  sigemptyset(&defaults);
  for (const int signal : {SIGPIPE, SIGTERM, SIGINT, SIGHUP}) sigaddset(&defaults, signal);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           static_cast<short>(POSIX_SPAWN_SETSIGMASK |  // NOLINT
                                              POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP));
  pid_t process = 0;
  const int error =
      posix_spawn(&process, program.c_str(), nullptr, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) return ErrnoStatus(error, "cannot start " + program);
  return process;
}

/// Waits until the process has ended, and leaves it to be reaped.
void AwaitEnd(pid_t process) {
  siginfo_t info{};
  while (waitid(P_PID, static_cast<id_t>(process), &info, WEXITED | WNOWAIT) != 0 &&
         errno == EINTR) {
  }
}

/// Reaps the process; returns what became of it, for the log.
std::string Reap(pid_t process) {
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status)) return fmt::format("signal {}", WTERMSIG(status));
  return fmt::format("code {}", WEXITSTATUS(status));
}

/// Says whether a worker holds the lock of the pid file.
bool IsHeld(const std::string& pid_path) {
  const int descriptor = open(pid_path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool is_held = flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  close(descriptor);
  return is_held;
}

}  // namespace

WorkerProcess::WorkerProcess(const Home* home, std::string program)
    : home_(*home), program_(std::move(program)), thread_([this] { Run(); }) {}

WorkerProcess::~WorkerProcess() {
  MutexLock lock(&mutex_);
  ending_ = true;
  changed_.NotifyAll();
  if (process_ > 0) kill(process_, SIGTERM);
  EndLeftBehind();
  const absl::Duration deadline = Clock::System()->Uptime() + kEndPatience;
  while (!has_ended_ && Clock::System()->Uptime() < deadline) {
    changed_.WaitFor(&mutex_, absl::ToChronoNanoseconds(deadline - Clock::System()->Uptime()));
  }
  if (!has_ended_ && process_ > 0) {
    Log(Level::kWarning, "worker killed: it did not end in time");
    kill(process_, SIGKILL);
  }
}

void WorkerProcess::Run() {
  absl::Duration delay = kFirstDelay;
  for (;;) {
    const absl::Duration started_at = Clock::System()->Uptime();
    const bool was_started = RunOnce();
    const absl::Duration now = Clock::System()->Uptime();
    if (was_started && now - started_at >= kWell) delay = kFirstDelay;
    const absl::Duration until = now + delay;
    delay = std::min(delay * 2, kLongestDelay);
    MutexLock lock(&mutex_);
    while (!ending_ && Clock::System()->Uptime() < until) {
      changed_.WaitFor(&mutex_, absl::ToChronoNanoseconds(until - Clock::System()->Uptime()));
    }
    if (ending_) {
      has_ended_ = true;
      changed_.NotifyAll();
      return;
    }
  }
}

bool WorkerProcess::RunOnce() {
  pid_t process = 0;
  {
    MutexLock lock(&mutex_);
    if (ending_) return false;
    const absl::StatusOr<pid_t> spawned = Spawn(program_, home_);
    if (!spawned.ok()) {
      Log(Level::kError, "worker not started", {{"error", spawned.status()}});
      return false;
    }
    process = process_ = *spawned;
  }
  AwaitEnd(process);
  std::string end;
  {
    // Reaped under the lock: its number is not given to another process before.
    MutexLock lock(&mutex_);
    end = Reap(process);
    process_ = 0;
  }
  Log(Level::kInfo, "worker ended", {{"end", end}});
  return true;
}

/// A worker that is no child of this process has the home: it is asked to end too.
void WorkerProcess::EndLeftBehind() const {
  const std::string pid_path = home_.WorkerPidPath();
  if (!IsHeld(pid_path)) return;
  const absl::StatusOr<std::string> text = ReadFile(pid_path);
  pid_t process = 0;
  if (text.ok()) std::from_chars(text->data(), text->data() + text->size(), process);
  if (process > 1 && process != process_) kill(process, SIGTERM);
}

}  // namespace pecg
