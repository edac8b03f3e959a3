#ifndef PECG_WORKER_AGENT_DESCRIPTOR_H_
#define PECG_WORKER_AGENT_DESCRIPTOR_H_

#include <absl/status/statusor.h>

#include <string>
#include <string_view>
#include <utility>

namespace pecg {

/// Owns a file descriptor. Not thread-safe.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      Close();
      number_ = std::exchange(other.number_, -1);
    }
    return *this;
  }
  ~Descriptor() { Close(); }

  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  void Close();

 private:
  int number_ = -1;
};

/// The two ends of a pipe; both are closed in programs that are started.
struct Pipe {
  Descriptor read_end;
  Descriptor write_end;
};

/// Makes a pipe whose descriptors are 10 or higher, so that they can be given to a program under
/// any low number. Errors: those of pipe.
absl::StatusOr<Pipe> MakePipe();

/// Opens `path` with the flags of open(2) and close-on-exec. Errors: those of open, with the path.
absl::StatusOr<Descriptor> OpenDescriptor(const std::string& path, int flags, int mode = 0600);

/// Makes reads and writes return instead of waiting.
absl::Status SetNonBlocking(int descriptor);

/// Writes all of `bytes` at `offset`. Errors: those of pwrite; `what` names the file.
absl::Status WriteAt(int descriptor, std::string_view bytes, int64_t offset,
                     const std::string& what);

/// Reads `byte_count` bytes at `offset`; fewer at the end of the file. Errors: those of pread.
absl::StatusOr<std::string> ReadAt(int descriptor, int64_t offset, int64_t byte_count,
                                   const std::string& what);

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_DESCRIPTOR_H_
