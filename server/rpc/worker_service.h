#ifndef PECG_SERVER_RPC_WORKER_SERVICE_H_
#define PECG_SERVER_RPC_WORKER_SERVICE_H_

#include "pecg/v1/worker.grpc.pb.h"
#include "server/rpc/service_parts.h"

namespace pecg {

/// The door to workers; what each call does stands in worker.proto. Thread-safe.
class WorkerServiceDoor final : public v1::WorkerService::CallbackService {
 public:
  explicit WorkerServiceDoor(const ServiceParts& parts) : parts_(parts) {}

  grpc::ServerBidiReactor<v1::SessionRequest, v1::SessionResponse>* Session(
      grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* ListWorkers(grpc::CallbackServerContext* context,
                                        const v1::ListWorkersRequest* request,
                                        v1::ListWorkersResponse* response) override;

 private:
  const ServiceParts parts_;
};

}  // namespace pecg

#endif  // PECG_SERVER_RPC_WORKER_SERVICE_H_
