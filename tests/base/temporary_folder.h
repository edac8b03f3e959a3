#ifndef PECG_TESTS_BASE_TEMPORARY_FOLDER_H_
#define PECG_TESTS_BASE_TEMPORARY_FOLDER_H_

#include <absl/time/clock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/ids.h"

namespace pecg {

/// An empty folder that is removed with everything in it at the end of the scope.
class TemporaryFolder {
 public:
  TemporaryFolder()
      : path_(std::filesystem::path(testing::TempDir()) / ("pecg-" + NewUuidV7(absl::Now()))) {
    std::filesystem::create_directories(path_);
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  /// The folder, or `name` in it.
  std::string Path(const std::string& name = {}) const {
    return name.empty() ? path_.string() : (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

}  // namespace pecg

#endif  // PECG_TESTS_BASE_TEMPORARY_FOLDER_H_
