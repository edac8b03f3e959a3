#include "worker/agent/launch_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace pecg {
namespace {

struct JobKind {
  v1::RunSpec::JobCase kind;
  std::string_view program;
  bool reads_records;  ///< It opens files of the dataset's folder.
};

/// A new job kind is one line here.
constexpr std::array<JobKind, 6> kJobKinds = {{
    {v1::RunSpec::kIndex, "pecg-ecg", true},
    {v1::RunSpec::kAudit, "pecg-ecg", false},
    {v1::RunSpec::kRules, "pecg-ecg", true},
    {v1::RunSpec::kTrain, "pecg-learn", true},
    {v1::RunSpec::kEvaluate, "pecg-ecg", false},
    {v1::RunSpec::kReport, "pecg-ecg", false},
}};

/// Sets dataset_root. A job that opens no records goes without a folder where there is none.
std::optional<Fault> SetDatasetRoot(const JobKind& kind, const WorkerResources& resources,
                                    v1::JobSpec* spec) {
  const std::string& name = spec->run_spec().dataset();
  const auto found = resources.datasets.find(name);
  std::error_code error;
  const bool is_mapped = found != resources.datasets.end();
  if (is_mapped && std::filesystem::is_directory(found->second, error)) {
    spec->set_dataset_root(found->second);
    return std::nullopt;
  }
  spec->clear_dataset_root();
  if (!kind.reads_records) return std::nullopt;
  if (!is_mapped) {
    return Fault{v1::END_REASON_DATA_MISSING,
                 fmt::format("this worker maps dataset \"{0}\" to no folder (on its machine: "
                             "pecg-worker map-dataset {0} DIR)",
                             name)};
  }
  return Fault{v1::END_REASON_DATA_MISSING,
               fmt::format("the folder of dataset \"{0}\" is gone from this worker's machine (is "
                           "its disk mounted? else: pecg-worker map-dataset {0} DIR)",
                           name)};
}

std::optional<Fault> SetDevice(const WorkerResources& resources, v1::JobSpec* spec) {
  if (!spec->device().empty()) {
    const bool is_here = std::any_of(
        resources.devices.begin(), resources.devices.end(),
        [&](const v1::WorkerDevice& device) { return device.name() == spec->device(); });
    if (is_here) return std::nullopt;
    return Fault{v1::END_REASON_DEVICE_ERROR,
                 fmt::format("this worker has no device {}", spec->device())};
  }
  const v1::Device wanted = spec->run_spec().device();
  for (const v1::Device kind : {v1::DEVICE_CUDA, v1::DEVICE_MPS, v1::DEVICE_CPU}) {
    if (wanted != v1::DEVICE_UNSPECIFIED && wanted != kind) continue;
    for (const v1::WorkerDevice& device : resources.devices) {
      if (device.kind() != kind) continue;
      spec->set_device(device.name());
      return std::nullopt;
    }
  }
  return Fault{v1::END_REASON_DEVICE_ERROR,
               fmt::format("this worker has no device of kind {}", v1::Device_Name(wanted))};
}

}  // namespace

std::variant<LaunchPlan, Fault> PlanLaunch(const v1::JobSpec& leased,
                                           const WorkerResources& resources) {
  const auto* const kind = std::find_if(
      kJobKinds.begin(), kJobKinds.end(),
      [&](const JobKind& known) { return known.kind == leased.run_spec().job_case(); });
  if (kind == kJobKinds.end()) {
    return Fault{
        v1::END_REASON_INVALID_SPEC,
        "this worker does not know the run's job kind (is it older than the coordinator?)"};
  }
  LaunchPlan plan;
  absl::StatusOr<std::string> program = resources.find_program(kind->program);
  if (!program.ok()) {
    return Fault{v1::END_REASON_JOB_ERROR, std::string(program.status().message())};
  }
  plan.program = *std::move(program);
  plan.spec = leased;
  plan.spec.set_cache_dir(resources.cache_dir);
  const int asked = leased.run_spec().threads();
  plan.spec.set_threads(asked > 0 ? asked : resources.threads);
  if (std::optional<Fault> fault = SetDatasetRoot(*kind, resources, &plan.spec)) return *fault;
  if (std::optional<Fault> fault = SetDevice(resources, &plan.spec)) return *fault;
  return plan;
}

}  // namespace pecg
