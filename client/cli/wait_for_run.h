#ifndef PECG_CLIENT_CLI_WAIT_FOR_RUN_H_
#define PECG_CLIENT_CLI_WAIT_FOR_RUN_H_

#include <absl/status/statusor.h>

#include <functional>
#include <ostream>
#include <string>

#include "client/cli/exit_code.h"
#include "client/cli/session.h"
#include "client/cli/terminal.h"
#include "pecg/v1/run.pb.h"

namespace pecg {

/// Watches `run` (`runs/12`) until it ends, --timeout passes or Ctrl-C detaches, and shows it on
/// `out`. When the wait ends first, says how to go on.
/// Returns what the program exits with. Errors: those of RunWatcher.
absl::StatusOr<ExitCode> WaitForRun(Session* session, const std::string& run, const Style& style,
                                    std::ostream* out);

/// The same, telling each event to `on_event` instead; log chunks too with `include_log`.
absl::StatusOr<ExitCode> FollowRun(Session* session, const std::string& run, bool include_log,
                                   const std::function<void(const v1::RunEvent&)>& on_event,
                                   const std::function<void(const v1::Run&)>& on_end);

}  // namespace pecg

#endif  // PECG_CLIENT_CLI_WAIT_FOR_RUN_H_
