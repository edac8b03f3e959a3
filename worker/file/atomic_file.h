#ifndef PECG_WORKER_FILE_ATOMIC_FILE_H_
#define PECG_WORKER_FILE_ATOMIC_FILE_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace pecg {

/// Whether a finished file outlives a power cut. Syncing costs milliseconds per file.
enum class Durability : std::uint8_t { kSynced, kUnsynced };

/// A file that appears whole or not at all: written beside its place under a temporary name,
/// synced to the disk (unless told otherwise) and renamed by Commit. Without Commit nothing is
/// left. Not thread-safe. All members throw kDiskFull (no space or quota left) or kIo, naming the
/// file.
class AtomicFile {
 public:
  /// Opens the temporary file. The folder of `path` must exist.
  explicit AtomicFile(std::filesystem::path path, Durability durability = Durability::kSynced);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void Write(std::span<const std::byte> bytes);
  void Write(std::string_view text);

  /// Closes and renames to the path given, replacing what was there; syncs the file before and the
  /// folder after.
  void Commit();

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;
  Durability durability_;
  int descriptor_ = -1;
};

/// Writes `text` to `path` through an AtomicFile.
void WriteFileAtomically(const std::filesystem::path& path, std::string_view text,
                         Durability durability = Durability::kSynced);

}  // namespace pecg

#endif  // PECG_WORKER_FILE_ATOMIC_FILE_H_
