#include <fmt/format.h>

#include <iterator>
#include <string>

#include "base/error_detail.h"
#include "base/status.h"
#include "base/yaml.h"
#include "client/cli/commands.h"
#include "client/cli/human.h"
#include "client/cli/submit.h"
#include "client/cli/wait_for_run.h"

namespace pecg {
namespace {

absl::StatusOr<v1::RunSpec> ReadSpec(const Session& session) {
  const CommandLine& line = session.line();
  v1::RunSpec spec;
  if (line.spec_path == "-") {
    const std::string text(std::istreambuf_iterator<char>(*session.streams().in), {});
    PECG_RETURN_IF_ERROR(YamlToMessage(text, "stdin", &spec));
  } else if (!line.spec_path.empty()) {
    PECG_RETURN_IF_ERROR(ReadYamlFile(line.spec_path, &spec));
  } else if (line.overrides.empty()) {
    return DetailedError(absl::StatusCode::kInvalidArgument,
                         {"nothing to submit", "command line",
                          "give a spec: -f train.yaml; deploy/train.yaml shows every field"});
  }
  for (const std::string& assignment : line.overrides) {
    PECG_RETURN_IF_ERROR(ApplyOverride(&spec, assignment));
  }
  return spec;
}

/// The two lines a person wants to see before agreeing.
std::string PlanText(const v1::RunSpec& spec) {
  const auto* job = v1::RunSpec::descriptor()->FindFieldByNumber(spec.job_case());
  std::string text = fmt::format(
      "plan: {}{}{} on dataset {}", job == nullptr ? "no job" : std::string(job->name()),
      spec.has_train() ? fmt::format(" {}", spec.train().variant()) : "",
      spec.title().empty() ? "" : fmt::format(" \"{}\"", spec.title()), spec.dataset());
  if (!spec.dataset_version().empty()) text += " version " + HumanName(spec.dataset_version());
  if (!spec.split().empty()) text += ", split " + HumanName(spec.split());
  text += fmt::format(", seed {}", spec.seed());
  if (spec.unlock_test()) text += "\n!! the locked test is opened; the split's ledger notes it";
  return text;
}

}  // namespace

absl::StatusOr<ExitCode> RunSubmit(Session* session) {
  const CommandLine& line = session->line();
  PECG_ASSIGN_OR_RETURN(const v1::RunSpec spec, ReadSpec(*session));
  PECG_ASSIGN_OR_RETURN(const v1::Run plan, PlanRun(session, spec));
  if (line.dry_run) {
    PECG_ASSIGN_OR_RETURN(const bool printed, session->PrintMessage(plan.spec()));
    if (!printed) session->Print(MessageToYaml(plan.spec()));
    return kExitOk;
  }
  session->Say(PlanText(plan.spec()));
  if (!session->Confirm("submit?")) {
    session->Say("not submitted");
    return kExitOk;
  }
  // The spec as written is sent, not the plan: a retry after a crash must be the same request.
  PECG_ASSIGN_OR_RETURN(const v1::Run run, SubmitRun(session, spec));
  PECG_ASSIGN_OR_RETURN(const bool printed, session->PrintMessage(run));
  if (!printed) session->Print(run.name() + "\n");
  if (line.detach) {
    session->Say(fmt::format("watch it: pecg run watch {}", HumanName(run.name())));
    return kExitOk;
  }
  return WaitForRun(session, run.name(), session->streams().err_style, session->streams().err);
}

}  // namespace pecg
