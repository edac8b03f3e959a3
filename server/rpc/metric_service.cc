#include "server/rpc/metric_service.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "server/rpc/convert.h"
#include "server/rpc/resource_name.h"
#include "storage/metric_store.h"
#include "storage/run_store.h"

namespace pecg {
namespace {

constexpr int64_t kDefaultPointCount = 1000;
constexpr int64_t kMaxPointCount = 10'000;

absl::StatusOr<int64_t> PointCount(int32_t page_size) {
  if (page_size < 0) return InvalidArgument("page_size: {} is negative", page_size);
  if (page_size == 0) return kDefaultPointCount;
  return std::min<int64_t>(page_size, kMaxPointCount);
}

}  // namespace

grpc::ServerUnaryReactor* MetricServiceDoor::ListSeries(grpc::CallbackServerContext* context,
                                                        const v1::ListSeriesRequest* request,
                                                        v1::ListSeriesResponse* response) {
  return parts_.answerer->Answer(
      context, "/pecg.v1.MetricService/ListSeries", [=, this](const Caller&) -> absl::Status {
        PECG_ASSIGN_OR_RETURN(const int64_t run, ParseRunName(request->parent(), "parent"));
        PECG_ASSIGN_OR_RETURN(
            const std::vector<Series> series,
            parts_.readers->Read([&](Snapshot& snapshot) -> absl::StatusOr<std::vector<Series>> {
              PECG_RETURN_IF_ERROR(GetRun(snapshot, run).status());
              return pecg::ListSeries(snapshot, run);
            }));
        for (const Series& one : series) *response->add_series() = ToMessage(one);
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* MetricServiceDoor::ListPoints(grpc::CallbackServerContext* context,
                                                        const v1::ListPointsRequest* request,
                                                        v1::ListPointsResponse* response) {
  return parts_.answerer->Answer(
      context, "/pecg.v1.MetricService/ListPoints", [=, this](const Caller&) -> absl::Status {
        PECG_ASSIGN_OR_RETURN(const int64_t run, ParseRunName(request->parent(), "parent"));
        PECG_ASSIGN_OR_RETURN(const int64_t limit, PointCount(request->page_size()));
        std::optional<int64_t> after;
        if (request->has_after_step()) after = request->after_step();
        PECG_ASSIGN_OR_RETURN(
            const std::vector<Point> points,
            parts_.readers->Read([&](Snapshot& snapshot) -> absl::StatusOr<std::vector<Point>> {
              PECG_ASSIGN_OR_RETURN(const Series series, GetSeries(snapshot, run, request->key()));
              return pecg::ListPoints(snapshot, series.id, after, limit);
            }));
        for (const Point& point : points) {
          *response->add_points() = ToMessage(point, request->key());
        }
        return absl::OkStatus();
      });
}

}  // namespace pecg
