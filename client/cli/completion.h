#ifndef PECG_CLIENT_CLI_COMPLETION_H_
#define PECG_CLIENT_CLI_COMPLETION_H_

#include <absl/status/statusor.h>

#include <string>
#include <string_view>
#include <vector>

namespace pecg {

/// Returns a script that completes the words of `commands` (`run submit`) in `shell`: bash, zsh or
/// fish; files after them. Errors: INVALID_ARGUMENT for another shell.
absl::StatusOr<std::string> CompletionScript(std::string_view shell,
                                             const std::vector<std::string>& commands);

}  // namespace pecg

#endif  // PECG_CLIENT_CLI_COMPLETION_H_
