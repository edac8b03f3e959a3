#include "base/home.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "base/file.h"
#include "base/status.h"

namespace pecg {
namespace {

constexpr mode_t kOthersMayWrite = S_IWGRP | S_IWOTH;

absl::Status CheckIsOurs(const std::string& dir) {
  struct stat info {};
  if (stat(dir.c_str(), &info) != 0) return ErrnoStatus(errno, "stat " + dir);
  if (info.st_uid != geteuid()) {
    return FailedPrecondition("the home folder belongs to another user; set PECG_HOME: {}", dir);
  }
  if ((info.st_mode & kOthersMayWrite) != 0) {
    return FailedPrecondition("others may write to the home folder; run: chmod go-w '{}'", dir);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Home> Home::Find(std::string_view dir) {
  std::filesystem::path path(dir);
  // NOLINTBEGIN(concurrency-mt-unsafe): nothing in this program sets the environment.
  if (path.empty()) {
    if (const char* home = std::getenv("PECG_HOME"); home != nullptr) path = home;
  }
  if (path.empty()) {
    const char* home = std::getenv("HOME");
    if (home == nullptr || *home == '\0') {
      return FailedPrecondition("neither PECG_HOME nor HOME is set; set PECG_HOME to a folder");
    }
    path = std::filesystem::path(home) / ".pecg";
  }
  // NOLINTEND(concurrency-mt-unsafe)
  std::error_code error;
  path = std::filesystem::absolute(path, error);
  if (error) return ErrnoStatus(error.value(), "the current folder");
  path = path.lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  return Home(path.string());
}

absl::Status Home::Create() const {
  PECG_RETURN_IF_ERROR(CreateDirectories(dir_));
  return CheckIsOurs(dir_);
}

absl::Status Home::CreateForCoordinator() const {
  PECG_RETURN_IF_ERROR(Create());
  PECG_RETURN_IF_ERROR(CreateDirectories(BlobsDir()));
  return CreateDirectories(BackupsDir());
}

absl::Status Home::CreateForWorker() const {
  PECG_RETURN_IF_ERROR(Create());
  PECG_RETURN_IF_ERROR(CreateDirectories(CacheDir()));
  return CreateDirectories(JobsDir());
}

std::string Home::JobDir(int64_t run_number, int attempt) const {
  return fmt::format("{}/{}-{}", JobsDir(), run_number, attempt);
}

}  // namespace pecg
