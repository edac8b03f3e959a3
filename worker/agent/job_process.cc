#include "worker/agent/job_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "base/file.h"
#include "base/status.h"

extern char** environ;  // NOLINT(readability-redundant-declaration): macOS does not declare it.

namespace pecg {
namespace {

constexpr int kEventDescriptor = 3;
constexpr int kLockDescriptor = 4;

/// What posix_spawn(3) is told; destroyed with the object.
class SpawnPlan {
 public:
  SpawnPlan() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
  }
  ~SpawnPlan() {
    posix_spawnattr_destroy(&attributes_);
    posix_spawn_file_actions_destroy(&actions_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  /// Descriptor `number` of the program is a copy of `source`, which is 10 or higher.
  void Give(int number, const Descriptor& source) {
    posix_spawn_file_actions_adddup2(&actions_, source.number(), number);
  }

  void SetWorkingDirectory(const std::string& path) {
    posix_spawn_file_actions_addchdir_np(&actions_, path.c_str());
  }

  /// A process group of its own, default signal handling, no signal blocked, no descriptor but the
  /// given ones, whatever another thread has just opened without close-on-exec.
  void Isolate() {
    auto flags = static_cast<int16_t>(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
                                      POSIX_SPAWN_SETSIGMASK);
#if defined(POSIX_SPAWN_CLOEXEC_DEFAULT)
    flags = static_cast<int16_t>(flags | POSIX_SPAWN_CLOEXEC_DEFAULT);
#elif defined(__GLIBC_PREREQ)
#if __GLIBC_PREREQ(2, 34)
    posix_spawn_file_actions_addclosefrom_np(&actions_, kLockDescriptor + 1);
#endif
#endif
    sigset_t every;
    sigset_t none;
    sigfillset(&every);
    sigemptyset(&none);
    posix_spawnattr_setflags(&attributes_, flags);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setsigdefault(&attributes_, &every);
    posix_spawnattr_setsigmask(&attributes_, &none);
  }

  absl::StatusOr<pid_t> Spawn(const std::string& program,
                              const std::vector<std::string>& arguments) {
    std::vector<std::string> words = {program};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_t pid = 0;
    const int error =
        posix_spawn(&pid, program.c_str(), &actions_, &attributes_, argv.data(), environ);
    if (error != 0) return ErrnoStatus(error, fmt::format("cannot start {}", program));
    return pid;
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

/// Locks the file for as long as a copy of the descriptor is open anywhere.
absl::StatusOr<Descriptor> OpenLocked(const std::string& path) {
  PECG_ASSIGN_OR_RETURN(Descriptor low, OpenDescriptor(path, O_RDWR | O_CREAT));
  Descriptor file(fcntl(low.number(), F_DUPFD_CLOEXEC, 10));
  if (!file.is_open()) return ErrnoStatus(errno, fmt::format("cannot duplicate {}", path));
  if (flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return FailedPrecondition("another job holds {}", path);
    return ErrnoStatus(errno, fmt::format("cannot lock {}", path));
  }
  return file;
}

}  // namespace

absl::StatusOr<std::unique_ptr<JobProcess>> JobProcess::Start(Options options) {
  PECG_ASSIGN_OR_RETURN(const Descriptor lock, OpenLocked(options.lock_path));
  PECG_ASSIGN_OR_RETURN(Pipe lifeline, MakePipe());
  PECG_ASSIGN_OR_RETURN(Pipe log, MakePipe());
  PECG_ASSIGN_OR_RETURN(Pipe events, MakePipe());
  PECG_RETURN_IF_ERROR(SetNonBlocking(log.read_end.number()));
  PECG_RETURN_IF_ERROR(SetNonBlocking(events.read_end.number()));

  SpawnPlan plan;
  plan.SetWorkingDirectory(options.working_directory);
  plan.Give(STDIN_FILENO, lifeline.read_end);
  plan.Give(STDOUT_FILENO, log.write_end);
  plan.Give(STDERR_FILENO, log.write_end);
  plan.Give(kEventDescriptor, events.write_end);
  plan.Give(kLockDescriptor, lock);
  plan.Isolate();
  PECG_ASSIGN_OR_RETURN(const pid_t pid, plan.Spawn(options.program, options.arguments));
  std::unique_ptr<JobProcess> process(
      new JobProcess(pid, std::move(lifeline.write_end), std::move(log.read_end),
                     std::move(events.read_end), std::move(options.on_exit)));
  // Should this fail, the job is killed: a later agent could not find it.
  PECG_RETURN_IF_ERROR(WriteFileAtomically(options.pid_path, fmt::format("{}\n", pid), 0600));
  return process;
}

JobProcess::JobProcess(pid_t pid, Descriptor lifeline, Descriptor log, Descriptor events,
                       std::function<void()> on_exit)
    : pid_(pid),
      lifeline_(std::move(lifeline)),
      log_(std::move(log)),
      events_(std::move(events)),
      on_exit_(std::move(on_exit)),
      waiter_([this] { WaitForExit(); }) {}

JobProcess::~JobProcess() { Signal(SIGKILL); }

void JobProcess::Signal(int signal) {
  MutexLock lock(&mutex_);
  if (!exit_.has_value()) kill(-pid_, signal);
}

std::optional<ProcessExit> JobProcess::exit() const {
  MutexLock lock(&mutex_);
  return exit_;
}

void JobProcess::WaitForExit() {
  siginfo_t info{};
  // The process stays a zombie, so that its id and its group's stay ours until both are done with.
  while (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  {
    MutexLock lock(&mutex_);
    kill(-pid_, SIGKILL);  // What the job has started and left behind.
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    exit_ = WIFSIGNALED(status) ? ProcessExit{0, WTERMSIG(status)}
                                : ProcessExit{WEXITSTATUS(status), 0};
  }
  on_exit_();
}

}  // namespace pecg
