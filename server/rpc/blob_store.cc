#include "server/rpc/blob_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "base/status.h"
#include "server/rpc/resource_name.h"

namespace pecg {
namespace {

constexpr size_t kFolderDigits = 2;

absl::Status CheckHash(std::string_view sha256) {
  if (IsSha256(sha256)) return absl::OkStatus();
  return InvalidArgument("not a SHA-256: {}", sha256);
}

absl::Status NoSuchBlob(std::string_view sha256) {
  return NotFound("there is no content {}", sha256);
}

}  // namespace

absl::StatusOr<int64_t> BlobStore::Size(std::string_view sha256) const {
  PECG_RETURN_IF_ERROR(CheckHash(sha256));
  struct stat info {};
  if (stat(PathOf(sha256).c_str(), &info) != 0) {
    if (errno == ENOENT) return NoSuchBlob(sha256);
    return ErrnoStatus(errno, "looking for a content");
  }
  return static_cast<int64_t>(info.st_size);
}

absl::StatusOr<BlobId> BlobStore::Put(std::string_view content) const {
  BlobId id{Sha256Hex(content), static_cast<int64_t>(content.size())};
  if (Size(id.sha256).ok()) return id;
  PECG_ASSIGN_OR_RETURN(Upload upload, Begin(id));
  PECG_RETURN_IF_ERROR(upload.Append(content));
  PECG_RETURN_IF_ERROR(upload.Finish());
  return id;
}

absl::StatusOr<std::string> BlobStore::Read(std::string_view sha256) const {
  PECG_ASSIGN_OR_RETURN(const int64_t size, Size(sha256));
  PECG_ASSIGN_OR_RETURN(std::string content, ReadFile(PathOf(sha256), size));
  if (Sha256Hex(content) != sha256) {
    return DataLoss("the stored content {} has changed on the disk", sha256);
  }
  return content;
}

absl::StatusOr<BlobStore::Upload> BlobStore::Begin(const BlobId& id) const {
  PECG_RETURN_IF_ERROR(CheckHash(id.sha256));
  if (id.size_bytes < 0) return InvalidArgument("a content of {} bytes", id.size_bytes);
  const std::string path = PathOf(id.sha256);
  PECG_RETURN_IF_ERROR(CreateDirectories(std::filesystem::path(path).parent_path().string()));
  constexpr uint32_t kMode = 0600;
  PECG_ASSIGN_OR_RETURN(DurableFile file, DurableFile::Create(path, kMode));
  return Upload(id, std::move(file));
}

absl::Status BlobStore::Upload::Append(std::string_view bytes) {
  if (file_.size_bytes() + static_cast<int64_t>(bytes.size()) > id_.size_bytes) {
    return DataLoss("a content has more bytes than the {} announced", id_.size_bytes);
  }
  hash_.Update(bytes);
  return file_.Append(bytes);
}

absl::Status BlobStore::Upload::Finish() {
  if (file_.size_bytes() != id_.size_bytes) {
    return DataLoss("a content has {} bytes of the {} announced", file_.size_bytes(),
                    id_.size_bytes);
  }
  if (const std::string found = hash_.FinishHex(); found != id_.sha256) {
    return DataLoss("a content announced as {} is {}", id_.sha256, found);
  }
  return file_.Commit();
}

BlobStore::Download::~Download() { close(descriptor_); }

absl::StatusOr<std::string> BlobStore::Download::Next(size_t limit) {
  std::string bytes(limit, '\0');
  ssize_t count = 0;
  do {
    count = read(descriptor_, bytes.data(), bytes.size());
  } while (count < 0 && errno == EINTR);
  if (count < 0) return ErrnoStatus(errno, "reading a content");
  bytes.resize(static_cast<size_t>(count));
  return bytes;
}

absl::StatusOr<std::unique_ptr<BlobStore::Download>> BlobStore::Open(std::string_view sha256,
                                                                     int64_t offset) const {
  PECG_ASSIGN_OR_RETURN(const int64_t size, Size(sha256));
  if (offset < 0 || offset > size) {
    return absl::OutOfRangeError(fmt::format("offset {} of a content of {} bytes", offset, size));
  }
  const int descriptor = open(PathOf(sha256).c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return ErrnoStatus(errno, "opening a content");
  auto download = std::make_unique<Download>(descriptor);
  if (lseek(descriptor, offset, SEEK_SET) != offset) {
    return ErrnoStatus(errno, "seeking in a content");
  }
  return download;
}

std::string BlobStore::PathOf(std::string_view sha256) const {
  return fmt::format("{}/{}/{}", dir_, sha256.substr(0, kFolderDigits), sha256);
}

}  // namespace pecg
