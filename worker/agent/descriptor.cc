#include "worker/agent/descriptor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/status.h"

namespace pecg {
namespace {

constexpr int kFirstHighDescriptor = 10;

absl::StatusOr<Descriptor> MoveUp(Descriptor low) {
  const int high = fcntl(low.number(), F_DUPFD_CLOEXEC, kFirstHighDescriptor);
  if (high < 0) return ErrnoStatus(errno, "cannot duplicate a descriptor");
  return Descriptor(high);
}

}  // namespace

void Descriptor::Close() {
  if (number_ >= 0) close(number_);
  number_ = -1;
}

absl::StatusOr<Pipe> MakePipe() {
  std::array<int, 2> ends = {-1, -1};
#if defined(__linux__)
  const int result = pipe2(ends.data(), O_CLOEXEC);
#else
  const int result = pipe(ends.data());  // Programs are started with POSIX_SPAWN_CLOEXEC_DEFAULT.
#endif
  if (result != 0) return ErrnoStatus(errno, "cannot make a pipe");
  Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  Pipe made;
  PECG_ASSIGN_OR_RETURN(made.read_end, MoveUp(std::move(read_end)));
  PECG_ASSIGN_OR_RETURN(made.write_end, MoveUp(std::move(write_end)));
  return made;
}

absl::StatusOr<Descriptor> OpenDescriptor(const std::string& path, int flags, int mode) {
  Descriptor opened(open(path.c_str(), flags | O_CLOEXEC, mode));
  if (!opened.is_open()) return ErrnoStatus(errno, fmt::format("cannot open {}", path));
  return opened;
}

absl::Status SetNonBlocking(int descriptor) {
  const int flags = fcntl(descriptor, F_GETFL);
  if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != 0) {
    return ErrnoStatus(errno, "cannot make a descriptor non-blocking");
  }
  return absl::OkStatus();
}

absl::Status WriteAt(int descriptor, std::string_view bytes, int64_t offset,
                     const std::string& what) {
  while (!bytes.empty()) {
    const ssize_t written = pwrite(descriptor, bytes.data(), bytes.size(), offset);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return ErrnoStatus(errno, fmt::format("cannot write {}", what));
    bytes.remove_prefix(static_cast<size_t>(written));
    offset += written;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadAt(int descriptor, int64_t offset, int64_t byte_count,
                                   const std::string& what) {
  std::string bytes(static_cast<size_t>(byte_count), '\0');
  size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t count = pread(descriptor, bytes.data() + filled, bytes.size() - filled,
                                offset + static_cast<int64_t>(filled));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return ErrnoStatus(errno, fmt::format("cannot read {}", what));
    if (count == 0) break;
    filled += static_cast<size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace pecg
