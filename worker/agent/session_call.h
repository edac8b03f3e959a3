#ifndef PECG_WORKER_AGENT_SESSION_CALL_H_
#define PECG_WORKER_AGENT_SESSION_CALL_H_

#include <absl/base/thread_annotations.h>
#include <absl/time/time.h>
#include <grpcpp/grpcpp.h>

#include <optional>

#include "base/mutex.h"
#include "pecg/v1/worker.grpc.pb.h"

namespace pecg {

/// Where gRPC's threads wake the session's. Thread-safe.
class SessionMailbox {
 public:
  void Notify();

  /// Returns after a Notify since the last return, or after `patience`.
  void Wait(absl::Duration patience);

 private:
  Mutex mutex_;
  CondVar changed_;
  bool notified_ ABSL_GUARDED_BY(mutex_) = false;
};

/// One WorkerService.Session call: keeps one read and at most one write in flight, so that gRPC's
/// threads never block and the session's thread never waits for the network. Methods belong to one
/// thread, the session's; each change is told to the mailbox.
class SessionCall : private grpc::ClientBidiReactor<v1::SessionRequest, v1::SessionResponse> {
 public:
  /// Opens the call with `hello` as its first message. `mailbox` is not owned and outlives this.
  SessionCall(v1::WorkerService::Stub* stub, const v1::WorkerHello& hello, SessionMailbox* mailbox);

  /// Cancels the call unless it is over, and waits until gRPC is done with it.
  ~SessionCall() override;
  SessionCall(const SessionCall&) = delete;
  SessionCall& operator=(const SessionCall&) = delete;

  /// True while a Write is in flight.
  bool writing() const;

  /// Sends a message; only when none is in flight.
  void Write(v1::SessionRequest request);

  /// Takes the message that has arrived, if one has.
  std::optional<v1::SessionResponse> TakeResponse();

  /// True when the stream has ended or broken; nothing more arrives.
  bool ended() const;

  /// Ends the call and returns how it ended. Call it once.
  grpc::Status Finish();

 private:
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

  SessionMailbox* const mailbox_;
  grpc::ClientContext context_;
  v1::SessionRequest request_;    // In flight while writing_.
  v1::SessionResponse response_;  // gRPC's until response_ready_.

  mutable Mutex mutex_;
  CondVar done_changed_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool response_ready_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool released_ = false;  // The session's hold on the call was given up.
  std::optional<grpc::Status> done_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_SESSION_CALL_H_
