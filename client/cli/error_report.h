#ifndef PECG_CLIENT_CLI_ERROR_REPORT_H_
#define PECG_CLIENT_CLI_ERROR_REPORT_H_

#include <absl/status/status.h>

#include <string>
#include <string_view>

#include "client/cli/terminal.h"

namespace pecg {

/// Notes the request an error belongs to, so that it can be told to whoever runs the coordinator.
absl::Status WithRequest(absl::Status status, std::string_view request_id);

/// Replaces the hint of an error; its code, what and where stay.
absl::Status WithHint(const absl::Status& status, std::string hint);

/// Writes an error for a person:
///
///     error: dataset "zzu" not found
///       where: train.yaml:2:10
///       hint: did you mean "zzu-v2"?  (pecg dataset ls)
///       request: 019ab3...
///
/// or, with `as_json`, one object {"error": {code, exit_code, message, where, hint, request}}.
std::string FormatError(const absl::Status& status, bool as_json, const Style& style);

}  // namespace pecg

#endif  // PECG_CLIENT_CLI_ERROR_REPORT_H_
