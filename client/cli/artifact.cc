#include "client/cli/artifact.h"

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/did_you_mean.h"
#include "base/digest/sha256.h"
#include "base/error_detail.h"
#include "base/file.h"
#include "base/status.h"
#include "pecg/v1/artifact.grpc.pb.h"

namespace pecg {
namespace {

/// Streams the content to `take` and checks its hash.
absl::Status Download(Coordinator* coordinator, const v1::Artifact& artifact,
                      const std::function<absl::Status(std::string_view)>& take) {
  grpc::ClientContext context;
  v1::ReadArtifactRequest request;
  request.set_name(artifact.name());
  v1::ArtifactService::Stub stub(coordinator->channel());
  const auto reader = stub.ReadArtifact(&context, request);
  v1::ReadArtifactResponse piece;
  Sha256 digest;
  absl::Status taken;
  while (taken.ok() && reader->Read(&piece)) {
    digest.Update(std::string_view(piece.data()));
    taken = take(piece.data());
  }
  if (!taken.ok()) context.TryCancel();
  const grpc::Status status = reader->Finish();
  PECG_RETURN_IF_ERROR(taken);
  PECG_RETURN_IF_ERROR(coordinator->ToStatus(status));
  const std::string sha256 = digest.FinishHex();
  if (sha256 == artifact.sha256()) return absl::OkStatus();
  return DetailedError(
      absl::StatusCode::kDataLoss,
      {fmt::format("what arrived has the hash {}, not {}", sha256, artifact.sha256()),
       artifact.name(), "try again"});
}

}  // namespace

absl::StatusOr<v1::Artifact> FindArtifact(Coordinator* coordinator, const std::string& run,
                                          const std::string& path) {
  v1::ListArtifactsRequest request;
  request.set_parent(run);
  PECG_ASSIGN_OR_RETURN(const v1::ListArtifactsResponse response,
                        coordinator->Call(&v1::ArtifactService::Stub::ListArtifacts, request));
  const std::string prefix = run + "/artifacts/";
  std::vector<std::string> paths;
  for (const v1::Artifact& artifact : response.artifacts()) {
    if (artifact.name() == prefix + path) return artifact;
    if (artifact.name().rfind(prefix, 0) == 0)
      paths.push_back(artifact.name().substr(prefix.size()));
  }
  const std::string closest = ClosestName(path, paths);
  return DetailedError(absl::StatusCode::kNotFound,
                       {fmt::format("no artifact \"{}\"", path), run,
                        !closest.empty() ? fmt::format("did you mean \"{}\"?", closest)
                        : paths.empty()  ? "the run has left nothing behind yet"
                                         : fmt::format("there are: {}", fmt::join(paths, ", "))});
}

absl::StatusOr<std::string> ReadArtifactText(Coordinator* coordinator,
                                             const v1::Artifact& artifact) {
  std::string text;
  PECG_RETURN_IF_ERROR(Download(coordinator, artifact, [&](std::string_view piece) {
    text += piece;
    return absl::OkStatus();
  }));
  return text;
}

absl::Status SaveArtifact(Coordinator* coordinator, const v1::Artifact& artifact,
                          const std::string& out_path) {
  PECG_ASSIGN_OR_RETURN(DurableFile file, DurableFile::Create(out_path));
  PECG_RETURN_IF_ERROR(
      Download(coordinator, artifact, [&](std::string_view piece) { return file.Append(piece); }));
  return file.Commit();
}

}  // namespace pecg
