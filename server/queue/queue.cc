#include "server/queue/queue.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/log.h"
#include "base/status.h"

namespace pecg {
namespace {

/// What lasts until somebody repairs something; asking again at once would not help.
bool IsBadBatch(const absl::Status& status) {
  return status.code() == absl::StatusCode::kInvalidArgument ||
         status.code() == absl::StatusCode::kOutOfRange ||
         status.code() == absl::StatusCode::kFailedPrecondition;
}

bool IsWorkerName(std::string_view name) {
  constexpr size_t kLongest = 63;
  return !name.empty() && name.size() <= kLongest &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

absl::Status CheckHello(const Hello& hello) {
  if (!IsWorkerName(hello.worker)) {
    return InvalidArgument("a worker's name has 1 to 63 letters, digits, `-`, `_` or `.`: \"{}\"",
                           hello.worker);
  }
  if (hello.process_uid.empty()) return InvalidArgument("worker {} has no process", hello.worker);
  if (hello.devices.empty()) return InvalidArgument("worker {} offers no device", hello.worker);
  for (const WorkerDeviceRow& device : hello.devices) {
    if (device.kind == DeviceKind::kAny || device.name.empty()) {
      return InvalidArgument("worker {} offers a device without name or kind", hello.worker);
    }
  }
  return absl::OkStatus();
}

std::vector<std::string> Sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

struct LiveAttempt {
  Attempt attempt;
  Run run;
};

absl::StatusOr<std::vector<LiveAttempt>> ReadLiveAttempts(Snapshot& snapshot) {
  PECG_ASSIGN_OR_RETURN(std::vector<Attempt> attempts, ListLiveAttempts(snapshot));
  std::vector<LiveAttempt> live;
  for (Attempt& attempt : attempts) {
    PECG_ASSIGN_OR_RETURN(Run run, GetRun(snapshot, attempt.key.run));
    live.push_back({std::move(attempt), std::move(run)});
  }
  return live;
}

}  // namespace

Queue::Queue(Writer* writer, ReaderPool* readers, const PayloadCodec* codec, const Clock* clock,
             QueueOptions options)
    : readers_(readers),
      clock_(clock),
      options_(options),
      ingest_(writer, readers, codec, clock),
      lease_writer_(writer, codec, clock),
      last_tick_(clock->Uptime()) {}

absl::Status Queue::Load() {
  PECG_RETURN_IF_ERROR(lease_writer_.SetAllWorkersGone());
  PECG_ASSIGN_OR_RETURN(const std::vector<LiveAttempt> attempts, readers_->Read(ReadLiveAttempts));
  MutexLock lock(&mutex_);
  const absl::Duration now = clock_->Uptime();
  for (const LiveAttempt& live : attempts) {
    LiveLease lease;
    lease.key = live.attempt.key;
    lease.worker = live.attempt.worker;
    lease.process_uid = live.attempt.process_uid;
    lease.device = live.attempt.device;
    lease.expires_at = now + options_.lease_ttl;
    if (live.run.time_limit.has_value() && live.attempt.start_time.has_value()) {
      lease.time_limit_at = now + *live.run.time_limit - (clock_->Now() - *live.attempt.start_time);
    }
    if (live.run.state == RunState::kCancelling) {
      lease.stop = StopRequest{EndReason::kUserCancelled, options_.cancel_grace,
                               now + options_.cancel_final};
    }
    leases_.Add(std::move(lease));
  }
  Decide();
  return absl::OkStatus();
}

void Queue::NoticeNewRun() {
  MutexLock lock(&mutex_);
  Decide();
}

absl::StatusOr<Run> Queue::Cancel(int64_t run, const std::string& message) {
  MutexLock lock(&mutex_);
  PECG_ASSIGN_OR_RETURN(Run cancelled, lease_writer_.Cancel(run, message));
  LiveLease* lease = leases_.FindRun(run);
  if (cancelled.state == RunState::kCancelling && lease != nullptr &&
      (!lease->stop.has_value() || lease->stop->reason != EndReason::kUserCancelled)) {
    RequestStop(lease, {EndReason::kUserCancelled, options_.cancel_grace,
                        clock_->Uptime() + options_.cancel_final});
  }
  Decide();
  return cancelled;
}

absl::StatusOr<Welcome> Queue::Arrive(const Hello& hello, std::shared_ptr<WorkerLink> link) {
  PECG_RETURN_IF_ERROR(CheckHello(hello));
  MutexLock lock(&mutex_);
  if (const auto older = sessions_.find(hello.worker); older != sessions_.end()) {
    older->second.link->Close(
        Aborted("a newer session of the same worker took over: {}", hello.worker));
    sessions_.erase(older);
  }
  WorkerArrival arrival;
  arrival.worker = {hello.worker,  WorkerState::kConnected, hello.process_uid,
                    hello.host,    hello.code_version,      clock_->Now(),
                    hello.devices, Sorted(hello.datasets)};
  arrival.held = hello.held;
  arrival.leases =
      leases_.Where([&](const LiveLease& lease) { return lease.worker == hello.worker; });
  PECG_ASSIGN_OR_RETURN(const ArrivalAnswer answer,
                        lease_writer_.Arrive(arrival, options_.lease_ttl));

  std::vector<LiveLease> before = std::move(arrival.leases);
  for (const LiveLease& lease : before) leases_.Remove(lease.key);
  const absl::Duration now = clock_->Uptime();
  Session session{std::move(link), arrival.worker, {}, {}};
  Hear(&session);
  for (const KeptAttempt& kept : answer.kept) {
    if (!kept.is_live) continue;
    LiveLease lease;
    lease.key = kept.key;
    lease.worker = hello.worker;
    lease.process_uid = hello.process_uid;
    lease.device = kept.device;
    lease.expires_at = now + options_.lease_ttl;
    if (kept.time_limit_left.has_value()) lease.time_limit_at = now + *kept.time_limit_left;
    const auto known = std::find_if(before.begin(), before.end(),
                                    [&](const LiveLease& other) { return other.key == kept.key; });
    if (known != before.end()) {
      lease.time_limit_at = known->time_limit_at;
      lease.stop = known->stop;
    }
    if (lease.stop.has_value()) {
      session.link->SendStop(lease.key, lease.stop->reason, lease.stop->grace);
    }
    leases_.Add(std::move(lease));
  }
  sessions_.insert_or_assign(hello.worker, std::move(session));
  Decide();
  return Welcome{options_.heartbeat_interval, options_.lease_ttl, answer.kept};
}

void Queue::Beat(const std::string& worker, const WorkerLink* link, const Heartbeat& heartbeat) {
  MutexLock lock(&mutex_);
  Session* session = FindSession(worker, link);
  if (session == nullptr) return;
  Hear(session);
  const absl::Duration now = clock_->Uptime();
  for (const AttemptKey& key : heartbeat.held) {
    if (LiveLease* lease = leases_.Find(key); lease != nullptr) {
      lease->expires_at = now + options_.lease_ttl;
      lease->is_last_chance = false;
    }
  }
  Worker description = session->worker;
  description.state = heartbeat.draining ? WorkerState::kDraining : WorkerState::kConnected;
  description.datasets = Sorted(heartbeat.datasets);
  if (description.state == session->worker.state &&
      description.datasets == session->worker.datasets) {
    return;
  }
  description.heartbeat_time = session->heard_time;
  if (const absl::Status stored = lease_writer_.PutWorker(description); !stored.ok()) {
    Log(Level::kWarning, "worker not stored", {{"worker", worker}, {"error", stored}});
  }
  session->worker = std::move(description);
  Decide();
}

absl::Status Queue::Store(const std::string& worker, const WorkerLink* link,
                          const SpooledBatch& batch) {
  const absl::StatusOr<IngestAnswer> answer = ingest_.Store(batch);
  if (!answer.ok() && !IsBadBatch(answer.status())) return answer.status();
  if (!answer.ok()) {
    FailAttempt(batch.key, EndReason::kJobError, std::string(answer.status().message()));
    return absl::OkStatus();
  }
  MutexLock lock(&mutex_);
  Session* session = FindSession(worker, link);
  if (session != nullptr) Hear(session);
  switch (answer->transition) {
    case Transition::kApplied:
    case Transition::kAlreadyThere:
      TakeStock(*answer, batch.key);
      if (session != nullptr) session->link->SendCommitted(batch.key, answer->committed_sequence);
      if (answer->ended) Decide();
      return absl::OkStatus();
    case Transition::kOwnerLost:
      if (session != nullptr) session->link->SendLeaseLost(batch.key);
      return absl::OkStatus();
    case Transition::kInvalid:
      break;
  }
  return FailedPrecondition("events of run {} after {} are missing", batch.key.run,
                            answer->committed_sequence);
}

void Queue::Leave(const std::string& worker, const WorkerLink* link) {
  MutexLock lock(&mutex_);
  if (FindSession(worker, link) == nullptr) return;
  Disconnect(worker);
  Decide();
}

void Queue::FailAttempt(const AttemptKey& key, EndReason reason, const std::string& message) {
  MutexLock lock(&mutex_);
  LiveLease* lease = leases_.Find(key);
  if (lease == nullptr) return;
  EndLease(LiveLease(*lease), AttemptState::kFailed, reason, message);
  Decide();
}

void Queue::Tick() {
  MutexLock lock(&mutex_);
  const absl::Duration now = clock_->Uptime();
  AllowForSleep(now);
  EnforceStops(now);
  EnforceTimeLimits(now);
  DisconnectTheSilent(now);  // First: who is silent is not told that it lost its leases.
  ExpireLeases(now);
  if (decision_due_ || clock_->Now() >= next_decision_) Decide();
}

void Queue::StopLeasing() {
  MutexLock lock(&mutex_);
  leasing_ = false;
}

int Queue::PositionOf(int64_t run) const {
  MutexLock lock(&mutex_);
  const auto found = positions_.find(run);
  return found == positions_.end() ? 0 : found->second;
}

std::map<std::string, absl::Time> Queue::HeardTimes() const {
  MutexLock lock(&mutex_);
  std::map<std::string, absl::Time> times;
  for (const auto& [worker, session] : sessions_) times.emplace(worker, session.heard_time);
  return times;
}

Queue::Session* Queue::FindSession(const std::string& worker, const WorkerLink* link) {
  const auto found = sessions_.find(worker);
  if (found == sessions_.end() || found->second.link.get() != link) return nullptr;
  return &found->second;
}

Queue::Session* Queue::SessionOf(const LiveLease& lease) {
  const auto found = sessions_.find(lease.worker);
  return found == sessions_.end() ? nullptr : &found->second;
}

void Queue::Hear(Session* session) {
  session->heard_at = clock_->Uptime();
  session->heard_time = clock_->Now();
}

void Queue::Disconnect(const std::string& worker) {
  const auto found = sessions_.find(worker);
  const absl::Status stored =
      lease_writer_.SetWorkerState(worker, WorkerState::kGone, found->second.heard_time);
  if (!stored.ok()) {
    Log(Level::kWarning, "worker not stored", {{"worker", worker}, {"error", stored}});
  }
  sessions_.erase(found);
  decision_due_ = true;
}

void Queue::TakeStock(const IngestAnswer& answer, const AttemptKey& key) {
  LiveLease* lease = leases_.Find(key);
  if (lease == nullptr) return;
  const absl::Duration now = clock_->Uptime();
  lease->expires_at = now + options_.lease_ttl;
  lease->is_last_chance = false;
  if (answer.time_limit.has_value()) lease->time_limit_at = now + *answer.time_limit;
  if (answer.ended) leases_.Remove(key);
}

void Queue::AllowForSleep(absl::Duration now) {
  const absl::Duration gap = now - last_tick_;
  last_tick_ = now;
  if (gap < options_.sleep_gap) return;
  Log(Level::kInfo, "time stood still; leases are extended", {{"gap", gap}});
  leases_.Shift(gap);
  for (auto& [worker, session] : sessions_) session.heard_at += gap;
}

void Queue::DisconnectTheSilent(absl::Duration now) {
  std::vector<std::string> silent;
  for (const auto& [worker, session] : sessions_) {
    if (now - session.heard_at >= options_.lease_ttl) silent.push_back(worker);
  }
  for (const std::string& worker : silent) {
    sessions_.at(worker).link->Close(
        Unavailable("the worker was silent for {}", absl::FormatDuration(options_.lease_ttl)));
    Disconnect(worker);
  }
}

void Queue::EnforceStops(absl::Duration now) {
  for (const LiveLease& lease : leases_.Where([now](const LiveLease& candidate) {
         return candidate.stop.has_value() && candidate.stop->final_at <= now;
       })) {
    EndLease(lease, AttemptState::kLost, lease.stop->reason,
             "the worker did not end the job in time");
  }
}

void Queue::EnforceTimeLimits(absl::Duration now) {
  for (const LiveLease& due : leases_.Where([now](const LiveLease& candidate) {
         return !candidate.stop.has_value() && candidate.time_limit_at <= now;
       })) {
    RequestStop(leases_.Find(due.key), {EndReason::kTimeLimit, options_.time_limit_grace,
                                        now + options_.time_limit_final});
  }
}

void Queue::ExpireLeases(absl::Duration now) {
  for (const LiveLease& lease :
       leases_.Where([now](const LiveLease& candidate) { return candidate.expires_at <= now; })) {
    if (lease.stop.has_value()) continue;  // EnforceStops has the last word.
    const absl::StatusOr<bool> may_retry = HasRetryLeft(lease.key.run);
    if (!may_retry.ok()) continue;
    if (!*may_retry && !lease.is_last_chance) {
      LiveLease* kept = leases_.Find(lease.key);
      kept->is_last_chance = true;
      kept->expires_at = now + options_.lease_ttl;
      continue;
    }
    Log(Level::kWarning, "lease expired",
        {{"run", lease.key.run}, {"attempt", lease.key.attempt}, {"worker", lease.worker}});
    EndLease(lease, AttemptState::kLost, EndReason::kWorkerLost,
             "the worker was not heard of in time");
  }
}

absl::StatusOr<bool> Queue::HasRetryLeft(int64_t run_number) {
  return readers_->Read([&](Snapshot& snapshot) -> absl::StatusOr<bool> {
    PECG_ASSIGN_OR_RETURN(const Run run, GetRun(snapshot, run_number));
    PECG_ASSIGN_OR_RETURN(const int failed_count, CountFailedAttempts(snapshot, run_number));
    return failed_count < run.max_retries;
  });
}

void Queue::RequestStop(LiveLease* lease, const StopRequest& stop) {
  lease->stop = stop;
  if (Session* session = SessionOf(*lease); session != nullptr) {
    session->link->SendStop(lease->key, stop.reason, stop.grace);
  }
}

void Queue::EndLease(const LiveLease& lease, AttemptState state, EndReason reason,
                     const std::string& message) {
  const absl::Status stored =
      lease_writer_.EndWithoutWorker(lease.key, state, reason, message, RetryDelay::kBackoff);
  if (!stored.ok()) {
    // The lease stays as it is, and the next tick tries again.
    Log(Level::kError, "attempt not ended", {{"run", lease.key.run}, {"error", stored}});
    return;
  }
  if (Session* session = SessionOf(lease); session != nullptr) {
    session->link->SendLeaseLost(lease.key);
  }
  leases_.Remove(lease.key);
  decision_due_ = true;
}

void Queue::Decide() {
  decision_due_ = true;
  while (decision_due_ && leasing_) {
    decision_due_ = false;
    if (const absl::Status decided = DecideOnce(); !decided.ok()) {
      Log(Level::kError, "nothing could be leased", {{"error", decided}});
      decision_due_ = true;
      return;  // The next tick tries again.
    }
  }
}

absl::Status Queue::DecideOnce() {
  PECG_ASSIGN_OR_RETURN(const std::vector<PendingRun> pending, readers_->Read(ListPendingRuns));
  std::vector<int64_t> hopeless;
  for (const PendingRun& run : pending) {
    if (run.failed_input_count > 0) hopeless.push_back(run.number);
  }
  if (!hopeless.empty()) {
    decision_due_ = true;  // Others may depend on these.
    return lease_writer_.FailDependents(hopeless);
  }
  const Decisions decisions = Schedule(MakeSnapshot(pending), clock_->Now());
  next_decision_ = decisions.next_time;
  return Carry(decisions, pending);
}

QueueSnapshot Queue::MakeSnapshot(const std::vector<PendingRun>& pending) const {
  QueueSnapshot snapshot;
  for (const auto& [name, session] : sessions_) {
    WorkerView view;
    view.name = name;
    view.accepting = session.worker.state == WorkerState::kConnected;
    view.datasets.insert(session.worker.datasets.begin(), session.worker.datasets.end());
    const std::set<std::string> taken = leases_.TakenDevices(name);
    for (const WorkerDeviceRow& device : session.worker.devices) {
      view.devices.push_back({device.name, device.kind, taken.contains(device.name)});
    }
    snapshot.workers.push_back(std::move(view));
  }
  for (const PendingRun& run : pending) {
    WaitingRun waiting;
    waiting.number = run.number;
    waiting.create_time = run.create_time;
    waiting.device = run.device;
    waiting.dataset = run.dataset;
    waiting.inputs = run.waiting_input_count > 0 ? InputState::kWaiting : InputState::kReady;
    waiting.not_before = run.not_before.value_or(absl::InfinitePast());
    snapshot.runs.push_back(std::move(waiting));
  }
  return snapshot;
}

absl::Status Queue::Carry(const Decisions& decisions, const std::vector<PendingRun>& pending) {
  std::map<int64_t, PendingReason> reasons;
  for (const PendingRun& run : pending) reasons.emplace(run.number, run.pending_reason);
  std::vector<ReasonChange> changes;
  positions_.clear();
  for (const Waiting& waiting : decisions.waiting) {
    positions_.emplace(waiting.run, waiting.position);
    if (reasons.at(waiting.run) != waiting.reason) {
      changes.push_back({waiting.run, waiting.reason, waiting.position});
    }
  }
  std::vector<LeaseWish> wishes;
  for (const Assignment& assignment : decisions.assignments) {
    wishes.push_back({assignment.run, assignment.worker,
                      sessions_.at(assignment.worker).worker.process_uid, assignment.device});
  }
  if (wishes.empty() && changes.empty()) return absl::OkStatus();
  PECG_ASSIGN_OR_RETURN(std::vector<LiveLease> leases,
                        lease_writer_.Commit(wishes, changes, options_.lease_ttl));
  if (leases.size() < wishes.size()) decision_due_ = true;  // A device is free again.
  for (LiveLease& lease : leases) {
    lease.expires_at = clock_->Uptime() + options_.lease_ttl;
    Log(Level::kInfo, "run leased",
        {{"run", lease.key.run},
         {"attempt", lease.key.attempt},
         {"worker", lease.worker},
         {"device", lease.device}});
    sessions_.at(lease.worker).link->SendLease(lease.key);
    leases_.Add(std::move(lease));
  }
  return absl::OkStatus();
}

}  // namespace pecg
