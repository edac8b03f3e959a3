#ifndef PECG_TESTS_WORKER_FILE_TEST_FOLDER_H_
#define PECG_TESTS_WORKER_FILE_TEST_FOLDER_H_

#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace pecg {

/// An empty folder of its own, removed with all it holds at the end.
class TestFolder {
 public:
  TestFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "pecg_test_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp: " + name);
    path_ = std::filesystem::canonical(name);
  }
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

  /// Writes a file below the folder, with the folders it lies in, and returns its path.
  std::filesystem::path Write(const std::string& name, std::string_view contents) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << contents;
    return file;
  }

  std::filesystem::path Write(const std::string& name, std::span<const std::byte> bytes) const {
    return Write(name, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }

 private:
  std::filesystem::path path_;
};

/// All bytes of a file.
inline std::string Slurp(const std::filesystem::path& path) {
  std::ifstream input(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(input), {}};
}

/// A folder of public data beside the repository; absent on most machines, so tests skip then.
inline std::filesystem::path SharedData(const std::string& name) {
  return std::filesystem::path(PECG_SOURCE_DIR) / ".." / "shared" / "data" / name;
}

}  // namespace pecg

/// Ends the test as skipped where the public data set is not on this machine.
#define PECG_SKIP_WITHOUT(folder)                                                           \
  if (!std::filesystem::exists(folder)) {                                                   \
    GTEST_SKIP() << "needs public data that is not on this machine: " << (folder).string(); \
  }                                                                                         \
  static_assert(true)

#endif  // PECG_TESTS_WORKER_FILE_TEST_FOLDER_H_
