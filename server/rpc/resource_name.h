#ifndef PECG_SERVER_RPC_RESOURCE_NAME_H_
#define PECG_SERVER_RPC_RESOURCE_NAME_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>

/// Resource names, as in the protos, to and from what the stores use. Parsers return
/// `INVALID_ARGUMENT` with `field` as the place and the right form as the hint.

namespace pecg {

/// `runs/{number}`.
std::string RunName(int64_t number);
absl::StatusOr<int64_t> ParseRunName(std::string_view name, std::string_view field);

/// `runs/{number}/attempts/{k}`.
struct AttemptId {
  int64_t run = 0;
  int attempt = 0;
};
std::string AttemptName(int64_t run, int attempt);
absl::StatusOr<AttemptId> ParseAttemptName(std::string_view name, std::string_view field);

/// `runs/{number}/artifacts/{path}`.
struct ArtifactId {
  int64_t run = 0;
  std::string path;
};
std::string ArtifactName(int64_t run, std::string_view path);
absl::StatusOr<ArtifactId> ParseArtifactName(std::string_view name, std::string_view field);

/// `datasets/{dataset}`; the id has 1 to 63 letters, digits, `-` or `_`.
std::string DatasetName(std::string_view dataset);
absl::StatusOr<std::string> ParseDatasetName(std::string_view name, std::string_view field);

/// `datasets/{dataset}/versions/{version}`.
struct DatasetVersionId {
  std::string dataset;
  std::string version;  ///< A hash, a prefix of one, or `latest`.
};
std::string DatasetVersionName(std::string_view dataset, std::string_view sha256);
absl::StatusOr<DatasetVersionId> ParseDatasetVersionName(std::string_view name,
                                                         std::string_view field);

/// `splits/{sha256}`.
std::string SplitName(std::string_view sha256);
absl::StatusOr<std::string> ParseSplitName(std::string_view name, std::string_view field);

/// `users/{user}`.
std::string UserName(std::string_view user);
absl::StatusOr<std::string> ParseUserName(std::string_view name, std::string_view field);

/// `workers/{worker}`.
std::string WorkerName(std::string_view worker);

/// Says whether `text` is a name a dataset may have.
bool IsDatasetId(std::string_view text);

/// Says whether `text` is 64 lower-case hexadecimal digits.
bool IsSha256(std::string_view text);

}  // namespace pecg

#endif  // PECG_SERVER_RPC_RESOURCE_NAME_H_
