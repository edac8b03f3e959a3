#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "base/clock.h"
#include "base/ids.h"
#include "base/status.h"

namespace pecg {
namespace {

constexpr size_t kReadPieceBytes = 64 << 10;
constexpr mode_t kNotOnlyOwner = S_IRWXG | S_IRWXO;

/// Closes a descriptor at the end of a scope.
class DescriptorCloser {
 public:
  explicit DescriptorCloser(int descriptor) : descriptor_(descriptor) {}
  DescriptorCloser(const DescriptorCloser&) = delete;
  DescriptorCloser& operator=(const DescriptorCloser&) = delete;
  ~DescriptorCloser() { close(descriptor_); }

 private:
  const int descriptor_;
};

std::string ParentOf(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

absl::StatusOr<int> OpenForReading(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return ErrnoStatus(errno, "open " + path);
  return descriptor;
}

absl::StatusOr<std::string> ReadAll(int descriptor, const std::string& path, int64_t max_bytes) {
  std::string content;
  while (true) {
    const size_t size = content.size();
    content.resize(size + kReadPieceBytes);
    const ssize_t count = read(descriptor, content.data() + size, kReadPieceBytes);
    if (count < 0 && errno == EINTR) {
      content.resize(size);
      continue;
    }
    if (count < 0) return ErrnoStatus(errno, "read " + path);
    content.resize(size + static_cast<size_t>(count));
    if (count == 0) return content;
    if (static_cast<int64_t>(content.size()) > max_bytes) {
      return ResourceExhausted("{} is larger than {} bytes", path, max_bytes);
    }
  }
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, int64_t max_bytes) {
  PECG_ASSIGN_OR_RETURN(const int descriptor, OpenForReading(path));
  const DescriptorCloser closer(descriptor);
  return ReadAll(descriptor, path, max_bytes);
}

absl::StatusOr<std::string> ReadSecretFile(const std::string& path) {
  PECG_ASSIGN_OR_RETURN(const int descriptor, OpenForReading(path));
  const DescriptorCloser closer(descriptor);
  struct stat info {};
  if (fstat(descriptor, &info) != 0) return ErrnoStatus(errno, "stat " + path);
  if (info.st_uid != geteuid()) {
    return FailedPrecondition("the file with a secret belongs to another user: {}", path);
  }
  if ((info.st_mode & kNotOnlyOwner) != 0) {
    return FailedPrecondition("others may read a secret; run: chmod 600 '{}'", path);
  }
  PECG_ASSIGN_OR_RETURN(std::string content, ReadAll(descriptor, path, kDefaultMaxFileBytes));
  content.erase(content.find_last_not_of(" \t\r\n") + 1);
  return content;
}

absl::Status WriteFileAtomically(const std::string& path, std::string_view content, uint32_t mode) {
  PECG_ASSIGN_OR_RETURN(DurableFile file, DurableFile::Create(path, mode));
  PECG_RETURN_IF_ERROR(file.Append(content));
  return file.Commit();
}

absl::Status SyncDescriptor(int descriptor) {
#if defined(F_FULLFSYNC)
  if (fcntl(descriptor, F_FULLFSYNC) == 0) return absl::OkStatus();
    // Some file systems do not know it; fsync is then the best there is.
#endif
  if (fsync(descriptor) != 0) return ErrnoStatus(errno, "fsync");
  return absl::OkStatus();
}

absl::Status SyncDirectory(const std::string& dir) {
  const int descriptor = open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return ErrnoStatus(errno, "open " + dir);
  const DescriptorCloser closer(descriptor);
  return SyncDescriptor(descriptor);
}

absl::Status CreateDirectories(const std::string& dir, uint32_t mode) {
  struct stat info {};
  if (stat(dir.c_str(), &info) == 0) {
    if (S_ISDIR(info.st_mode)) return absl::OkStatus();
    return FailedPrecondition("there is something else where a folder should be: {}", dir);
  }
  if (errno != ENOENT) return ErrnoStatus(errno, "stat " + dir);
  const std::string parent = ParentOf(dir);
  if (parent != dir) PECG_RETURN_IF_ERROR(CreateDirectories(parent, mode));
  if (mkdir(dir.c_str(), static_cast<mode_t>(mode)) != 0) {
    if (errno == EEXIST) return absl::OkStatus();  // Somebody else made it just now.
    return ErrnoStatus(errno, "mkdir " + dir);
  }
  if (chmod(dir.c_str(), static_cast<mode_t>(mode)) != 0) {
    return ErrnoStatus(errno, "chmod " + dir);
  }
  return SyncDirectory(parent);
}

absl::StatusOr<DurableFile> DurableFile::Create(std::string path, uint32_t mode) {
  std::string temporary_path = path + ".tmp-" + NewUuidV7(Clock::System()->Now());
  const int descriptor =
      open(temporary_path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return ErrnoStatus(errno, "create " + temporary_path);
  DurableFile file(std::move(path), std::move(temporary_path), descriptor);
  if (fchmod(descriptor, static_cast<mode_t>(mode)) != 0) {
    return ErrnoStatus(errno, "chmod " + file.temporary_path_);
  }
  return file;
}

DurableFile::DurableFile(std::string path, std::string temporary_path, int descriptor)
    : path_(std::move(path)), temporary_path_(std::move(temporary_path)), descriptor_(descriptor) {}

DurableFile::DurableFile(DurableFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_path_(std::move(other.temporary_path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      size_bytes_(other.size_bytes_) {}

DurableFile& DurableFile::operator=(DurableFile&& other) noexcept {
  if (this != &other) {
    Discard();
    path_ = std::move(other.path_);
    temporary_path_ = std::move(other.temporary_path_);
    descriptor_ = std::exchange(other.descriptor_, -1);
    size_bytes_ = other.size_bytes_;
  }
  return *this;
}

DurableFile::~DurableFile() { Discard(); }

void DurableFile::Discard() {
  if (descriptor_ < 0) return;
  close(std::exchange(descriptor_, -1));
  unlink(temporary_path_.c_str());
}

absl::Status DurableFile::Append(std::string_view bytes) {
  if (descriptor_ < 0) return FailedPrecondition("the file is complete: {}", path_);
  while (!bytes.empty()) {
    const ssize_t count = write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return ErrnoStatus(errno, "write " + temporary_path_);
    size_bytes_ += count;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return absl::OkStatus();
}

absl::Status DurableFile::Commit() {
  if (descriptor_ < 0) return FailedPrecondition("the file is complete: {}", path_);
  PECG_RETURN_IF_ERROR(SyncDescriptor(descriptor_));
  if (rename(temporary_path_.c_str(), path_.c_str()) != 0) {
    return ErrnoStatus(errno, "rename to " + path_);
  }
  close(std::exchange(descriptor_, -1));
  return SyncDirectory(ParentOf(path_));
}

}  // namespace pecg
