#include "server/listener.h"

#include <arpa/inet.h>
#include <grpc/grpc_security_constants.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/error_detail.h"
#include "base/file.h"
#include "base/status.h"

namespace pecg {
namespace {

constexpr int kMaxPort = 65535;
constexpr size_t kMemoryQuotaBytes = size_t{512} << 20;
constexpr mode_t kSocketMode = 0600;

absl::Status CheckSocketPath(const std::string& path) {
  const size_t longest = sizeof(sockaddr_un{}.sun_path) - 1;
  if (path.size() <= longest) return absl::OkStatus();
  return DetailedError(
      absl::StatusCode::kInvalidArgument,
      {fmt::format("a Unix socket's path has at most {} bytes, this one {}", longest, path.size()),
       path, "choose a home folder with a shorter path"});
}

/// gRPC does not say why it cannot listen; a bind of our own does.
absl::Status CheckPort(int port) {
  if (port < 1 || port > kMaxPort) return InvalidArgument("--port: there is no port {}", port);
  const int descriptor = socket(AF_INET, SOCK_STREAM, 0);
  if (descriptor < 0) return ErrnoStatus(errno, "socket");
  const int yes = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int bound = bind(descriptor, reinterpret_cast<sockaddr*>(&address),  // NOLINT: the API's
                         sizeof(address));
  const int error = errno;
  close(descriptor);
  if (bound == 0) return absl::OkStatus();
  if (error != EADDRINUSE) return ErrnoStatus(error, fmt::format("127.0.0.1:{}", port));
  return DetailedError(absl::StatusCode::kAlreadyExists,
                       {"another program listens there", fmt::format("127.0.0.1:{}", port),
                        "choose another port with --port, or --port 0 for the Unix socket only"});
}

void Configure(grpc::ServerBuilder* builder) {
  constexpr int kPingMilliseconds = 20'000;
  constexpr int kPingTimeoutMilliseconds = 10'000;
  // Workers and watchers may ping this often without being turned away.
  constexpr int kLeastPingMilliseconds = 5'000;
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kPingMilliseconds);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kPingTimeoutMilliseconds);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                              kLeastPingMilliseconds);
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  builder->AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  grpc::ResourceQuota quota("pecgd");
  quota.Resize(kMemoryQuotaBytes);
  builder->SetResourceQuota(quota);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Listener>> Listener::Start(
    const Home& home, int port, const std::vector<grpc::Service*>& services) {
  PECG_RETURN_IF_ERROR(CheckSocketPath(home.SocketPath()));
  if (port != 0) PECG_RETURN_IF_ERROR(CheckPort(port));
  unlink(home.SocketPath().c_str());
  unlink(home.PortPath().c_str());
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  Configure(&builder);
  builder.AddListeningPort("unix:" + home.SocketPath(),
                           grpc::experimental::LocalServerCredentials(UDS));
  if (port != 0) {
    builder.AddListeningPort(fmt::format("127.0.0.1:{}", port),
                             grpc::experimental::LocalServerCredentials(LOCAL_TCP));
  }
  for (grpc::Service* service : services) builder.RegisterService(service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) {
    return Unavailable("cannot listen on {}{}", home.SocketPath(),
                       port == 0 ? "" : fmt::format(" and 127.0.0.1:{}", port));
  }
  std::unique_ptr<Listener> listener(new Listener(home, std::move(server)));
  if (chmod(home.SocketPath().c_str(), kSocketMode) != 0) {
    return ErrnoStatus(errno, "chmod " + home.SocketPath());
  }
  if (port != 0) {
    PECG_RETURN_IF_ERROR(WriteFileAtomically(home.PortPath(), fmt::format("{}\n", port)));
  }
  return listener;
}

Listener::~Listener() {
  server_->Shutdown(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(kGrace));
  server_->Wait();
  unlink(home_.SocketPath().c_str());
  unlink(home_.PortPath().c_str());
}

void Listener::SetNotServing() {
  if (auto* health = server_->GetHealthCheckService(); health != nullptr) {
    health->SetServingStatus(false);
  }
}

}  // namespace pecg
