#ifndef PECG_BASE_ERROR_DETAIL_H_
#define PECG_BASE_ERROR_DETAIL_H_

#include <absl/status/status.h>

#include <string>

namespace pecg {

/// The three parts an error tells a person. They travel in a Status as payloads, so that a log
/// shows one line and a terminal can lay them out.
struct ErrorDetail {
  std::string what;   ///< What is wrong: `unknown field train.learning_rate`.
  std::string where;  ///< `train.yaml:12:3`, a flag, a field; may be empty.
  std::string hint;   ///< What to do about it; may be empty.
};

/// Returns a status whose message is `where: what (hint)` and from which DetailOf takes the parts
/// again. `code` is not kOk.
absl::Status DetailedError(absl::StatusCode code, const ErrorDetail& detail);

/// Returns the parts of an error; of one that DetailedError did not make, the message as `what`.
ErrorDetail DetailOf(const absl::Status& status);

}  // namespace pecg

#endif  // PECG_BASE_ERROR_DETAIL_H_
