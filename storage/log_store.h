#ifndef PECG_STORAGE_LOG_STORE_H_
#define PECG_STORAGE_LOG_STORE_H_

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "storage/transaction.h"

/// What the jobs wrote to stdout and stderr: one stream of bytes per attempt.

namespace pecg {

/// Appends `bytes` that begin at `offset` of the attempt's log. Bytes that are there already are
/// skipped, so that a repeat changes nothing. Returns the log's length afterwards. Errors:
/// `OUT_OF_RANGE` when bytes before `offset` are missing, `FAILED_PRECONDITION` for an unknown
/// attempt, `INVALID_ARGUMENT` for a negative offset.
absl::StatusOr<int64_t> AppendLog(Transaction& transaction, int64_t run, int attempt,
                                  int64_t offset, std::string_view bytes);

/// Returns the log's bytes from `offset` on, at most `max_byte_count`; empty at its end.
absl::StatusOr<std::string> ReadLog(Snapshot& snapshot, int64_t run, int attempt, int64_t offset,
                                    int64_t max_byte_count);

/// Returns the log's length in bytes; 0 for an attempt that wrote nothing.
absl::StatusOr<int64_t> LogSize(Snapshot& snapshot, int64_t run, int attempt);

}  // namespace pecg

#endif  // PECG_STORAGE_LOG_STORE_H_
