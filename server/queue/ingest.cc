#include "server/queue/ingest.h"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "base/status.h"
#include "server/queue/outcome.h"
#include "server/queue/run_events.h"
#include "storage/log_store.h"
#include "storage/run_store.h"
#include "storage/run_transition.h"

namespace pecg {
namespace {

/// What the codec made of a delivered result; both are empty when there is none.
struct ResultRead {
  PayloadCodec::ApplyResult apply;
  absl::Status failure;  ///< Why the result is no good; the attempt has then failed.
};

/// Stores one event after the other within a transaction.
class Storing {
 public:
  Storing(RunEvents* events, const AttemptKey& key, const ResultRead& result, IngestAnswer* answer)
      : events_(*events), key_(key), result_(result), answer_(*answer) {}

  absl::Status operator()(const NothingKept&) { return absl::OkStatus(); }

  absl::Status operator()(const AttemptAdvanced& event) {
    PECG_ASSIGN_OR_RETURN(const Transition transition,
                          AdvanceAttempt(transaction(), key_, event.to, event.time));
    if (transition != Transition::kApplied) return absl::OkStatus();
    PECG_RETURN_IF_ERROR(events_.AttemptChanged(key_));
    if (event.to != AttemptState::kRunning) return absl::OkStatus();
    PECG_ASSIGN_OR_RETURN(const Run run, GetRun(transaction(), key_.run));
    answer_.time_limit = run.time_limit;
    return events_.RunChanged(key_.run);  // Its start time is part of the run.
  }

  absl::Status operator()(const LogWritten& event) {
    PECG_RETURN_IF_ERROR(
        AppendLog(transaction(), key_.run, key_.attempt, event.offset, event.bytes).status());
    const auto size = static_cast<int64_t>(event.bytes.size());
    return events_.Append(key_, EventKind::kLog,
                          events_.codec().EncodeLogPiece(event.offset, size));
  }

  absl::Status operator()(const ProgressMade& event) {
    PECG_RETURN_IF_ERROR(SetProgress(transaction(), key_.run, event.progress));
    return events_.Append(key_, EventKind::kProgress,
                          events_.codec().EncodeProgress(event.progress));
  }

  absl::Status operator()(const PointsMeasured& event) {
    std::vector<NewPoint> points;
    points.reserve(event.points.size());
    for (const MeasuredPoint& point : event.points) {
      points.push_back({point.key, point.step, point.value, point.time});
    }
    PECG_RETURN_IF_ERROR(AppendPoints(transaction(), key_.run, key_.attempt, points).status());
    return events_.Append(key_, EventKind::kMetrics, events_.codec().EncodePoints(points));
  }

  absl::Status operator()(const ArtifactUploaded& event) {
    const Artifact artifact{key_.run,   event.path,   event.sha256, event.size_bytes,
                            event.type, key_.attempt, events_.now()};
    PECG_RETURN_IF_ERROR(PutArtifact(transaction(), artifact));
    return events_.Append(key_, EventKind::kArtifact, events_.codec().EncodeArtifact(artifact));
  }

  absl::Status operator()(const CheckpointUploaded& event) {
    return PutCheckpoint(transaction(),
                         {key_.run, key_.attempt, event.step, events_.now(), event.files});
  }

  absl::Status operator()(const LineageReported& event) {
    PECG_ASSIGN_OR_RETURN(const Run run, GetRun(transaction(), key_.run));
    return SetLineage(transaction(), key_.run,
                      events_.codec().MergeLineage(run.lineage, event.lineage));
  }

  absl::Status operator()(const AttemptFinished& event) {
    AttemptEnd end;
    end.reason = event.reason;
    end.message = event.message;
    if (!result_.failure.ok()) {
      end.reason = EndReason::kJobError;
      end.message = std::string(result_.failure.message());
    } else if (result_.apply != nullptr) {
      PECG_RETURN_IF_ERROR(result_.apply(transaction()));
    }
    end.state = StateOf(end.reason);
    end.exit_code = event.exit_code;
    end.signal = event.signal;
    end.now = events_.now();
    answer_.ended = true;
    return ConcludeAttempt(events_, key_, end, RetryDelay::kBackoff).status();
  }

 private:
  Transaction& transaction() { return events_.transaction(); }

