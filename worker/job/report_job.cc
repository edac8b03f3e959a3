#include "worker/job/report_job.h"

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <vector>

#include "worker/ecg/error.h"
#include "worker/file/whole_file.h"
#include "worker/job/message_file.h"
#include "worker/job/report_page.h"

namespace pecg {
namespace {

constexpr std::int64_t kLargestAuditBytes = std::int64_t{1} << 30;

struct Inputs {
  std::vector<NamedEvaluation> evaluations;
  std::vector<NamedAudit> audits;
};

Inputs ReadInputs(const JobDirectory& directory) {
  Inputs inputs;
  for (const std::string& alias : directory.InputAliases()) {
    if (directory.HasInputFile(alias, "evaluation.binpb")) {
      inputs.evaluations.push_back(
          {alias, ReadMessageFile<v1::Evaluation>(directory.InputFile(alias, "evaluation.binpb"))});
    } else if (directory.HasInputFile(alias, "audit.json")) {
      inputs.audits.push_back(
          {alias, ReadTextFile(directory.InputFile(alias, "audit.json"), kLargestAuditBytes)});
    } else {
      throw Error(Error::Kind::kBadInput,
                  fmt::format("the input \"{}\" is neither an evaluation nor an audit", alias),
                  "run_spec.inputs", "name runs of the kinds evaluate and audit");
    }
  }
  if (inputs.evaluations.empty() && inputs.audits.empty()) {
    throw Error(Error::Kind::kBadInput, "there is nothing to report", "run_spec.inputs",
                "name runs of the kinds evaluate and audit as inputs");
  }
  return inputs;
}

}  // namespace

v1::JobResult RunReportJob(const JobContext& context) {
  const Inputs inputs = ReadInputs(context.directory);
  const std::string& title = context.spec().run_spec().title();
  context.artifacts.Write("report.html", "report",
                          ReportHtml(title.empty() ? "Report of " + context.spec().run() : title,
                                     inputs.evaluations, inputs.audits));
  return {};
}

}  // namespace pecg
