#ifndef PECG_BASE_FILE_H_
#define PECG_BASE_FILE_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>

/// Whole files, written so that a crash or a power cut leaves the old or the new content, never a
/// mixture. On macOS "fsync" below is F_FULLFSYNC, since fsync alone does not empty the drive's
/// cache. All functions are thread-safe.

namespace pecg {

/// Largest file ReadFile takes unless told otherwise.
inline constexpr int64_t kDefaultMaxFileBytes = int64_t{256} << 20;

/// Returns the content of `path`. Errors: `NOT_FOUND`, `PERMISSION_DENIED`, `RESOURCE_EXHAUSTED`
/// when it is larger than `max_bytes`, and those of read.
absl::StatusOr<std::string> ReadFile(const std::string& path,
                                     int64_t max_bytes = kDefaultMaxFileBytes);

/// Returns the content of a file with a secret, blanks at its end removed. Errors: those of
/// ReadFile; `FAILED_PRECONDITION` with the chmod to run when the group or others may read or write
/// it, or when it belongs to somebody else.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path);

/// Replaces `path` by a file with `content` and `mode`: temporary file beside it, fsync, rename,
/// fsync of the folder. Errors: those of the system calls; the old file is then still there, or,
/// when only the last fsync failed, the new one.
absl::Status WriteFileAtomically(const std::string& path, std::string_view content,
                                 uint32_t mode = 0644);

/// Makes a rename in, or a new entry of, folder `dir` survive a power cut.
absl::Status SyncDirectory(const std::string& dir);

/// Makes what was written to `descriptor` survive a power cut.
absl::Status SyncDescriptor(int descriptor);

/// Creates `dir` with `mode` (whatever the umask) and its missing parents; one that exists is left
/// as it is. Errors: those of mkdir; `FAILED_PRECONDITION` if something else has the name.
absl::Status CreateDirectories(const std::string& dir, uint32_t mode = 0700);

/// A file that is written piece by piece and appears under its name only when complete. The
/// temporary file lies beside it and is removed unless Commit succeeded. Not thread-safe.
class DurableFile {
 public:
  /// Opens the temporary file. Errors: those of open.
  static absl::StatusOr<DurableFile> Create(std::string path, uint32_t mode = 0644);

  DurableFile(DurableFile&& other) noexcept;
  DurableFile& operator=(DurableFile&& other) noexcept;
  ~DurableFile();

  /// Writes all of `bytes` at the end. Errors: `RESOURCE_EXHAUSTED` for a full disk, and others of
  /// write; the object is then only good for being destroyed.
  absl::Status Append(std::string_view bytes);

  /// Fsyncs, renames and fsyncs the folder; nothing may be appended afterwards. Errors: as for
  /// WriteFileAtomically.
  absl::Status Commit();

  /// Bytes appended so far.
  int64_t size_bytes() const { return size_bytes_; }

 private:
  DurableFile(std::string path, std::string temporary_path, int descriptor);
  void Discard();

  std::string path_;
  std::string temporary_path_;
  int descriptor_ = -1;
  int64_t size_bytes_ = 0;
};

}  // namespace pecg

#endif  // PECG_BASE_FILE_H_
