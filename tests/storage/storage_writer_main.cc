// Writes to a database from several threads, and says on stdout what was acknowledged, one number
// per line, until it is killed. For kill_test.
//   storage_writer FOLDER FIRST_NUMBER
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "base/joining_thread.h"
#include "storage/request_store.h"
#include "storage/writer.h"

namespace pecg {
namespace {

constexpr int kThreadCount = 4;

int WriteUntilKilled(const std::string& folder, int first_number) {
  auto database = Database::Open({.path = folder + "/pecg.db",
                                  .lock_path = folder + "/lock",
                                  .backup_dir = folder,
                                  .mode = OpenMode::kCreate});
  if (!database.ok()) {
    std::cerr << database.status() << "\n";
    return 1;
  }
  Writer writer(database->get(), {.on_commit = {}, .checkpoint_page_count = 50});
  std::atomic<int> next_number = first_number;
  std::vector<JoiningThread> threads;
  for (int i = 0; i < kThreadCount; ++i) {
    threads.emplace_back([&] {
      while (true) {
        const std::string id = std::to_string(next_number++);
        const absl::Status status = writer.Write([&](Transaction& t) {
          return SaveAnswer(t, {id, "ada", "m", "h"}, std::string(500, 'x'), absl::UnixEpoch());
        });
        if (!status.ok()) {
          std::cerr << status << "\n";
          std::abort();
        }
        // One write: the lines of threads do not mix, and nothing is left in a buffer.
        const std::string line = id + "\n";
        if (write(STDOUT_FILENO, line.data(), line.size()) < 0) return;
      }
    });
  }
  return 0;
}

}  // namespace
}  // namespace pecg

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  return pecg::WriteUntilKilled(argv[1], std::atoi(argv[2]));
}
