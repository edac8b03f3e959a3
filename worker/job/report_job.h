#ifndef PECG_WORKER_JOB_REPORT_JOB_H_
#define PECG_WORKER_JOB_REPORT_JOB_H_

#include "worker/job/run_job.h"

namespace pecg {

/// Puts every input that holds an evaluation or an audit into `report.html`, one page that needs no
/// other file. Throws `Error::kBadInput` for an input that holds neither.
v1::JobResult RunReportJob(const JobContext& context);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_REPORT_JOB_H_
