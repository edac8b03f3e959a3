#ifndef PECG_SERVER_QUEUE_LEASE_TABLE_H_
#define PECG_SERVER_QUEUE_LEASE_TABLE_H_

#include <absl/time/time.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "storage/attempt_store.h"
#include "storage/run_state.h"

namespace pecg {

/// A worker was asked to end an attempt.
struct StopRequest {
  EndReason reason = EndReason::kNone;
  absl::Duration grace;     ///< Between SIGTERM and SIGKILL.
  absl::Duration final_at;  ///< Uptime after which nobody waits for the worker any more.
};

/// An attempt that has not ended, and how long its worker may keep it. Times are Clock::Uptime.
struct LiveLease {
  AttemptKey key;
  std::string worker;
  std::string process_uid;
  std::string device;
  absl::Duration expires_at;
  /// It ran out once, and was kept because there can be no other attempt.
  bool is_last_chance = false;
  absl::Duration time_limit_at = absl::InfiniteDuration();
  std::optional<StopRequest> stop;
};

/// The leases of the attempts that have not ended: at most one per run. Decides nothing, reads no
/// clock. Not thread-safe.
class LeaseTable {
 public:
  /// Adds a lease, replacing one of the same run.
  void Add(LiveLease lease);

  /// Returns the lease of exactly this attempt and fence; null if there is none.
  LiveLease* Find(const AttemptKey& key);

  /// Returns the lease of the run; null if there is none.
  LiveLease* FindRun(int64_t run);

  void Remove(const AttemptKey& key);

  /// Moves every time by `duration`: the machine slept, and nobody's time passed.
  void Shift(absl::Duration duration);

  /// Returns copies of the leases that `wanted` says yes to, by run.
  std::vector<LiveLease> Where(const std::function<bool(const LiveLease&)>& wanted) const;

  /// Returns the worker's devices that are leased.
  std::set<std::string> TakenDevices(std::string_view worker) const;

 private:
  std::map<int64_t, LiveLease> by_run_;
};

}  // namespace pecg

#endif  // PECG_SERVER_QUEUE_LEASE_TABLE_H_
