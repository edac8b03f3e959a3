#include "server/rpc/worker_session.h"

#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "base/log.h"
#include "base/status.h"
#include "server/queue/worker_link.h"
#include "server/rpc/convert.h"
#include "server/rpc/lease_builder.h"
#include "server/rpc/status.h"
#include "server/rpc/strand.h"
#include "server/rpc/tsan.h"

namespace pecg {
namespace {

constexpr const char* kMethod = "/pecg.v1.WorkerService/Session";

/// Why an attempt fails whose lease cannot be put together.
EndReason ReasonOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kResourceExhausted:
      return EndReason::kDiskFull;
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kFailedPrecondition:
      return EndReason::kDataMissing;
    default:
      return EndReason::kJobError;
  }
}

/// One message to the worker; its place in the line is taken before it is ready.
struct Letter {
  bool is_ready = false;
  bool is_dropped = false;
  v1::SessionResponse message;
};

/// One session. The callbacks of gRPC and of the queue post to the strand, where everything else
/// happens: the next message is read when the last one has been dealt with.
class WorkerSession final : public grpc::ServerBidiReactor<v1::SessionRequest, v1::SessionResponse>,
                            public WorkerLink,
                            public std::enable_shared_from_this<WorkerSession> {
 public:
  WorkerSession(const ServiceParts& parts, grpc::CallbackServerContext* context)
      : parts_(parts), context_(context), strand_(parts.answerer->executor()) {}

  void Start(const absl::Status& admission) {
    self_ = shared_from_this();
    Post([this, admission] { admission.ok() ? ReadNext() : End(admission); });
  }

  // The queue's side.
  void SendLease(const AttemptKey& key) override {
    auto letter = std::make_shared<Letter>();
    Post([this, letter] { outbox_.push_back(letter); });
    parts_.answerer->executor()->Post(
        [self = shared_from_this(), key, letter] { self->BuildLease(key, letter); });
  }
  void SendStop(const AttemptKey& key, EndReason reason, absl::Duration grace) override {
    v1::SessionResponse response;
    *response.mutable_stop()->mutable_attempt() = ToMessage(key);
    response.mutable_stop()->set_reason(static_cast<v1::EndReason>(reason));
    *response.mutable_stop()->mutable_grace() = ToDurationMessage(grace);
    Send(std::move(response));
  }
  void SendLeaseLost(const AttemptKey& key) override {
    v1::SessionResponse response;
    *response.mutable_lease_lost() = ToMessage(key);
    Send(std::move(response));
  }
  void SendCommitted(const AttemptKey& key, int64_t sequence) override {
    v1::SessionResponse response;
    *response.mutable_committed()->mutable_attempt() = ToMessage(key);
    response.mutable_committed()->set_sequence(sequence);
    Send(std::move(response));
  }
  void Close(absl::Status reason) override {
    Post([this, reason = std::move(reason)] {
      if (!has_ended_ && is_writing_) context_->TryCancel();  // It may never be written.
      End(reason);
    });
  }

  // gRPC's side.
  void OnReadDone(bool ok) override {
    PECG_TSAN_ACQUIRE(this);
    Post([this, ok] {
      if (!ok) return End(absl::OkStatus());  // The worker has nothing more to say.
      const absl::Status status = RunGuarded(kMethod, [&] { return Handle(request_); });
      status.ok() ? ReadNext() : End(status);
    });
  }
  void OnWriteDone(bool ok) override {
    PECG_TSAN_ACQUIRE(this);
    Post([this, ok] {
      is_writing_ = false;
      outbox_.pop_front();
      ok ? WriteNext() : End(absl::CancelledError("the worker is gone"));
    });
  }
  void OnCancel() override {
    Post([this] { End(absl::CancelledError("the worker is gone")); });
  }
  void OnDone() override {
    PECG_TSAN_ACQUIRE(this);
    Post([this] {
      if (!worker_.empty()) parts_.queue->Leave(worker_, this);
    });
    self_.reset();
  }

 private:
  template <typename Task>
  void Post(Task task) {
    strand_.Post([self = shared_from_this(), task = std::move(task)]() mutable { task(); });
  }

  void Send(v1::SessionResponse response) {
    auto letter = std::make_shared<Letter>();
    letter->is_ready = true;
    letter->message = std::move(response);
    Post([this, letter = std::move(letter)] {
      outbox_.push_back(letter);
      WriteNext();
    });
  }

  /// On any thread of the executor, not on the strand: it may take a while.
  void BuildLease(const AttemptKey& key, const std::shared_ptr<Letter>& letter) {
    v1::SessionResponse response;
    const absl::Status status = RunGuarded(kMethod, [&]() -> absl::Status {
      PECG_ASSIGN_OR_RETURN(*response.mutable_lease(), parts_.lease_builder->Build(key));
      return absl::OkStatus();
    });
    if (!status.ok() && !absl::IsAborted(status)) {
      parts_.queue->FailAttempt(key, ReasonOf(status), std::string(status.message()));
    }
    Post([this, letter, is_good = status.ok(), response = std::move(response)]() mutable {
      letter->message = std::move(response);
      letter->is_dropped = !is_good;
      letter->is_ready = true;
      WriteNext();
    });
  }

  absl::Status Handle(const v1::SessionRequest& request) {
    if (worker_.empty() != request.has_hello()) {
      return InvalidArgument("a session begins with one hello");
    }
    switch (request.kind_case()) {
      case v1::SessionRequest::kHello:
        return HandleHello(request.hello());
      case v1::SessionRequest::kHeartbeat: {
        PECG_ASSIGN_OR_RETURN(const Heartbeat heartbeat, FromMessage(request.heartbeat()));
        parts_.queue->Beat(worker_, this, heartbeat);
        return absl::OkStatus();
      }
      case v1::SessionRequest::kEvents:
        return HandleEvents(request.events());
      case v1::SessionRequest::KIND_NOT_SET:
        break;
    }
    return InvalidArgument("a message of the session says nothing this coordinator knows");
  }

  absl::Status HandleEvents(const v1::AttemptEvents& events) {
    const absl::StatusOr<SpooledBatch> batch = FromMessage(events);
    if (batch.ok()) return parts_.queue->Store(worker_, this, *batch);
    // Sent again it would be no better: the attempt ends, not the session.
    PECG_ASSIGN_OR_RETURN(const AttemptKey key, FromMessage(events.attempt()));
    parts_.queue->FailAttempt(key, EndReason::kJobError, std::string(batch.status().message()));
    return absl::OkStatus();
  }

  absl::Status HandleHello(const v1::WorkerHello& message) {
    PECG_ASSIGN_OR_RETURN(const Hello hello, FromMessage(message));
    PECG_ASSIGN_OR_RETURN(const Welcome welcome, parts_.queue->Arrive(hello, shared_from_this()));
    worker_ = hello.worker;
    Log(Level::kInfo, "worker arrived",
        {{"worker", worker_}, {"kept", welcome.kept.size()}, {"code", hello.code_version}});
    // Before whatever the queue has sent meanwhile: its posts wait behind this task.
    auto letter = std::make_shared<Letter>();
    letter->is_ready = true;
    *letter->message.mutable_welcome() = ToMessage(welcome);
    outbox_.push_front(std::move(letter));
    WriteNext();
    return absl::OkStatus();
  }

  void ReadNext() {
    if (has_ended_) return;
    PECG_TSAN_RELEASE(this);
    StartRead(&request_);
  }

  void WriteNext() {
    while (!is_writing_ && !outbox_.empty() && outbox_.front()->is_dropped) outbox_.pop_front();
    if (has_ended_ || is_writing_ || outbox_.empty() || !outbox_.front()->is_ready) return;
    is_writing_ = true;
    PECG_TSAN_RELEASE(this);
    StartWrite(&outbox_.front()->message);
  }

  void End(const absl::Status& status) {
    if (std::exchange(has_ended_, true)) return;
    PECG_TSAN_RELEASE(this);
    Finish(ToGrpcStatus(status));
  }

  const ServiceParts parts_;
  grpc::CallbackServerContext* const context_;
  Strand strand_;
  std::shared_ptr<WorkerSession> self_;  ///< Until gRPC is done.
  v1::SessionRequest request_;           ///< Of gRPC while it reads, else of the strand.

  // Of the strand.
  std::string worker_;                          ///< Empty before the hello.
  std::deque<std::shared_ptr<Letter>> outbox_;  ///< Its front is being written if is_writing_.
  bool is_writing_ = false;
  bool has_ended_ = false;
};

}  // namespace

grpc::ServerBidiReactor<v1::SessionRequest, v1::SessionResponse>* StartWorkerSession(
    const ServiceParts& parts, const absl::Status& admission,
    grpc::CallbackServerContext* context) {
  const auto session = std::make_shared<WorkerSession>(parts, context);
  session->Start(admission);
  return session.get();
}

}  // namespace pecg
