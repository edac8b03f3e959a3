#include "worker/file/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

#include "worker/file/system_error.h"

namespace pecg {
namespace {

// Unique among the processes and threads that write to one folder.
std::filesystem::path TemporaryFor(const std::filesystem::path& path) {
  static std::atomic<std::uint64_t> count = 0;
  std::filesystem::path temporary = path;
  temporary += ".tmp." + std::to_string(::getpid()) + "." + std::to_string(++count);
  return temporary;
}

// On macOS fsync leaves the data in the drive's cache; F_FULLFSYNC does not, where it is supported.
int SyncToDisk(int descriptor) {
#if defined(F_FULLFSYNC)
  if (::fcntl(descriptor, F_FULLFSYNC) == 0) return 0;
#endif
  return ::fsync(descriptor);
}

void SyncFolder(const std::filesystem::path& folder) {
  const std::filesystem::path name = folder.empty() ? std::filesystem::path(".") : folder;
  const int descriptor = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) ThrowSystemError(errno, "cannot open the folder to sync it", name);
  const int result = ::fsync(descriptor);
  const int error_number = errno;
  ::close(descriptor);
  // Some file systems cannot sync a folder; the rename is then as durable as they make it.
  if (result != 0 && error_number != EINVAL && error_number != ENOTSUP) {
    ThrowSystemError(error_number, "cannot sync the folder", name);
  }
}

}  // namespace

AtomicFile::AtomicFile(std::filesystem::path path, Durability durability)
    : path_(std::move(path)),
      temporary_(TemporaryFor(path_)),
      durability_(durability),
      descriptor_(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) ThrowSystemError(errno, "cannot create the file", path_);
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::Write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      ThrowSystemError(errno, "cannot write", path_);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void AtomicFile::Write(std::string_view text) { Write(std::as_bytes(std::span(text))); }

void AtomicFile::Commit() {
  const bool sync = durability_ == Durability::kSynced;
  if (sync && SyncToDisk(descriptor_) != 0) ThrowSystemError(errno, "cannot sync", path_);
  if (::close(std::exchange(descriptor_, -1)) != 0) {
    ThrowSystemError(errno, "cannot close", path_);
  }
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
    ThrowSystemError(errno, "cannot rename the finished file into its place", path_);
  }
  temporary_.clear();
  if (sync) SyncFolder(path_.parent_path());
}

void WriteFileAtomically(const std::filesystem::path& path, std::string_view text,
                         Durability durability) {
  AtomicFile file(path, durability);
  file.Write(text);
  file.Commit();
}

}  // namespace pecg
