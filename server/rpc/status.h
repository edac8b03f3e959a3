#ifndef PECG_SERVER_RPC_STATUS_H_
#define PECG_SERVER_RPC_STATUS_H_

#include <absl/status/status.h>
#include <grpcpp/support/status.h>

namespace pecg {

/// Returns what a caller is told: the same code (their numbers are the same), the message, which is
/// `where: what (hint)` in one line, and, as the binary error details, these parts again, each in a
/// line `what: ...`, `where: ...`, `hint: ...`; parts that are empty have no line.
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace pecg

#endif  // PECG_SERVER_RPC_STATUS_H_
