#ifndef PECG_WORKER_AGENT_BLOB_STORE_H_
#define PECG_WORKER_AGENT_BLOB_STORE_H_

#include <absl/status/status.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "worker/agent/cancellation.h"

namespace pecg {

/// A content in the coordinator's store.
struct Blob {
  std::string sha256;      ///< 64 lower-case hexadecimal digits.
  int64_t size_bytes = 0;  ///< Of the whole content.
};

/// The coordinator's content-addressed store as a worker sees it. Thread-safe; calls block.
class BlobStore {
 public:
  virtual ~BlobStore() = default;

  /// Gives the content from `offset` on to `take`, piece by piece. What arrives is not verified.
  /// Errors: NOT_FOUND; UNAVAILABLE and other errors of the network, after which the pieces taken
  /// so far are good; the first error of `take`; CANCELLED.
  virtual absl::Status Read(const Blob& blob, int64_t offset, Cancellation* cancellation,
                            const std::function<absl::Status(std::string_view)>& take) = 0;

  /// Stores the content of `descriptor`, a file of that size and hash, read from its start. Errors:
  /// DATA_LOSS when the content is another one; RESOURCE_EXHAUSTED when the coordinator's disk is
  /// full; those of the network; CANCELLED.
  virtual absl::Status Write(const Blob& blob, int descriptor, Cancellation* cancellation) = 0;
};

/// Says whether trying again may help: the network or the coordinator was away.
bool IsTransient(const absl::Status& error);

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_BLOB_STORE_H_
