#ifndef PECG_WORKER_LEARN_TRAIN_JOB_H_
#define PECG_WORKER_LEARN_TRAIN_JOB_H_

#include <span>

#include "worker/job/run_job.h"

namespace pecg {

/// Does a `train` job: trains on the manifest's records, resumes from `resume/`, reports metrics
/// per epoch, writes checkpoints and the artifacts of RunTraining.
v1::JobResult RunTrainJob(const JobContext& context);

/// The job kinds of `pecg-learn`.
std::span<const JobKind> LearnJobs();

}  // namespace pecg

#endif  // PECG_WORKER_LEARN_TRAIN_JOB_H_
