#include "tests/storage/power_cut_disk.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace pecg {
namespace {

constexpr int64_t kSectorBytes = 512;

PowerCutDisk* mounted = nullptr;

/// SQLite allocates szOsFile bytes and hands them over as the base class.
struct OpenFile {
  sqlite3_file base;
  std::string* name;
};

const std::string& NameOf(sqlite3_file* file) { return *reinterpret_cast<OpenFile*>(file)->name; }

int Close(sqlite3_file* file) {
  auto* const open = reinterpret_cast<OpenFile*>(file);
  delete std::exchange(open->name, nullptr);
  return SQLITE_OK;
}
int Read(sqlite3_file* file, void* bytes, int count, sqlite3_int64 offset) {
  return mounted->Read(NameOf(file), offset, static_cast<char*>(bytes), count)
             ? SQLITE_OK
             : SQLITE_IOERR_SHORT_READ;
}
int Write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
  return mounted->Write(NameOf(file), offset, static_cast<const char*>(bytes), count)
             ? SQLITE_OK
             : SQLITE_IOERR_WRITE;
}
int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  return mounted->Truncate(NameOf(file), size) ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}
int Sync(sqlite3_file* file, int /*flags*/) {
  return mounted->Sync(NameOf(file)) ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}
int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  *size = mounted->Size(NameOf(file));
  return SQLITE_OK;
}
int Lock(sqlite3_file* /*file*/, int /*level*/) { return SQLITE_OK; }
int CheckReservedLock(sqlite3_file* /*file*/, int* reserved) {
  *reserved = 0;
  return SQLITE_OK;
}
int FileControl(sqlite3_file* /*file*/, int /*operation*/, void* /*argument*/) {
  return SQLITE_NOTFOUND;
}
int SectorSize(sqlite3_file* /*file*/) { return static_cast<int>(kSectorBytes); }
int DeviceCharacteristics(sqlite3_file* /*file*/) { return 0; }
int SharedMap(sqlite3_file* file, int index, int size, int /*extend*/, void volatile** memory) {
  *memory =
      mounted->SharedRegion(NameOf(file), static_cast<size_t>(index), static_cast<size_t>(size));
  return SQLITE_OK;
}
int SharedLock(sqlite3_file* /*file*/, int /*offset*/, int /*count*/, int /*flags*/) {
  return SQLITE_OK;
}
void SharedBarrier(sqlite3_file* /*file*/) {}
int SharedUnmap(sqlite3_file* file, int delete_it) {
  if (delete_it != 0) mounted->DropShared(NameOf(file));
  return SQLITE_OK;
}

sqlite3_io_methods MakeMethods() {
  sqlite3_io_methods methods{};
  methods.iVersion = 2;  // With shared memory, which WAL needs; no memory map.
  methods.xClose = Close;
  methods.xRead = Read;
  methods.xWrite = Write;
  methods.xTruncate = Truncate;
  methods.xSync = Sync;
  methods.xFileSize = FileSize;
  methods.xLock = Lock;
  methods.xUnlock = Lock;
  methods.xCheckReservedLock = CheckReservedLock;
  methods.xFileControl = FileControl;
  methods.xSectorSize = SectorSize;
  methods.xDeviceCharacteristics = DeviceCharacteristics;
  methods.xShmMap = SharedMap;
  methods.xShmLock = SharedLock;
  methods.xShmBarrier = SharedBarrier;
  methods.xShmUnmap = SharedUnmap;
  return methods;
}

