#include "server/rpc/convert.h"

#include <limits>
#include <string>
#include <utility>

#include "base/status.h"
#include "server/rpc/resource_name.h"

namespace pecg {
namespace {

constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;

/// Reads a message that this side wrote; one that does not parse is empty.
template <typename Message>
Message Parse(const std::string& bytes) {
  Message message;
  if (!message.ParseFromString(bytes)) message.Clear();
  return message;
}

absl::StatusOr<EndReason> ToEndReason(v1::EndReason reason) {
  if (!v1::EndReason_IsValid(reason) || reason == v1::END_REASON_UNSPECIFIED) {
    return InvalidArgument("an attempt ended without a known reason: {}", static_cast<int>(reason));
  }
  return static_cast<EndReason>(reason);
}

std::vector<std::string> Strings(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

absl::StatusOr<std::vector<AttemptKey>> Keys(
    const google::protobuf::RepeatedPtrField<v1::HeldAttempt>& held) {
  std::vector<AttemptKey> keys;
  for (const v1::HeldAttempt& attempt : held) {
    PECG_ASSIGN_OR_RETURN(const AttemptKey key, FromMessage(attempt));
    keys.push_back(key);
  }
  return keys;
}

PointsMeasured FromPoints(const v1::MetricPoints& message) {
  PointsMeasured measured;
  for (const v1::MetricPoint& point : message.points()) {
    measured.points.push_back({point.key(), point.step(), point.value(), ToTime(point.time())});
  }
  return measured;
}

CheckpointUploaded FromCheckpoint(const v1::CheckpointStored& message) {
  CheckpointUploaded uploaded;
  uploaded.step = message.step();
  for (const v1::ArtifactReady& file : message.files()) {
    uploaded.files.push_back({file.path(), file.sha256(), file.size_bytes()});
  }
  return uploaded;
}

absl::StatusOr<AttemptFinished> FromEnded(const v1::AttemptEnded& message) {
  AttemptFinished finished;
  PECG_ASSIGN_OR_RETURN(finished.reason, ToEndReason(message.reason()));
  finished.message = message.message();
  if (message.signal() != 0) {
    finished.signal = message.signal();
  } else {
    finished.exit_code = message.exit_code();
  }
  return finished;
}

/// Fills in what a job said. Announcements count when the agent has uploaded what they announce,
/// and a failure when the agent reports the attempt's end.
void SetWhat(const v1::JobEvent& job, SpooledEvent* event) {
  switch (job.kind_case()) {
    case v1::JobEvent::kProgress:
      event->what = ProgressMade{job.progress().SerializeAsString()};
      break;
    case v1::JobEvent::kMetrics:
      event->what = FromPoints(job.metrics());
      break;
    case v1::JobEvent::kResult:
      event->what = LineageReported{job.result().lineage().SerializeAsString()};
      break;
    case v1::JobEvent::kArtifact:
    case v1::JobEvent::kCheckpoint:
    case v1::JobEvent::kFailed:
    case v1::JobEvent::KIND_NOT_SET:
      event->what = NothingKept();
      break;
  }
}

absl::StatusOr<SpooledEvent> FromAttemptEvent(const v1::AttemptEvent& message) {
  SpooledEvent event;
  event.sequence = message.sequence();
  switch (message.kind_case()) {
    case v1::AttemptEvent::kJob:
      SetWhat(message.job(), &event);
      break;
    case v1::AttemptEvent::kPreparing:
      event.what = AttemptAdvanced{AttemptState::kStarting, ToTime(message.preparing())};
      break;
    case v1::AttemptEvent::kStarted:
      event.what = AttemptAdvanced{AttemptState::kRunning, ToTime(message.started())};
      break;
    case v1::AttemptEvent::kStopping:
      event.what = AttemptAdvanced{AttemptState::kStopping, ToTime(message.stopping())};
      break;
    case v1::AttemptEvent::kLog:
      event.what = LogWritten{message.log().offset(), message.log().data()};
      break;
    case v1::AttemptEvent::kArtifact: {
      const v1::ArtifactReady& ready = message.artifact().artifact();
      event.what = ArtifactUploaded{ready.path(), ready.sha256(), ready.size_bytes(), ready.type()};
      break;
    }
    case v1::AttemptEvent::kCheckpoint:
      event.what = FromCheckpoint(message.checkpoint());
      break;
    case v1::AttemptEvent::kEnded: {
      PECG_ASSIGN_OR_RETURN(event.what, FromEnded(message.ended()));
      break;
    }
    case v1::AttemptEvent::KIND_NOT_SET:
      return InvalidArgument("event {} says nothing this coordinator knows", message.sequence());
  }
  return event;
}

}  // namespace

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  const int64_t seconds = absl::ToUnixSeconds(time);
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds)) % kNanosecondsPerSecond));
  return timestamp;
}

absl::Time ToTime(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

google::protobuf::Duration ToDurationMessage(absl::Duration duration) {
  google::protobuf::Duration message;
  absl::Duration rest;
  message.set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &rest));
  message.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
  return message;
}

