#include "tests/end_to_end/pecg_ecg_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <map>

extern char** environ;  // NOLINT(readability-identifier-naming): POSIX names it.

namespace pecg::testing {
namespace {

namespace fs = std::filesystem;

/// Starts pecg-ecg with the descriptors given and without any other 3; `descriptors`: child's ->
/// ours.
pid_t Start(const std::vector<std::string>& arguments, const std::map<int, int>& descriptors) {
  std::vector<std::string> words = {PECG_BINARY_DIR "/bin/pecg-ecg"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  std::vector<int> copies;
  for (const auto& [child, own] : descriptors) {
    // Copies above the range that is written to, so that no dup2 overwrites a later one's source.
    copies.push_back(::fcntl(own, F_DUPFD_CLOEXEC, 20));
    ::posix_spawn_file_actions_adddup2(&actions, copies.back(), child);
  }
  if (!descriptors.contains(3)) {
    // Whoever runs the tests may have it open. Opened first: closing what is not open is an error.
    ::posix_spawn_file_actions_adddup2(&actions, copies.front(), 3);
    ::posix_spawn_file_actions_addclose(&actions, 3);
  }
  pid_t pid = -1;
  EXPECT_EQ(::posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ), 0);
  ::posix_spawn_file_actions_destroy(&actions);
  for (const int copy : copies) ::close(copy);
  return pid;
}

int WaitFor(pid_t pid) {
  int status = 0;
  EXPECT_EQ(::waitpid(pid, &status, 0), pid);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// A file for a child to write to; closed at the end.
class OutputFile {
 public:
  explicit OutputFile(fs::path path)
      : path_(std::move(path)),
        descriptor_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {}
  ~OutputFile() { ::close(descriptor_); }
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  int descriptor() const { return descriptor_; }
  std::string Content() const { return ReadFile(path_); }

 private:
  fs::path path_;
  int descriptor_;
};

}  // namespace

v1::JobFailed JobEnd::Failed() const {
  v1::JobFailed failed;
  int count = 0;
  for (const v1::JobEvent& event : events) {
    if (!event.has_failed()) continue;
    failed = event.failed();
    ++count;
  }
  EXPECT_EQ(count, 1) << log;
  return failed;
}

v1::JobResult JobEnd::Result() const {
  v1::JobResult result;
  int count = 0;
  for (const v1::JobEvent& event : events) {
    if (!event.has_result()) continue;
    result = event.result();
    ++count;
  }
  EXPECT_EQ(count, 1) << log;
  return result;
}

int JobEnd::LastWordCount() const {
  int count = 0;
  for (const v1::JobEvent& event : events)
    count += event.has_result() || event.has_failed() ? 1 : 0;
  return count;
}

JobProcess::JobProcess(const fs::path& directory) : log_(directory / "log.txt") {
  // The job must not inherit our ends, or it would never see its lifeline end.
  for (const int end :
       {lifeline_.read_end(), lifeline_.write_end(), events_.read_end(), events_.write_end()}) {
    ::fcntl(end, F_SETFD, FD_CLOEXEC);
  }
  const OutputFile log(log_);
  pid_ = Start({"job", directory.string()}, {{STDIN_FILENO, lifeline_.read_end()},
                                             {STDOUT_FILENO, log.descriptor()},
                                             {STDERR_FILENO, log.descriptor()},
                                             {3, events_.write_end()}});
  events_.CloseWrite();
}

JobProcess::~JobProcess() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  WaitFor(pid_);
}

void JobProcess::WaitForEvent() {
  pollfd descriptor = {events_.read_end(), POLLIN, 0};
  EXPECT_EQ(::poll(&descriptor, 1, /*timeout=*/30000), 1) << "the job says nothing";
}

void JobProcess::Signal(int number) const { ::kill(pid_, number); }

JobEnd JobProcess::Wait() {
  JobEnd end;
  end.events = ReadEvents(events_.read_end());
  end.exit_code = WaitFor(pid_);
  pid_ = -1;
  end.log = ReadFile(log_);
  return end;
}

JobEnd RunJobDirectory(const fs::path& directory) { return JobProcess(directory).Wait(); }

CommandEnd RunCommand(const std::vector<std::string>& arguments) {
  const TemporaryFolder folder;
  const OutputFile out(folder.path() / "out");
  const OutputFile err(folder.path() / "err");
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const pid_t pid = Start(arguments, {{STDIN_FILENO, nothing},
                                      {STDOUT_FILENO, out.descriptor()},
                                      {STDERR_FILENO, err.descriptor()}});
  ::close(nothing);
  CommandEnd end;
  end.exit_code = WaitFor(pid);
  end.out = out.Content();
  end.err = err.Content();
  return end;
}

}  // namespace pecg::testing
