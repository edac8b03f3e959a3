#ifndef PECG_SERVER_LISTENER_H_
#define PECG_SERVER_LISTENER_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <grpcpp/server.h>

#include <memory>
#include <string>
#include <vector>

#include "base/home.h"

namespace pecg {

/// Listens for gRPC on the home's Unix socket (0600) and, with a `port`, on 127.0.0.1, both with
/// Local credentials, which take no caller from another machine. Health and reflection are served
/// beside the services. Owned by one thread.
class Listener {
 public:
  /// Starts to listen. The home must be locked by this process: a socket that is there is a former
  /// one's. `services` are not owned. Errors: `INVALID_ARGUMENT` for a socket's path that is too
  /// long or a port that is none, `ALREADY_EXISTS` for a port in use.
  static absl::StatusOr<std::unique_ptr<Listener>> Start(
      const Home& home, int port, const std::vector<grpc::Service*>& services);

  /// Ends calls under way after `kGrace`, and removes the socket.
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  static constexpr absl::Duration kGrace = absl::Seconds(2);

  /// Tells whoever asks for its health that this coordinator is ending.
  void SetNotServing();

 private:
  Listener(const Home& home, std::unique_ptr<grpc::Server> server)
      : home_(home), server_(std::move(server)) {}

  const Home home_;
  const std::unique_ptr<grpc::Server> server_;
};

}  // namespace pecg

#endif  // PECG_SERVER_LISTENER_H_