absl::Duration ToDuration(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

v1::Run ToMessage(const Run& run) {
  v1::Run message;
  message.set_name(RunName(run.number));
  message.set_uid(run.uid);
  *message.mutable_spec() = Parse<v1::RunSpec>(run.spec);
  message.set_user(UserName(run.user));
  message.set_state(static_cast<v1::RunState>(run.state));
  message.set_pending_reason(static_cast<v1::PendingReason>(run.pending_reason));
  message.set_end_reason(static_cast<v1::EndReason>(run.end_reason));
  message.set_message(run.message);
  *message.mutable_create_time() = ToTimestamp(run.create_time);
  if (run.start_time.has_value()) *message.mutable_start_time() = ToTimestamp(*run.start_time);
  if (run.end_time.has_value()) *message.mutable_end_time() = ToTimestamp(*run.end_time);
  if (!run.progress.empty()) *message.mutable_progress() = Parse<v1::Progress>(run.progress);
  message.set_attempt_count(run.attempt_count);
  message.set_queue_position(run.queue_position);
  if (!run.lineage.empty()) *message.mutable_lineage() = Parse<v1::Lineage>(run.lineage);
  return message;
}

v1::Attempt ToMessage(const Attempt& attempt) {
  v1::Attempt message;
  message.set_name(AttemptName(attempt.key.run, attempt.key.attempt));
  message.set_state(static_cast<v1::AttemptState>(attempt.state));
  message.set_end_reason(static_cast<v1::EndReason>(attempt.end_reason));
  message.set_message(attempt.message);
  message.set_worker(WorkerName(attempt.worker));
  message.set_fence(attempt.key.fence);
  *message.mutable_create_time() = ToTimestamp(attempt.create_time);
  if (attempt.start_time.has_value()) {
    *message.mutable_start_time() = ToTimestamp(*attempt.start_time);
  }
  if (attempt.end_time.has_value()) *message.mutable_end_time() = ToTimestamp(*attempt.end_time);
  message.set_exit_code(attempt.exit_code.value_or(0));
  message.set_resume_step(attempt.resume_step.value_or(0));
  return message;
}

v1::Artifact ToMessage(const Artifact& artifact) {
  v1::Artifact message;
  message.set_name(ArtifactName(artifact.run, artifact.path));
  message.set_sha256(artifact.sha256);
  message.set_size_bytes(artifact.size_bytes);
  message.set_type(artifact.type);
  message.set_attempt(artifact.attempt);
  *message.mutable_create_time() = ToTimestamp(artifact.create_time);
  return message;
}

v1::RunEvent ToMessage(const Event& event) {
  v1::RunEvent message = Parse<v1::RunEvent>(event.payload);
  message.set_sequence(event.sequence);
  message.set_run(RunName(event.run));
  message.set_attempt(event.attempt);
  *message.mutable_create_time() = ToTimestamp(event.time);
  return message;
}

v1::Dataset ToMessage(const Dataset& dataset) {
  v1::Dataset message;
  message.set_name(DatasetName(dataset.name));
  message.set_kind(dataset.kind);
  message.set_user(UserName(dataset.user));
  *message.mutable_create_time() = ToTimestamp(dataset.create_time);
  if (!dataset.latest_version.empty()) {
    message.set_latest_version(DatasetVersionName(dataset.name, dataset.latest_version));
  }
  return message;
}

v1::DatasetVersion ToMessage(const DatasetVersion& version) {
  v1::DatasetVersion message;
  message.set_name(DatasetVersionName(version.dataset, version.sha256));
  *message.mutable_create_time() = ToTimestamp(version.create_time);
  message.set_run(RunName(version.run));
  message.set_record_count(version.record_count);
  message.set_patient_count(version.patient_count);
  message.set_failure_count(version.failure_count);
  message.set_targets_sha256(version.targets_sha256);
  for (const TargetCountRow& count : version.target_counts) {
    v1::TargetCount* added = message.add_target_counts();
    added->set_target(count.target);
    added->set_positive_count(count.positive_count);
    added->set_negative_count(count.negative_count);
    added->set_missing_count(count.missing_count);
  }
  message.set_index_sha256(version.index_sha256);
  message.set_synthetic(version.synthetic);
  return message;
}

v1::IndexFailure ToMessage(const IndexFailureRow& failure) {
  v1::IndexFailure message;
  message.set_path(failure.path);
  message.set_line(failure.line);
  message.set_kind(failure.kind);
  message.set_what(failure.what);
  message.set_hint(failure.hint);
  return message;
}

v1::Split ToMessage(const Split& split) {
  v1::Split message = Parse<v1::Split>(split.details);
  message.set_name(SplitName(split.sha256));
  message.set_dataset_version(DatasetVersionName(split.dataset, split.dataset_version));
  message.set_seed(split.seed);
  message.set_user(UserName(split.user));
  *message.mutable_create_time() = ToTimestamp(split.create_time);
  message.set_test_look_count(split.test_look_count);
  return message;
}

v1::SplitAssignment ToMessage(const PatientFold& place) {
  v1::SplitAssignment message;
  message.set_patient_id(place.patient_id);
  message.set_fold(place.fold);
  message.set_inner(place.inner);
  return message;
}

v1::TestLook ToMessage(const TestLookRow& look) {
  v1::TestLook message;
  message.set_run(RunName(look.run));
  message.set_user(UserName(look.user));
  *message.mutable_create_time() = ToTimestamp(look.create_time);
  return message;
}

v1::MetricSeries ToMessage(const Series& series) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  v1::MetricSeries message;
  message.set_key(series.key);
  message.set_point_count(series.point_count);
  message.set_last_step(series.last_step);
  message.set_last(series.last);
  message.set_min(series.min.value_or(kNone));
  message.set_min_step(series.min_step);
  message.set_max(series.max.value_or(kNone));
  message.set_max_step(series.max_step);
  message.set_not_finite_count(series.not_finite_count);
  return message;
}

