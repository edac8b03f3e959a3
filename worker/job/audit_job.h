#ifndef PECG_WORKER_JOB_AUDIT_JOB_H_
#define PECG_WORKER_JOB_AUDIT_JOB_H_

#include "worker/job/run_job.h"

namespace pecg {

/// Audits `input/index/index.binpb` and writes `audit.json`, `audit.html` and `audit.txt`, all of
/// type `audit`. Opens no record.
v1::JobResult RunAuditJob(const JobContext& context);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_AUDIT_JOB_H_
