#include "tests/end_to_end/program.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <stdexcept>

extern char** environ;

namespace pecg {
namespace {

using std::chrono::steady_clock;

std::array<int, 2> MakePipe() {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) throw std::runtime_error("pipe failed");
  for (const int end : ends) fcntl(end, F_SETFD, FD_CLOEXEC);
  return ends;
}

std::vector<std::string> EnvironmentOf(const Program::Environment& added) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!added.contains(text.substr(0, text.find('=')))) all.push_back(text);
  }
  for (const auto& [name, value] : added) all.push_back(name + "=" + value);
  return all;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

int ExitCode(int status) { return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status); }

}  // namespace

Program::Program(const std::string& name, const std::vector<std::string>& arguments,
                 const Environment& environment) {
  // One start at a time: a program started between making a pipe and marking it would keep it open.
  static std::mutex starting;
  const std::lock_guard lock(starting);
  const auto out = MakePipe();
  const auto err = MakePipe();
  std::vector<std::string> words = {std::string(PECG_BINARY_DIR) + "/bin/" + name};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = EnvironmentOf(environment);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  posix_spawn_file_actions_adddup2(&actions, err[1], 2);
  const int failed = posix_spawn(&pid_, words[0].c_str(), &actions, nullptr, Pointers(words).data(),
                                 Pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  close(out[1]);
  close(err[1]);
  if (failed != 0) throw std::runtime_error("cannot start " + words[0]);
  out_descriptor_ = out[0];
  err_descriptor_ = err[0];
}

Program::~Program() {
  if (!exit_.has_value()) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  for (const int descriptor : {out_descriptor_, err_descriptor_}) {
    if (descriptor >= 0) close(descriptor);
  }
}

bool Program::ReadMore(steady_clock::time_point deadline) {
  std::array<pollfd, 2> ends = {{{out_descriptor_, POLLIN, 0}, {err_descriptor_, POLLIN, 0}}};
  if (out_descriptor_ < 0 && err_descriptor_ < 0) return false;
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now());
  if (left.count() <= 0) return false;
  if (poll(ends.data(), ends.size(), static_cast<int>(left.count())) <= 0) return errno == EINTR;
  const auto drain = [](const pollfd& end, int& descriptor, std::string& into) {
    if (descriptor < 0 || end.revents == 0) return;
    std::array<char, 65536> buffer{};
    const ssize_t count = read(descriptor, buffer.data(), buffer.size());
    if (count > 0) {
      into.append(buffer.data(), static_cast<std::size_t>(count));
    } else {
      close(descriptor);
      descriptor = -1;
    }
  };
  drain(ends[0], out_descriptor_, out_);
  drain(ends[1], err_descriptor_, err_);
  return true;
}

std::optional<std::string> Program::WaitForLine(
    const std::function<bool(const std::string&)>& wanted, std::chrono::seconds patience) {
  const auto deadline = steady_clock::now() + patience;
  do {
    for (std::size_t end = out_.find('\n', lines_read_); end != std::string::npos;
         end = out_.find('\n', lines_read_)) {
      const std::string line = out_.substr(lines_read_, end - lines_read_);
      lines_read_ = end + 1;
      if (wanted(line)) return line;
    }
  } while (ReadMore(deadline));
  return std::nullopt;
}

std::optional<int> Program::WaitForEnd(std::chrono::seconds patience) {
  if (exit_.has_value()) return exit_;
  const auto deadline = steady_clock::now() + patience;
  while (ReadMore(deadline)) {
  }
  if (out_descriptor_ >= 0 || err_descriptor_ >= 0) return std::nullopt;
  int status = 0;
  waitpid(pid_, &status, 0);
  exit_ = ExitCode(status);
  return exit_;
}

void Program::Signal(int number) const { kill(pid_, number); }

Finished RunProgram(const std::string& name, const std::vector<std::string>& arguments,
                    const Program::Environment& environment, std::chrono::seconds patience) {
  Program program(name, arguments, environment);
  const std::optional<int> exit_code = program.WaitForEnd(patience);
  return {exit_code.value_or(-1000), program.out(), program.err()};
}

}  // namespace pecg
