#ifndef PECG_SERVER_RPC_RUN_WATCH_H_
#define PECG_SERVER_RPC_RUN_WATCH_H_

#include <absl/status/status.h>
#include <grpcpp/support/server_callback.h>

#include "pecg/v1/run.pb.h"
#include "server/rpc/service_parts.h"

namespace pecg {

/// Answers one WatchRun: events from `after_sequence` on, bookmarks while nothing happens, and
/// `terminal` once the run has ended and each event has been sent. `admission` is why the caller
/// may not watch, or OK. The reactor deletes itself.
grpc::ServerWriteReactor<v1::WatchRunResponse>* StartRunWatch(const ServiceParts& parts,
                                                              const absl::Status& admission,
                                                              const v1::WatchRunRequest& request);

}  // namespace pecg

#endif  // PECG_SERVER_RPC_RUN_WATCH_H_
