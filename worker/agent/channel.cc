#include "worker/agent/channel.h"

#include <fmt/format.h>
#include <grpcpp/security/credentials.h>

#include <map>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "base/status.h"

namespace pecg {
namespace {

/// Reads the token for each call, so that one that was replaced is used without a restart.
class TokenPlugin : public grpc::MetadataCredentialsPlugin {
 public:
  explicit TokenPlugin(std::string path) : path_(std::move(path)) {}

  grpc::Status GetMetadata(grpc::string_ref /*service_url*/, grpc::string_ref /*method_name*/,
                           const grpc::AuthContext& /*channel_auth_context*/,
                           std::multimap<grpc::string, grpc::string>* metadata) override {
    const absl::StatusOr<std::string> token = ReadSecretFile(path_);
    if (!token.ok()) {
      return {grpc::StatusCode::UNAUTHENTICATED, std::string(token.status().message())};
    }
    metadata->emplace("authorization", fmt::format("Bearer {}", *token));
    return grpc::Status::OK;
  }

 private:
  const std::string path_;
};

bool IsLoopback(std::string_view address) {
  const size_t colon = address.rfind(':');
  const std::string_view host = address.substr(0, colon);
  return colon != std::string_view::npos &&
         (host == "localhost" || host == "127.0.0.1" || host == "[::1]");
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::Channel>> MakeChannel(const std::string& address,
                                                           const std::string& token_path) {
  const bool is_socket = address.starts_with("unix:");
  if (!is_socket && !IsLoopback(address)) {
    return InvalidArgument(
        "a coordinator's address is unix:/path or localhost:port (from another machine: forward "
        "its socket by SSH): \"{}\"",
        address);
  }
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2'000);
  const auto local = grpc::experimental::LocalCredentials(is_socket ? UDS : LOCAL_TCP);
  const auto token = grpc::MetadataCredentialsFromPlugin(std::make_unique<TokenPlugin>(token_path));
  return grpc::CreateCustomChannel(address, grpc::CompositeChannelCredentials(local, token),
                                   arguments);
}

absl::Status ToAbslStatus(const grpc::Status& status) {
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

}  // namespace pecg
