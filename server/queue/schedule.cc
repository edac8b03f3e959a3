#include "server/queue/schedule.h"

#include <algorithm>
#include <tuple>

namespace pecg {
namespace {

/// Larger is better; kAny is no kind a device can have.
int RankOf(DeviceKind kind) {
  switch (kind) {
    case DeviceKind::kAny:
      return 0;
    case DeviceKind::kCpu:
      return 1;
    case DeviceKind::kMps:
      return 2;
    case DeviceKind::kCuda:
      return 3;
  }
  return 0;
}

DeviceKind BestKindOf(const WorkerView& worker) {
  DeviceKind best = DeviceKind::kAny;
  for (const DeviceSlot& device : worker.devices) {
    if (RankOf(device.kind) > RankOf(best)) best = device.kind;
  }
  return best;
}

/// The order in which runs are served. Class, fair share and age will be terms of this rank.
bool ServedBefore(const WaitingRun& left, const WaitingRun& right) {
  return std::tie(left.create_time, left.number) < std::tie(right.create_time, right.number);
}

/// What of a worker fits a run, from nothing to a free device.
struct Fit {
  bool has_device = false;   ///< An accepting worker has a device of the kind.
  bool has_dataset = false;  ///< Such a worker maps the dataset.
  WorkerView* worker = nullptr;
  DeviceSlot* device = nullptr;  ///< Free, on `worker`; null if there is none.
};

/// Looks for the best free device: the better kind first, then the first worker and device by name.
Fit FindDevice(const WaitingRun& run, std::vector<WorkerView>* workers) {
  Fit fit;
  for (WorkerView& worker : *workers) {
    if (!worker.accepting) continue;
    const DeviceKind wanted = run.device == DeviceKind::kAny ? BestKindOf(worker) : run.device;
    for (DeviceSlot& device : worker.devices) {
      if (device.kind != wanted) continue;
      fit.has_device = true;
      if (!run.dataset.empty() && !worker.datasets.contains(run.dataset)) continue;
      fit.has_dataset = true;
      if (device.taken) continue;
      if (fit.device != nullptr && RankOf(fit.device->kind) >= RankOf(device.kind)) continue;
      fit.worker = &worker;
      fit.device = &device;
    }
  }
  return fit;
}

PendingReason ReasonOf(const Fit& fit) {
  if (!fit.has_device) return PendingReason::kNoWorker;
  if (!fit.has_dataset) return PendingReason::kDataNotOnWorker;
  return PendingReason::kWaitingDevice;
}

void SortByName(std::vector<WorkerView>* workers) {
  std::sort(workers->begin(), workers->end(),
            [](const WorkerView& left, const WorkerView& right) { return left.name < right.name; });
  for (WorkerView& worker : *workers) {
    std::sort(
        worker.devices.begin(), worker.devices.end(),
        [](const DeviceSlot& left, const DeviceSlot& right) { return left.name < right.name; });
  }
}

}  // namespace

Decisions Schedule(const QueueSnapshot& snapshot, absl::Time now) {
  std::vector<WorkerView> workers = snapshot.workers;
  SortByName(&workers);
  std::vector<WaitingRun> runs = snapshot.runs;
  std::sort(runs.begin(), runs.end(), ServedBefore);

  Decisions decisions;
  const auto wait = [&decisions](const WaitingRun& run, PendingReason reason) {
    const auto position = static_cast<int32_t>(decisions.waiting.size());
    decisions.waiting.push_back({run.number, reason, position});
  };
  for (const WaitingRun& run : runs) {
    if (run.inputs == InputState::kWaiting) {
      wait(run, PendingReason::kWaitingDependency);
      continue;
    }
    if (run.not_before > now) {
      decisions.next_time = std::min(decisions.next_time, run.not_before);
      wait(run, PendingReason::kRetryBackoff);
      continue;
    }
    const Fit fit = FindDevice(run, &workers);
    if (fit.device == nullptr) {
      wait(run, ReasonOf(fit));
      continue;
    }
    fit.device->taken = true;
    decisions.assignments.push_back({run.number, fit.worker->name, fit.device->name});
  }
  return decisions;
}

}  // namespace pecg
