#ifndef PECG_WORKER_AGENT_GRPC_BLOB_STORE_H_
#define PECG_WORKER_AGENT_GRPC_BLOB_STORE_H_

#include <grpcpp/grpcpp.h>

#include <memory>

#include "pecg/v1/artifact.grpc.pb.h"
#include "worker/agent/blob_store.h"

namespace pecg {

/// The store behind ArtifactService. Calls end after 30 s and the time the content takes at
/// 256 KiB/s. Thread-safe.
class GrpcBlobStore : public BlobStore {
 public:
  explicit GrpcBlobStore(const std::shared_ptr<grpc::Channel>& channel);

  absl::Status Read(const Blob& blob, int64_t offset, Cancellation* cancellation,
                    const std::function<absl::Status(std::string_view)>& take) override;
  absl::Status Write(const Blob& blob, int descriptor, Cancellation* cancellation) override;

 private:
  const std::unique_ptr<v1::ArtifactService::Stub> stub_;
};

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_GRPC_BLOB_STORE_H_
