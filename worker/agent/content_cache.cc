#include "worker/agent/content_cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <random>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/digest/sha256.h"
#include "base/file.h"
#include "base/status.h"
#include "worker/agent/backoff.h"
#include "worker/agent/descriptor.h"

namespace pecg {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kPieceByteCount = int64_t{1} << 20;

bool IsSha256(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

/// Copies `source` to the new file `destination`. DATA_LOSS when it is not `blob`.
absl::Status CopyVerified(const std::string& source, const Blob& blob,
                          const std::string& destination) {
  PECG_ASSIGN_OR_RETURN(const Descriptor from, OpenDescriptor(source, O_RDONLY));
  PECG_ASSIGN_OR_RETURN(const Descriptor to,
                        OpenDescriptor(destination, O_WRONLY | O_CREAT | O_TRUNC));
  Sha256 hash;
  int64_t offset = 0;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const std::string piece,
                          ReadAt(from.number(), offset, kPieceByteCount, source));
    if (piece.empty()) break;
    hash.Update(piece);
    PECG_RETURN_IF_ERROR(WriteAt(to.number(), piece, offset, destination));
    offset += static_cast<int64_t>(piece.size());
  }
  if (offset != blob.size_bytes || hash.FinishHex() != blob.sha256) {
    return DataLoss("the content differs from its SHA-256: {}", source);
  }
  return absl::OkStatus();
}

}  // namespace

ContentCache::ContentCache(std::string dir, BlobStore* blobs, int64_t max_byte_count)
    : dir_(std::move(dir)), blobs_(blobs), max_byte_count_(max_byte_count) {}

std::string ContentCache::PathOf(const Blob& blob) const {
  return fmt::format("{}/{}/{}", dir_, blob.sha256.substr(0, 2), blob.sha256);
}

absl::Status ContentCache::Place(const Blob& blob, const std::string& destination,
                                 Cancellation* cancellation) {
  if (!IsSha256(blob.sha256)) return InvalidArgument("not a SHA-256: \"{}\"", blob.sha256);
  const std::string cached = PathOf(blob);
  absl::Status status = CopyVerified(cached, blob, destination);
  if (!absl::IsNotFound(status) && !absl::IsDataLoss(status)) {
    // The time of the last use; should it not be set, the content only leaves the cache earlier.
    if (status.ok()) utimensat(AT_FDCWD, cached.c_str(), nullptr, 0);
    return status;
  }
  PECG_RETURN_IF_ERROR(Download(blob, cancellation));
  PECG_RETURN_IF_ERROR(CopyVerified(cached, blob, destination));
  Evict();
  return absl::OkStatus();
}

absl::Status ContentCache::Download(const Blob& blob, Cancellation* cancellation) {
  const std::string path = PathOf(blob);
  PECG_RETURN_IF_ERROR(CreateDirectories(fs::path(path).parent_path().string()));
  PECG_ASSIGN_OR_RETURN(DurableFile file, DurableFile::Create(path, 0600));
  Sha256 hash;
  absl::Status disk;  // An error of ours ends the download; one of the network does not.
  const auto take = [&](std::string_view piece) {
    if (file.size_bytes() + static_cast<int64_t>(piece.size()) > blob.size_bytes) {
      disk = DataLoss("the coordinator sent more than {} bytes of content {}", blob.size_bytes,
                      blob.sha256);
      return disk;
    }
    hash.Update(piece);
    disk = file.Append(piece);
    return disk;
  };
  Backoff backoff(std::random_device{}());
  while (true) {
    const absl::Status status = blobs_->Read(blob, file.size_bytes(), cancellation, take);
    if (status.ok()) break;
    if (!disk.ok()) return disk;
    if (!IsTransient(status)) return status;
    if (!cancellation->SleepFor(backoff.Next())) {
      return absl::CancelledError("the download was cancelled");
    }
  }
  if (file.size_bytes() != blob.size_bytes || hash.FinishHex() != blob.sha256) {
    return DataLoss("what the coordinator sent is not content {}", blob.sha256);
  }
  return file.Commit();
}

void ContentCache::Evict() {
  struct Content {
    fs::file_time_type used;
    int64_t size_bytes;
    fs::path path;
  };
  MutexLock lock(&eviction_mutex_);
  std::vector<Content> contents;
  int64_t byte_count = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator it(dir_, error), end; !error && it != end;
       it.increment(error)) {
    std::error_code gone;  // Somebody deletes from the cache: what is not there needs no deleting.
    if (!it->is_regular_file(gone)) continue;
    const Content content{it->last_write_time(gone), static_cast<int64_t>(it->file_size(gone)),
                          it->path()};
    if (gone) continue;
    byte_count += content.size_bytes;
    contents.push_back(content);
  }
  std::sort(contents.begin(), contents.end(),
            [](const Content& a, const Content& b) { return a.used < b.used; });
  for (const Content& content : contents) {
    if (byte_count <= max_byte_count_) break;
    std::error_code gone;
    if (fs::remove(content.path, gone)) byte_count -= content.size_bytes;
  }
}

}  // namespace pecg
