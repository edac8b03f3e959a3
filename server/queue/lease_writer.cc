#include "server/queue/lease_writer.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "server/queue/run_events.h"
#include "storage/artifact_store.h"
#include "storage/run_transition.h"

namespace pecg {
namespace {

absl::StatusOr<std::optional<LiveLease>> Lease(RunEvents& events, const LeaseWish& wish,
                                               absl::Duration ttl) {
  Transaction& transaction = events.transaction();
  PECG_ASSIGN_OR_RETURN(const std::optional<Checkpoint> checkpoint,
                        FindLastCheckpoint(transaction, wish.run));
  NewLease lease{wish.run,     wish.worker,  wish.process_uid,  wish.device,
                 std::nullopt, events.now(), events.now() + ttl};
  if (checkpoint.has_value()) lease.resume_step = checkpoint->step;
  PECG_ASSIGN_OR_RETURN(const LeaseAnswer answer, LeaseRun(transaction, lease));
  if (answer.transition != Transition::kApplied) return std::nullopt;
  PECG_RETURN_IF_ERROR(events.AttemptChanged(answer.key));
  PECG_RETURN_IF_ERROR(events.RunChanged(wish.run));
  LiveLease live;
  live.key = answer.key;
  live.worker = wish.worker;
  live.process_uid = wish.process_uid;
  live.device = wish.device;
  return live;
}

absl::Status LoseAttempt(RunEvents& events, const AttemptKey& key, const std::string& message) {
  AttemptEnd end;
  end.state = AttemptState::kLost;
  end.reason = EndReason::kWorkerLost;
  end.message = message;
  end.now = events.now();
  return ConcludeAttempt(events, key, end, RetryDelay::kNone).status();
}

bool Contains(const std::vector<AttemptKey>& keys, const AttemptKey& key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

/// Loses what the worker has no more: it says so, or its process is another one.
absl::Status LoseWhatIsGone(RunEvents& events, const WorkerArrival& arrival) {
  for (const LiveLease& lease : arrival.leases) {
    if (lease.process_uid != arrival.worker.process_uid) {
      PECG_RETURN_IF_ERROR(LoseAttempt(events, lease.key, "the worker's agent was started anew"));
    } else if (!Contains(arrival.held, lease.key)) {
      PECG_RETURN_IF_ERROR(LoseAttempt(events, lease.key, "the worker does not have it any more"));
    }
  }
  return absl::OkStatus();
}

/// Finds out whether the worker may go on with an attempt it says it has.
absl::StatusOr<std::optional<KeptAttempt>> Keep(RunEvents& events, const WorkerArrival& arrival,
                                                const AttemptKey& key, absl::Time expire_time) {
  Transaction& transaction = events.transaction();
  const absl::StatusOr<Attempt> attempt = GetAttempt(transaction, key.run, key.attempt);
  if (absl::IsNotFound(attempt.status())) return std::nullopt;
  if (!attempt.ok()) return attempt.status();
  if (attempt->key != key || attempt->worker != arrival.worker.name ||
      attempt->process_uid != arrival.worker.process_uid) {
    return std::nullopt;
  }
  PECG_ASSIGN_OR_RETURN(const Transition adopted, AdoptAttempt(transaction, key, expire_time));
  if (adopted == Transition::kApplied) {
    PECG_RETURN_IF_ERROR(events.AttemptChanged(key));
    PECG_RETURN_IF_ERROR(events.RunChanged(key.run));
  }
  KeptAttempt kept{key, attempt->spool_sequence, /*is_live=*/false, attempt->device, std::nullopt};
  if (adopted == Transition::kOwnerLost) {
    PECG_ASSIGN_OR_RETURN(const Transition owner, CheckOwner(transaction, key));
    if (owner != Transition::kAlreadyThere) return std::nullopt;
    return kept;
  }
  kept.is_live = true;
  PECG_ASSIGN_OR_RETURN(const Run run, GetRun(transaction, key.run));
  if (run.time_limit.has_value() && attempt->start_time.has_value()) {
    kept.time_limit_left = *run.time_limit - (events.now() - *attempt->start_time);
  }
  return kept;
}

}  // namespace

absl::StatusOr<std::vector<LiveLease>> LeaseWriter::Commit(const std::vector<LeaseWish>& wishes,
                                                           const std::vector<ReasonChange>& changes,
                                                           absl::Duration ttl) {
  const absl::Time now = clock_->Now();
  std::vector<LiveLease> leases;
  const absl::Status stored = writer_->Write([&](Transaction& transaction) -> absl::Status {
    leases.clear();
    RunEvents events(&transaction, codec_, now);
    for (const LeaseWish& wish : wishes) {
      PECG_ASSIGN_OR_RETURN(std::optional<LiveLease> lease, Lease(events, wish, ttl));
      if (lease.has_value()) leases.push_back(*std::move(lease));
    }
    for (const ReasonChange& change : changes) {
      PECG_ASSIGN_OR_RETURN(const bool changed,
                            SetQueuePlace(transaction, change.run, change.reason, change.position));
      if (changed) PECG_RETURN_IF_ERROR(events.RunChanged(change.run));
    }
    return absl::OkStatus();
  });
  if (!stored.ok()) return stored;
  return leases;
}

absl::Status LeaseWriter::FailDependents(const std::vector<int64_t>& runs) {
  const absl::Time now = clock_->Now();
  return writer_->Write([&](Transaction& transaction) -> absl::Status {
    RunEvents events(&transaction, codec_, now);
    for (const int64_t run : runs) {
      PECG_ASSIGN_OR_RETURN(const Transition ended,
                            EndRun(transaction, run,
                                   {RunState::kFailed, EndReason::kDependencyFailed,
                                    "a run whose artifacts it needs ended without a result", now}));
      if (ended == Transition::kApplied) PECG_RETURN_IF_ERROR(events.RunChanged(run));
    }
    return absl::OkStatus();
  });
}

absl::Status LeaseWriter::EndWithoutWorker(const AttemptKey& key, AttemptState state,
                                           EndReason reason, const std::string& message,
                                           RetryDelay delay) {
  AttemptEnd end;
  end.state = state;
  end.reason = reason;
  end.message = message;
  end.now = clock_->Now();
  return writer_->Write([&](Transaction& transaction) -> absl::Status {
    RunEvents events(&transaction, codec_, end.now);
    return ConcludeAttempt(events, key, end, delay).status();
  });
}

absl::StatusOr<Run> LeaseWriter::Cancel(int64_t run, const std::string& message) {
  const absl::Time now = clock_->Now();
  Run cancelled;
  const absl::Status stored = writer_->Write([&](Transaction& transaction) -> absl::Status {
    PECG_ASSIGN_OR_RETURN(const Run before, GetRun(transaction, run));
    PECG_ASSIGN_OR_RETURN(const Transition transition, CancelRun(transaction, run, message, now));
    if (transition == Transition::kInvalid) {
      return FailedPrecondition("run {} has ended already, as {}", run, NameOf(before.state));
    }
    if (transition == Transition::kApplied) {
      RunEvents events(&transaction, codec_, now);
      PECG_RETURN_IF_ERROR(events.RunChanged(run));
    }
    PECG_ASSIGN_OR_RETURN(cancelled, GetRun(transaction, run));
    return absl::OkStatus();
  });
  if (!stored.ok()) return stored;
  return cancelled;
}

absl::StatusOr<ArrivalAnswer> LeaseWriter::Arrive(const WorkerArrival& arrival,
                                                  absl::Duration ttl) {
  const absl::Time now = clock_->Now();
  ArrivalAnswer answer;
  const absl::Status stored = writer_->Write([&](Transaction& transaction) -> absl::Status {
    answer = ArrivalAnswer();
    RunEvents events(&transaction, codec_, now);
    PECG_RETURN_IF_ERROR(pecg::PutWorker(transaction, arrival.worker));
    PECG_RETURN_IF_ERROR(LoseWhatIsGone(events, arrival));
    for (const AttemptKey& key : arrival.held) {
      PECG_ASSIGN_OR_RETURN(std::optional<KeptAttempt> kept, Keep(events, arrival, key, now + ttl));
      if (kept.has_value()) answer.kept.push_back(*std::move(kept));
    }
    return absl::OkStatus();
  });
  if (!stored.ok()) return stored;
  return answer;
}

absl::Status LeaseWriter::SetAllWorkersGone() { return writer_->Write(pecg::SetAllWorkersGone); }

absl::Status LeaseWriter::PutWorker(const Worker& worker) {
  return writer_->Write(
      [&](Transaction& transaction) { return pecg::PutWorker(transaction, worker); });
}

absl::Status LeaseWriter::SetWorkerState(const std::string& worker, WorkerState state,
                                         absl::Time heartbeat_time) {
  return writer_->Write([&](Transaction& transaction) {
    return pecg::SetWorkerState(transaction, worker, state, heartbeat_time);
  });
}

}  // namespace pecg
