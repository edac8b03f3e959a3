#ifndef PECG_WORKER_JOB_JOB_ERROR_H_
#define PECG_WORKER_JOB_JOB_ERROR_H_

#include <absl/status/status.h>

#include <string>

#include "pecg/v1/job.pb.h"

/// The one door between the exceptions of the worker rooms and the world outside: events, exit
/// codes, absl::Status and what a person reads on a terminal.

namespace pecg {

/// Exit codes of every job program, and of `pecg-ecg` and `pecg-learn` by themselves.
inline constexpr int kExitDone = 0;
inline constexpr int kExitInternal = 1;
inline constexpr int kExitBadSpec = 2;   ///< Also: usage.
inline constexpr int kExitBadData = 3;   ///< Missing or corrupt.
inline constexpr int kExitStopped = 75;  ///< Asked to stop; what could be saved is (EX_TEMPFAIL).

/// A failure as the outside sees it.
struct JobFailure {
  v1::JobFailed failed;
  int exit_code = kExitInternal;
};

/// Describes the exception that is being handled: pecg::Error by its kind, std::bad_alloc as
/// `out_of_memory`, any other one as `internal` with the first line of its text. To be called
/// within a catch block, for everything but JobStopped.
JobFailure FailureOfCurrentException();

/// The failure as a status with the most exact code; base/error_detail.h takes its parts again.
absl::Status StatusOf(const JobFailure& failure);

/// Throws the error that a status stands for, if it is not OK. For what comes from `base`. `where`
/// as in Error, for a status that does not say it.
void ThrowIfError(const absl::Status& status, const std::string& where = "");

/// The three lines a person reads: `error: ...`, `  where: ...`, `  hint: ...`, each with its line
/// end; the last two only when there is something to say.
std::string ErrorText(const v1::JobFailed& failed);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_JOB_ERROR_H_
