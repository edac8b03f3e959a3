#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "base/did_you_mean.h"
#include "base/error_detail.h"
#include "base/ids.h"
#include "base/sibling_program.h"
#include "base/status.h"
#include "client/cli/artifact.h"
#include "client/cli/commands.h"
#include "client/cli/error_report.h"
#include "client/cli/human.h"
#include "client/cli/list_all.h"
#include "client/cli/submit.h"
#include "client/cli/wait_for_run.h"
#include "pecg/v1/dataset.grpc.pb.h"

extern char** environ;

namespace pecg {
namespace {

/// Runs `pecg-worker --home H map-dataset NAME DIR`, which tells the local worker where the dataset
/// lies: paths never go to the coordinator.
absl::Status MapDataset(const Home& home, const std::string& name, const std::string& dir) {
  PECG_ASSIGN_OR_RETURN(std::string program, FindSiblingProgram("pecg-worker"));
  std::vector<std::string> words = {program, "--home", home.dir(), "map-dataset", name, dir};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int error =
      posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments.data(), environ);
  if (error != 0) return ErrnoStatus(error, "cannot start " + program);
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return ErrnoStatus(errno, "cannot wait for " + program);
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return absl::OkStatus();
  return DetailedError(absl::StatusCode::kFailedPrecondition,
                       {fmt::format("the local worker did not take the dataset {}", name), dir,
                        "pecg-worker said why above"});
}

absl::StatusOr<std::string> AbsoluteFolder(const std::string& dir) {
  std::error_code error;
  const std::filesystem::path path = std::filesystem::canonical(dir, error);
  if (!error && std::filesystem::is_directory(path, error)) return path.string();
  return DetailedError(absl::StatusCode::kNotFound,
                       {fmt::format("no folder \"{}\"", dir), "--dir",
                        "give the folder that holds the dataset's tables and records"});
}

/// Adds to a NOT_FOUND the name that was probably meant.
absl::Status WithNearestDataset(Coordinator* coordinator, const absl::Status& status,
                                const std::string& wanted) {
  if (!absl::IsNotFound(status)) return status;
  std::vector<std::string> names;
  const absl::Status listed = ListAll(
      coordinator, &v1::DatasetService::Stub::ListDatasets, v1::ListDatasetsRequest(),
      [](const v1::ListDatasetsResponse& response) { return response.datasets(); }, 0,
      [&](const v1::Dataset& dataset) { names.push_back(HumanName(dataset.name())); });
  const std::string closest = listed.ok() ? ClosestName(HumanName(wanted), names) : "";
  return WithHint(status, closest.empty()
                              ? "pecg dataset ls"
                              : fmt::format("did you mean \"{}\"?  (pecg dataset ls)", closest));
}

absl::StatusOr<v1::Dataset> GetDataset(Coordinator* coordinator, const std::string& name) {
  v1::GetDatasetRequest request;
  request.set_name(ResourceName("datasets", name));
  absl::StatusOr<v1::GetDatasetResponse> response =
      coordinator->Call(&v1::DatasetService::Stub::GetDataset, request);
  if (!response.ok()) return WithNearestDataset(coordinator, response.status(), name);
  return response->dataset();
}

absl::StatusOr<v1::DatasetVersion> GetLatestVersion(Coordinator* coordinator,
                                                    const v1::Dataset& dataset) {
  v1::GetDatasetVersionRequest request;
  request.set_name(dataset.latest_version());
  PECG_ASSIGN_OR_RETURN(v1::GetDatasetVersionResponse response,
                        coordinator->Call(&v1::DatasetService::Stub::GetDatasetVersion, request));
  return std::move(*response.mutable_dataset_version());
}

std::string CountsOf(const v1::DatasetVersion& version) {
  return fmt::format("{} records, {} patients, {} not readable", HumanCount(version.record_count()),
                     HumanCount(version.patient_count()), HumanCount(version.failure_count()));
}

/// Creates the dataset; one of the same name and kind is taken as it is, so that the command may be
/// given again.
absl::Status CreateDataset(Coordinator* coordinator, const std::string& name,
                           const std::string& kind) {
  v1::CreateDatasetRequest request;
  request.mutable_dataset()->set_name(ResourceName("datasets", name));
  request.mutable_dataset()->set_kind(kind);
  request.set_request_id(NewUuidV7(absl::Now()));
  const absl::Status created =
      coordinator->Call(&v1::DatasetService::Stub::CreateDataset, request).status();
  if (!absl::IsAlreadyExists(created)) return WithRequest(created, request.request_id());
  PECG_ASSIGN_OR_RETURN(const v1::Dataset existing, GetDataset(coordinator, name));
  if (existing.kind() == kind) return absl::OkStatus();
  return WithHint(created, fmt::format("it has the kind {}; choose another name", existing.kind()));
}

Listing TargetListing(const v1::DatasetVersion& version) {
  Listing listing(v1::TargetCount::descriptor(),
                  {{"target", "TARGET", CellKind::kText},
                   {"positive_count", "POSITIVE", CellKind::kCount},
                   {"negative_count", "NEGATIVE", CellKind::kCount},
                   {"missing_count", "NOT DEFINED", CellKind::kCount}});
  for (const v1::TargetCount& count : version.target_counts()) listing.Add(count);
  return listing;
}

absl::Status SaveAuditFile(Session* session, const std::string& run, const std::string& artifact,
                           const std::string& out_path) {
  if (out_path.empty()) return absl::OkStatus();
  PECG_ASSIGN_OR_RETURN(Coordinator* const coordinator, session->Connect());
  PECG_ASSIGN_OR_RETURN(const v1::Artifact found, FindArtifact(coordinator, run, artifact));
  PECG_RETURN_IF_ERROR(SaveArtifact(coordinator, found, out_path));
  session->Say(fmt::format("wrote {}", out_path));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ExitCode> DatasetAdd(Session* session) {
  const CommandLine& line = session->line();
  PECG_ASSIGN_OR_RETURN(const std::string dir, AbsoluteFolder(line.dir));
  PECG_ASSIGN_OR_RETURN(const Home home, session->FindHome());
  PECG_ASSIGN_OR_RETURN(Coordinator* const coordinator, session->Connect());
  PECG_RETURN_IF_ERROR(CreateDataset(coordinator, line.name, line.kind));
  PECG_RETURN_IF_ERROR(MapDataset(home, line.name, dir));
  session->Say(
      fmt::format("dataset {} added; its folder stays known to this machine alone", line.name));
  v1::RunSpec spec;
  spec.set_title(fmt::format("index {}", line.name));
  spec.set_dataset(line.name);
  spec.mutable_index();
  PECG_ASSIGN_OR_RETURN(const v1::Run run, SubmitRun(session, spec));
  session->Print(run.name() + "\n");
  if (line.detach) return kExitOk;
  PECG_ASSIGN_OR_RETURN(
      const ExitCode code,
      WaitForRun(session, run.name(), session->streams().err_style, session->streams().err));
  if (code != kExitOk) return code;
  PECG_ASSIGN_OR_RETURN(const v1::Dataset indexed, GetDataset(coordinator, line.name));
  PECG_ASSIGN_OR_RETURN(const v1::DatasetVersion version, GetLatestVersion(coordinator, indexed));
  session->Say(CountsOf(version));
  if (version.failure_count() > 0) {
    session->Say(fmt::format("what could not be read and why: pecg dataset audit {}", line.name));
  }
  session->Say(
      fmt::format("next: pecg dataset audit {0}; pecg split create --dataset {0}", line.name));
  return kExitOk;
}

absl::StatusOr<ExitCode> DatasetList(Session* session) {
  PECG_ASSIGN_OR_RETURN(Coordinator* const coordinator, session->Connect());
  Listing listing(v1::Dataset::descriptor(), {{"name", "NAME", CellKind::kName},
                                              {"kind", "KIND", CellKind::kText},
                                              {"latest_version", "VERSION", CellKind::kName},
                                              {"user", "USER", CellKind::kName},
                                              {"create_time", "ADDED", CellKind::kAge}});
  PECG_RETURN_IF_ERROR(ListAll(
      coordinator, &v1::DatasetService::Stub::ListDatasets, v1::ListDatasetsRequest(),
      [](const v1::ListDatasetsResponse& response) { return response.datasets(); },
      session->line().limit, [&](const v1::Dataset& dataset) { listing.Add(dataset); }));
  PECG_RETURN_IF_ERROR(session->PrintListing(
      listing, "no datasets; add one: pecg dataset add NAME --kind zzu_pecg --dir DIR"));
  return kExitOk;
}

absl::StatusOr<ExitCode> DatasetShow(Session* session) {
  PECG_ASSIGN_OR_RETURN(Coordinator* const coordinator, session->Connect());
  PECG_ASSIGN_OR_RETURN(const v1::Dataset dataset, GetDataset(coordinator, session->line().name));
  if (dataset.latest_version().empty()) {
    PECG_ASSIGN_OR_RETURN(const bool printed, session->PrintMessage(dataset));
    if (!printed) {
      session->Print(
          fmt::format("{}  {}  not indexed yet\n", HumanName(dataset.name()), dataset.kind()));
    }
    return kExitOk;
  }
  PECG_ASSIGN_OR_RETURN(const v1::DatasetVersion version, GetLatestVersion(coordinator, dataset));
  PECG_ASSIGN_OR_RETURN(const bool printed, session->PrintMessage(version));
  if (printed) return kExitOk;
  session->Print(fmt::format("{}  {}{}\nversion {}\n{}\n\n", HumanName(dataset.name()),
                             dataset.kind(), version.synthetic() ? "  synthetic" : "",
                             HumanName(version.name()), CountsOf(version)));
  PECG_RETURN_IF_ERROR(session->PrintListing(TargetListing(version), "no targets"));
  return kExitOk;
}

absl::StatusOr<ExitCode> DatasetAudit(Session* session) {
  const CommandLine& line = session->line();
  PECG_ASSIGN_OR_RETURN(Coordinator* const coordinator, session->Connect());
  PECG_ASSIGN_OR_RETURN(const v1::Dataset dataset, GetDataset(coordinator, line.name));
  v1::RunSpec spec;
  spec.set_title(fmt::format("audit {}", HumanName(dataset.name())));
  spec.set_dataset(HumanName(dataset.name()));
  spec.mutable_audit();
  PECG_ASSIGN_OR_RETURN(const v1::Run run, SubmitRun(session, spec));
  PECG_ASSIGN_OR_RETURN(
      const ExitCode code,
      WaitForRun(session, run.name(), session->streams().err_style, session->streams().err));
  if (code != kExitOk) return code;
  PECG_ASSIGN_OR_RETURN(const v1::Artifact text,
                        FindArtifact(coordinator, run.name(), "audit.txt"));
  PECG_ASSIGN_OR_RETURN(const std::string content, ReadArtifactText(coordinator, text));
  session->Print(content);
  PECG_RETURN_IF_ERROR(SaveAuditFile(session, run.name(), "audit.html", line.html_path));
  PECG_RETURN_IF_ERROR(SaveAuditFile(session, run.name(), "audit.json", line.json_path));
  return kExitOk;
}

}  // namespace pecg
