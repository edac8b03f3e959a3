#ifndef PECG_SERVER_RPC_DATASET_SERVICE_H_
#define PECG_SERVER_RPC_DATASET_SERVICE_H_

#include "pecg/v1/dataset.grpc.pb.h"
#include "server/rpc/service_parts.h"

namespace pecg {

/// The door to datasets; what each call does stands in dataset.proto. Thread-safe.
class DatasetServiceDoor final : public v1::DatasetService::CallbackService {
 public:
  explicit DatasetServiceDoor(const ServiceParts& parts) : parts_(parts) {}

  grpc::ServerUnaryReactor* CreateDataset(grpc::CallbackServerContext* context,
                                          const v1::CreateDatasetRequest* request,
                                          v1::CreateDatasetResponse* response) override;
  grpc::ServerUnaryReactor* GetDataset(grpc::CallbackServerContext* context,
                                       const v1::GetDatasetRequest* request,
                                       v1::GetDatasetResponse* response) override;
  grpc::ServerUnaryReactor* ListDatasets(grpc::CallbackServerContext* context,
                                         const v1::ListDatasetsRequest* request,
                                         v1::ListDatasetsResponse* response) override;
  grpc::ServerUnaryReactor* GetDatasetVersion(grpc::CallbackServerContext* context,
                                              const v1::GetDatasetVersionRequest* request,
                                              v1::GetDatasetVersionResponse* response) override;
  grpc::ServerUnaryReactor* ListDatasetVersions(grpc::CallbackServerContext* context,
                                                const v1::ListDatasetVersionsRequest* request,
                                                v1::ListDatasetVersionsResponse* response) override;
  grpc::ServerUnaryReactor* ListIndexEntries(grpc::CallbackServerContext* context,
                                             const v1::ListIndexEntriesRequest* request,
                                             v1::ListIndexEntriesResponse* response) override;
  grpc::ServerUnaryReactor* ListIndexFailures(grpc::CallbackServerContext* context,
                                              const v1::ListIndexFailuresRequest* request,
                                              v1::ListIndexFailuresResponse* response) override;

 private:
  absl::Status Create(const v1::CreateDatasetRequest& request, const Caller& caller,
                      v1::CreateDatasetResponse* response);
  const ServiceParts parts_;
};

}  // namespace pecg

#endif  // PECG_SERVER_RPC_DATASET_SERVICE_H_
