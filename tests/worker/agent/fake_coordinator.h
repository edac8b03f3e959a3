#ifndef PECG_TESTS_WORKER_AGENT_FAKE_COORDINATOR_H_
#define PECG_TESTS_WORKER_AGENT_FAKE_COORDINATOR_H_

#include <grpcpp/grpcpp.h>
#include <grpcpp/security/server_credentials.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/digest/sha256.h"
#include "base/mutex.h"
#include "pecg/v1/artifact.grpc.pb.h"
#include "pecg/v1/worker.grpc.pb.h"
#include "worker/agent/attempt_id.h"

namespace pecg {

/// What a coordinator keeps over its restarts: events by attempt, contents by hash. Takes each
/// event once and complains about gaps. Thread-safe.
class FakeDatabase {
 public:
  /// Returns the sequence that is committed now.
  int64_t Take(const v1::AttemptEvents& message) {
    MutexLock lock(&mutex_);
    std::vector<v1::AttemptEvent>& events = events_[*ParseAttemptId(message.attempt())];
    for (const v1::AttemptEvent& event : message.events()) {
      const auto next = static_cast<int64_t>(events.size()) + 1;
      if (event.sequence() > next) ++gap_count_;
      if (event.sequence() == next) events.push_back(event);
    }
    return static_cast<int64_t>(events.size());
  }
  std::vector<v1::AttemptEvent> Events(const AttemptId& id) const {
    MutexLock lock(&mutex_);
    const auto found = events_.find(id);
    return found == events_.end() ? std::vector<v1::AttemptEvent>() : found->second;
  }
  int gap_count() const {
    MutexLock lock(&mutex_);
    return gap_count_;
  }
  void Put(const std::string& content) {
    MutexLock lock(&mutex_);
    contents_[Sha256Hex(content)] = content;
  }
  std::optional<std::string> Content(const std::string& sha256) const {
    MutexLock lock(&mutex_);
    const auto found = contents_.find(sha256);
    return found == contents_.end() ? std::nullopt : std::optional<std::string>(found->second);
  }

 private:
  mutable Mutex mutex_;
  std::map<AttemptId, std::vector<v1::AttemptEvent>> events_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::string> contents_ ABSL_GUARDED_BY(mutex_);
  int gap_count_ ABSL_GUARDED_BY(mutex_) = 0;
};

/// A coordinator on a Unix socket: destroying it and making another one is a restart. Thread-safe.
class FakeCoordinator : private v1::WorkerService::Service, private v1::ArtifactService::Service {
 public:
  struct Options {
    std::string token = "secret";
    bool commits = true;             ///< Otherwise events are taken, but never acknowledged.
    bool adopts = true;              ///< Otherwise every held attempt is lost.
    int die_after_event_count = -1;  ///< Takes so many messages of events, then ends the session.
  };

  FakeCoordinator(const std::string& socket_path, FakeDatabase* database, Options options)
      : database_(database), options_(std::move(options)) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("unix:" + socket_path,
                             grpc::experimental::LocalServerCredentials(UDS));
    builder.RegisterService(static_cast<v1::WorkerService::Service*>(this));
    builder.RegisterService(static_cast<v1::ArtifactService::Service*>(this));
    server_ = builder.BuildAndStart();
  }
  ~FakeCoordinator() override {
    server_->Shutdown(std::chrono::system_clock::now());
    server_->Wait();
  }
  FakeCoordinator(const FakeCoordinator&) = delete;
  FakeCoordinator& operator=(const FakeCoordinator&) = delete;

  /// Says something to the worker once it has a session.
  void Say(v1::SessionResponse response) {
    MutexLock lock(&mutex_);
    outbox_.push_back(std::move(response));
    Flush();
  }

  std::optional<v1::WorkerHello> hello() const {
    MutexLock lock(&mutex_);
    return hello_;
  }
  v1::WorkerHeartbeat heartbeat() const {
    MutexLock lock(&mutex_);
    return heartbeat_;
  }
  int heartbeat_count() const {
    MutexLock lock(&mutex_);
    return heartbeat_count_;
  }
  int refused_count() const {
    MutexLock lock(&mutex_);
    return refused_count_;
  }

 private:
  using Stream = grpc::ServerReaderWriter<v1::SessionResponse, v1::SessionRequest>;

  bool IsAllowed(const grpc::ServerContext& context) {
    const auto found = context.client_metadata().find("authorization");
    const bool allowed =
        found != context.client_metadata().end() &&
        std::string(found->second.data(), found->second.size()) == "Bearer " + options_.token;
    MutexLock lock(&mutex_);
    refused_count_ += allowed ? 0 : 1;
    return allowed;
  }

