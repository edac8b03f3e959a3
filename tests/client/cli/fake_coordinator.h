#ifndef PECG_TESTS_CLIENT_CLI_FAKE_COORDINATOR_H_
#define PECG_TESTS_CLIENT_CLI_FAKE_COORDINATOR_H_

#include <grpcpp/server.h>
#include <grpcpp/server_context.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "pecg/v1/artifact.grpc.pb.h"
#include "pecg/v1/dataset.grpc.pb.h"
#include "pecg/v1/run.grpc.pb.h"
#include "pecg/v1/user.grpc.pb.h"
#include "pecg/v1/worker.grpc.pb.h"

namespace pecg {

/// The events of one run, as a coordinator keeps them: they outlive its restarts. Thread-safe.
class FakeEventLog {
 public:
  void Append(v1::RunEvent event);
  void End(v1::Run terminal);

  /// The events after a sequence number, and the end if it is known.
  std::vector<v1::RunEvent> After(int64_t sequence) const;
  bool HasEnded(v1::Run* terminal) const;

 private:
  mutable Mutex mutex_;
  std::vector<v1::RunEvent> events_ ABSL_GUARDED_BY(mutex_);
  bool has_ended_ ABSL_GUARDED_BY(mutex_) = false;
  v1::Run terminal_ ABSL_GUARDED_BY(mutex_);
};

/// Answers the services the CLI calls from fields that a test sets before Start.
class FakeRunService : public v1::RunService::Service {
 public:
  explicit FakeRunService(FakeEventLog* log) : log_(log) {}

  /// What WatchRun sends: events after the number asked for less `overlap`; the stream ends,
  /// without a terminal, after `stream_size` of them.
  int64_t overlap = 0;
  size_t stream_size = SIZE_MAX;
  /// CreateRun fails with these first, one per call.
  std::vector<grpc::Status> create_failures;
  std::map<std::string, v1::Run> runs;

  std::vector<std::string> RequestIds() const;
  std::vector<int64_t> WatchedFrom() const;
  std::string Authorization() const;

  grpc::Status CreateRun(grpc::ServerContext* context, const v1::CreateRunRequest* request,
                         v1::CreateRunResponse* response) override;
  grpc::Status GetRun(grpc::ServerContext* context, const v1::GetRunRequest* request,
                      v1::GetRunResponse* response) override;
  grpc::Status ListRuns(grpc::ServerContext* context, const v1::ListRunsRequest* request,
                        v1::ListRunsResponse* response) override;
  grpc::Status WatchRun(grpc::ServerContext* context, const v1::WatchRunRequest* request,
                        grpc::ServerWriter<v1::WatchRunResponse>* writer) override;

 private:
  FakeEventLog* const log_;
  mutable Mutex mutex_;
  std::vector<std::string> request_ids_ ABSL_GUARDED_BY(mutex_);
  std::vector<int64_t> watched_from_ ABSL_GUARDED_BY(mutex_);
  std::string authorization_ ABSL_GUARDED_BY(mutex_);
};

/// A server on a Unix socket with the same credentials as the real one.
class FakeServer {
 public:
  FakeServer(const std::string& address, const std::vector<grpc::Service*>& services);
  /// Ends as a killed process does: streams break.
  ~FakeServer();

 private:
  std::unique_ptr<grpc::Server> server_;
};

/// An event with a sequence number and progress, the sequence number also being what is done.
v1::RunEvent ProgressEvent(int64_t sequence);

v1::Run EndedRun(v1::RunState state);

/// A folder of its own below the test's temporary one, short enough for a socket's path.
std::string MakeTestHome();

/// Writes a token into the home folder, readable for its owner alone.
std::string WriteTestToken(const std::string& home);

}  // namespace pecg

#endif  // PECG_TESTS_CLIENT_CLI_FAKE_COORDINATOR_H_
