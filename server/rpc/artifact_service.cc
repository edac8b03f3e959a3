#include "server/rpc/artifact_service.h"

#include <vector>

#include "base/status.h"
#include "server/rpc/artifact_stream.h"
#include "server/rpc/convert.h"
#include "server/rpc/resource_name.h"
#include "storage/artifact_store.h"
#include "storage/run_store.h"

namespace pecg {

grpc::ServerUnaryReactor* ArtifactServiceDoor::ListArtifacts(
    grpc::CallbackServerContext* context, const v1::ListArtifactsRequest* request,
    v1::ListArtifactsResponse* response) {
  return parts_.answerer->Answer(
      context, "/pecg.v1.ArtifactService/ListArtifacts", [=, this](const Caller&) -> absl::Status {
        PECG_ASSIGN_OR_RETURN(const int64_t run, ParseRunName(request->parent(), "parent"));
        PECG_ASSIGN_OR_RETURN(
            const std::vector<Artifact> artifacts,
            parts_.readers->Read([&](Snapshot& snapshot) -> absl::StatusOr<std::vector<Artifact>> {
              PECG_RETURN_IF_ERROR(GetRun(snapshot, run).status());
              return pecg::ListArtifacts(snapshot, run);
            }));
        for (const Artifact& artifact : artifacts) *response->add_artifacts() = ToMessage(artifact);
        return absl::OkStatus();
      });
}

grpc::ServerWriteReactor<v1::ReadArtifactResponse>* ArtifactServiceDoor::ReadArtifact(
    grpc::CallbackServerContext* context, const v1::ReadArtifactRequest* request) {
  return StartArtifactRead(
      parts_, parts_.answerer->Admit(*context, "/pecg.v1.ArtifactService/ReadArtifact"), *request);
}

grpc::ServerReadReactor<v1::WriteArtifactRequest>* ArtifactServiceDoor::WriteArtifact(
    grpc::CallbackServerContext* context, v1::WriteArtifactResponse*) {
  return StartArtifactWrite(
      parts_, parts_.answerer->Admit(*context, "/pecg.v1.ArtifactService/WriteArtifact").status());
}

}  // namespace pecg
