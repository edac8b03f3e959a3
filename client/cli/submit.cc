#include "client/cli/submit.h"

#include <absl/time/clock.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/status.h"
#include "client/cli/coordinator.h"
#include "client/cli/error_report.h"
#include "client/cli/pending_request.h"
#include "pecg/v1/run.grpc.pb.h"

namespace pecg {
namespace {

constexpr absl::Duration kRetryFor = absl::Seconds(30);
constexpr absl::Duration kFirstPause = absl::Milliseconds(200);
constexpr absl::Duration kLongestPause = absl::Seconds(2);

/// Whether the request may have been lost on its way or its answer on the way back.
bool IsUnanswered(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

}  // namespace

absl::StatusOr<v1::Run> PlanRun(Session* session, const v1::RunSpec& spec) {
  PECG_ASSIGN_OR_RETURN(Coordinator* const coordinator, session->Connect());
  v1::CreateRunRequest request;
  *request.mutable_spec() = spec;
  request.set_validate_only(true);
  PECG_ASSIGN_OR_RETURN(v1::CreateRunResponse response,
                        coordinator->Call(&v1::RunService::Stub::CreateRun, request));
  return std::move(*response.mutable_run());
}

absl::StatusOr<v1::Run> SubmitRun(Session* session, const v1::RunSpec& spec) {
  PECG_ASSIGN_OR_RETURN(Coordinator* const coordinator, session->Connect());
  PECG_ASSIGN_OR_RETURN(const Home home, session->FindHome());
  v1::CreateRunRequest request;
  *request.mutable_spec() = spec;
  PECG_ASSIGN_OR_RETURN(PendingRequest pending,
                        PendingRequest::Open(home.dir() + "/pending",
                                             coordinator->target() + spec.SerializeAsString()));
  request.set_request_id(pending.id());
  if (pending.is_repeat()) {
    session->Say("an earlier submit of the same spec got no answer; asking for that run again");
  }
  const absl::Time give_up = absl::Now() + kRetryFor;
  absl::Duration pause = kFirstPause;
  while (true) {
    absl::StatusOr<v1::CreateRunResponse> response =
        coordinator->Call(&v1::RunService::Stub::CreateRun, request);
    if (response.ok() || !IsUnanswered(response.status())) {
      pending.Done();
      if (!response.ok()) return WithRequest(response.status(), pending.id());
      return std::move(*response->mutable_run());
    }
    if (absl::Now() + pause >= give_up) {
      return WithRequest(
          WithHint(response.status(), "run the same command again: it cannot submit twice"),
          pending.id());
    }
    absl::SleepFor(pause);
    pause = std::min(pause * 2, kLongestPause);
  }
}

}  // namespace pecg
