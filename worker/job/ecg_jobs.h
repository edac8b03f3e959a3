#ifndef PECG_WORKER_JOB_ECG_JOBS_H_
#define PECG_WORKER_JOB_ECG_JOBS_H_

#include <span>

#include "worker/job/run_job.h"

namespace pecg {

/// The job kinds of `pecg-ecg`. A new one is a pair of files and one line here.
std::span<const JobKind> EcgJobs();

}  // namespace pecg

#endif  // PECG_WORKER_JOB_ECG_JOBS_H_
