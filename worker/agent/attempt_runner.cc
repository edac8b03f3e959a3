#include "worker/agent/attempt_runner.h"

#include <fmt/format.h>

#include <utility>
#include <variant>

#include "base/log.h"
#include "base/status.h"

namespace pecg {
namespace {

constexpr absl::Duration kFaultGrace = absl::Seconds(4);

}  // namespace

AttemptRunner::AttemptRunner(AttemptId id, v1::Lease lease, RunnerEnvironment environment,
                             std::function<void()> on_change)
    : id_(id),
      lease_(std::move(lease)),
      environment_(std::move(environment)),
      on_change_(std::move(on_change)),
      folder_(fmt::format("{}/{}", environment_.jobs_dir, FolderName(id))),
      supervisor_(environment_.clock, MakeJobListener()),
      thread_([this] { Run(); }) {}

AttemptRunner::~AttemptRunner() { Abandon(); }

void AttemptRunner::Stop(v1::EndReason reason, absl::Duration grace) {
  {
    MutexLock lock(&mutex_);
    if (stop_reason_ == v1::END_REASON_UNSPECIFIED || reason == v1::END_REASON_USER_CANCELLED) {
      stop_reason_ = reason;
    }
    // Preparing is for nothing now, and what a cancelled run has written is, too; but a checkpoint
    // that a preempted job writes in its last seconds is what the next attempt starts from.
    if (phase_ == Phase::kPreparing || reason == v1::END_REASON_USER_CANCELLED) {
      transfers_.Cancel();
    }
  }
  supervisor_.Stop(grace);
}

void AttemptRunner::Abandon() {
  {
    MutexLock lock(&mutex_);
    abandoned_ = true;
    changed_.NotifyAll();
  }
  transfers_.Cancel();
  supervisor_.Kill();
}

bool AttemptRunner::over() const {
  MutexLock lock(&mutex_);
  return over_;
}

bool AttemptRunner::abandoned() const {
  MutexLock lock(&mutex_);
  return abandoned_;
}

Spool* AttemptRunner::spool() const {
  MutexLock lock(&mutex_);
  return spool_.get();
}

absl::StatusOr<std::vector<v1::AttemptEvent>> AttemptRunner::EventsAfter(
    int64_t sequence, int64_t max_byte_count) const {
  const Spool* const open = spool();
  if (open == nullptr || abandoned()) return std::vector<v1::AttemptEvent>();
  return open->ReadAfter(sequence, max_byte_count);
}

int64_t AttemptRunner::durable_sequence() const {
  const Spool* const open = spool();
  return open == nullptr ? 0 : open->durable_sequence();
}

void AttemptRunner::Commit(int64_t sequence) {
  if (Spool* const open = spool(); open != nullptr) open->Commit(sequence);
}

google::protobuf::Timestamp AttemptRunner::Now() const {
  const absl::Time now = environment_.clock->Now();
  google::protobuf::Timestamp stamp;
  stamp.set_seconds(absl::ToUnixSeconds(now));
  stamp.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(now - absl::FromUnixSeconds(stamp.seconds()))));
  return stamp;
}

JobListener AttemptRunner::MakeJobListener() {
  JobListener listener;
  listener.on_started = [this] {
    v1::AttemptEvent event;
    *event.mutable_started() = Now();
    spool()->Append(std::move(event));
  };
  listener.on_stopping = [this] {
    v1::AttemptEvent event;
    *event.mutable_stopping() = Now();
    spool()->Append(std::move(event));
  };
  listener.on_log = [this](std::string_view bytes) {
    v1::AttemptEvent event;
    event.mutable_log()->set_offset(log_offset_);
    event.mutable_log()->set_data(std::string(bytes));
    log_offset_ += static_cast<int64_t>(bytes.size());
    spool()->Append(std::move(event));
  };
  listener.on_event = [this](v1::JobEvent event) { OnJobEvent(std::move(event)); };
  listener.has_room = [this] { return spool()->HasRoom(); };
  return listener;
}

UploadListener AttemptRunner::MakeUploadListener() {
  UploadListener listener;
  listener.on_artifact = [this](const v1::ArtifactReady& artifact) {
    v1::AttemptEvent event;
    *event.mutable_artifact()->mutable_artifact() = artifact;
    spool()->Append(std::move(event));
  };
  listener.on_checkpoint = [this](int64_t step, const std::vector<v1::ArtifactReady>& files) {
    v1::AttemptEvent event;
    event.mutable_checkpoint()->set_step(step);
    event.mutable_checkpoint()->mutable_files()->Assign(files.begin(), files.end());
    spool()->Append(std::move(event));
  };
  listener.on_fault = [this](const Fault& fault) { OnFault(fault); };
  return listener;
}

void AttemptRunner::OnFault(Fault fault) {
  {
    MutexLock lock(&mutex_);
    if (!fault_.has_value()) fault_ = std::move(fault);
  }
  supervisor_.Stop(kFaultGrace);
}

