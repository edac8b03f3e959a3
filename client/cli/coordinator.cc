#include "client/cli/coordinator.h"

#include <fmt/format.h>
#include <grpc/grpc_security_constants.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <sstream>
#include <utility>

#include "base/error_detail.h"
#include "base/file.h"
#include "base/ids.h"
#include "base/status.h"

namespace pecg {
namespace {

constexpr std::string_view kUnixScheme = "unix:";

absl::Status NobodyListens(const std::string& target) {
  return DetailedError(absl::StatusCode::kUnavailable,
                       {"no coordinator answers", target,
                        "start one with `pecgd`, or set PECG_HOME or PECG_ADDRESS"});
}

bool IsPort(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool IsLoopback(std::string_view host) {
  constexpr std::array<std::string_view, 3> kHosts = {"localhost", "127.0.0.1", "[::1]"};
  return std::find(kHosts.begin(), kHosts.end(), host) != kHosts.end();
}

absl::Status BadAddress(std::string_view text, std::string what) {
  return DetailedError(
      absl::StatusCode::kInvalidArgument,
      {std::move(what), fmt::format("address {}", text),
       "use unix:/path/pecgd.sock or localhost:PORT; for another machine forward the socket: "
       "ssh -L /tmp/pecgd.sock:.pecg/pecgd.sock HOST"});
}

/// Adds the token to each call. A plugin instead of AccessTokenCredentials because that demands an
/// encrypted channel, which loopback TCP is not; Local credentials already refuse other machines.
class BearerToken : public grpc::MetadataCredentialsPlugin {
 public:
  explicit BearerToken(const std::string& token) : header_("Bearer " + token) {}

  grpc::Status GetMetadata(grpc::string_ref /*service_url*/, grpc::string_ref /*method_name*/,
                           const grpc::AuthContext& /*channel_auth_context*/,
                           std::multimap<grpc::string, grpc::string>* metadata) override {
    metadata->insert({"authorization", header_});
    return grpc::Status::OK;
  }

 private:
  const std::string header_;
};

/// Takes apart what the coordinator sends with an error: lines `what: `, `where: `, `hint: `.
/// Without them (gRPC itself failed) the message is all there is.
ErrorDetail DetailOf(const grpc::Status& status) {
  ErrorDetail detail;
  std::istringstream lines(status.error_details());
  for (std::string line; std::getline(lines, line);) {
    const auto take = [&line](std::string_view key, std::string* value) {
      if (line.rfind(key, 0) == 0) *value = line.substr(key.size());
    };
    take("what: ", &detail.what);
    take("where: ", &detail.where);
    take("hint: ", &detail.hint);
  }
  if (detail.what.empty()) detail.what = status.error_message();
  return detail;
}

std::shared_ptr<grpc::Channel> MakeChannel(const CoordinatorAddress& address,
                                           const std::string& token) {
  grpc::ChannelArguments arguments;
  // A coordinator that was restarted is found again soon.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  arguments.SetString(GRPC_ARG_DEFAULT_AUTHORITY, "localhost");
  auto channel_credentials =
      grpc::experimental::LocalCredentials(address.is_socket ? UDS : LOCAL_TCP);
  auto call_credentials = grpc::experimental::MetadataCredentialsFromPlugin(
      std::make_unique<BearerToken>(token), GRPC_SECURITY_NONE);
  return grpc::CreateCustomChannel(
      address.target, grpc::CompositeChannelCredentials(channel_credentials, call_credentials),
      arguments);
}

}  // namespace

absl::StatusOr<CoordinatorAddress> ParseCoordinatorAddress(std::string_view text) {
  if (text.substr(0, kUnixScheme.size()) == kUnixScheme) {
    if (text.size() == kUnixScheme.size()) return BadAddress(text, "the socket's path is missing");
    return CoordinatorAddress{std::string(text), /*is_socket=*/true};
  }
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || !IsPort(text.substr(colon + 1))) {
    return BadAddress(text, "not an address");
  }
  if (!IsLoopback(text.substr(0, colon))) {
    return BadAddress(text, "a token is not sent to another machine in the clear");
  }
  return CoordinatorAddress{std::string(text), /*is_socket=*/false};
}

absl::StatusOr<CoordinatorAddress> FindCoordinatorAddress(std::string_view flag, const Home& home,
                                                          const Environment& get) {
  if (!flag.empty()) return ParseCoordinatorAddress(flag);
  const std::string from_environment = get("PECG_ADDRESS");
  if (!from_environment.empty()) return ParseCoordinatorAddress(from_environment);
  return CoordinatorAddress{"unix:" + home.SocketPath(), /*is_socket=*/true};
}

absl::Status CheckSocket(const CoordinatorAddress& address) {
  if (!address.is_socket) return absl::OkStatus();
  std::string path = address.target.substr(kUnixScheme.size());
  if (path.rfind("//", 0) == 0) path.erase(0, 2);  // unix:///path
  if (access(path.c_str(), F_OK) == 0 || errno != ENOENT) return absl::OkStatus();
  return NobodyListens(address.target);
}

absl::StatusOr<std::string> ReadToken(const Home& home, const Environment& get) {
  const std::string from_environment = get("PECG_TOKEN_FILE");
  const std::string path = from_environment.empty() ? home.TokenPath() : from_environment;
  const auto refused = [&](std::string what, std::string hint) {
    return DetailedError(absl::StatusCode::kUnauthenticated,
                         {std::move(what), path, std::move(hint)});
  };
  absl::StatusOr<std::string> token = ReadSecretFile(path);
  if (absl::IsNotFound(token.status())) {
    return refused("no token",
                   "start pecgd once, which makes it, or set PECG_TOKEN_FILE to a file "
                   "with the token that `pecg user add` printed");
  }
  if (!token.ok()) return refused(std::string(token.status().message()), "chmod 600 " + path);
  if (!IsTokenShaped(*token)) {
    return refused("the file holds no token", "it is `pecg_` and 64 hexadecimal digits");
  }
  return token;
}

Coordinator::Coordinator(CoordinatorAddress address, const std::string& token)
    : address_(std::move(address)), channel_(MakeChannel(address_, token)) {}

absl::Status Coordinator::ToStatus(const grpc::Status& status) const {
  if (status.ok()) return absl::OkStatus();
  const bool is_from_coordinator = !status.error_details().empty();
  ErrorDetail detail = DetailOf(status);
  const auto suggest = [&detail](const char* hint) {
    if (detail.hint.empty()) detail.hint = hint;
  };
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      if (!is_from_coordinator) return NobodyListens(address_.target);
      suggest("try again");
      break;
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      if (!is_from_coordinator)
        detail = {"the coordinator did not answer in time", address_.target, ""};
      suggest("try again; `pecg doctor` looks at it");
      break;
    case grpc::StatusCode::UNAUTHENTICATED:
      suggest("the token belongs to another coordinator, or was made before its database");
      break;
    case grpc::StatusCode::UNIMPLEMENTED:
      suggest("the coordinator is older than this program; `pecg doctor` shows both versions");
      break;
    default:
      break;
  }
  return DetailedError(static_cast<absl::StatusCode>(status.error_code()), detail);
}

}  // namespace pecg
