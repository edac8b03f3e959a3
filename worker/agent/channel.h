#ifndef PECG_WORKER_AGENT_CHANNEL_H_
#define PECG_WORKER_AGENT_CHANNEL_H_

#include <absl/status/statusor.h>
#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

namespace pecg {

/// Makes a channel to the coordinator at `unix:/path` or `localhost:7470` whose calls carry the
/// token in the file `token_path`, which is read again for each call. The credentials are those of
/// the local machine: over anything else gRPC refuses to send the token. Does not connect yet.
/// INVALID_ARGUMENT for an address that is not local (until TLS comes: forward the socket by SSH).
absl::StatusOr<std::shared_ptr<grpc::Channel>> MakeChannel(const std::string& address,
                                                           const std::string& token_path);

/// The same error outside gRPC.
absl::Status ToAbslStatus(const grpc::Status& status);

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_CHANNEL_H_
