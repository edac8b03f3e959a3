#ifndef PECG_TESTS_STORAGE_POWER_CUT_DISK_H_
#define PECG_TESTS_STORAGE_POWER_CUT_DISK_H_

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace pecg {

/// A disk in memory whose power can be cut: what was not synced may then be there in part, sector
/// by sector and in any order, or not at all. SQLite reaches it as VFS `power_cut`, see Mount. One
/// connection at a time. Thread-safe.
///
/// Model: a write lands in the drive's cache; a sync moves the file's cache to the medium; creating
/// and deleting a file takes effect at once. Sectors of 512 bytes are written whole or not at all.
class PowerCutDisk {
 public:
  static constexpr const char* kVfsName = "power_cut";

  /// What the medium holds: content by file name.
  using Image = std::map<std::string, std::string>;

  /// A disk with `image` on it. The power fails after `operation_budget` writes, truncations and
  /// syncs; negative = never.
  PowerCutDisk(Image image, int64_t operation_budget);

  /// Makes SQLite use this disk. Not owned; mount another one before it is destroyed.
  static void Mount(PowerCutDisk* disk);

  /// Returns what is on the medium after the power failed, with `random` choosing which unsynced
  /// sectors made it.
  Image AfterCut(std::mt19937& random) const;

  /// Operations so far, for choosing a budget.
  int64_t operation_count() const;

  // For the VFS.
  bool Exists(const std::string& name) const;
  void Create(const std::string& name);
  void Delete(const std::string& name);
  bool Read(const std::string& name, int64_t offset, char* bytes, int64_t count) const;
  bool Write(const std::string& name, int64_t offset, const char* bytes, int64_t count);
  bool Truncate(const std::string& name, int64_t size);
  bool Sync(const std::string& name);
  int64_t Size(const std::string& name) const;
  /// Memory shared by the connections to `name`; lives until the last is closed.
  char* SharedRegion(const std::string& name, size_t index, size_t size);
  void DropShared(const std::string& name);

 private:
  struct Operation {
    int64_t offset;  // For a write; the new size for a truncation.
    std::string bytes;
    bool truncation;
  };
  struct File {
    std::string medium;
    std::string content;  // What a reader sees: the medium and the cache.
    std::vector<Operation> cache;
  };

  bool Spend();

  mutable std::mutex mutex_;
  std::map<std::string, File> files_;
  std::map<std::string, std::vector<std::unique_ptr<char[]>>> shared_;
  int64_t operation_budget_;
  int64_t operation_count_ = 0;
  bool dead_ = false;
};

}  // namespace pecg

#endif  // PECG_TESTS_STORAGE_POWER_CUT_DISK_H_
