#ifndef PECG_SERVER_RPC_ARTIFACT_SERVICE_H_
#define PECG_SERVER_RPC_ARTIFACT_SERVICE_H_

#include "pecg/v1/artifact.grpc.pb.h"
#include "server/rpc/service_parts.h"

namespace pecg {

/// The door to artifacts; what each call does stands in artifact.proto. Thread-safe.
class ArtifactServiceDoor final : public v1::ArtifactService::CallbackService {
 public:
  explicit ArtifactServiceDoor(const ServiceParts& parts) : parts_(parts) {}

  grpc::ServerUnaryReactor* ListArtifacts(grpc::CallbackServerContext* context,
                                          const v1::ListArtifactsRequest* request,
                                          v1::ListArtifactsResponse* response) override;
  grpc::ServerWriteReactor<v1::ReadArtifactResponse>* ReadArtifact(
      grpc::CallbackServerContext* context, const v1::ReadArtifactRequest* request) override;
  grpc::ServerReadReactor<v1::WriteArtifactRequest>* WriteArtifact(
      grpc::CallbackServerContext* context, v1::WriteArtifactResponse* response) override;

 private:
  const ServiceParts parts_;
};

}  // namespace pecg

#endif  // PECG_SERVER_RPC_ARTIFACT_SERVICE_H_
