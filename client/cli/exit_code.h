#ifndef PECG_CLIENT_CLI_EXIT_CODE_H_
#define PECG_CLIENT_CLI_EXIT_CODE_H_

#include <absl/status/status.h>
#include <grpcpp/support/status_code_enum.h>

#include "pecg/v1/run.pb.h"

namespace pecg {

/// What the program's exit tells a script; `pecg help exit-codes` is the page for people.
enum ExitCode : int {
  kExitOk = 0,
  kExitInternal = 1,      ///< The coordinator or the program failed.
  kExitUsage = 2,         ///< A bad command line or spec.
  kExitNotFound = 3,      ///< A name that nothing has.
  kExitDenied = 4,        ///< No valid token, or not allowed.
  kExitConflict = 5,      ///< Exists already, or the state does not permit it.
  kExitUnavailable = 6,   ///< Nobody answers, or too slowly: trying again may help.
  kExitRunFailed = 7,     ///< The run that was waited for failed.
  kExitRunCancelled = 8,  ///< The run that was waited for was cancelled.
  kExitTimedOut = 9,      ///< --timeout passed before the run ended.
  kExitInterrupted = 130  ///< Ctrl-C; a run goes on.
};

/// The one table from a call's status to an exit code.
ExitCode ExitCodeOf(grpc::StatusCode code);

/// The same for our own errors, whose codes have the same numbers.
ExitCode ExitCodeOf(const absl::Status& status);

/// What waiting for a run that ended so exits with; kExitInternal for a state that is no end.
ExitCode ExitCodeOf(v1::RunState state);

}  // namespace pecg

#endif  // PECG_CLIENT_CLI_EXIT_CODE_H_