  void Flush() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    while (stream_ != nullptr && !outbox_.empty()) {
      stream_->Write(outbox_.front());
      outbox_.pop_front();
    }
  }

  void Welcome(const v1::WorkerHello& hello) {
    v1::SessionResponse response;
    response.mutable_welcome()->mutable_heartbeat_interval()->set_nanos(50'000'000);
    for (const v1::HeldAttempt& held : hello.held()) {
      if (!options_.adopts) continue;
      v1::EventsCommitted* const adopted = response.mutable_welcome()->add_adopted();
      *adopted->mutable_attempt() = held;
      adopted->set_sequence(static_cast<int64_t>(database_->Events(*ParseAttemptId(held)).size()));
    }
    MutexLock lock(&mutex_);
    hello_ = hello;
    stream_->Write(response);
  }

  void Take(const v1::AttemptEvents& events) {
    v1::SessionResponse response;
    *response.mutable_committed()->mutable_attempt() = events.attempt();
    response.mutable_committed()->set_sequence(database_->Take(events));
    MutexLock lock(&mutex_);
    if (options_.commits) stream_->Write(response);
  }

  grpc::Status Session(grpc::ServerContext* context, Stream* stream) override {
    if (!IsAllowed(*context)) return {grpc::StatusCode::PERMISSION_DENIED, "no worker's token"};
    v1::SessionRequest request;
    if (!stream->Read(&request) || !request.has_hello()) {
      return {grpc::StatusCode::INVALID_ARGUMENT, "a session starts with hello"};
    }
    {
      MutexLock lock(&mutex_);
      stream_ = stream;
    }
    Welcome(request.hello());
    {
      MutexLock lock(&mutex_);
      Flush();
    }
    int message_count = 0;
    while (message_count != options_.die_after_event_count && stream->Read(&request)) {
      if (request.has_events()) {
        ++message_count;
        Take(request.events());
      } else if (request.has_heartbeat()) {
        MutexLock lock(&mutex_);
        heartbeat_ = request.heartbeat();
        ++heartbeat_count_;
      }
    }
    MutexLock lock(&mutex_);
    stream_ = nullptr;
    return {grpc::StatusCode::UNAVAILABLE, "the coordinator goes away"};
  }

  grpc::Status ReadArtifact(grpc::ServerContext* context, const v1::ReadArtifactRequest* request,
                            grpc::ServerWriter<v1::ReadArtifactResponse>* writer) override {
    if (!IsAllowed(*context)) return {grpc::StatusCode::PERMISSION_DENIED, "no worker's token"};
    const auto content = database_->Content(request->name().substr(6));
    if (!content.has_value()) return {grpc::StatusCode::NOT_FOUND, "no such content"};
    v1::ReadArtifactResponse response;
    for (size_t at = static_cast<size_t>(request->offset()); at < content->size(); at += 1000) {
      response.set_data(content->substr(at, 1000));
      writer->Write(response);
    }
    return grpc::Status::OK;
  }

  grpc::Status WriteArtifact(grpc::ServerContext* context,
                             grpc::ServerReader<v1::WriteArtifactRequest>* reader,
                             v1::WriteArtifactResponse* /*response*/) override {
    if (!IsAllowed(*context)) return {grpc::StatusCode::PERMISSION_DENIED, "no worker's token"};
    v1::WriteArtifactRequest request;
    if (!reader->Read(&request)) return {grpc::StatusCode::INVALID_ARGUMENT, "nothing"};
    const std::string sha256 = request.sha256();
    if (database_->Content(sha256).has_value()) return grpc::Status::OK;
    std::string content = request.data();
    while (reader->Read(&request)) content += request.data();
    if (Sha256Hex(content) != sha256) return {grpc::StatusCode::DATA_LOSS, "another content"};
    database_->Put(content);
    return grpc::Status::OK;
  }

  FakeDatabase* const database_;
  const Options options_;
  mutable Mutex mutex_;
  Stream* stream_ ABSL_GUARDED_BY(mutex_) = nullptr;
  std::deque<v1::SessionResponse> outbox_ ABSL_GUARDED_BY(mutex_);
  std::optional<v1::WorkerHello> hello_ ABSL_GUARDED_BY(mutex_);
  v1::WorkerHeartbeat heartbeat_ ABSL_GUARDED_BY(mutex_);
  int heartbeat_count_ ABSL_GUARDED_BY(mutex_) = 0;
  int refused_count_ ABSL_GUARDED_BY(mutex_) = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace pecg

#endif  // PECG_TESTS_WORKER_AGENT_FAKE_COORDINATOR_H_
