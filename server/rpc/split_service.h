#ifndef PECG_SERVER_RPC_SPLIT_SERVICE_H_
#define PECG_SERVER_RPC_SPLIT_SERVICE_H_

#include "pecg/v1/split.grpc.pb.h"
#include "server/rpc/service_parts.h"

namespace pecg {

/// The door to splits; what each call does stands in split.proto. Thread-safe.
class SplitServiceDoor final : public v1::SplitService::CallbackService {
 public:
  explicit SplitServiceDoor(const ServiceParts& parts) : parts_(parts) {}

  grpc::ServerUnaryReactor* CreateSplit(grpc::CallbackServerContext* context,
                                        const v1::CreateSplitRequest* request,
                                        v1::CreateSplitResponse* response) override;
  grpc::ServerUnaryReactor* GetSplit(grpc::CallbackServerContext* context,
                                     const v1::GetSplitRequest* request,
                                     v1::GetSplitResponse* response) override;
  grpc::ServerUnaryReactor* ListSplits(grpc::CallbackServerContext* context,
                                       const v1::ListSplitsRequest* request,
                                       v1::ListSplitsResponse* response) override;
  grpc::ServerUnaryReactor* ListSplitAssignments(
      grpc::CallbackServerContext* context, const v1::ListSplitAssignmentsRequest* request,
      v1::ListSplitAssignmentsResponse* response) override;
  grpc::ServerUnaryReactor* ListTestLooks(grpc::CallbackServerContext* context,
                                          const v1::ListTestLooksRequest* request,
                                          v1::ListTestLooksResponse* response) override;

 private:
  absl::Status Create(const v1::CreateSplitRequest& request, const Caller& caller,
                      v1::CreateSplitResponse* response);
  const ServiceParts parts_;
};

}  // namespace pecg

#endif  // PECG_SERVER_RPC_SPLIT_SERVICE_H_
