#ifndef PECG_WORKER_JOB_EVALUATE_JOB_H_
#define PECG_WORKER_JOB_EVALUATE_JOB_H_

#include "worker/job/run_job.h"

namespace pecg {

/// Joins predictions with the truth in the manifest and writes `evaluation.binpb`
/// (pecg.v1.Evaluation, type `evaluation`), `evaluation.json` and `evaluation.txt`, and the figures
/// as metric points `<role>.<target>.<name>` of step 0. prediction_join.h tells what is compared
/// with what.
v1::JobResult RunEvaluateJob(const JobContext& context);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_EVALUATE_JOB_H_
