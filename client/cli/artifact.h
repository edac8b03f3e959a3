#ifndef PECG_CLIENT_CLI_ARTIFACT_H_
#define PECG_CLIENT_CLI_ARTIFACT_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <string>

#include "client/cli/coordinator.h"
#include "pecg/v1/run.pb.h"

namespace pecg {

/// Finds an artifact by its path below the run's output. Errors: NOT_FOUND with the nearest path.
absl::StatusOr<v1::Artifact> FindArtifact(Coordinator* coordinator, const std::string& run,
                                          const std::string& path);

/// Returns the content, checked against its SHA-256; for small ones. Errors: those of ReadArtifact,
/// DATA_LOSS for another hash.
absl::StatusOr<std::string> ReadArtifactText(Coordinator* coordinator,
                                             const v1::Artifact& artifact);

/// Writes the content to `out_path`, which appears whole and checked or not at all.
absl::Status SaveArtifact(Coordinator* coordinator, const v1::Artifact& artifact,
                          const std::string& out_path);

}  // namespace pecg

#endif  // PECG_CLIENT_CLI_ARTIFACT_H_
