// Who is let in: every method with every kind of caller, and what a coordinator refuses to start
// on.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "pecg/v1/run.grpc.pb.h"
#include "server/access/policy.h"
#include "tests/server/rpc/running_server.h"

namespace pecg {
namespace {

using ::testing::HasSubstr;

/// Calls any method with an empty request and returns how it ends.
grpc::Status CallEmpty(const std::shared_ptr<grpc::Channel>& channel, const std::string& method) {
  grpc::GenericStub stub(channel);
  grpc::CompletionQueue queue;
  const auto context = PatientContext();
  const auto call = stub.PrepareCall(context.get(), method, &queue);
  const auto await = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
  };
  call->StartCall(nullptr);
  await();
  call->WriteLast(grpc::ByteBuffer(nullptr, 0), grpc::WriteOptions(), nullptr);
  await();
  grpc::ByteBuffer answer;
  call->Read(&answer, nullptr);
  await();
  grpc::Status status;
  call->Finish(&status, nullptr);
  await();
  queue.Shutdown();
  return status;
}

class AdmissionTest : public RunningServer {
 protected:
  grpc::StatusCode CodeFor(const std::string& token, std::string_view method) {
    return CallEmpty(ChannelTo(server_->address(), token), std::string(method)).error_code();
  }
};

TEST_F(AdmissionTest, NoMethodIsOpenWithoutAToken) {
  for (const std::string_view method : PolicyMethods()) {
    EXPECT_EQ(CodeFor("", method), grpc::StatusCode::UNAUTHENTICATED) << method;
  }
}

TEST_F(AdmissionTest, NoMethodIsOpenToAnUnknownToken) {
  for (const std::string_view method : PolicyMethods()) {
    EXPECT_EQ(CodeFor(NewToken(), method), grpc::StatusCode::UNAUTHENTICATED) << method;
    EXPECT_EQ(CodeFor("garbage", method), grpc::StatusCode::UNAUTHENTICATED) << method;
  }
}

TEST_F(AdmissionTest, EachRoleMayCallWhatThePolicySaysAndNothingElse) {
  const std::pair<UserRole, std::string> callers[] = {
      {UserRole::kViewer, NewUserToken("viewer", v1::ROLE_VIEWER)},
      {UserRole::kSubmitter, NewUserToken("submitter", v1::ROLE_SUBMITTER)},
      {UserRole::kWorker, worker_token_},
      {UserRole::kAdmin, admin_token_}};
  for (const auto& [role, token] : callers) {
    for (const std::string_view method : PolicyMethods()) {
      const grpc::StatusCode code = CodeFor(token, method);
      EXPECT_EQ(code == grpc::StatusCode::PERMISSION_DENIED, !MayCall(method, role))
          << method << " ended with " << code;
      EXPECT_NE(code, grpc::StatusCode::UNAUTHENTICATED) << method;
      EXPECT_NE(code, grpc::StatusCode::UNIMPLEMENTED) << method;
    }
  }
}

TEST_F(AdmissionTest, ATokenIsNotSentOverAPlaintextChannel) {
  const auto credentials = grpc::experimental::MetadataCredentialsFromPlugin(
      std::make_unique<TokenSender>(admin_token_), GRPC_PRIVACY_AND_INTEGRITY);
  const auto channel = grpc::CreateChannel(server_->address(), grpc::InsecureChannelCredentials());
  const auto context = PatientContext();
  context->set_credentials(credentials);
  v1::ListRunsResponse response;
  EXPECT_EQ(v1::RunService::NewStub(channel)
                ->ListRuns(context.get(), v1::ListRunsRequest(), &response)
                .error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(AdmissionTest, SecretsAndTheSocketAreForTheOwnerOnly) {
  for (const std::string& path :
       {HomeHere().TokenPath(), HomeHere().WorkerTokenPath(), HomeHere().SocketPath()}) {
    struct stat info {};
    ASSERT_EQ(stat(path.c_str(), &info), 0) << path;
    EXPECT_EQ(info.st_mode & 0777, 0600U) << path;
  }
}

TEST_F(AdmissionTest, AnErrorMessageDoesNotHoldTheToken) {
  const std::string token = NewToken();
  const grpc::Status status =
      CallEmpty(ChannelTo(server_->address(), token), "/pecg.v1.RunService/ListRuns");
  EXPECT_THAT(status.error_message(), ::testing::Not(HasSubstr(token)));
}

TEST_F(AdmissionTest, TokensOutliveARestart) {
  const std::string before = admin_token_;
  Restart();
  EXPECT_EQ(admin_token_, before);
  EXPECT_NE(CodeFor(before, "/pecg.v1.RunService/ListRuns"), grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(AdmissionTest, AWorkerWhoseTokenFileIsLostGetsANewToken) {
  server_.reset();
  std::filesystem::remove(HomeHere().WorkerTokenPath());
  const std::string before = worker_token_;
  Start();
  EXPECT_NE(worker_token_, before);
  EXPECT_EQ(CodeFor(before, "/pecg.v1.RunService/ListRuns"), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(CodeFor(worker_token_, "/pecg.v1.RunService/ListRuns"), grpc::StatusCode::OK);
}

TEST_F(AdmissionTest, ASecondCoordinatorIsRefused) {
  ServerOptions options;
  options.port = 0;
  EXPECT_EQ(Server::Start(HomeHere(), options).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(CodeFor(admin_token_, "/pecg.v1.RunService/ListRuns"), grpc::StatusCode::OK);
}

TEST_F(AdmissionTest, ADatabaseThatIsGoneIsNotMadeAnew) {
  server_.reset();
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(HomeHere().DatabasePath() + suffix);
  }
  ServerOptions options;
  options.port = 0;
  EXPECT_EQ(Server::Start(HomeHere(), options).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(AdmissionTest, APortInUseIsNamed) {
  const int descriptor = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(listen(descriptor, 1), 0);
  socklen_t size = sizeof(address);
  getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
  server_.reset();
  ServerOptions options;
  options.port = ntohs(address.sin_port);
  const absl::Status status = Server::Start(HomeHere(), options).status();
  close(descriptor);
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(status.message()), HasSubstr(std::to_string(options.port)));
}

TEST_F(AdmissionTest, ASocketPathThatIsTooLongIsRefusedWithTheReason) {
  const std::string home = dir_ + "/" + std::string(120, 'x');
  ServerOptions options;
  options.port = 0;
  const absl::Status status = Server::Start(Home::Find(home).value(), options).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("shorter path"));
}

}  // namespace
}  // namespace pecg
