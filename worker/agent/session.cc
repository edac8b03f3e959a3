#include "worker/agent/session.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <random>
#include <utility>

#include "base/log.h"
#include "worker/agent/channel.h"

namespace pecg {
namespace {

constexpr absl::Duration kWelcomePatience = absl::Seconds(10);
constexpr absl::Duration kMaxHeartbeatInterval = absl::Minutes(1);
/// A write that takes longer than this many heartbeat intervals means that the connection is dead,
/// although the network has not noticed.
constexpr int kStuckIntervals = 3;

}  // namespace

Session::Session(const std::shared_ptr<grpc::Channel>& channel, v1::WorkerHello hello,
                 AttemptTable* table, const Clock* clock)
    : stub_(v1::WorkerService::NewStub(channel)),
      hello_(std::move(hello)),
      table_(table),
      clock_(clock),
      backoff_(std::random_device{}()) {}

void Session::SetDatasets(std::vector<std::string> datasets) {
  {
    MutexLock lock(&mutex_);
    datasets_ = std::move(datasets);
  }
  Wake();
}

void Session::Wake() { mailbox_.Notify(); }

void Session::Quit() {
  {
    MutexLock lock(&mutex_);
    quitting_ = true;
  }
  Wake();
}

bool Session::quitting() const {
  MutexLock lock(&mutex_);
  return quitting_;
}

void Session::Run() {
  while (!quitting()) {
    const grpc::Status status = TalkOnce();
    if (!quitting()) Pause(status);
  }
}

void Session::Pause(const grpc::Status& status) {
  // Who was turned away has no reason to hurry.
  const bool refused = status.error_code() == grpc::StatusCode::ABORTED ||
                       status.error_code() == grpc::StatusCode::PERMISSION_DENIED ||
                       status.error_code() == grpc::StatusCode::UNAUTHENTICATED;
  const absl::Duration delay = refused ? Backoff::kLongest : backoff_.Next();
  const bool is_news = status.error_code() != logged_code_;
  logged_code_ = status.error_code();
  Log(is_news ? Level::kWarning : Level::kDebug, "not connected to the coordinator",
      {{"error", ToAbslStatus(status)}, {"next_try_in", delay}});
  const absl::Duration until = clock_->Uptime() + delay;
  while (!quitting() && clock_->Uptime() < until) {
    table_->Empty();
    mailbox_.Wait(until - clock_->Uptime());
  }
}

v1::WorkerHello Session::MakeHello() const {
  v1::WorkerHello hello = hello_;
  for (v1::HeldAttempt& held : table_->Held()) *hello.add_held() = std::move(held);
  MutexLock lock(&mutex_);
  hello.mutable_datasets()->Assign(datasets_.begin(), datasets_.end());
  return hello;
}

v1::WorkerHeartbeat Session::MakeHeartbeat() const {
  v1::WorkerHeartbeat heartbeat;
  for (v1::HeldAttempt& held : table_->Held()) *heartbeat.add_held() = std::move(held);
  heartbeat.set_draining(table_->draining());
  MutexLock lock(&mutex_);
  heartbeat.mutable_datasets()->Assign(datasets_.begin(), datasets_.end());
  return heartbeat;
}

grpc::Status Session::TalkOnce() {
  const v1::WorkerHello hello = MakeHello();
  SessionCall call(stub_.get(), hello, &mailbox_);
  Connection connection;
  connection.call = &call;
  connection.opened_uptime = clock_->Uptime();
  connection.heartbeat_uptime = connection.opened_uptime;
  while (Step(&connection)) mailbox_.Wait(TimeToNextStep(connection));
  return call.Finish();
}

bool Session::Step(Connection* connection) {
  while (std::optional<v1::SessionResponse> response = connection->call->TakeResponse()) {
    Handle(*response, connection);
  }
  table_->Empty();  // Forgets what is over.
  if (quitting() || connection->call->ended()) return false;
  const absl::Duration now = clock_->Uptime();
  if (!connection->welcomed) return now - connection->opened_uptime < kWelcomePatience;
  if (!connection->call->writing()) {
    SendNext(connection);
    return true;
  }
  return now - connection->heartbeat_uptime < kStuckIntervals * connection->heartbeat_interval;
}

absl::Duration Session::TimeToNextStep(const Connection& connection) const {
  const absl::Duration due =
      !connection.welcomed ? connection.opened_uptime + kWelcomePatience
      : connection.call->writing()
          ? connection.heartbeat_uptime + kStuckIntervals * connection.heartbeat_interval
          : connection.heartbeat_uptime + connection.heartbeat_interval;
  return std::max(due - clock_->Uptime(), absl::ZeroDuration());
}

void Session::SendNext(Connection* connection) {
  v1::SessionRequest request;
  v1::WorkerHeartbeat heartbeat = MakeHeartbeat();
  const absl::Duration now = clock_->Uptime();
  const bool is_due = now - connection->heartbeat_uptime >= connection->heartbeat_interval;
  if (is_due ||
      !google::protobuf::util::MessageDifferencer::Equals(heartbeat, connection->heartbeat)) {
    connection->heartbeat = heartbeat;
    connection->heartbeat_uptime = now;
    *request.mutable_heartbeat() = std::move(heartbeat);
  } else if (std::optional<v1::AttemptEvents> events = table_->NextEvents()) {
    *request.mutable_events() = *std::move(events);
  } else {
    return;
  }
  connection->call->Write(std::move(request));
}

void Session::Handle(const v1::SessionResponse& response, Connection* connection) {
  switch (response.kind_case()) {
    case v1::SessionResponse::kWelcome: {
      const v1::SessionWelcome& welcome = response.welcome();
      const absl::Duration interval = absl::Seconds(welcome.heartbeat_interval().seconds()) +
                                      absl::Nanoseconds(welcome.heartbeat_interval().nanos());
      if (interval > absl::ZeroDuration() && interval <= kMaxHeartbeatInterval) {
        connection->heartbeat_interval = interval;
      }
      table_->Adopt({welcome.adopted().begin(), welcome.adopted().end()});
      connection->welcomed = true;
      backoff_.Reset();
      logged_code_ = grpc::StatusCode::OK;
      Log(Level::kInfo, "connected to the coordinator", {{"adopted", welcome.adopted_size()}});
      break;
    }
    case v1::SessionResponse::kLease:
      table_->Start(response.lease());
      break;
    case v1::SessionResponse::kCommitted:
      table_->Commit(response.committed());
      break;
    case v1::SessionResponse::kStop:
      table_->Stop(response.stop());
      break;
    case v1::SessionResponse::kLeaseLost:
      table_->Lose(response.lease_lost());
      break;
    case v1::SessionResponse::KIND_NOT_SET:
      break;  // From a newer coordinator.
  }
}

}  // namespace pecg
