#ifndef PECG_SERVER_RPC_METRIC_SERVICE_H_
#define PECG_SERVER_RPC_METRIC_SERVICE_H_

#include "pecg/v1/metric.grpc.pb.h"
#include "server/rpc/service_parts.h"

namespace pecg {

/// The door to metrics; what each call does stands in metric.proto. Thread-safe.
class MetricServiceDoor final : public v1::MetricService::CallbackService {
 public:
  explicit MetricServiceDoor(const ServiceParts& parts) : parts_(parts) {}

  grpc::ServerUnaryReactor* ListSeries(grpc::CallbackServerContext* context,
                                       const v1::ListSeriesRequest* request,
                                       v1::ListSeriesResponse* response) override;
  grpc::ServerUnaryReactor* ListPoints(grpc::CallbackServerContext* context,
                                       const v1::ListPointsRequest* request,
                                       v1::ListPointsResponse* response) override;

 private:
  const ServiceParts parts_;
};

}  // namespace pecg

#endif  // PECG_SERVER_RPC_METRIC_SERVICE_H_
