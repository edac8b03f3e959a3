#ifndef PECG_TESTS_SERVER_RPC_FAKE_WORKER_H_
#define PECG_TESTS_SERVER_RPC_FAKE_WORKER_H_

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/digest/sha256.h"
#include "pecg/v1/artifact.grpc.pb.h"
#include "pecg/v1/worker.grpc.pb.h"
#include "tests/server/rpc/running_server.h"

namespace pecg {

/// A worker without jobs: it says over the session what a test makes it say.
class FakeWorker {
 public:
  FakeWorker(const std::string& address, const std::string& token,
             const std::string& process = "process 1", std::vector<v1::HeldAttempt> held = {})
      : channel_(ChannelTo(address, token)),
        stub_(v1::WorkerService::NewStub(channel_)),
        context_(PatientContext()),
        stream_(stub_->Session(context_.get())) {
    v1::SessionRequest request;
    v1::WorkerHello* hello = request.mutable_hello();
    hello->set_worker("mac-1");
    hello->set_process_uid(process);
    hello->add_datasets("demo");
    v1::WorkerDevice* device = hello->add_devices();
    device->set_name("cpu");
    device->set_kind(v1::DEVICE_CPU);
    for (v1::HeldAttempt& attempt : held) *hello->add_held() = std::move(attempt);
    stream_->Write(request);
    welcome_ = Next().welcome();
  }
  ~FakeWorker() { Leave(); }

  /// The next message; empty when the session has ended.
  v1::SessionResponse Next() {
    v1::SessionResponse response;
    if (!stream_->Read(&response)) response.Clear();
    return response;
  }

  /// The next lease; messages before it are dropped.
  v1::Lease NextLease() {
    for (;;) {
      const v1::SessionResponse response = Next();
      if (response.has_lease()) return response.lease();
      if (response.kind_case() == v1::SessionResponse::KIND_NOT_SET) {
        ADD_FAILURE() << "the session ended";
        return {};
      }
    }
  }

  /// Sends an event of the attempt and waits until it is committed.
  void Report(const v1::HeldAttempt& attempt, v1::AttemptEvent event) {
    const int64_t sequence = ++sequences_[attempt.fence()];
    event.set_sequence(sequence);
    v1::SessionRequest request;
    *request.mutable_events()->mutable_attempt() = attempt;
    *request.mutable_events()->add_events() = std::move(event);
    stream_->Write(request);
    for (;;) {
      const v1::SessionResponse response = Next();
      if (response.has_committed()) {
        EXPECT_EQ(response.committed().sequence(), sequence);
        return;
      }
      if (response.kind_case() == v1::SessionResponse::KIND_NOT_SET || response.has_lease_lost()) {
        ADD_FAILURE() << "not committed: " << response.ShortDebugString();
        return;
      }
    }
  }
  void ReportStarted(const v1::HeldAttempt& attempt) {
    v1::AttemptEvent event;
    event.mutable_started()->set_seconds(1'800'000'000);
    Report(attempt, std::move(event));
  }
  void ReportLog(const v1::HeldAttempt& attempt, int64_t offset, const std::string& text) {
    v1::AttemptEvent event;
    event.mutable_log()->set_offset(offset);
    event.mutable_log()->set_data(text);
    Report(attempt, std::move(event));
  }
  void ReportPoint(const v1::HeldAttempt& attempt, const std::string& key, int64_t step,
                   double value) {
    v1::AttemptEvent event;
    v1::MetricPoint* point = event.mutable_job()->mutable_metrics()->add_points();
    point->set_key(key);
    point->set_step(step);
    point->set_value(value);
    Report(attempt, std::move(event));
  }
  void ReportEnd(const v1::HeldAttempt& attempt, v1::EndReason reason) {
    v1::AttemptEvent event;
    event.mutable_ended()->set_reason(reason);
    Report(attempt, std::move(event));
  }

  /// Uploads a file and reports it as an artifact.
  void Deliver(const v1::HeldAttempt& attempt, const std::string& path, const std::string& type,
               const std::string& content) {
    const grpc::Status status = Upload(content);
    EXPECT_TRUE(status.ok()) << status.error_message();
    v1::AttemptEvent event;
    v1::ArtifactReady* ready = event.mutable_artifact()->mutable_artifact();
    ready->set_path(path);
    ready->set_type(type);
    ready->set_sha256(Sha256Hex(content));
    ready->set_size_bytes(static_cast<int64_t>(content.size()));
    Report(attempt, std::move(event));
  }

  grpc::Status Upload(const std::string& content) {
    const auto stub = v1::ArtifactService::NewStub(channel_);
    const auto context = PatientContext();
    v1::WriteArtifactResponse response;
    const auto writer = stub->WriteArtifact(context.get(), &response);
    constexpr size_t kPiece = 100'000;
    for (size_t at = 0; at == 0 || at < content.size(); at += kPiece) {
      v1::WriteArtifactRequest request;
      if (at == 0) {
        request.set_sha256(Sha256Hex(content));
        request.set_size_bytes(static_cast<int64_t>(content.size()));
      }
      request.set_data(content.substr(at, kPiece));
      if (!writer->Write(request)) break;
    }
    writer->WritesDone();
    return writer->Finish();
  }

  std::string Download(const v1::BlobRef& blob) {
    const auto stub = v1::ArtifactService::NewStub(channel_);
    const auto context = PatientContext();
    v1::ReadArtifactRequest request;
    request.set_name("blobs/" + blob.sha256());
    const auto reader = stub->ReadArtifact(context.get(), request);
    std::string content;
    v1::ReadArtifactResponse response;
    while (reader->Read(&response)) content += response.data();
    EXPECT_TRUE(reader->Finish().ok());
    EXPECT_EQ(Sha256Hex(content), blob.sha256());
    return content;
  }

  /// Ends the session; returns its status.
  grpc::Status Leave() {
    if (stream_ == nullptr) return grpc::Status::OK;
    stream_->WritesDone();
    v1::SessionResponse response;
    while (stream_->Read(&response)) {
    }
    const grpc::Status status = stream_->Finish();
    stream_.reset();
    return status;
  }

  const v1::SessionWelcome& welcome() const { return welcome_; }

 private:
  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<v1::WorkerService::Stub> stub_;
  const std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::SessionRequest, v1::SessionResponse>> stream_;
  v1::SessionWelcome welcome_;
  std::map<int64_t, int64_t> sequences_;  ///< By fence.
};

}  // namespace pecg

#endif  // PECG_TESTS_SERVER_RPC_FAKE_WORKER_H_
