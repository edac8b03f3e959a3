#ifndef PECG_SERVER_RPC_RUN_SERVICE_H_
#define PECG_SERVER_RPC_RUN_SERVICE_H_

#include "pecg/v1/run.grpc.pb.h"
#include "server/rpc/service_parts.h"

namespace pecg {

/// The door to runs; what each call does stands in run.proto. Thread-safe.
class RunServiceDoor final : public v1::RunService::CallbackService {
 public:
  explicit RunServiceDoor(const ServiceParts& parts) : parts_(parts) {}

  grpc::ServerUnaryReactor* CreateRun(grpc::CallbackServerContext* context,
                                      const v1::CreateRunRequest* request,
                                      v1::CreateRunResponse* response) override;
  grpc::ServerUnaryReactor* GetRun(grpc::CallbackServerContext* context,
                                   const v1::GetRunRequest* request,
                                   v1::GetRunResponse* response) override;
  grpc::ServerUnaryReactor* ListRuns(grpc::CallbackServerContext* context,
                                     const v1::ListRunsRequest* request,
                                     v1::ListRunsResponse* response) override;
  grpc::ServerUnaryReactor* CancelRun(grpc::CallbackServerContext* context,
                                      const v1::CancelRunRequest* request,
                                      v1::CancelRunResponse* response) override;
  grpc::ServerUnaryReactor* ListAttempts(grpc::CallbackServerContext* context,
                                         const v1::ListAttemptsRequest* request,
                                         v1::ListAttemptsResponse* response) override;
  grpc::ServerUnaryReactor* ReadLog(grpc::CallbackServerContext* context,
                                    const v1::ReadLogRequest* request,
                                    v1::ReadLogResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchRunResponse>* WatchRun(
      grpc::CallbackServerContext* context, const v1::WatchRunRequest* request) override;

 private:
  absl::Status Create(const v1::CreateRunRequest& request, const Caller& caller,
                      v1::CreateRunResponse* response);
  absl::Status Cancel(const v1::CancelRunRequest& request, const Caller& caller,
                      v1::CancelRunResponse* response);
  absl::Status List(const v1::ListRunsRequest& request, v1::ListRunsResponse* response);
  /// The run's message with its present place in the queue.
  v1::Run WithPosition(const Run& run) const;

  const ServiceParts parts_;
};

}  // namespace pecg

#endif  // PECG_SERVER_RPC_RUN_SERVICE_H_