void AttemptRunner::OnJobEvent(v1::JobEvent event) {
  const v1::JobEvent said = event;
  v1::AttemptEvent spooled;
  *spooled.mutable_job() = std::move(event);
  spool()->Append(std::move(spooled));
  switch (said.kind_case()) {
    case v1::JobEvent::kArtifact:
      announced_paths_.insert(said.artifact().path());
      uploader_->AddArtifact(said.artifact());
      break;
    case v1::JobEvent::kCheckpoint:
      uploader_->AddCheckpoint(said.checkpoint().step());
      break;
    case v1::JobEvent::kResult:
      facts_.has_result = true;
      for (const std::string& path : said.result().typed_paths()) {
        if (announced_paths_.contains(path)) continue;
        OnFault({v1::END_REASON_JOB_ERROR,
                 fmt::format("the job's result names a file it has not announced: {}", path)});
      }
      break;
    case v1::JobEvent::kFailed:
      facts_.failed = said.failed();
      break;
    default:
      break;
  }
}

bool AttemptRunner::OpenSpool() {
  absl::Status status = folder_.Create();
  if (status.ok()) {
    SpoolListener listener;
    listener.on_change = [this] {
      {
        MutexLock lock(&mutex_);
        changed_.NotifyAll();
      }
      supervisor_.Wake();
      on_change_();
    };
    listener.on_error = [this](const absl::Status& error) { OnFault(FaultOf(error)); };
    absl::StatusOr<std::unique_ptr<Spool>> opened =
        Spool::Open(folder_.SpoolPath(), std::move(listener));
    status = opened.status();
    if (opened.ok()) {
      MutexLock lock(&mutex_);
      spool_ = *std::move(opened);
      return true;
    }
  }
  // Nothing can be reported without a spool: the coordinator takes the attempt for lost, since it
  // is no longer among those held, and starts it again.
  Log(Level::kError, "cannot open a job directory; the attempt is given up",
      {{"run", id_.run_number}, {"attempt", id_.attempt}, {"error", status}});
  return false;
}

std::variant<LaunchPlan, Fault> AttemptRunner::Prepare() {
  v1::AttemptEvent preparing;
  *preparing.mutable_preparing() = Now();
  spool()->Append(std::move(preparing));
  std::variant<LaunchPlan, Fault> planned = PlanLaunch(lease_.job_spec(), environment_.resources);
  const auto* const plan = std::get_if<LaunchPlan>(&planned);
  if (plan == nullptr) return planned;
  const absl::Status filled = folder_.Fill(plan->spec, lease_, environment_.cache, &transfers_);
  if (!filled.ok()) return FaultOf(filled);
  return planned;
}

bool AttemptRunner::EnterRunning() {
  MutexLock lock(&mutex_);
  phase_ = Phase::kRunning;
  return stop_reason_ == v1::END_REASON_UNSPECIFIED && !abandoned_ && !fault_.has_value();
}

void AttemptRunner::RunJob(const LaunchPlan& plan) {
  ArtifactUploader uploader(&folder_, environment_.blobs, &transfers_, MakeUploadListener());
  uploader_ = &uploader;
  JobProcess::Options options;
  options.program = plan.program;
  options.arguments = {"job", folder_.dir()};
  options.working_directory = folder_.dir();
  options.lock_path = folder_.LockPath();
  options.pid_path = folder_.PidPath();
  const int64_t oom_kill_count = environment_.oom_kill_count();
  const absl::StatusOr<JobSupervisor::Outcome> outcome = supervisor_.Run(std::move(options));
  facts_.system_killed_for_memory = environment_.oom_kill_count() > oom_kill_count;
  if (!outcome.ok()) {
    OnFault(FaultOf(outcome.status()));
    return;
  }
  facts_.exit = outcome->exit;
  if (!outcome->event_stream.ok()) {
    OnFault({v1::END_REASON_JOB_ERROR, std::string(outcome->event_stream.message())});
  }
  uploader.Finish();
}

void AttemptRunner::ReportEnd() {
  {
    MutexLock lock(&mutex_);
    facts_.stop_reason = stop_reason_;
    facts_.fault = fault_;
  }
  v1::AttemptEvent event;
  *event.mutable_ended() = DecideEnd(facts_);
  *event.mutable_ended()->mutable_time() = Now();
  Log(Level::kInfo, "attempt ended",
      {{"run", id_.run_number},
       {"attempt", id_.attempt},
       {"reason", v1::EndReason_Name(event.ended().reason())},
       {"exit_code", event.ended().exit_code()},
       {"signal", event.ended().signal()}});
  if (event.ended().reason() == v1::END_REASON_DISK_FULL) folder_.DeleteContents();
  const int64_t end_sequence = spool()->Append(std::move(event));
  MutexLock lock(&mutex_);
  while (!abandoned_ && spool_->committed_sequence() < end_sequence) changed_.Wait(&mutex_);
}

void AttemptRunner::CleanUp() {
  if (Spool* const open = spool(); open != nullptr) open->Close();
  if (const absl::Status status = folder_.Delete(); !status.ok()) {
    Log(Level::kWarning, "a job directory is left behind", {{"error", status}});
  }
  {
    MutexLock lock(&mutex_);
    over_ = true;
  }
  on_change_();
}

void AttemptRunner::Run() {
  if (OpenSpool()) {
    const std::variant<LaunchPlan, Fault> prepared = Prepare();
    if (const auto* const fault = std::get_if<Fault>(&prepared)) {
      OnFault(*fault);
    } else if (EnterRunning()) {
      RunJob(std::get<LaunchPlan>(prepared));
    }
    if (!abandoned()) ReportEnd();
  } else {
    MutexLock lock(&mutex_);
    abandoned_ = true;
  }
  CleanUp();
}

}  // namespace pecg
