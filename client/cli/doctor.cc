#include <absl/time/clock.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error_detail.h"
#include "base/sibling_program.h"
#include "base/status.h"
#include "base/version.h"
#include "client/cli/commands.h"
#include "client/cli/human.h"
#include "client/cli/list_all.h"
#include "pecg/v1/dataset.grpc.pb.h"
#include "pecg/v1/user.grpc.pb.h"
#include "pecg/v1/worker.grpc.pb.h"

namespace pecg {
namespace {

/// What one look at the installation found.
struct Finding {
  enum class Verdict { kOk, kProblem, kNotice };

  Verdict verdict;
  std::string what;
  std::string hint;
};

using Verdict = Finding::Verdict;
using Findings = std::vector<Finding>;

Finding CheckHome(const Home& home) {
  struct stat status = {};
  if (stat(home.dir().c_str(), &status) != 0) {
    return {Verdict::kNotice, fmt::format("home {} does not exist yet", home.dir()),
            "`pecgd` makes it"};
  }
  if (status.st_uid != geteuid()) {
    return {Verdict::kProblem, fmt::format("home {} belongs to somebody else", home.dir()),
            "set PECG_HOME to a folder of your own"};
  }
  if ((status.st_mode & 077U) != 0) {
    return {
        Verdict::kProblem,
        fmt::format("home {} is open to others (mode {:o})", home.dir(), status.st_mode & 0777U),
        "chmod 700 " + home.dir()};
  }
  return {Verdict::kOk, fmt::format("home {} is yours alone", home.dir()), ""};
}

Finding CheckDisk(const Home& home) {
  constexpr int64_t kLowBytes = int64_t{2} << 30;
  struct statvfs disk = {};
  if (statvfs(home.dir().c_str(), &disk) != 0) {
    return {Verdict::kNotice, "disk space is not known", ""};
  }
  const auto free_bytes = static_cast<int64_t>(static_cast<uint64_t>(disk.f_bavail) *
                                               static_cast<uint64_t>(disk.f_frsize));
  const bool is_low = free_bytes < kLowBytes;
  return {is_low ? Verdict::kProblem : Verdict::kOk,
          fmt::format("{} free on the disk of {}", HumanBytes(free_bytes), home.dir()),
          is_low ? "runs fail when it is full: make room" : ""};
}

Finding CheckPrograms() {
  std::vector<std::string> missing;
  for (const char* name : {"pecgd", "pecg-worker", "pecg-ecg", "pecg-learn"}) {
    if (!FindSiblingProgram(name).ok()) missing.emplace_back(name);
  }
  if (missing.empty()) return {Verdict::kOk, "the other four programs lie beside this one", ""};
  return {Verdict::kNotice, fmt::format("not beside this program: {}", fmt::join(missing, ", ")),
          "fine on a machine that only submits"};
}

Finding ProblemOf(const absl::Status& status) {
  const ErrorDetail detail = DetailOf(status);
  return {Verdict::kProblem,
          detail.where.empty() ? detail.what : fmt::format("{} ({})", detail.what, detail.where),
          detail.hint};
}

Finding CheckVersion(const v1::GetCallerResponse& caller) {
  const std::string own(ReleaseVersion());
  const bool same = caller.server_version() == own;
  return {same ? Verdict::kOk : Verdict::kProblem,
          same
              ? fmt::format("this program and the coordinator are both {}", own)
              : fmt::format("this program is {}, the coordinator {}", own, caller.server_version()),
          same ? "" : "install the same version of both"};
}

void CheckWorkers(Coordinator* coordinator, Findings* findings) {
  const auto workers =
      coordinator->Call(&v1::WorkerService::Stub::ListWorkers, v1::ListWorkersRequest());
  if (!workers.ok()) return findings->push_back(ProblemOf(workers.status()));
  std::vector<std::string> mapped;
  int connected_count = 0;
  for (const v1::Worker& worker : workers->workers()) {
    const bool is_connected =
        worker.state() == v1::WORKER_STATE_CONNECTED || worker.state() == v1::WORKER_STATE_DRAINING;
    if (!is_connected) {
      findings->push_back(
          {Verdict::kNotice, fmt::format("worker {} is gone", HumanName(worker.name())), ""});
      continue;
    }
    ++connected_count;
    std::vector<std::string> devices;
    for (const v1::WorkerDevice& device : worker.devices()) devices.push_back(device.name());
    findings->push_back({Verdict::kOk,
                         fmt::format("worker {} is connected: {}", HumanName(worker.name()),
                                     fmt::join(devices, ", ")),
                         ""});
    mapped.insert(mapped.end(), worker.datasets().begin(), worker.datasets().end());
  }
  if (connected_count == 0) {
    findings->push_back({Verdict::kProblem, "no worker is connected: runs wait",
                         "pecgd starts a local one; its log is worker/pecg-worker.log"});
  }
  const absl::Status listed = ListAll(
      coordinator, &v1::DatasetService::Stub::ListDatasets, v1::ListDatasetsRequest(),
      [](const v1::ListDatasetsResponse& response) { return response.datasets(); }, 0,
      [&](const v1::Dataset& dataset) {
        const std::string name = HumanName(dataset.name());
        const bool is_mapped = std::find(mapped.begin(), mapped.end(), name) != mapped.end();
        findings->push_back({is_mapped ? Verdict::kOk : Verdict::kProblem,
                             fmt::format("dataset {} has {} folder on a connected worker", name,
                                         is_mapped ? "a" : "no"),
                             is_mapped ? ""
                                       : fmt::format("pecg dataset add {} --kind {} --dir DIR",
                                                     name, dataset.kind())});
      });
  if (!listed.ok()) findings->push_back(ProblemOf(listed));
}

Findings Examine(Session* session) {
  Findings findings;
  const absl::StatusOr<Home> home = session->FindHome();
  if (!home.ok()) {
    findings.push_back(ProblemOf(home.status()));
    return findings;
  }
  findings.push_back(CheckHome(*home));
  findings.push_back(CheckDisk(*home));
  findings.push_back(CheckPrograms());
  const absl::StatusOr<Coordinator*> coordinator = session->Connect();
  if (!coordinator.ok()) {
    findings.push_back(ProblemOf(coordinator.status()));
    return findings;
  }
  findings.push_back({Verdict::kOk, "the token is readable for you alone", ""});
  const absl::Time before = absl::Now();
  const auto caller =
      (*coordinator)->Call(&v1::UserService::Stub::GetCaller, v1::GetCallerRequest());
  if (!caller.ok()) {
    findings.push_back(ProblemOf(caller.status()));
    return findings;
  }
  findings.push_back(
      {Verdict::kOk,
       fmt::format("the coordinator at {} answered in {:.0f} ms; you are {}",
                   (*coordinator)->target(), absl::ToDoubleMilliseconds(absl::Now() - before),
                   HumanName(caller->user().name())),
       ""});
  findings.push_back(CheckVersion(*caller));
  CheckWorkers(*coordinator, &findings);
  return findings;
}

const char* Word(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk:
      return "ok";
    case Verdict::kProblem:
      return "problem";
    case Verdict::kNotice:
      return "notice";
  }
  return "";
}

std::string FormatFindings(const Findings& findings, const Style& style) {
  std::string text;
  for (const Finding& finding : findings) {
    const bool ok = finding.verdict == Verdict::kOk;
    const bool problem = finding.verdict == Verdict::kProblem;
    const std::string sign = Paint(style,
                                   ok        ? Color::kGreen
                                   : problem ? Color::kRed
                                             : Color::kYellow,
                                   ok        ? "ok"
                                   : problem ? "!!"
                                             : "..");
    text += fmt::format("{}  {}\n", sign, Printable(finding.what));
    if (!finding.hint.empty()) text += fmt::format("    hint: {}\n", Printable(finding.hint));
  }
  return text;
}

std::string FindingsJson(const Findings& findings, bool as_lines) {
  nlohmann::ordered_json array = nlohmann::ordered_json::array();
  std::string lines;
  for (const Finding& finding : findings) {
    array.push_back(
        {{"verdict", Word(finding.verdict)}, {"what", finding.what}, {"hint", finding.hint}});
    lines += array.back().dump() + "\n";
  }
  return as_lines ? lines : array.dump(2) + "\n";
}

}  // namespace

absl::StatusOr<ExitCode> Doctor(Session* session) {
  const Findings findings = Examine(session);
  session->Print(session->WantsJson()
                     ? FindingsJson(findings, session->line().output.format == OutputFormat::kJsonl)
                     : FormatFindings(findings, session->streams().out_style));
  const bool sound = std::none_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.verdict == Verdict::kProblem;
  });
  return sound ? kExitOk : kExitInternal;
}

}  // namespace pecg