v1::MetricPoint ToMessage(const Point& point, const std::string& key) {
  v1::MetricPoint message;
  message.set_key(key);
  message.set_step(point.step);
  message.set_value(point.value);
  *message.mutable_time() = ToTimestamp(point.time);
  return message;
}

v1::User ToMessage(const User& user) {
  v1::User message;
  message.set_name(UserName(user.name));
  message.set_role(static_cast<v1::Role>(user.role));
  *message.mutable_create_time() = ToTimestamp(user.create_time);
  return message;
}

v1::Worker ToMessage(const Worker& worker, std::optional<absl::Time> heard_time,
                     const std::vector<Attempt>& live_attempts) {
  v1::Worker message;
  message.set_name(WorkerName(worker.name));
  message.set_state(static_cast<v1::WorkerState>(worker.state));
  message.set_host(worker.host);
  for (const WorkerDeviceRow& device : worker.devices) {
    v1::WorkerDevice* added = message.add_devices();
    added->set_name(device.name);
    added->set_kind(static_cast<v1::Device>(device.kind));
    added->set_model(device.model);
    added->set_memory_bytes(device.memory_bytes);
  }
  message.mutable_datasets()->Assign(worker.datasets.begin(), worker.datasets.end());
  message.set_code_version(worker.code_version);
  *message.mutable_heartbeat_time() = ToTimestamp(heard_time.value_or(worker.heartbeat_time));
  for (const Attempt& attempt : live_attempts) {
    if (attempt.worker == worker.name) message.add_runs(RunName(attempt.key.run));
  }
  return message;
}

v1::HeldAttempt ToMessage(const AttemptKey& key) {
  v1::HeldAttempt message;
  message.set_run(RunName(key.run));
  message.set_attempt(key.attempt);
  message.set_fence(key.fence);
  return message;
}

absl::StatusOr<AttemptKey> FromMessage(const v1::HeldAttempt& held) {
  PECG_ASSIGN_OR_RETURN(const int64_t run, ParseRunName(held.run(), "attempt.run"));
  return AttemptKey{run, held.attempt(), held.fence()};
}

absl::StatusOr<Hello> FromMessage(const v1::WorkerHello& message) {
  Hello hello;
  hello.worker = message.worker();
  hello.process_uid = message.process_uid();
  hello.host = message.host();
  hello.code_version = message.code_version();
  for (const v1::WorkerDevice& device : message.devices()) {
    if (!v1::Device_IsValid(device.kind())) {
      return InvalidArgument("a device of an unknown kind: {}", device.name());
    }
    hello.devices.push_back({device.name(), static_cast<DeviceKind>(device.kind()), device.model(),
                             device.memory_bytes()});
  }
  hello.datasets = Strings(message.datasets());
  PECG_ASSIGN_OR_RETURN(hello.held, Keys(message.held()));
  return hello;
}

absl::StatusOr<Heartbeat> FromMessage(const v1::WorkerHeartbeat& message) {
  Heartbeat heartbeat;
  PECG_ASSIGN_OR_RETURN(heartbeat.held, Keys(message.held()));
  heartbeat.datasets = Strings(message.datasets());
  heartbeat.draining = message.draining();
  return heartbeat;
}

absl::StatusOr<SpooledBatch> FromMessage(const v1::AttemptEvents& message) {
  SpooledBatch batch;
  PECG_ASSIGN_OR_RETURN(batch.key, FromMessage(message.attempt()));
  for (const v1::AttemptEvent& event : message.events()) {
    PECG_ASSIGN_OR_RETURN(SpooledEvent converted, FromAttemptEvent(event));
    batch.events.push_back(std::move(converted));
  }
  return batch;
}

v1::SessionWelcome ToMessage(const Welcome& welcome) {
  v1::SessionWelcome message;
  *message.mutable_heartbeat_interval() = ToDurationMessage(welcome.heartbeat_interval);
  *message.mutable_lease_ttl() = ToDurationMessage(welcome.lease_ttl);
  for (const KeptAttempt& kept : welcome.kept) {
    v1::EventsCommitted* adopted = message.add_adopted();
    *adopted->mutable_attempt() = ToMessage(kept.key);
    adopted->set_sequence(kept.committed_sequence);
  }
  return message;
}

}  // namespace pecg
