#ifndef PECG_SERVER_SERVER_H_
#define PECG_SERVER_SERVER_H_

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/home.h"
#include "server/queue/queue.h"

namespace pecg {

struct ServerOptions {
  /// TCP port on 127.0.0.1; 0 = the Unix socket only.
  int port = 7470;
  /// The local worker's program; empty = none is started.
  std::string worker_program;
  QueueOptions queue;
  const Clock* clock = Clock::System();
};

/// A coordinator over one home folder: database, queue, event hub, and the gRPC server on a Unix
/// socket and, if wanted, loopback TCP, both with Local credentials. Any thread may call any
/// method.
class Server {
 public:
  /// Creates the home where there is none, opens or creates the database, makes the first tokens,
  /// listens, and starts the local worker. A database that is missing from a home that had one is
  /// not made anew. Errors: `NOT_FOUND` then, `UNAVAILABLE` when another coordinator has the home,
  /// `INVALID_ARGUMENT` for a socket's path that is too long, `ALREADY_EXISTS` for a port in use,
  /// and those of the file system and the database.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const Home& home, ServerOptions options);

  /// Drains: no more leases, health NOT_SERVING, the local worker ends, calls under way get
  /// `grace`, and the database is checkpointed and closed.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Address of the Unix socket, `unix:/path`.
  std::string address() const;

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  const std::unique_ptr<Parts> parts_;
};

}  // namespace pecg

#endif  // PECG_SERVER_SERVER_H_
