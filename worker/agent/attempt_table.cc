#include "worker/agent/attempt_table.h"

#include <utility>

#include "base/log.h"

namespace pecg {

AttemptTable::AttemptTable(RunnerEnvironment environment, std::function<void()> on_change)
    : on_change_(std::move(on_change)), environment_(std::move(environment)) {}

void AttemptTable::SetDatasets(std::map<std::string, std::string> datasets) {
  MutexLock lock(&mutex_);
  environment_.resources.datasets = std::move(datasets);
}

AttemptTable::Entry* AttemptTable::Find(const v1::HeldAttempt& message) {
  const absl::StatusOr<AttemptId> id = ParseAttemptId(message);
  const auto found = id.ok() ? entries_.find(*id) : entries_.end();
  return found == entries_.end() ? nullptr : &found->second;
}

std::vector<v1::HeldAttempt> AttemptTable::Held() const {
  MutexLock lock(&mutex_);
  std::vector<v1::HeldAttempt> held;
  for (const auto& [id, entry] : entries_) {
    if (!entry.runner->abandoned() && !entry.runner->over()) held.push_back(ToMessage(id));
  }
  return held;
}

void AttemptTable::Adopt(const std::vector<v1::EventsCommitted>& adopted) {
  std::map<AttemptId, int64_t> committed;
  for (const v1::EventsCommitted& one : adopted) {
    if (const absl::StatusOr<AttemptId> id = ParseAttemptId(one.attempt()); id.ok()) {
      committed[*id] = one.sequence();
    }
  }
  MutexLock lock(&mutex_);
  for (auto& [id, entry] : entries_) {
    const auto found = committed.find(id);
    if (found == committed.end()) {
      entry.runner->Abandon();
      continue;
    }
    entry.sent_sequence = found->second;
    entry.runner->Commit(found->second);
  }
}

void AttemptTable::Start(const v1::Lease& lease) {
  const absl::StatusOr<AttemptId> id = ParseAttemptId(lease.attempt());
  if (!id.ok()) {
    Log(Level::kError, "a lease makes no sense", {{"error", id.status()}});
    return;
  }
  MutexLock lock(&mutex_);
  if (entries_.contains(*id)) return;
  Log(Level::kInfo, "attempt leased",
      {{"run", id->run_number}, {"attempt", id->attempt}, {"fence", id->fence}});
  Entry& entry = entries_[*id];
  entry.runner = std::make_unique<AttemptRunner>(*id, lease, environment_, on_change_);
  if (drain_grace_.has_value()) entry.runner->Stop(v1::END_REASON_PREEMPTED, *drain_grace_);
}

void AttemptTable::Stop(const v1::StopAttempt& stop) {
  MutexLock lock(&mutex_);
  Entry* const entry = Find(stop.attempt());
  if (entry == nullptr) return;
  entry->runner->Stop(stop.reason(), absl::Seconds(stop.grace().seconds()) +
                                         absl::Nanoseconds(stop.grace().nanos()));
}

void AttemptTable::Commit(const v1::EventsCommitted& committed) {
  MutexLock lock(&mutex_);
  if (Entry* const entry = Find(committed.attempt()); entry != nullptr) {
    entry->runner->Commit(committed.sequence());
  }
}

void AttemptTable::Lose(const v1::HeldAttempt& lost) {
  MutexLock lock(&mutex_);
  Entry* const entry = Find(lost);
  if (entry == nullptr) return;
  Log(Level::kWarning, "lease lost; the job is killed",
      {{"run", entry->runner->id().run_number}, {"attempt", entry->runner->id().attempt}});
  entry->runner->Abandon();
}

std::optional<v1::AttemptEvents> AttemptTable::TakeEvents(Entry* entry) {
  if (entry->runner->durable_sequence() <= entry->sent_sequence) return std::nullopt;
  absl::StatusOr<std::vector<v1::AttemptEvent>> events =
      entry->runner->EventsAfter(entry->sent_sequence, kMaxMessageByteCount);
  if (!events.ok()) {
    Log(Level::kError, "an attempt's spool cannot be read; the attempt is given up",
        {{"run", entry->runner->id().run_number},
         {"attempt", entry->runner->id().attempt},
         {"error", events.status()}});
    entry->runner->Abandon();
    return std::nullopt;
  }
  if (events->empty()) return std::nullopt;
  entry->sent_sequence = events->back().sequence();
  v1::AttemptEvents message;
  *message.mutable_attempt() = ToMessage(entry->runner->id());
  for (v1::AttemptEvent& event : *events) *message.add_events() = std::move(event);
  return message;
}

std::optional<v1::AttemptEvents> AttemptTable::NextEvents() {
  MutexLock lock(&mutex_);
  auto turn = entries_.upper_bound(last_turn_);
  for (size_t i = 0; i < entries_.size(); ++i, ++turn) {
    if (turn == entries_.end()) turn = entries_.begin();
    if (std::optional<v1::AttemptEvents> events = TakeEvents(&turn->second)) {
      last_turn_ = turn->first;
      return events;
    }
  }
  return std::nullopt;
}

void AttemptTable::Drain(absl::Duration grace) {
  MutexLock lock(&mutex_);
  drain_grace_ = grace;
  for (auto& [id, entry] : entries_) entry.runner->Stop(v1::END_REASON_PREEMPTED, grace);
}

bool AttemptTable::draining() const {
  MutexLock lock(&mutex_);
  return drain_grace_.has_value();
}

void AttemptTable::AbandonAll() {
  std::map<AttemptId, Entry> all;  // Destroyed without the lock: a runner waits for its thread.
  MutexLock lock(&mutex_);
  for (auto& [id, entry] : entries_) entry.runner->Abandon();
  all.swap(entries_);
}

void AttemptTable::ForgetThoseOver() {
  std::vector<Entry> over;  // Destroyed without the lock: a runner waits for its thread.
  MutexLock lock(&mutex_);
  for (auto it = entries_.begin(); it != entries_.end();) {
    if (!it->second.runner->over()) {
      ++it;
      continue;
    }
    over.push_back(std::move(it->second));
    it = entries_.erase(it);
  }
}

bool AttemptTable::Empty() {
  ForgetThoseOver();
  MutexLock lock(&mutex_);
  return entries_.empty();
}

}  // namespace pecg
