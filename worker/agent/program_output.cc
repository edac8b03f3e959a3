#include "worker/agent/program_output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "base/clock.h"
#include "base/status.h"
#include "worker/agent/descriptor.h"

extern char** environ;  // NOLINT(readability-redundant-declaration): macOS does not declare it.

namespace pecg {
namespace {

constexpr size_t kMaxOutputByteCount = size_t{1} << 20;

absl::StatusOr<pid_t> Spawn(const std::vector<std::string>& words, const Descriptor& output) {
  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output.number(), STDOUT_FILENO);
  std::vector<std::string> copies = words;
  std::vector<char*> argv;
  for (std::string& word : copies) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return ErrnoStatus(error, fmt::format("cannot start {}", words.front()));
  return pid;
}

/// Reads until the end, the limit or the deadline.
absl::StatusOr<std::string> ReadUntil(absl::Duration deadline, const Descriptor& input,
                                      const std::string& program) {
  std::string output;
  std::array<char, 4096> piece{};
  while (output.size() < kMaxOutputByteCount) {
    const absl::Duration rest = deadline - Clock::System()->Uptime();
    pollfd ready = {input.number(), POLLIN, 0};
    const int timeout_ms = static_cast<int>(absl::ToInt64Milliseconds(rest)) + 1;
    if (rest <= absl::ZeroDuration() || poll(&ready, 1, timeout_ms) == 0) {
      return absl::DeadlineExceededError(fmt::format("{} takes too long", program));
    }
    const ssize_t count = read(input.number(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    output.append(piece.data(), static_cast<size_t>(count));
  }
  return output;
}

}  // namespace

absl::StatusOr<std::string> ProgramOutput(const std::vector<std::string>& words,
                                          absl::Duration patience) {
  const absl::Duration deadline = Clock::System()->Uptime() + patience;
  PECG_ASSIGN_OR_RETURN(Pipe output, MakePipe());
  PECG_ASSIGN_OR_RETURN(const pid_t pid, Spawn(words, output.write_end));
  output.write_end.Close();
  absl::StatusOr<std::string> text = ReadUntil(deadline, output.read_end, words.front());
  output.read_end.Close();
  if (!text.ok()) kill(pid, SIGKILL);
  int status = 0;
  // One that hangs in a driver does not even die of SIGKILL: it is not waited for.
  while (waitpid(pid, &status, text.ok() ? 0 : WNOHANG) < 0 && errno == EINTR) {
  }
  if (text.ok() && status != 0) {
    return absl::UnknownError(fmt::format("{} failed", words.front()));
  }
  return text;
}

}  // namespace pecg
