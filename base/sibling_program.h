#ifndef PECG_BASE_SIBLING_PROGRAM_H_
#define PECG_BASE_SIBLING_PROGRAM_H_

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

namespace pecg {

/// Returns the path of `name` in the folder of the running program, links resolved: the five
/// programs lie side by side. Errors: NOT_FOUND when there is no such program that may be run.
/// Thread-safe.
absl::StatusOr<std::string> FindSiblingProgram(std::string_view name);

}  // namespace pecg

#endif  // PECG_BASE_SIBLING_PROGRAM_H_
