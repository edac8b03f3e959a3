#ifndef PECG_STORAGE_REQUEST_STORE_H_
#define PECG_STORAGE_REQUEST_STORE_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/transaction.h"

/// Answers to requests that carried a request_id (AIP-155), so that a repeat gets the first answer.
/// Find and save in the transaction that does the work: then both happen or neither.

namespace pecg {

struct RequestKey {
  std::string request_id;
  std::string user;         ///< Who asks.
  std::string method;       ///< `RunService/CreateRun`.
  std::string body_sha256;  ///< Of the request without its id.
};

/// Returns the first answer to the request; none if it is new. Errors: `INVALID_ARGUMENT` when the
/// id was used with another user, method or body.
absl::StatusOr<std::optional<std::string>> FindAnswer(Snapshot& snapshot, const RequestKey& key);

/// Stores the answer, opaque. Errors: `ALREADY_EXISTS` for a known request_id.
absl::Status SaveAnswer(Transaction& transaction, const RequestKey& key, std::string_view answer,
                        absl::Time now);

/// Deletes at most `limit` answers stored before `time`; returns how many.
absl::StatusOr<int64_t> DeleteAnswersBefore(Transaction& transaction, absl::Time time,
                                            int64_t limit);

}  // namespace pecg

#endif  // PECG_STORAGE_REQUEST_STORE_H_
