#include "tests/client/cli/fake_coordinator.h"

#include <absl/time/clock.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <thread>
#include <utility>

#include "base/file.h"
#include "base/ids.h"

namespace pecg {

void FakeEventLog::Append(v1::RunEvent event) {
  const MutexLock lock(&mutex_);
  events_.push_back(std::move(event));
}

void FakeEventLog::End(v1::Run terminal) {
  const MutexLock lock(&mutex_);
  has_ended_ = true;
  terminal_ = std::move(terminal);
}

std::vector<v1::RunEvent> FakeEventLog::After(int64_t sequence) const {
  const MutexLock lock(&mutex_);
  std::vector<v1::RunEvent> after;
  for (const v1::RunEvent& event : events_) {
    if (event.sequence() > sequence) after.push_back(event);
  }
  return after;
}

bool FakeEventLog::HasEnded(v1::Run* terminal) const {
  const MutexLock lock(&mutex_);
  *terminal = terminal_;
  return has_ended_;
}

std::vector<std::string> FakeRunService::RequestIds() const {
  const MutexLock lock(&mutex_);
  return request_ids_;
}

std::vector<int64_t> FakeRunService::WatchedFrom() const {
  const MutexLock lock(&mutex_);
  return watched_from_;
}

std::string FakeRunService::Authorization() const {
  const MutexLock lock(&mutex_);
  return authorization_;
}

grpc::Status FakeRunService::CreateRun(grpc::ServerContext* /*context*/,
                                       const v1::CreateRunRequest* request,
                                       v1::CreateRunResponse* response) {
  *response->mutable_run()->mutable_spec() = request->spec();
  if (request->validate_only()) return grpc::Status::OK;
  const MutexLock lock(&mutex_);
  request_ids_.push_back(request->request_id());
  if (!create_failures.empty()) {
    const grpc::Status failure = create_failures.front();
    create_failures.erase(create_failures.begin());
    return failure;
  }
  response->mutable_run()->set_name("runs/7");
  response->mutable_run()->set_state(v1::RUN_STATE_PENDING);
  return grpc::Status::OK;
}

grpc::Status FakeRunService::GetRun(grpc::ServerContext* context, const v1::GetRunRequest* request,
                                    v1::GetRunResponse* response) {
  const MutexLock lock(&mutex_);
  const auto header = context->client_metadata().find("authorization");
  if (header != context->client_metadata().end()) {
    authorization_.assign(header->second.data(), header->second.size());
  }
  const auto run = runs.find(request->name());
  if (run == runs.end()) {
    return {grpc::StatusCode::NOT_FOUND, "run not found: " + request->name()};
  }
  *response->mutable_run() = run->second;
  return grpc::Status::OK;
}

grpc::Status FakeRunService::ListRuns(grpc::ServerContext* /*context*/,
                                      const v1::ListRunsRequest* request,
                                      v1::ListRunsResponse* response) {
  // One run per page, to see that the client turns them.
  auto run = request->page_token().empty() ? runs.begin() : runs.find(request->page_token());
  if (run == runs.end()) return grpc::Status::OK;
  *response->add_runs() = run->second;
  if (++run != runs.end()) response->set_next_page_token(run->first);
  return grpc::Status::OK;
}

grpc::Status FakeRunService::WatchRun(grpc::ServerContext* context,
                                      const v1::WatchRunRequest* request,
                                      grpc::ServerWriter<v1::WatchRunResponse>* writer) {
  {
    const MutexLock lock(&mutex_);
    watched_from_.push_back(request->after_sequence());
  }
  int64_t sent = request->after_sequence() - overlap;
  size_t count = 0;
  while (!context->IsCancelled()) {
    v1::Run terminal;
    const bool has_ended = log_->HasEnded(&terminal);
    for (const v1::RunEvent& event : log_->After(sent)) {
      if (count++ == stream_size) return grpc::Status::OK;
      v1::WatchRunResponse response;
      *response.mutable_event() = event;
      if (!writer->Write(response)) return grpc::Status::CANCELLED;
      sent = event.sequence();
    }
    if (has_ended) {
      v1::WatchRunResponse response;
      *response.mutable_terminal() = terminal;
      writer->Write(response);
      return grpc::Status::OK;
    }
    v1::WatchRunResponse bookmark;
    bookmark.set_bookmark(sent);
    if (!writer->Write(bookmark)) return grpc::Status::CANCELLED;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));  // A poll of the log, not a wait.
  }
  return grpc::Status::CANCELLED;
}

FakeServer::FakeServer(const std::string& address, const std::vector<grpc::Service*>& services) {
  const bool is_socket = address.rfind("unix:", 0) == 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(address,
                           grpc::experimental::LocalServerCredentials(is_socket ? UDS : LOCAL_TCP));
  for (grpc::Service* service : services) builder.RegisterService(service);
  server_ = builder.BuildAndStart();
  EXPECT_NE(server_, nullptr) << address;
}

FakeServer::~FakeServer() {
  server_->Shutdown(std::chrono::system_clock::now());
  server_->Wait();
}

v1::RunEvent ProgressEvent(int64_t sequence) {
  v1::RunEvent event;
  event.set_sequence(sequence);
  event.set_run("runs/7");
  event.mutable_create_time()->set_seconds(1'795'366'800 + sequence);
  event.mutable_progress()->set_unit("epochs");
  event.mutable_progress()->set_done(sequence);
  event.mutable_progress()->set_total(100);
  return event;
}

v1::Run EndedRun(v1::RunState state) {
  v1::Run run;
  run.set_name("runs/7");
  run.set_state(state);
  return run;
}

std::string MakeTestHome() {
  std::string home = "/tmp/pecg-cli-XXXXXX";
  EXPECT_NE(mkdtemp(home.data()), nullptr);
  return home;
}

std::string WriteTestToken(const std::string& home) {
  const std::string token = NewToken();
  EXPECT_TRUE(WriteFileAtomically(home + "/token", token + "\n", 0600).ok());
  return token;
}

}  // namespace pecg
