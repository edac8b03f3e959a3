#ifndef PECG_SERVER_QUEUE_SCHEDULE_H_
#define PECG_SERVER_QUEUE_SCHEDULE_H_

#include <absl/time/time.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "storage/run_state.h"

namespace pecg {

/// One device of a connected worker. It runs one attempt at a time.
struct DeviceSlot {
  std::string name;                    ///< `cpu`, `mps`, `cuda:0`.
  DeviceKind kind = DeviceKind::kAny;  ///< Never kAny here.
  bool taken = false;                  ///< An attempt is leased on it.
};

/// A worker as the scheduler sees it.
struct WorkerView {
  std::string name;
  bool accepting = false;  ///< Has a session and is not draining.
  std::vector<DeviceSlot> devices;
  std::set<std::string> datasets;  ///< Datasets it maps to a folder.
};

/// How far the runs are whose artifacts a run reads.
enum class InputState {
  kReady,    ///< All have succeeded, or there are none.
  kWaiting,  ///< At least one has not ended.
};

/// A run in state PENDING.
struct WaitingRun {
  int64_t number = 0;
  absl::Time create_time;
  DeviceKind device = DeviceKind::kAny;  ///< kAny: the best kind the worker has.
  std::string dataset;                   ///< A worker must map it; empty = none needed.
  InputState inputs = InputState::kReady;
  absl::Time not_before = absl::InfinitePast();  ///< End of the retry's backoff.
};

/// All that a decision depends on, beside the time.
struct QueueSnapshot {
  std::vector<WorkerView> workers;
  std::vector<WaitingRun> runs;
};

/// `run` shall start on `device` of `worker`.
struct Assignment {
  int64_t run = 0;
  std::string worker;
  std::string device;
  friend bool operator==(const Assignment&, const Assignment&) = default;
};

/// Why a run that was not assigned waits, and behind how many.
struct Waiting {
  int64_t run = 0;
  PendingReason reason = PendingReason::kNone;
  int32_t position = 0;  ///< Runs that will be started before it.
  friend bool operator==(const Waiting&, const Waiting&) = default;
};

/// The scheduler's answer: every run of the snapshot is in one of the two lists.
struct Decisions {
  std::vector<Assignment> assignments;            ///< No device and no run twice.
  std::vector<Waiting> waiting;                   ///< In the order in which they are to be started.
  absl::Time next_time = absl::InfiniteFuture();  ///< When time alone will change the answer.
  friend bool operator==(const Decisions&, const Decisions&) = default;
};

/// Decides which waiting run starts where. Same snapshot and `now`, same answer; the order of the
/// lists in the snapshot does not matter. No lock, no clock, no store.
///
/// Runs are served in their rank's order (create time, then number); a run whose device, data or
/// time has not come never holds up one behind it, and no fitting device stays idle. A run for any
/// device takes the best kind its worker has, cuda before mps before cpu, and waits for that kind
/// when it is taken: a slower device would change what the run costs, not only when it starts.
Decisions Schedule(const QueueSnapshot& snapshot, absl::Time now);

}  // namespace pecg

#endif  // PECG_SERVER_QUEUE_SCHEDULE_H_
