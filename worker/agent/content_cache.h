#ifndef PECG_WORKER_AGENT_CONTENT_CACHE_H_
#define PECG_WORKER_AGENT_CONTENT_CACHE_H_

#include <absl/base/thread_annotations.h>
#include <absl/status/status.h>

#include <cstdint>
#include <string>

#include "base/mutex.h"
#include "worker/agent/blob_store.h"

namespace pecg {

/// Contents downloaded before, by hash, so that four folds fetch one manifest once. Lives in a
/// folder that may be deleted at any time. Thread-safe.
class ContentCache {
 public:
  /// Above this, the contents that were not used for longest are deleted.
  static constexpr int64_t kDefaultMaxByteCount = int64_t{8} << 30;

  /// `blobs` is not owned and outlives this. `dir` is made when needed.
  ContentCache(std::string dir, BlobStore* blobs, int64_t max_byte_count = kDefaultMaxByteCount);

  /// Writes the content as a new file `destination`, whose folder exists: from the cache if it is
  /// there and still has its hash, else from the store, trying until it works or `cancellation`.
  /// Errors: NOT_FOUND when the store lacks it, DATA_LOSS when what arrives is something else,
  /// RESOURCE_EXHAUSTED for a full disk, CANCELLED.
  absl::Status Place(const Blob& blob, const std::string& destination, Cancellation* cancellation);

 private:
  std::string PathOf(const Blob& blob) const;
  absl::Status Download(const Blob& blob, Cancellation* cancellation);
  void Evict();

  const std::string dir_;
  BlobStore* const blobs_;
  const int64_t max_byte_count_;
  Mutex eviction_mutex_;  // One eviction at a time.
};

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_CONTENT_CACHE_H_
