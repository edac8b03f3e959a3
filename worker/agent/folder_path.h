#ifndef PECG_WORKER_AGENT_FOLDER_PATH_H_
#define PECG_WORKER_AGENT_FOLDER_PATH_H_

#include <absl/status/statusor.h>

#include <string>
#include <string_view>
#include <vector>

#include "worker/agent/descriptor.h"

namespace pecg {

/// Splits a path below a folder into its names. INVALID_ARGUMENT unless it is relative and plain:
/// no empty name, `.`, `..`, backslash or control character, at most 1024 bytes.
absl::StatusOr<std::vector<std::string>> SplitPlainPath(std::string_view path);

/// Opens the regular file `folder/path` for reading without following a symbolic link anywhere
/// below `folder`. INVALID_ARGUMENT for a path that is not plain, a link or anything but a regular
/// file; NOT_FOUND.
absl::StatusOr<Descriptor> OpenPlainFile(const std::string& folder, std::string_view path);

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_FOLDER_PATH_H_
