#include "worker/job/ecg_jobs.h"

#include <array>

#include "worker/job/audit_job.h"
#include "worker/job/evaluate_job.h"
#include "worker/job/index_job.h"
#include "worker/job/report_job.h"
#include "worker/job/rules_job.h"

namespace pecg {

std::span<const JobKind> EcgJobs() {
  static constexpr std::array<JobKind, 5> kJobs = {{
      {v1::RunSpec::kIndex, &RunIndexJob},
      {v1::RunSpec::kAudit, &RunAuditJob},
      {v1::RunSpec::kRules, &RunRulesJob},
      {v1::RunSpec::kEvaluate, &RunEvaluateJob},
      {v1::RunSpec::kReport, &RunReportJob},
  }};
  return kJobs;
}

}  // namespace pecg
