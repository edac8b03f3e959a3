#include <absl/time/clock.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/did_you_mean.h"
#include "base/error_detail.h"
#include "base/ids.h"
#include "base/status.h"
#include "base/yaml.h"
#include "base/yaml_words.h"
#include "client/cli/artifact.h"
#include "client/cli/commands.h"
#include "client/cli/error_report.h"
#include "client/cli/human.h"
#include "client/cli/list_all.h"
#include "client/cli/message_json.h"
#include "client/cli/run_view.h"
#include "client/cli/wait_for_run.h"
#include "pecg/v1/artifact.grpc.pb.h"
#include "pecg/v1/metric.grpc.pb.h"
#include "pecg/v1/run.grpc.pb.h"

namespace pecg {
namespace {

absl::StatusOr<v1::RunState> ParseState(const std::string& word) {
  const auto* type = v1::RunState_descriptor();
  std::vector<std::string> words;
  for (int i = 0; i < type->value_count(); ++i) {
    if (type->value(i)->number() == 0) continue;
    words.push_back(EnumWord(*type->value(i)));
    if (words.back() == word) return static_cast<v1::RunState>(type->value(i)->number());
  }
  const std::string closest = ClosestName(word, words);
  return DetailedError(absl::StatusCode::kInvalidArgument,
                       {fmt::format("not a state: \"{}\"", word), "--state",
                        closest.empty() ? fmt::format("one of: {}", fmt::join(words, ", "))
                                        : fmt::format("did you mean \"{}\"?", closest)});
}

absl::Status WithRunHint(const absl::Status& status) {
  return absl::IsNotFound(status) ? WithHint(status, "pecg run ls") : status;
}

absl::StatusOr<v1::Run> GetRun(Coordinator* coordinator, const std::string& name) {
  v1::GetRunRequest request;
  request.set_name(name);
  absl::StatusOr<v1::GetRunResponse> response =
      coordinator->Call(&v1::RunService::Stub::GetRun, request);
  if (!response.ok()) return WithRunHint(response.status());
  return response->run();
}

Listing AttemptListing(const v1::ListAttemptsResponse& attempts) {
  Listing listing(v1::Attempt::descriptor(), {{"name", "ATTEMPT", CellKind::kName},
                                              {"state", "STATE", CellKind::kText},
                                              {"end_reason", "REASON", CellKind::kText},
                                              {"worker", "WORKER", CellKind::kName},
                                              {"start_time", "STARTED", CellKind::kAge},
                                              {"resume_step", "FROM STEP", CellKind::kCount},
                                              {"message", "MESSAGE", CellKind::kText}});
  for (const v1::Attempt& attempt : attempts.attempts()) listing.Add(attempt);
  return listing;
}

std::string StateText(const v1::Run& run) {
  const nlohmann::ordered_json json = MessageToJson(run);
  std::string text = json["state"].is_string() ? json["state"].get<std::string>() : "unknown";
  if (run.state() == v1::RUN_STATE_PENDING) {
    text += fmt::format(", {}", PendingText(run.pending_reason()));
    if (run.queue_position() > 0) text += fmt::format("; {} before it", run.queue_position());
  }
  if (json["end_reason"].is_string() && run.end_reason() != v1::END_REASON_COMPLETED) {
    text += fmt::format(" ({})", json["end_reason"].get<std::string>());
  }
  return text;
}

void PrintRun(const Session& session, const v1::Run& run) {
  std::string text = fmt::format("run {}  {}\n", HumanName(run.name()), StateText(run));
  if (!run.message().empty()) text += fmt::format("  {}\n", Printable(run.message()));
  if (run.progress().total() > 0) {
    text += fmt::format("{} of {} {}\n", HumanCount(run.progress().done()),
                        HumanCount(run.progress().total()), run.progress().unit());
  }
  text += fmt::format("by {}", HumanName(run.user()));
  if (run.lineage().synthetic()) text += ", on synthetic data";
  if (!run.lineage().device().empty()) text += ", device " + Printable(run.lineage().device());
  if (!run.lineage().code_version().empty()) text += ", code " + run.lineage().code_version();
  session.Print(text + "\n\n" + MessageToYaml(run.spec()) + "\n");
}

}  // namespace

absl::StatusOr<ExitCode> RunList(Session* session) {
  PECG_ASSIGN_OR_RETURN(Coordinator* const coordinator, session->Connect());
  v1::ListRunsRequest request;
  for (const std::string& word : session->line().states) {
    PECG_ASSIGN_OR_RETURN(const v1::RunState state, ParseState(word));
    request.add_states(state);
  }
  if (!session->line().user.empty()) {
    request.set_user(ResourceName("users", session->line().user));
  }
  Listing listing(v1::Run::descriptor(), {{"name", "RUN", CellKind::kName},
                                          {"state", "STATE", CellKind::kText},
                                          {"spec.title", "TITLE", CellKind::kText},
                                          {"spec.dataset", "DATASET", CellKind::kText},
                                          {"user", "USER", CellKind::kName},
                                          {"progress.done", "DONE", CellKind::kCount},
                                          {"progress.total", "OF", CellKind::kCount},
                                          {"create_time", "CREATED", CellKind::kAge}});
  PECG_RETURN_IF_ERROR(ListAll(
      coordinator, &v1::RunService::Stub::ListRuns, request,
      [](const v1::ListRunsResponse& response) { return response.runs(); }, session->line().limit,
      [&](const v1::Run& run) { listing.Add(run); }));
  PECG_RETURN_IF_ERROR(
      session->PrintListing(listing, "no runs; submit one: pecg run submit -f train.yaml"));
  return kExitOk;
}

absl::StatusOr<ExitCode> RunShow(Session* session) {
  PECG_ASSIGN_OR_RETURN(Coordinator* const coordinator, session->Connect());
  PECG_ASSIGN_OR_RETURN(const std::string name, RunName(session->line().name));
  PECG_ASSIGN_OR_RETURN(const v1::Run run, GetRun(coordinator, name));
  PECG_ASSIGN_OR_RETURN(const bool printed, session->PrintMessage(run));
  if (printed) return kExitOk;
  PrintRun(*session, run);
  v1::ListAttemptsRequest request;
  request.set_parent(name);
  PECG_ASSIGN_OR_RETURN(const v1::ListAttemptsResponse attempts,
                        coordinator->Call(&v1::RunService::Stub::ListAttempts, request));
  PECG_RETURN_IF_ERROR(session->PrintListing(AttemptListing(attempts), "no attempt yet"));
  return kExitOk;
}

absl::StatusOr<ExitCode> RunWatch(Session* session) {
  PECG_ASSIGN_OR_RETURN(Coordinator* const coordinator, session->Connect());
  PECG_ASSIGN_OR_RETURN(const std::string name, RunName(session->line().name));
  PECG_RETURN_IF_ERROR(GetRun(coordinator, name).status());  // Fails now, not after retries.
  if (!session->WantsJson()) {
    return WaitForRun(session, name, session->streams().out_style, session->streams().out);
  }
  const auto print = [session](const google::protobuf::Message& message) {
    session->Print(MessageToJson(message).dump(-1, ' ', false,
                                               nlohmann::ordered_json::error_handler_t::replace) +
                   "\n");
  };
  return FollowRun(session, name, /*include_log=*/false, print, print);
}

absl::StatusOr<ExitCode> RunLogs(Session* session) {
  const CommandLine& line = session->line();
  PECG_ASSIGN_OR_RETURN(Coordinator* const coordinator, session->Connect());
  PECG_ASSIGN_OR_RETURN(const std::string name, RunName(line.name));
  PECG_ASSIGN_OR_RETURN(const v1::Run run, GetRun(coordinator, name));
  if (line.follow) {
    int attempt = 0;
    return FollowRun(
        session, name, /*include_log=*/true,
        [&](const v1::RunEvent& event) {
          if (!event.has_log() || (line.attempt != 0 && event.attempt() != line.attempt)) return;
          if (event.attempt() != attempt && attempt != 0) {
            session->Say(fmt::format("== attempt {}", event.attempt()));
          }
          attempt = event.attempt();
          session->Print(event.log().data());
        },
        [&](const v1::Run& ended) {
          session->Say(fmt::format("run {} {}", HumanName(name), StateText(ended)));
        });
  }
  const int attempt = line.attempt != 0 ? line.attempt : run.attempt_count();
  if (attempt == 0) {
    session->Say(fmt::format("run {} has not been started: {}", HumanName(name), StateText(run)));
    return kExitOk;
  }
  v1::ReadLogRequest request;
  request.set_name(fmt::format("{}/attempts/{}", name, attempt));
  while (true) {
    PECG_ASSIGN_OR_RETURN(const v1::ReadLogResponse response,
                          coordinator->Call(&v1::RunService::Stub::ReadLog, request));
    if (response.chunk().data().empty()) return kExitOk;
    session->Print(response.chunk().data());
    request.set_offset(response.chunk().offset() +
                       static_cast<int64_t>(response.chunk().data().size()));
  }
}

absl::StatusOr<ExitCode> RunCancel(Session* session) {
  PECG_ASSIGN_OR_RETURN(Coordinator* const coordinator, session->Connect());
  v1::CancelRunRequest request;
  PECG_ASSIGN_OR_RETURN(*request.mutable_name(), RunName(session->line().name));
  request.set_request_id(NewUuidV7(absl::Now()));
  const absl::StatusOr<v1::CancelRunResponse> response =
      coordinator->Call(&v1::RunService::Stub::CancelRun, request);
  if (!response.ok()) return WithRequest(WithRunHint(response.status()), request.request_id());
  PECG_ASSIGN_OR_RETURN(const bool printed, session->PrintMessage(response->run()));
  if (!printed) {
    session->Print(
        fmt::format("run {}  {}\n", HumanName(response->run().name()), StateText(response->run())));
  }
  return kExitOk;
}

absl::StatusOr<ExitCode> RunMetrics(Session* session) {
  PECG_ASSIGN_OR_RETURN(Coordinator* const coordinator, session->Connect());
  PECG_ASSIGN_OR_RETURN(const std::string name, RunName(session->line().name));
  if (session->line().key.empty()) {
    v1::ListSeriesRequest request;
    request.set_parent(name);
    const absl::StatusOr<v1::ListSeriesResponse> response =
        coordinator->Call(&v1::MetricService::Stub::ListSeries, request);
    if (!response.ok()) return WithRunHint(response.status());
    Listing listing(v1::MetricSeries::descriptor(), {{"key", "KEY", CellKind::kText},
                                                     {"last", "LAST", CellKind::kNumber},
                                                     {"last_step", "STEP", CellKind::kCount},
                                                     {"min", "MIN", CellKind::kNumber},
                                                     {"max", "MAX", CellKind::kNumber},
                                                     {"max_step", "AT STEP", CellKind::kCount},
                                                     {"point_count", "POINTS", CellKind::kCount}});
    for (const v1::MetricSeries& series : response->series()) listing.Add(series);
    PECG_RETURN_IF_ERROR(session->PrintListing(listing, "no metrics yet"));
    return kExitOk;
  }
  constexpr int kPageSize = 10'000;
  Listing listing(v1::MetricPoint::descriptor(), {{"step", "STEP", CellKind::kCount},
                                                  {"value", "VALUE", CellKind::kNumber},
                                                  {"time", "TIME", CellKind::kAge}});
  v1::ListPointsRequest request;
  request.set_parent(name);
  request.set_key(session->line().key);
  request.set_page_size(kPageSize);
  while (true) {
    const absl::StatusOr<v1::ListPointsResponse> response =
        coordinator->Call(&v1::MetricService::Stub::ListPoints, request);
    if (!response.ok()) {
      return absl::IsNotFound(response.status())
                 ? WithHint(response.status(),
                            fmt::format("pecg run metrics {} lists the keys", HumanName(name)))
                 : response.status();
    }
    for (const v1::MetricPoint& point : response->points()) listing.Add(point);
    if (response->points_size() < kPageSize) break;
    request.set_after_step(response->points(response->points_size() - 1).step());
  }
  PECG_RETURN_IF_ERROR(session->PrintListing(listing, "no points yet"));
  return kExitOk;
}

absl::StatusOr<ExitCode> RunArtifacts(Session* session) {
  const CommandLine& line = session->line();
  PECG_ASSIGN_OR_RETURN(Coordinator* const coordinator, session->Connect());
  PECG_ASSIGN_OR_RETURN(const std::string name, RunName(line.name));
  if (!line.artifact_path.empty()) {
    PECG_ASSIGN_OR_RETURN(const v1::Artifact artifact,
                          FindArtifact(coordinator, name, line.artifact_path));
    if (line.out_path == "-") {
      PECG_ASSIGN_OR_RETURN(const std::string content, ReadArtifactText(coordinator, artifact));
      session->Print(content);
      return kExitOk;
    }
    PECG_RETURN_IF_ERROR(SaveArtifact(coordinator, artifact, line.out_path));
    session->Say(fmt::format("wrote {} ({})", line.out_path, HumanBytes(artifact.size_bytes())));
    return kExitOk;
  }
  v1::ListArtifactsRequest request;
  request.set_parent(name);
  const absl::StatusOr<v1::ListArtifactsResponse> response =
      coordinator->Call(&v1::ArtifactService::Stub::ListArtifacts, request);
  if (!response.ok()) return WithRunHint(response.status());
  Listing listing(v1::Artifact::descriptor(), {{"name", "ARTIFACT", CellKind::kArtifact},
                                               {"type", "TYPE", CellKind::kText},
                                               {"size_bytes", "SIZE", CellKind::kBytes},
                                               {"sha256", "SHA-256", CellKind::kName},
                                               {"create_time", "WRITTEN", CellKind::kAge}});
  for (const v1::Artifact& artifact : response->artifacts()) listing.Add(artifact);
  PECG_RETURN_IF_ERROR(session->PrintListing(listing, "nothing left behind yet"));
  return kExitOk;
}

}  // namespace pecg
