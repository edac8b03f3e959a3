#include "server/rpc/worker_service.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "server/rpc/convert.h"
#include "server/rpc/worker_session.h"
#include "storage/attempt_store.h"
#include "storage/worker_store.h"

namespace pecg {
namespace {

struct WorkersAndAttempts {
  std::vector<Worker> workers;
  std::vector<Attempt> attempts;
};

absl::StatusOr<WorkersAndAttempts> ReadWorkers(Snapshot& snapshot) {
  WorkersAndAttempts found;
  PECG_ASSIGN_OR_RETURN(found.workers, ListWorkers(snapshot));
  PECG_ASSIGN_OR_RETURN(found.attempts, ListLiveAttempts(snapshot));
  return found;
}

}  // namespace

grpc::ServerBidiReactor<v1::SessionRequest, v1::SessionResponse>* WorkerServiceDoor::Session(
    grpc::CallbackServerContext* context) {
  const absl::StatusOr<Caller> caller =
      parts_.answerer->Admit(*context, "/pecg.v1.WorkerService/Session");
  return StartWorkerSession(parts_, caller.status(), context);
}

grpc::ServerUnaryReactor* WorkerServiceDoor::ListWorkers(grpc::CallbackServerContext* context,
                                                         const v1::ListWorkersRequest*,
                                                         v1::ListWorkersResponse* response) {
  return parts_.answerer->Answer(
      context, "/pecg.v1.WorkerService/ListWorkers", [=, this](const Caller&) -> absl::Status {
        PECG_ASSIGN_OR_RETURN(const WorkersAndAttempts found, parts_.readers->Read(ReadWorkers));
        const std::map<std::string, absl::Time> heard = parts_.queue->HeardTimes();
        for (const Worker& worker : found.workers) {
          const auto time = heard.find(worker.name);
          *response->add_workers() = ToMessage(
              worker, time == heard.end() ? std::nullopt : std::optional<absl::Time>(time->second),
              found.attempts);
        }
        return absl::OkStatus();
      });
}

}  // namespace pecg
