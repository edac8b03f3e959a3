// Kills a writing process again and again; what it said was stored must be there.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "storage/request_store.h"
#include "storage/user_store.h"
#include "tests/kill_rounds.h"
#include "tests/storage/store_fixture.h"

extern char** environ;  // NOLINT(readability-identifier-naming): POSIX's name.

namespace pecg {
namespace {

/// The helper program, with its stdout to read from.
class WritingProcess {
 public:
  WritingProcess(const std::string& folder, int first_number) {
    std::array<int, 2> pipe_ends{};
    EXPECT_EQ(pipe(pipe_ends.data()), 0);
    output_ = pipe_ends[0];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, pipe_ends[0]);
    posix_spawn_file_actions_addclose(&actions, pipe_ends[1]);
    std::string program = PECG_STORAGE_WRITER;
    std::string first = std::to_string(first_number);
    std::string dir = folder;
    std::array<char*, 4> arguments = {program.data(), dir.data(), first.data(), nullptr};
    EXPECT_EQ(posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments.data(), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(pipe_ends[1]);
  }
  WritingProcess(const WritingProcess&) = delete;
  WritingProcess& operator=(const WritingProcess&) = delete;
  ~WritingProcess() { close(output_); }

  /// Lets it write at least `count` numbers, then kills it in the middle of its work.
  std::string KillAfter(size_t count, std::chrono::microseconds further) {
    std::string text;
    while (LineCount(text) < count && ReadSome(text)) {
    }
    std::this_thread::sleep_for(further);  // So that the kill hits any point of a commit.
    kill(pid_, SIGKILL);
    while (ReadSome(text)) {
    }
    int status = 0;
    EXPECT_EQ(waitpid(pid_, &status, 0), pid_);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the program ended by itself";
    return text;
  }

 private:
  static size_t LineCount(const std::string& text) {
    return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
  }
  bool ReadSome(std::string& text) const {
    std::array<char, 4096> buffer{};
    const ssize_t count = read(output_, buffer.data(), buffer.size());
    if (count > 0) text.append(buffer.data(), static_cast<size_t>(count));
    return count > 0;
  }

  pid_t pid_ = -1;
  int output_ = -1;
};

class KillTest : public StoreTest {};

TEST_F(KillTest, LosesNothingThatWasAcknowledged) {
  std::mt19937 random(20261122);
  const int rounds = KillRounds(20);
  std::vector<std::string> acknowledged;
  for (int round = 0; round < rounds; ++round) {
    Stop();  // The program takes the lock; the system gives it back after the kill.
    WritingProcess process(folder_.Path(), round * 1'000'000);
    std::istringstream lines(
        process.KillAfter(1 + random() % 40, std::chrono::microseconds(random() % 3000)));
    for (std::string line; std::getline(lines, line);) acknowledged.push_back(line);
    Start(OpenMode::kExisting);
    ASSERT_FALSE(HasFailure()) << "round " << round;
    for (const std::string& id : acknowledged) {
      const auto answer = Read([&](Snapshot& s) { return FindAnswer(s, {id, "ada", "m", "h"}); });
      ASSERT_THAT(answer, HoldsValue(testing::Ne(std::nullopt)))
          << "round " << round << ", request " << id;
    }
    ASSERT_THAT(database_->Check(), IsOk());
  }
  EXPECT_GT(acknowledged.size(), static_cast<size_t>(rounds));
}

}  // namespace
}  // namespace pecg