  RunEvents& events_;
  const AttemptKey key_;
  const ResultRead& result_;
  IngestAnswer& answer_;
};

absl::Status CheckOrder(const SpooledBatch& batch) {
  if (batch.events.empty()) return InvalidArgument("a batch has no events");
  for (size_t i = 1; i < batch.events.size(); ++i) {
    if (batch.events[i].sequence != batch.events[i - 1].sequence + 1) {
      return InvalidArgument("event {} follows event {}", batch.events[i].sequence,
                             batch.events[i - 1].sequence);
    }
  }
  return absl::OkStatus();
}

bool DeliversAResult(const SpooledBatch& batch) {
  const auto* finished = std::get_if<AttemptFinished>(&batch.events.back().what);
  return finished != nullptr && finished->reason == EndReason::kCompleted;
}

/// The run's artifacts once the batch is stored.
std::vector<Artifact> WithThoseOf(const SpooledBatch& batch, std::vector<Artifact> artifacts,
                                  absl::Time now) {
  for (const SpooledEvent& event : batch.events) {
    const auto* uploaded = std::get_if<ArtifactUploaded>(&event.what);
    if (uploaded == nullptr) continue;
    std::erase_if(artifacts,
                  [&](const Artifact& artifact) { return artifact.path == uploaded->path; });
    artifacts.push_back({batch.key.run, uploaded->path, uploaded->sha256, uploaded->size_bytes,
                         uploaded->type, batch.key.attempt, now});
  }
  return artifacts;
}

bool IsTransient(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnavailable ||
         status.code() == absl::StatusCode::kResourceExhausted ||
         status.code() == absl::StatusCode::kDeadlineExceeded;
}

struct RunAndArtifacts {
  Run run;
  std::vector<Artifact> artifacts;
  Transition owner = Transition::kOwnerLost;
};

absl::StatusOr<RunAndArtifacts> ReadRunAndArtifacts(Snapshot& snapshot, const AttemptKey& key) {
  RunAndArtifacts read;
  PECG_ASSIGN_OR_RETURN(read.owner, CheckOwner(snapshot, key));
  if (read.owner != Transition::kApplied) return read;
  PECG_ASSIGN_OR_RETURN(read.run, GetRun(snapshot, key.run));
  PECG_ASSIGN_OR_RETURN(read.artifacts, ListArtifacts(snapshot, key.run));
  return read;
}

/// Reads the result that the batch delivers, if it does and is the owner's. Errors are transient.
absl::StatusOr<ResultRead> ReadResultOf(const SpooledBatch& batch, ReaderPool* readers,
                                        const PayloadCodec& codec, absl::Time now) {
  ResultRead result;
  if (!DeliversAResult(batch)) return result;
  PECG_ASSIGN_OR_RETURN(RunAndArtifacts found, readers->Read([&](Snapshot& snapshot) {
    return ReadRunAndArtifacts(snapshot, batch.key);
  }));
  if (found.owner != Transition::kApplied || found.run.state != RunState::kRunning) return result;
  absl::StatusOr<PayloadCodec::ApplyResult> apply =
      codec.ReadResult(found.run, batch.key, WithThoseOf(batch, std::move(found.artifacts), now));
  if (apply.ok()) {
    result.apply = *std::move(apply);
  } else if (IsTransient(apply.status())) {
    return apply.status();
  } else {
    result.failure = apply.status();
  }
  return result;
}

}  // namespace

absl::StatusOr<IngestAnswer> Ingest::Store(const SpooledBatch& batch) {
  PECG_RETURN_IF_ERROR(CheckOrder(batch));
  const absl::Time now = clock_->Now();
  PECG_ASSIGN_OR_RETURN(const ResultRead result, ReadResultOf(batch, readers_, *codec_, now));
  const int64_t first_sequence = batch.events.front().sequence;
  const int64_t last_sequence = batch.events.back().sequence;
  IngestAnswer answer;
  const absl::Status stored = writer_->Write([&](Transaction& transaction) -> absl::Status {
    answer = IngestAnswer();
    PECG_ASSIGN_OR_RETURN(const SpoolAdvance advance,
                          AdvanceSpool(transaction, batch.key, first_sequence, last_sequence));
    answer.transition = advance.transition;
    answer.committed_sequence = advance.committed_sequence;
    if (advance.transition != Transition::kApplied) return absl::OkStatus();
    answer.committed_sequence = last_sequence;
    RunEvents events(&transaction, codec_, now);
    Storing storing(&events, batch.key, result, &answer);
    for (const SpooledEvent& event : batch.events) {
      if (event.sequence <= advance.committed_sequence) continue;
      PECG_RETURN_IF_ERROR(std::visit(storing, event.what));
    }
    return absl::OkStatus();
  });
  if (!stored.ok()) return stored;
  return answer;
}

}  // namespace pecg
