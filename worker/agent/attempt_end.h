#ifndef PECG_WORKER_AGENT_ATTEMPT_END_H_
#define PECG_WORKER_AGENT_ATTEMPT_END_H_

#include <absl/status/status.h>

#include <optional>
#include <string>

#include "pecg/v1/job.pb.h"
#include "pecg/v1/run.pb.h"
#include "pecg/v1/worker.pb.h"

namespace pecg {

/// How a job process ended.
struct ProcessExit {
  int code = 0;    ///< Exit code; meaningful when `signal` is 0.
  int signal = 0;  ///< Signal that ended it; 0 = none.
};

/// Something that went wrong on the agent's side: in the preparation, the event stream, an upload.
struct Fault {
  v1::EndReason reason = v1::END_REASON_JOB_ERROR;  ///< How it counts.
  std::string message;                              ///< For people.
};

/// DISK_FULL for RESOURCE_EXHAUSTED, DATA_MISSING for NOT_FOUND and DATA_LOSS, else JOB_ERROR.
Fault FaultOf(const absl::Status& error);

/// All an agent knows about an attempt when its job is over.
struct AttemptFacts {
  std::optional<ProcessExit> exit;      ///< Absent when the process was never started.
  bool has_result = false;              ///< The job sent `result`.
  std::optional<v1::JobFailed> failed;  ///< What the job said.
  /// Why the agent stopped the attempt: USER_CANCELLED, PREEMPTED, TIME_LIMIT; UNSPECIFIED = it did
  /// not.
  v1::EndReason stop_reason = v1::END_REASON_UNSPECIFIED;
  std::optional<Fault> fault;
  bool system_killed_for_memory = false;  ///< The system says that it killed a process for memory.
};

/// Says how the attempt ended, as docs/job-directory.md lists it; `time` is left to the caller.
/// In this order: done is done, also after a stop; then the stop, if the job took it; then a fault
/// on the agent's side; then what the job said; then its exit.
v1::AttemptEnded DecideEnd(const AttemptFacts& facts);

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_ATTEMPT_END_H_
