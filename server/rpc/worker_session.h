#ifndef PECG_SERVER_RPC_WORKER_SESSION_H_
#define PECG_SERVER_RPC_WORKER_SESSION_H_

#include <absl/status/status.h>
#include <grpcpp/support/server_callback.h>

#include "pecg/v1/worker.pb.h"
#include "server/rpc/service_parts.h"

namespace pecg {

/// Keeps one worker's session: what the worker says goes to the queue, what the queue decides goes
/// to the worker. `admission` is why the caller may open none, or OK. The reactor deletes itself.
grpc::ServerBidiReactor<v1::SessionRequest, v1::SessionResponse>* StartWorkerSession(
    const ServiceParts& parts, const absl::Status& admission, grpc::CallbackServerContext* context);

}  // namespace pecg

#endif  // PECG_SERVER_RPC_WORKER_SESSION_H_
