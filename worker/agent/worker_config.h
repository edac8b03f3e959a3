#ifndef PECG_WORKER_AGENT_WORKER_CONFIG_H_
#define PECG_WORKER_AGENT_WORKER_CONFIG_H_

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

#include "pecg/v1/worker.pb.h"

namespace pecg {

/// Reads `worker.yaml`; a missing file is an empty one. `worker` is filled in: the host's name and
/// `-1` where the file has none. Errors: INVALID_ARGUMENT with file, line, column and a hint for
/// what is no WorkerConfig; for a worker or dataset name with other characters than those of a
/// resource id, for a folder that is not absolute, for a negative number of threads.
absl::StatusOr<v1::WorkerConfig> LoadWorkerConfig(const std::string& path);

/// Maps dataset `name` to `dir` in the file at `path`, which is made when it is missing and is
/// never seen half-written; comments in it are lost. A relative `dir` is taken from the working
/// directory; links are kept. Callers that run at the same time come one after the other. Errors:
/// NOT_FOUND without the folder, INVALID_ARGUMENT for the name, those of LoadWorkerConfig.
absl::Status MapDataset(const std::string& path, const std::string& name, const std::string& dir);

/// The machine's host name, without its domain, with every character that no worker id may have
/// replaced by `-`.
std::string HostName();

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_WORKER_CONFIG_H_
