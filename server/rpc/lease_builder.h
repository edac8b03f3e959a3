#ifndef PECG_SERVER_RPC_LEASE_BUILDER_H_
#define PECG_SERVER_RPC_LEASE_BUILDER_H_

#include <absl/status/statusor.h>

#include "base/clock.h"
#include "pecg/v1/worker.pb.h"
#include "server/rpc/blob_store.h"
#include "storage/attempt_store.h"
#include "storage/reader.h"
#include "storage/writer.h"

namespace pecg {

/// Puts together what a worker needs to start an attempt: the job's spec, the manifest, the files
/// of its inputs and of the checkpoint it resumes from. A manifest that is to hold the locked
/// test's records is made only after the look has been entered into the split's ledger.
/// Thread-safe; blocks.
class LeaseBuilder {
 public:
  /// Nothing is owned.
  LeaseBuilder(Writer* writer, ReaderPool* readers, const BlobStore* blobs, const Clock* clock)
      : writer_(writer), readers_(readers), blobs_(blobs), clock_(clock) {}

  /// Errors: `ABORTED` when the attempt is no longer the key's; those of the database and the blob
  /// store.
  absl::StatusOr<v1::Lease> Build(const AttemptKey& key) const;

 private:
  Writer* const writer_;
  ReaderPool* const readers_;
  const BlobStore* const blobs_;
  const Clock* const clock_;
};

}  // namespace pecg

#endif  // PECG_SERVER_RPC_LEASE_BUILDER_H_
