#ifndef PECG_TESTS_SERVER_RPC_RUNNING_SERVER_H_
#define PECG_TESTS_SERVER_RPC_RUNNING_SERVER_H_

#include <absl/time/clock.h>
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/file.h"
#include "base/home.h"
#include "base/ids.h"
#include "pecg/v1/user.grpc.pb.h"
#include "server/server.h"

namespace pecg {

/// Every test's patience with a call.
inline constexpr absl::Duration kPatience = absl::Seconds(30);

/// Sends a token with each call, as clients do.
class TokenSender final : public grpc::MetadataCredentialsPlugin {
 public:
  explicit TokenSender(const std::string& token) : header_("Bearer " + token) {}
  grpc::Status GetMetadata(grpc::string_ref, grpc::string_ref, const grpc::AuthContext&,
                           std::multimap<grpc::string, grpc::string>* metadata) override {
    metadata->emplace("authorization", header_);
    return grpc::Status::OK;
  }

 private:
  const std::string header_;
};

/// A channel to `address`; an empty token sends none.
inline std::shared_ptr<grpc::Channel> ChannelTo(const std::string& address,
                                                const std::string& token) {
  auto credentials = grpc::experimental::LocalCredentials(UDS);
  if (!token.empty()) {
    credentials = grpc::CompositeChannelCredentials(
        credentials, grpc::experimental::MetadataCredentialsFromPlugin(
                         std::make_unique<TokenSender>(token), GRPC_SECURITY_NONE));
  }
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 20);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 20);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address, credentials, arguments);
}

/// A context that gives up after kPatience.
inline std::unique_ptr<grpc::ClientContext> PatientContext() {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(absl::ToChronoTime(absl::Now() + kPatience));
  context->set_wait_for_ready(true);
  return context;
}

/// Tests with a real coordinator on a real socket, in a home folder of its own.
class RunningServer : public ::testing::Test {
 protected:
  RunningServer() { Start(); }
  ~RunningServer() override {
    server_.reset();
    std::filesystem::remove_all(dir_);
  }

  void Start() {
    ServerOptions options;
    options.port = 0;
    auto server = Server::Start(HomeHere(), options);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    admin_token_ = ReadSecretFile(HomeHere().TokenPath()).value();
    worker_token_ = ReadSecretFile(HomeHere().WorkerTokenPath()).value();
    channel_ = ChannelTo(server_->address(), admin_token_);
  }
  void Restart() {
    server_.reset();
    Start();
  }

  Home HomeHere() const { return Home::Find(dir_).value(); }

  /// Adds a user and returns the token.
  std::string NewUserToken(const std::string& name, v1::Role role) {
    v1::CreateUserRequest request;
    request.mutable_user()->set_name("users/" + name);
    request.mutable_user()->set_role(role);
    v1::CreateUserResponse response;
    const auto status =
        v1::UserService::NewStub(channel_)->CreateUser(PatientContext().get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.token();
  }

  const std::string dir_ = "/tmp/pecg_rpc_" + NewToken().substr(5, 12);
  std::unique_ptr<Server> server_;
  std::string admin_token_;
  std::string worker_token_;
  std::shared_ptr<grpc::Channel> channel_;  ///< As the admin.
};

}  // namespace pecg

#endif  // PECG_TESTS_SERVER_RPC_RUNNING_SERVER_H_
