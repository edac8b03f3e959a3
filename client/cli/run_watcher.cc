#include "client/cli/run_watcher.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace pecg {
namespace {

/// A stream is opened anew after this long, so that a half-open connection (a suspended laptop, a
/// dead tunnel) is noticed.
constexpr absl::Duration kStreamLife = absl::Minutes(2);
constexpr absl::Duration kFirstPause = absl::Milliseconds(100);
constexpr absl::Duration kLongestPause = absl::Seconds(2);

/// Whether another try may help.
bool MayRecover(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::NOT_FOUND:
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::UNAUTHENTICATED:
    case grpc::StatusCode::PERMISSION_DENIED:
    case grpc::StatusCode::UNIMPLEMENTED:
    case grpc::StatusCode::FAILED_PRECONDITION:
    case grpc::StatusCode::OUT_OF_RANGE:
    case grpc::StatusCode::DATA_LOSS:
      return false;
    default:
      return true;
  }
}

}  // namespace

RunWatcher::RunWatcher(Coordinator* coordinator, Options options, Callbacks callbacks)
    : coordinator_(coordinator),
      options_(std::move(options)),
      callbacks_(std::move(callbacks)),
      last_sequence_(options_.after_sequence) {}

absl::StatusOr<RunWatcher::Outcome> RunWatcher::Watch() {
  const absl::Time end = absl::Now() + options_.timeout;
  absl::Duration pause = kFirstPause;
  while (!IsStopped()) {
    std::optional<v1::Run> terminal;
    const int64_t before = last_sequence_;
    const absl::Time deadline = std::min(end, absl::Now() + kStreamLife);
    const grpc::Status status = WatchOnce(deadline, &terminal);
    if (terminal.has_value()) return Outcome{Outcome::End::kTerminal, terminal, last_sequence_};
    if (absl::Now() >= end) return Outcome{Outcome::End::kTimedOut, {}, last_sequence_};
    if (IsStopped()) break;
    if (!MayRecover(status.error_code())) return coordinator_->ToStatus(status);
    const bool was_alive = last_sequence_ != before;
    if (was_alive) pause = kFirstPause;
    if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) continue;
    if (!is_lost_ && callbacks_.on_lost) {
      callbacks_.on_lost(status.ok() ? absl::UnavailableError("the stream ended early")
                                     : coordinator_->ToStatus(status));
    }
    is_lost_ = true;
    if (!Pause(std::min(pause, end - absl::Now()))) break;
    pause = std::min(pause * 2, kLongestPause);
  }
  return Outcome{Outcome::End::kStopped, {}, last_sequence_};
}

grpc::Status RunWatcher::WatchOnce(absl::Time deadline, std::optional<v1::Run>* terminal) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(deadline));
  {
    const MutexLock lock(&mutex_);
    if (is_stopped_) return grpc::Status::CANCELLED;
    context_ = &context;
  }
  v1::WatchRunRequest request;
  request.set_name(options_.run);
  request.set_after_sequence(last_sequence_);
  request.set_include_log(options_.include_log);
  v1::RunService::Stub stub(coordinator_->channel());
  const std::unique_ptr<grpc::ClientReader<v1::WatchRunResponse>> reader =
      stub.WatchRun(&context, request);
  v1::WatchRunResponse response;
  while (!terminal->has_value() && reader->Read(&response)) {
    if (std::exchange(is_lost_, false) && callbacks_.on_found) callbacks_.on_found();
    Take(response, terminal);
  }
  if (terminal->has_value()) context.TryCancel();
  const grpc::Status status = reader->Finish();
  const MutexLock lock(&mutex_);
  context_ = nullptr;
  return status;
}

void RunWatcher::Take(const v1::WatchRunResponse& response, std::optional<v1::Run>* terminal) {
  switch (response.kind_case()) {
    case v1::WatchRunResponse::kEvent:
      if (response.event().sequence() <= last_sequence_) return;
      last_sequence_ = response.event().sequence();
      if (callbacks_.on_event) callbacks_.on_event(response.event());
      return;
    case v1::WatchRunResponse::kBookmark:
      last_sequence_ = std::max(last_sequence_, response.bookmark());
      return;
    case v1::WatchRunResponse::kTerminal:
      *terminal = response.terminal();
      return;
    case v1::WatchRunResponse::KIND_NOT_SET:
      return;  // A kind that a newer coordinator knows.
  }
}

void RunWatcher::Stop() {
  const MutexLock lock(&mutex_);
  is_stopped_ = true;
  if (context_ != nullptr) context_->TryCancel();
  stopped_changed_.NotifyAll();
}

bool RunWatcher::Pause(absl::Duration duration) {
  const absl::Time until = absl::Now() + duration;
  const MutexLock lock(&mutex_);
  while (!is_stopped_) {
    const absl::Duration left = until - absl::Now();
    if (left <= absl::ZeroDuration()) return true;
    stopped_changed_.WaitFor(&mutex_, absl::ToChronoNanoseconds(left));
  }
  return false;
}

bool RunWatcher::IsStopped() {
  const MutexLock lock(&mutex_);
  return is_stopped_;
}

}  // namespace pecg
