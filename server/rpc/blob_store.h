#ifndef PECG_SERVER_RPC_BLOB_STORE_H_
#define PECG_SERVER_RPC_BLOB_STORE_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/digest/sha256.h"
#include "base/file.h"

namespace pecg {

/// A content and its size.
struct BlobId {
  std::string sha256;
  int64_t size_bytes = 0;
};

/// Contents under their SHA-256: `blobs/ab/<64 digits>`, each written under another name, fsynced
/// and renamed, and never changed afterwards. Thread-safe; methods read and write files.
class BlobStore {
 public:
  explicit BlobStore(std::string dir) : dir_(std::move(dir)) {}

  /// Returns the size of a content; `NOT_FOUND` if it is not here.
  absl::StatusOr<int64_t> Size(std::string_view sha256) const;

  /// Stores a content; one that is here already is left alone.
  absl::StatusOr<BlobId> Put(std::string_view content) const;

  /// Reads a whole content. Errors: `NOT_FOUND`, `DATA_LOSS` if the file does not have that hash.
  absl::StatusOr<std::string> Read(std::string_view sha256) const;

  /// A content that comes in pieces. Not thread-safe; what was not finished leaves nothing behind.
  class Upload {
   public:
    /// Errors: `DATA_LOSS` for more bytes than announced, `RESOURCE_EXHAUSTED` for a full disk.
    absl::Status Append(std::string_view bytes);
    /// Makes it durable. Errors: `DATA_LOSS` if size or hash are not those announced.
    absl::Status Finish();

   private:
    friend class BlobStore;
    Upload(BlobId id, DurableFile file) : id_(std::move(id)), file_(std::move(file)) {}
    BlobId id_;
    DurableFile file_;
    Sha256 hash_;
  };

  /// Begins to store a content.
  absl::StatusOr<Upload> Begin(const BlobId& id) const;

  /// A content that is read in pieces. Not thread-safe.
  class Download {
   public:
    explicit Download(int descriptor) : descriptor_(descriptor) {}
    ~Download();
    Download(const Download&) = delete;
    Download& operator=(const Download&) = delete;

    /// Returns the next bytes, at most `limit`; empty at the end.
    absl::StatusOr<std::string> Next(size_t limit);

   private:
    int descriptor_;
  };

  /// Opens a content at byte `offset`. Errors: `NOT_FOUND`, `OUT_OF_RANGE` for an offset beyond the
  /// end.
  absl::StatusOr<std::unique_ptr<Download>> Open(std::string_view sha256, int64_t offset) const;

 private:
  std::string PathOf(std::string_view sha256) const;

  const std::string dir_;
};

}  // namespace pecg

#endif  // PECG_SERVER_RPC_BLOB_STORE_H_
