#include "server/rpc/run_service.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/status.h"
#include "base/version.h"
#include "server/access/policy.h"
#include "server/queue/run_events.h"
#include "server/rpc/convert.h"
#include "server/rpc/once.h"
#include "server/rpc/page.h"
#include "server/rpc/resource_name.h"
#include "server/rpc/run_spec_resolver.h"
#include "server/rpc/run_watch.h"
#include "storage/log_store.h"
#include "storage/run_store.h"

namespace pecg {
namespace {

constexpr int64_t kMaxLogBytes = 1 << 20;

/// The run that a resolved spec becomes.
NewRun MakeRun(const ResolvedSpec& resolved, const Caller& caller, std::string uid,
               absl::Time now) {
  NewRun run;
  run.uid = std::move(uid);
  run.user = caller.user;
  run.title = resolved.spec.title();
  run.kind = resolved.kind;
  if (resolved.opens_records) run.dataset = resolved.spec.dataset();
  run.dataset_version = resolved.spec.dataset_version();
  run.split = resolved.spec.split();
  run.device = static_cast<DeviceKind>(resolved.spec.device());
  run.max_retries = resolved.spec.max_retries();
  if (resolved.spec.has_time_limit()) run.time_limit = ToDuration(resolved.spec.time_limit());
  run.spec = resolved.spec.SerializeAsString();
  run.inputs = resolved.inputs;
  run.create_time = now;
  return run;
}

v1::Lineage MakeLineage(const ResolvedSpec& resolved) {
  v1::Lineage lineage;
  lineage.set_targets_sha256(resolved.targets_sha256);
  lineage.set_code_version(std::string(CodeVersion()));
  lineage.set_synthetic(resolved.synthetic);
  return lineage;
}

}  // namespace

grpc::ServerUnaryReactor* RunServiceDoor::CreateRun(grpc::CallbackServerContext* context,
                                                    const v1::CreateRunRequest* request,
                                                    v1::CreateRunResponse* response) {
  return parts_.answerer->Answer(
      context, "/pecg.v1.RunService/CreateRun",
      [=, this](const Caller& caller) { return Create(*request, caller, response); });
}

absl::Status RunServiceDoor::Create(const v1::CreateRunRequest& request, const Caller& caller,
                                    v1::CreateRunResponse* response) {
  if (request.validate_only()) {
    PECG_ASSIGN_OR_RETURN(const ResolvedSpec resolved,
                          parts_.readers->Read([&](Snapshot& snapshot) {
                            return ResolveRunSpec(snapshot, request.spec());
                          }));
    *response->mutable_run()->mutable_spec() = resolved.spec;
    *response->mutable_run()->mutable_lineage() = MakeLineage(resolved);
    response->mutable_run()->set_user(UserName(caller.user));
    return absl::OkStatus();
  }
  v1::CreateRunRequest content = request;
  content.clear_request_id();
  PECG_ASSIGN_OR_RETURN(const RequestKey key, MakeRequestKey("RunService/CreateRun", caller,
                                                             request.request_id(), content));
  const absl::Time now = parts_.clock->Now();
  const std::string uid = NewUuidV7(now);
  PECG_ASSIGN_OR_RETURN(
      const bool is_new,
      DoOnce(parts_.writer, key, now, response, [&](Transaction& transaction) -> absl::Status {
        PECG_ASSIGN_OR_RETURN(const ResolvedSpec resolved,
                              ResolveRunSpec(transaction, request.spec()));
        PECG_ASSIGN_OR_RETURN(const int64_t number,
                              InsertRun(transaction, MakeRun(resolved, caller, uid, now)));
        PECG_RETURN_IF_ERROR(
            SetLineage(transaction, number, MakeLineage(resolved).SerializeAsString()));
        RunEvents events(&transaction, parts_.codec, now);
        PECG_RETURN_IF_ERROR(events.RunChanged(number));
        PECG_ASSIGN_OR_RETURN(const Run run, pecg::GetRun(transaction, number));
        *response->mutable_run() = ToMessage(run);
        return absl::OkStatus();
      }));
  if (is_new) {
    // The caller need not wait for a lease.
    parts_.answerer->executor()->Post([queue = parts_.queue] { queue->NoticeNewRun(); });
  }
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* RunServiceDoor::GetRun(grpc::CallbackServerContext* context,
                                                 const v1::GetRunRequest* request,
                                                 v1::GetRunResponse* response) {
  return parts_.answerer->Answer(
      context, "/pecg.v1.RunService/GetRun", [=, this](const Caller&) -> absl::Status {
        PECG_ASSIGN_OR_RETURN(const int64_t number, ParseRunName(request->name(), "name"));
        PECG_ASSIGN_OR_RETURN(const Run run, parts_.readers->Read([&](Snapshot& snapshot) {
          return pecg::GetRun(snapshot, number);
        }));
        *response->mutable_run() = WithPosition(run);
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* RunServiceDoor::ListRuns(grpc::CallbackServerContext* context,
                                                   const v1::ListRunsRequest* request,
                                                   v1::ListRunsResponse* response) {
  return parts_.answerer->Answer(context, "/pecg.v1.RunService/ListRuns",
                                 [=, this](const Caller&) { return List(*request, response); });
}

absl::Status RunServiceDoor::List(const v1::ListRunsRequest& request,
                                  v1::ListRunsResponse* response) {
  RunQuery query;
  PECG_ASSIGN_OR_RETURN(query.limit, PageSize(request.page_size()));
  PECG_ASSIGN_OR_RETURN(query.before_number, NumberOf(request.page_token(), query.before_number));
  for (const int state : request.states()) {
    if (!v1::RunState_IsValid(state) || state == v1::RUN_STATE_UNSPECIFIED) {
      return InvalidArgument("states: there is no state {}", state);
    }
    query.states.push_back(static_cast<RunState>(state));
  }
  if (!request.user().empty()) {
    PECG_ASSIGN_OR_RETURN(query.user, ParseUserName(request.user(), "user"));
  }
  PECG_ASSIGN_OR_RETURN(const std::vector<Run> runs, parts_.readers->Read([&](Snapshot& snapshot) {
    return pecg::ListRuns(snapshot, query);
  }));
  for (const Run& run : runs) *response->add_runs() = WithPosition(run);
  if (static_cast<int64_t>(runs.size()) == query.limit) {
    response->set_next_page_token(PageTokenAfter(runs.back().number));
  }
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* RunServiceDoor::CancelRun(grpc::CallbackServerContext* context,
                                                    const v1::CancelRunRequest* request,
                                                    v1::CancelRunResponse* response) {
  return parts_.answerer->Answer(
      context, "/pecg.v1.RunService/CancelRun",
      [=, this](const Caller& caller) { return Cancel(*request, caller, response); });
}

absl::Status RunServiceDoor::Cancel(const v1::CancelRunRequest& request, const Caller& caller,
                                    v1::CancelRunResponse* response) {
  PECG_ASSIGN_OR_RETURN(const int64_t number, ParseRunName(request.name(), "name"));
  PECG_ASSIGN_OR_RETURN(const Run run, parts_.readers->Read([&](Snapshot& snapshot) {
    return pecg::GetRun(snapshot, number);
  }));
  if (run.user != caller.user && !MayActForOthers(caller.role)) {
    return PermissionDenied("{} is a run of users/{}", request.name(), run.user);
  }
  // A repeat needs no stored answer: cancelling a cancelled run changes nothing.
  PECG_ASSIGN_OR_RETURN(
      const Run cancelled,
      parts_.queue->Cancel(number, fmt::format("cancelled by users/{}", caller.user)));
  *response->mutable_run() = WithPosition(cancelled);
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* RunServiceDoor::ListAttempts(grpc::CallbackServerContext* context,
                                                       const v1::ListAttemptsRequest* request,
                                                       v1::ListAttemptsResponse* response) {
  return parts_.answerer->Answer(
      context, "/pecg.v1.RunService/ListAttempts", [=, this](const Caller&) -> absl::Status {
        PECG_ASSIGN_OR_RETURN(const int64_t number, ParseRunName(request->parent(), "parent"));
        PECG_ASSIGN_OR_RETURN(
            const std::vector<Attempt> attempts,
            parts_.readers->Read([&](Snapshot& snapshot) -> absl::StatusOr<std::vector<Attempt>> {
              PECG_RETURN_IF_ERROR(pecg::GetRun(snapshot, number).status());
              return pecg::ListAttempts(snapshot, number);
            }));
        for (const Attempt& attempt : attempts) *response->add_attempts() = ToMessage(attempt);
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* RunServiceDoor::ReadLog(grpc::CallbackServerContext* context,
                                                  const v1::ReadLogRequest* request,
                                                  v1::ReadLogResponse* response) {
  return parts_.answerer->Answer(
      context, "/pecg.v1.RunService/ReadLog", [=, this](const Caller&) -> absl::Status {
        PECG_ASSIGN_OR_RETURN(const AttemptId id, ParseAttemptName(request->name(), "name"));
        if (request->offset() < 0) {
          return InvalidArgument("offset: {} is negative", request->offset());
        }
        const int64_t wanted = request->max_byte_count();
        const int64_t limit = wanted <= 0 ? kMaxLogBytes : std::min(wanted, kMaxLogBytes);
        PECG_ASSIGN_OR_RETURN(
            std::string bytes,
            parts_.readers->Read([&](Snapshot& snapshot) -> absl::StatusOr<std::string> {
              PECG_RETURN_IF_ERROR(GetAttempt(snapshot, id.run, id.attempt).status());
              return pecg::ReadLog(snapshot, id.run, id.attempt, request->offset(), limit);
            }));
        response->mutable_chunk()->set_offset(request->offset());
        response->mutable_chunk()->set_data(std::move(bytes));
        return absl::OkStatus();
      });
}

grpc::ServerWriteReactor<v1::WatchRunResponse>* RunServiceDoor::WatchRun(
    grpc::CallbackServerContext* context, const v1::WatchRunRequest* request) {
  const absl::StatusOr<Caller> caller =
      parts_.answerer->Admit(*context, "/pecg.v1.RunService/WatchRun");
  return StartRunWatch(parts_, caller.status(), *request);
}

v1::Run RunServiceDoor::WithPosition(const Run& run) const {
  v1::Run message = ToMessage(run);
  message.set_queue_position(run.state == RunState::kPending ? parts_.queue->PositionOf(run.number)
                                                             : 0);
  return message;
}

}  // namespace pecg
