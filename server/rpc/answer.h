#ifndef PECG_SERVER_RPC_ANSWER_H_
#define PECG_SERVER_RPC_ANSWER_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <string_view>

#include "server/access/access.h"
#include "server/rpc/executor.h"

namespace pecg {

/// Runs `body` and returns what it returns; an exception becomes `INTERNAL`, and its text goes to
/// the log only. Errors that are this side's fault are logged too, with `method`.
absl::Status RunGuarded(std::string_view method, const std::function<absl::Status()>& body);

/// How every call is answered: who calls, may they, then the work on a thread that may block, then
/// one status. Thread-safe.
class Answerer {
 public:
  /// Nothing is owned.
  Answerer(const Access* access, Executor* executor) : access_(access), executor_(executor) {}

  /// Answers a unary call of `method`, `/pecg.v1.RunService/GetRun`. `body` fills the response; it
  /// runs on the executor unless the caller may not call, has cancelled or has run out of time.
  grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context, std::string_view method,
                                   std::function<absl::Status(const Caller&)> body) const;

  /// For streams: who calls, if they may. Never blocks. Errors: `UNAUTHENTICATED`,
  /// `PERMISSION_DENIED`.
  absl::StatusOr<Caller> Admit(const grpc::CallbackServerContext& context,
                               std::string_view method) const;

  Executor* executor() const { return executor_; }

 private:
  const Access* const access_;
  Executor* const executor_;
};

}  // namespace pecg

#endif  // PECG_SERVER_RPC_ANSWER_H_
