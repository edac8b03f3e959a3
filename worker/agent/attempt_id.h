#ifndef PECG_WORKER_AGENT_ATTEMPT_ID_H_
#define PECG_WORKER_AGENT_ATTEMPT_ID_H_

#include <absl/status/statusor.h>

#include <compare>
#include <cstdint>
#include <string>

#include "pecg/v1/worker.pb.h"

namespace pecg {

/// One try at a run, under the fence of its lease. What the agent calls a job by.
struct AttemptId {
  int64_t run_number = 0;  ///< From 1: `runs/{number}`.
  int32_t attempt = 0;     ///< From 1.
  int64_t fence = 0;       ///< Every write about the attempt carries it.

  auto operator<=>(const AttemptId&) const = default;
};

/// Reads a message. INVALID_ARGUMENT unless the run is `runs/{number}` and the numbers are at least
/// 1; so what FolderName makes of it is always one plain name.
absl::StatusOr<AttemptId> ParseAttemptId(const v1::HeldAttempt& message);

v1::HeldAttempt ToMessage(const AttemptId& id);

/// `12-1` for the first attempt of run 12: the job directory's name.
std::string FolderName(const AttemptId& id);

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_ATTEMPT_ID_H_