int Open(sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  static const sqlite3_io_methods kMethods = MakeMethods();
  file->pMethods = nullptr;
  const std::string path = name == nullptr ? "temporary" : name;
  if (!mounted->Exists(path)) {
    if ((flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
    mounted->Create(path);
  }
  reinterpret_cast<OpenFile*>(file)->name = new std::string(path);
  file->pMethods = &kMethods;
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}
int DeleteFile(sqlite3_vfs* /*vfs*/, const char* name, int /*sync*/) {
  mounted->Delete(name);
  return SQLITE_OK;
}
int Access(sqlite3_vfs* /*vfs*/, const char* name, int /*flags*/, int* there) {
  *there = mounted->Exists(name) ? 1 : 0;
  return SQLITE_OK;
}
int FullPathname(sqlite3_vfs* /*vfs*/, const char* name, int size, char* full) {
  sqlite3_snprintf(size, full, "%s", name);
  return SQLITE_OK;
}

}  // namespace

PowerCutDisk::PowerCutDisk(Image image, int64_t operation_budget)
    : operation_budget_(operation_budget) {
  for (auto& [name, content] : image) files_[name] = {content, content, {}};
}

void PowerCutDisk::Mount(PowerCutDisk* disk) {
  static sqlite3_vfs* const kVfs = [] {
    // Time and randomness are the system's.
    auto* vfs = new sqlite3_vfs(*sqlite3_vfs_find(nullptr));
    vfs->zName = kVfsName;
    vfs->pNext = nullptr;
    vfs->szOsFile = sizeof(OpenFile);
    vfs->xOpen = Open;
    vfs->xDelete = DeleteFile;
    vfs->xAccess = Access;
    vfs->xFullPathname = FullPathname;
    sqlite3_vfs_register(vfs, /*makeDflt=*/0);
    return vfs;
  }();
  static_cast<void>(kVfs);
  mounted = disk;
}

PowerCutDisk::Image PowerCutDisk::AfterCut(std::mt19937& random) const {
  const std::lock_guard lock(mutex_);
  Image image;
  for (const auto& [name, file] : files_) {
    std::string medium = file.medium;
    for (const Operation& operation : file.cache) {
      if (operation.truncation) {
        if (random() % 2 == 0) medium.resize(static_cast<size_t>(operation.offset));
        continue;
      }
      // The write, cut at sector boundaries.
      const int64_t end = operation.offset + static_cast<int64_t>(operation.bytes.size());
      for (int64_t begin = operation.offset; begin < end;) {
        const int64_t next = std::min(end, (begin / kSectorBytes + 1) * kSectorBytes);
        if (random() % 2 == 0) {
          if (static_cast<int64_t>(medium.size()) < next) {
            medium.resize(static_cast<size_t>(next));
          }
          std::copy(operation.bytes.begin() + (begin - operation.offset),
                    operation.bytes.begin() + (next - operation.offset), medium.begin() + begin);
        }
        begin = next;
      }
    }
    image[name] = std::move(medium);
  }
  return image;
}

int64_t PowerCutDisk::operation_count() const {
  const std::lock_guard lock(mutex_);
  return operation_count_;
}

bool PowerCutDisk::Exists(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  return files_.contains(name);
}

void PowerCutDisk::Create(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (!dead_) files_[name];
}

void PowerCutDisk::Delete(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (!dead_) files_.erase(name);
}

bool PowerCutDisk::Read(const std::string& name, int64_t offset, char* bytes, int64_t count) const {
  const std::lock_guard lock(mutex_);
  std::memset(bytes, 0, static_cast<size_t>(count));
  const auto file = files_.find(name);
  if (file == files_.end()) return false;
  const std::string& content = file->second.content;
  const auto size = static_cast<int64_t>(content.size());
  if (offset >= size) return false;
  content.copy(bytes, static_cast<size_t>(count), static_cast<size_t>(offset));
  return offset + count <= size;
}

bool PowerCutDisk::Spend() {
  ++operation_count_;
  if (operation_budget_ >= 0 && operation_count_ > operation_budget_) dead_ = true;
  return !dead_;
}

bool PowerCutDisk::Write(const std::string& name, int64_t offset, const char* bytes,
                         int64_t count) {
  const std::lock_guard lock(mutex_);
  const bool alive = !dead_;
  if (!Spend() && !alive) return false;
  // The write during which the power failed is in the cache too, and may be torn.
  File& file = files_[name];
  file.cache.push_back({offset, std::string(bytes, static_cast<size_t>(count)), false});
  const auto end = static_cast<size_t>(offset + count);
  if (file.content.size() < end) file.content.resize(end);
  std::copy_n(bytes, count, file.content.begin() + offset);
  return !dead_;
}

bool PowerCutDisk::Truncate(const std::string& name, int64_t size) {
  const std::lock_guard lock(mutex_);
  if (!Spend()) return false;
  File& file = files_[name];
  file.cache.push_back({size, "", true});
  file.content.resize(static_cast<size_t>(size));
  return true;
}

bool PowerCutDisk::Sync(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (!Spend()) return false;
  File& file = files_[name];
  file.medium = file.content;
  file.cache.clear();
  return true;
}

int64_t PowerCutDisk::Size(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto file = files_.find(name);
  return file == files_.end() ? 0 : static_cast<int64_t>(file->second.content.size());
}

char* PowerCutDisk::SharedRegion(const std::string& name, size_t index, size_t size) {
  const std::lock_guard lock(mutex_);
  auto& regions = shared_[name];
  while (regions.size() <= index) regions.push_back(std::make_unique<char[]>(size));
  return regions[index].get();
}

void PowerCutDisk::DropShared(const std::string& name) {
  const std::lock_guard lock(mutex_);
  shared_.erase(name);
}

}  // namespace pecg
