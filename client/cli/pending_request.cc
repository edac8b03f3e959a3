#include "client/cli/pending_request.h"

#include <absl/time/clock.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/digest/sha256.h"
#include "base/file.h"
#include "base/ids.h"
#include "base/status.h"

namespace pecg {
namespace {

constexpr size_t kUuidSize = 36;

/// Opens and locks the file. -1 when a living process holds it.
absl::StatusOr<int> OpenLocked(const std::string& path) {
  while (true) {
    const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return ErrnoStatus(errno, "cannot open " + path);
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
      const int error = errno;
      close(descriptor);
      if (error == EWOULDBLOCK) return -1;
      return ErrnoStatus(error, "cannot lock " + path);
    }
    // Its last owner may have removed it between open and lock.
    struct stat locked = {};
    struct stat named = {};
    if (fstat(descriptor, &locked) == 0 && stat(path.c_str(), &named) == 0 &&
        locked.st_ino == named.st_ino && locked.st_dev == named.st_dev) {
      return descriptor;
    }
    close(descriptor);
  }
}

/// The id in the file; empty when there is none that was written whole.
std::string ReadId(int descriptor) {
  std::string id(kUuidSize, '\0');
  const ssize_t count = pread(descriptor, id.data(), id.size(), 0);
  if (count != static_cast<ssize_t>(kUuidSize)) return "";
  return id.find_first_not_of("0123456789abcdef-") == std::string::npos ? id : "";
}

absl::Status WriteId(int descriptor, const std::string& id, const std::string& path,
                     const std::string& dir) {
  if (pwrite(descriptor, id.data(), id.size(), 0) != static_cast<ssize_t>(id.size())) {
    return ErrnoStatus(errno, "cannot write " + path);
  }
  PECG_RETURN_IF_ERROR(SyncDescriptor(descriptor));
  return SyncDirectory(dir);
}

}  // namespace

absl::StatusOr<PendingRequest> PendingRequest::Open(const std::string& pending_dir,
                                                    std::string_view content) {
  PECG_RETURN_IF_ERROR(CreateDirectories(pending_dir));
  const std::string fresh_id = NewUuidV7(absl::Now());
  std::string path = fmt::format("{}/{}", pending_dir, Sha256Hex(content));
  PECG_ASSIGN_OR_RETURN(int descriptor, OpenLocked(path));
  if (descriptor < 0) {
    path += "-" + fresh_id;
    PECG_ASSIGN_OR_RETURN(descriptor, OpenLocked(path));
  }
  const std::string left_id = ReadId(descriptor);
  PendingRequest request(path, descriptor, left_id.empty() ? fresh_id : left_id, !left_id.empty());
  if (left_id.empty()) {
    PECG_RETURN_IF_ERROR(WriteId(descriptor, fresh_id, path, pending_dir));
  }
  return request;
}

PendingRequest::PendingRequest(std::string path, int descriptor, std::string id, bool is_repeat)
    : path_(std::move(path)), descriptor_(descriptor), id_(std::move(id)), is_repeat_(is_repeat) {}

PendingRequest::PendingRequest(PendingRequest&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      id_(std::move(other.id_)),
      is_repeat_(other.is_repeat_) {}

PendingRequest::~PendingRequest() {
  if (descriptor_ >= 0) close(descriptor_);
}

void PendingRequest::Done() { unlink(path_.c_str()); }

}  // namespace pecg
