#ifndef PECG_CLIENT_CLI_COMMANDS_H_
#define PECG_CLIENT_CLI_COMMANDS_H_

#include <absl/status/statusor.h>

#include "client/cli/exit_code.h"
#include "client/cli/session.h"

/// The commands, one function each: they read the session's command line, write the result, and
/// return what to exit with. Errors are told by the caller.

namespace pecg {

absl::StatusOr<ExitCode> DatasetAdd(Session* session);
absl::StatusOr<ExitCode> DatasetList(Session* session);
absl::StatusOr<ExitCode> DatasetShow(Session* session);
absl::StatusOr<ExitCode> DatasetAudit(Session* session);

absl::StatusOr<ExitCode> SplitCreate(Session* session);
absl::StatusOr<ExitCode> SplitShow(Session* session);
absl::StatusOr<ExitCode> SplitList(Session* session);

absl::StatusOr<ExitCode> RunSubmit(Session* session);
absl::StatusOr<ExitCode> RunList(Session* session);
absl::StatusOr<ExitCode> RunShow(Session* session);
absl::StatusOr<ExitCode> RunWatch(Session* session);
absl::StatusOr<ExitCode> RunLogs(Session* session);
absl::StatusOr<ExitCode> RunCancel(Session* session);
absl::StatusOr<ExitCode> RunMetrics(Session* session);
absl::StatusOr<ExitCode> RunArtifacts(Session* session);

absl::StatusOr<ExitCode> WorkerList(Session* session);
absl::StatusOr<ExitCode> UserAdd(Session* session);
absl::StatusOr<ExitCode> UserList(Session* session);

absl::StatusOr<ExitCode> Doctor(Session* session);
absl::StatusOr<ExitCode> Explain(Session* session);
absl::StatusOr<ExitCode> Help(Session* session);
absl::StatusOr<ExitCode> Completion(Session* session);

}  // namespace pecg

#endif  // PECG_CLIENT_CLI_COMMANDS_H_
