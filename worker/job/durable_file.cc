#include "worker/job/durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <span>
#include <string>
#include <system_error>

#include "base/digest/sha256.h"
#include "worker/ecg/error.h"

namespace pecg {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void ThrowErrno(int error_number, const std::string& what, const fs::path& path) {
  const bool disk_full = error_number == ENOSPC || error_number == EDQUOT;
  const auto kind = disk_full                ? Error::Kind::kDiskFull
                    : error_number == ENOENT ? Error::Kind::kNotFound
                                             : Error::Kind::kIo;
  throw Error(kind, what + ": " + std::generic_category().message(error_number), path.string(),
              disk_full ? "free some space on this disk" : "");
}

/// An open file; closed at the end of its scope.
class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags)
      : path_(path), descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {
    if (descriptor_ < 0) ThrowErrno(errno, "cannot open the file", path_);
  }
  ~Descriptor() { ::close(descriptor_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  void Write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) ThrowErrno(errno, "cannot write the file", path_);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  std::size_t Read(std::span<char> buffer) const {
    for (;;) {
      const ssize_t count = ::read(descriptor_, buffer.data(), buffer.size());
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR) ThrowErrno(errno, "cannot read the file", path_);
    }
  }

  /// Waits until the content is on the disk. macOS's fsync stops at the drive's cache.
  void Sync() const {
#if defined(__APPLE__)
    if (::fcntl(descriptor_, F_FULLFSYNC) == 0) return;
#endif
    if (::fsync(descriptor_) != 0) ThrowErrno(errno, "cannot sync the file", path_);
  }

 private:
  const fs::path path_;
  const int descriptor_;
};

}  // namespace

FileDigest DigestFile(const fs::path& path) {
  const Descriptor file(path, O_RDONLY);
  Sha256 digest;
  FileDigest result;
  std::array<char, std::size_t{1} << 16> buffer;  // NOLINT(*-pro-type-member-init): read() fills it
  while (const std::size_t count = file.Read(buffer)) {
    digest.Update(std::string_view(buffer.data(), count));
    result.size_bytes += static_cast<std::int64_t>(count);
  }
  result.sha256 = digest.FinishHex();
  return result;
}

FileDigest WriteDurably(const fs::path& path, const std::function<void(const fs::path&)>& write) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) ThrowErrno(error.value(), "cannot make the folder", folder);
  fs::path temporary = path;
  temporary += ".partial";
  try {
    write(temporary);
    FileDigest digest = DigestFile(temporary);
    Descriptor(temporary, O_RDONLY).Sync();
    fs::rename(temporary, path, error);
    if (error) ThrowErrno(error.value(), "cannot rename the file", path);
    Descriptor(folder, O_RDONLY | O_DIRECTORY).Sync();
    return digest;
  } catch (...) {
    fs::remove(temporary, error);
    throw;
  }
}

FileDigest WriteDurably(const fs::path& path, std::string_view content) {
  return WriteDurably(path, [&](const fs::path& temporary) {
    Descriptor(temporary, O_WRONLY | O_CREAT | O_TRUNC).Write(content);
  });
}

}  // namespace pecg
