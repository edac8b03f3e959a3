#ifndef PECG_CLIENT_CLI_COORDINATOR_H_
#define PECG_CLIENT_CLI_COORDINATOR_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/home.h"
#include "client/cli/terminal.h"

namespace pecg {

/// Where a coordinator listens: `unix:/path/pecgd.sock`, or `localhost:7470` and other loopback
/// addresses with a port.
struct CoordinatorAddress {
  std::string target;
  bool is_socket = true;
};

/// Errors: INVALID_ARGUMENT for another form or another machine.
absl::StatusOr<CoordinatorAddress> ParseCoordinatorAddress(std::string_view text);

/// Finds the address: `flag` if not empty, else $PECG_ADDRESS, else the home folder's socket.
absl::StatusOr<CoordinatorAddress> FindCoordinatorAddress(std::string_view flag, const Home& home,
                                                          const Environment& get);

/// Says at once that nobody listens when the address is a socket that does not exist: a missing
/// token would tell less. Errors: UNAVAILABLE with how to start a coordinator.
absl::Status CheckSocket(const CoordinatorAddress& address);

/// Reads the token from $PECG_TOKEN_FILE or the home folder's `token`. Errors: UNAUTHENTICATED when
/// it is missing, no token, or readable for others.
absl::StatusOr<std::string> ReadToken(const Home& home, const Environment& get);

/// A coordinator and the caller's token. The token goes as call credentials over Local credentials
/// only, which refuse any peer that is not on this machine. Thread-safe.
class Coordinator {
 public:
  /// Does not connect yet: the first call does.
  Coordinator(CoordinatorAddress address, const std::string& token);

  /// Calls a unary method: `Call(&v1::RunService::Stub::GetRun, request)`. Fails at once when
  /// nobody listens, and after `timeout` otherwise. Errors: the call's, as ToStatus tells them.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const Request& request, absl::Duration timeout = kCallTimeout) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
    Stub stub(channel_);
    Response response;
    const grpc::Status status = (stub.*method)(&context, request, &response);
    if (!status.ok()) return ToStatus(status);
    return response;
  }

  /// Returns a call's error with a hint where the code says enough: how to start a coordinator,
  /// where the token comes from.
  absl::Status ToStatus(const grpc::Status& status) const;

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  const std::string& target() const { return address_.target; }

 private:
  static constexpr absl::Duration kCallTimeout = absl::Seconds(10);

  CoordinatorAddress address_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace pecg

#endif  // PECG_CLIENT_CLI_COORDINATOR_H_
