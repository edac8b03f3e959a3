#include "server/queue/lease_table.h"

#include <utility>

namespace pecg {

void LeaseTable::Add(LiveLease lease) {
  const int64_t run = lease.key.run;
  by_run_.insert_or_assign(run, std::move(lease));
}

LiveLease* LeaseTable::Find(const AttemptKey& key) {
  LiveLease* lease = FindRun(key.run);
  return lease != nullptr && lease->key == key ? lease : nullptr;
}

LiveLease* LeaseTable::FindRun(int64_t run) {
  const auto found = by_run_.find(run);
  return found == by_run_.end() ? nullptr : &found->second;
}

void LeaseTable::Remove(const AttemptKey& key) {
  if (Find(key) != nullptr) by_run_.erase(key.run);
}

void LeaseTable::Shift(absl::Duration duration) {
  for (auto& [run, lease] : by_run_) {
    lease.expires_at += duration;
    lease.time_limit_at += duration;
    if (lease.stop.has_value()) lease.stop->final_at += duration;
  }
}

std::vector<LiveLease> LeaseTable::Where(
    const std::function<bool(const LiveLease&)>& wanted) const {
  std::vector<LiveLease> leases;
  for (const auto& [run, lease] : by_run_) {
    if (wanted(lease)) leases.push_back(lease);
  }
  return leases;
}

std::set<std::string> LeaseTable::TakenDevices(std::string_view worker) const {
  std::set<std::string> devices;
  for (const auto& [run, lease] : by_run_) {
    if (lease.worker == worker) devices.insert(lease.device);
  }
  return devices;
}

}  // namespace pecg
