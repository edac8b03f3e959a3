#ifndef PECG_WORKER_AGENT_LAUNCH_PLAN_H_
#define PECG_WORKER_AGENT_LAUNCH_PLAN_H_

#include <absl/status/statusor.h>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pecg/v1/job.pb.h"
#include "pecg/v1/worker.pb.h"
#include "worker/agent/attempt_end.h"

namespace pecg {

/// What this machine offers a job.
struct WorkerResources {
  /// Path of the job program with that name (FindSiblingProgram).
  std::function<absl::StatusOr<std::string>(std::string_view)> find_program;
  std::string cache_dir;                        ///< JobSpec.cache_dir.
  std::map<std::string, std::string> datasets;  ///< Folder of each dataset, by its name.
  int threads = 1;                              ///< For a spec that does not say; at least 1.
  std::vector<v1::WorkerDevice> devices;        ///< As told to the coordinator.
};

/// Which program to start, with which spec.
struct LaunchPlan {
  std::string program;  ///< Its path.
  v1::JobSpec spec;     ///< Complete.
};

/// Fills in what is the worker's to fill: dataset_root, cache_dir, threads, and the device if the
/// coordinator left it open. DATA_MISSING when the job reads records of a dataset that is mapped to
/// no folder here, or to one that is gone; DEVICE_ERROR without the device; JOB_ERROR without the
/// program; INVALID_SPEC for a job kind this worker does not know.
std::variant<LaunchPlan, Fault> PlanLaunch(const v1::JobSpec& leased,
                                           const WorkerResources& resources);

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_LAUNCH_PLAN_H_
