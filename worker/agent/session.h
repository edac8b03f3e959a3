#ifndef PECG_WORKER_AGENT_SESSION_H_
#define PECG_WORKER_AGENT_SESSION_H_

#include <absl/base/thread_annotations.h>
#include <absl/time/time.h>
#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "pecg/v1/worker.grpc.pb.h"
#include "worker/agent/attempt_table.h"
#include "worker/agent/backoff.h"
#include "worker/agent/session_call.h"

namespace pecg {

/// Keeps the worker's one connection to its coordinator: says hello, sends heartbeats and events,
/// hands leases, commits and stops to the table, and connects again for ever. Run belongs to one
/// thread; the other methods may be called from any.
class Session {
 public:
  /// `hello` without `held` and `datasets`. Pointers are not owned and outlive this.
  Session(const std::shared_ptr<grpc::Channel>& channel, v1::WorkerHello hello, AttemptTable* table,
          const Clock* clock);

  /// Names of the datasets this worker maps; when connected, the coordinator hears of it at once.
  void SetDatasets(std::vector<std::string> datasets);

  /// There may be events to send, or the attempts held have changed.
  void Wake();

  /// Connects and talks until Quit.
  void Run();

  /// Ends Run soon, whatever has not been sent or committed.
  void Quit();

 private:
  /// Where one connection stands.
  struct Connection {
    SessionCall* call;
    bool welcomed = false;
    absl::Duration heartbeat_interval = absl::Seconds(5);
    absl::Duration opened_uptime;
    absl::Duration heartbeat_uptime;  ///< When the last heartbeat was sent.
    v1::WorkerHeartbeat heartbeat;    ///< The last one.
  };

  grpc::Status TalkOnce();
  /// Takes one step; false when the connection is over or is to be given up.
  bool Step(Connection* connection);
  void Handle(const v1::SessionResponse& response, Connection* connection);
  void SendNext(Connection* connection);
  absl::Duration TimeToNextStep(const Connection& connection) const;
  v1::WorkerHello MakeHello() const;
  v1::WorkerHeartbeat MakeHeartbeat() const;
  bool quitting() const;
  void Pause(const grpc::Status& status);

  const std::unique_ptr<v1::WorkerService::Stub> stub_;
  const v1::WorkerHello hello_;
  AttemptTable* const table_;
  const Clock* const clock_;
  SessionMailbox mailbox_;

  mutable Mutex mutex_;
  std::vector<std::string> datasets_ ABSL_GUARDED_BY(mutex_);
  bool quitting_ ABSL_GUARDED_BY(mutex_) = false;

  // Of the thread of Run alone.
  Backoff backoff_;
  grpc::StatusCode logged_code_ = grpc::StatusCode::OK;
};

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_SESSION_H_
