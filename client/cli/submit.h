#ifndef PECG_CLIENT_CLI_SUBMIT_H_
#define PECG_CLIENT_CLI_SUBMIT_H_

#include <absl/status/statusor.h>

#include "client/cli/session.h"
#include "pecg/v1/run.pb.h"
#include "pecg/v1/run_spec.pb.h"

namespace pecg {

/// Asks the coordinator to check and resolve the spec; stores nothing.
absl::StatusOr<v1::Run> PlanRun(Session* session, const v1::RunSpec& spec);

/// Creates the run, once: the request's id is on disk before the first try, and tries that got no
/// answer are repeated with it for 30 s. The id is kept after that, so that the same command
/// submits the same run.
absl::StatusOr<v1::Run> SubmitRun(Session* session, const v1::RunSpec& spec);

}  // namespace pecg

#endif  // PECG_CLIENT_CLI_SUBMIT_H_
