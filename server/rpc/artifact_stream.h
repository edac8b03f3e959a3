#ifndef PECG_SERVER_RPC_ARTIFACT_STREAM_H_
#define PECG_SERVER_RPC_ARTIFACT_STREAM_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <grpcpp/support/server_callback.h>

#include "pecg/v1/artifact.pb.h"
#include "server/access/access.h"
#include "server/rpc/service_parts.h"

namespace pecg {

/// Answers one ReadArtifact, in pieces of at most 256 KiB. Contents by hash are for workers and
/// admins. The reactor deletes itself.
grpc::ServerWriteReactor<v1::ReadArtifactResponse>* StartArtifactRead(
    const ServiceParts& parts, absl::StatusOr<Caller> caller,
    const v1::ReadArtifactRequest& request);

/// Answers one WriteArtifact. `admission` is why the caller may not write, or OK. The reactor
/// deletes itself.
grpc::ServerReadReactor<v1::WriteArtifactRequest>* StartArtifactWrite(
    const ServiceParts& parts, const absl::Status& admission);

}  // namespace pecg

#endif  // PECG_SERVER_RPC_ARTIFACT_STREAM_H_
