#ifndef PECG_WORKER_JOB_INDEX_JOB_H_
#define PECG_WORKER_JOB_INDEX_JOB_H_

#include "worker/job/run_job.h"

namespace pecg {

/// Reads every record of the dataset and writes `index.binpb` (pecg.v1.Index, type `index`), which
/// the coordinator ingests as a dataset version. Records that cannot be read become failures of the
/// index; the job fails only when none could be. Stops between records; there is no checkpoint,
/// because the page cache makes a second start fast.
v1::JobResult RunIndexJob(const JobContext& context);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_INDEX_JOB_H_
