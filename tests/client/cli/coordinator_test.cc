#include "client/cli/coordinator.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error_detail.h"
#include "base/file.h"
#include "base/ids.h"
#include "tests/client/cli/fake_coordinator.h"

namespace pecg {
namespace {

std::string NoVariables(const char* /*name*/) { return ""; }

TEST(ParseCoordinatorAddress, TakesSocketsAndLoopback) {
  EXPECT_TRUE(ParseCoordinatorAddress("unix:/tmp/a.sock")->is_socket);
  EXPECT_FALSE(ParseCoordinatorAddress("localhost:7470")->is_socket);
  EXPECT_TRUE(ParseCoordinatorAddress("127.0.0.1:7470").ok());
}

TEST(ParseCoordinatorAddress, RefusesToSendATokenToAnotherMachine) {
  const auto address = ParseCoordinatorAddress("lab-mac:7470");
  EXPECT_EQ(address.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(DetailOf(address.status()).hint.find("ssh -L"), std::string::npos);
}

TEST(ParseCoordinatorAddress, RefusesWhatIsNoAddress) {
  for (const char* text : {"", "unix:", "localhost", "localhost:", "localhost:http"}) {
    EXPECT_FALSE(ParseCoordinatorAddress(text).ok()) << text;
  }
}

TEST(ReadToken, RefusesAFileThatOthersCanRead) {
  const std::string dir = MakeTestHome();
  WriteTestToken(dir);
  ASSERT_EQ(chmod((dir + "/token").c_str(), 0644), 0);
  const auto token = ReadToken(*Home::Find(dir), NoVariables);
  EXPECT_EQ(token.status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(DetailOf(token.status()).hint, "chmod 600 " + dir + "/token");
}

TEST(ReadToken, RefusesAFileWithoutAToken) {
  const std::string dir = MakeTestHome();
  ASSERT_TRUE(WriteFileAtomically(dir + "/token", "hello\n", 0600).ok());
  EXPECT_EQ(ReadToken(*Home::Find(dir), NoVariables).status().code(),
            absl::StatusCode::kUnauthenticated);
}

TEST(ReadToken, LetsTheVariableNameAnotherFile) {
  const std::string home = MakeTestHome();
  const std::string elsewhere = MakeTestHome();
  WriteTestToken(home);
  const std::string token = WriteTestToken(elsewhere);
  const auto read = ReadToken(*Home::Find(home), [&](const char* name) {
    return std::string(name) == "PECG_TOKEN_FILE" ? elsewhere + "/token" : "";
  });
  EXPECT_EQ(*read, token);
}

TEST(CheckSocket, SaysHowToStartACoordinator) {
  const absl::Status status = CheckSocket({"unix:/nowhere/pecgd.sock", true});
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_NE(DetailOf(status).hint.find("pecgd"), std::string::npos);
}

TEST(Coordinator, SendsTheTokenOverASocket) {
  FakeEventLog log;
  FakeRunService runs(&log);
  const std::string address = "unix:" + MakeTestHome() + "/s";
  const FakeServer server(address, {&runs});
  const std::string token = NewToken();
  Coordinator coordinator({address, true}, token);
  v1::GetRunRequest request;
  request.set_name("runs/1");
  const auto response = coordinator.Call(&v1::RunService::Stub::GetRun, request);
  EXPECT_EQ(response.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(runs.Authorization(), "Bearer " + token);
}

/// A TCP port of loopback that was free a moment ago.
int FreePort() {
  const int descriptor = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<struct sockaddr*>(&address);
  EXPECT_EQ(bind(descriptor, generic, size), 0);
  EXPECT_EQ(getsockname(descriptor, generic, &size), 0);
  close(descriptor);
  return ntohs(address.sin_port);
}

TEST(Coordinator, SendsTheTokenOverLoopback) {
  FakeEventLog log;
  FakeRunService runs(&log);
  const std::string address = "127.0.0.1:" + std::to_string(FreePort());
  const FakeServer server(address, {&runs});
  const std::string token = NewToken();
  Coordinator coordinator({address, false}, token);
  v1::GetRunRequest request;
  request.set_name("runs/1");
  const auto response = coordinator.Call(&v1::RunService::Stub::GetRun, request);
  EXPECT_EQ(response.status().code(), absl::StatusCode::kNotFound) << response.status();
  EXPECT_EQ(runs.Authorization(), "Bearer " + token);
}

TEST(Coordinator, TakesTheThreePartsOfAnError) {
  const Coordinator coordinator({"unix:/s", true}, NewToken());
  const ErrorDetail detail = DetailOf(
      coordinator.ToStatus({grpc::StatusCode::NOT_FOUND, "spec.split: no split abc (pecg split ls)",
                            "what: no split abc\nwhere: spec.split\nhint: pecg split ls\n"}));
  EXPECT_EQ(detail.what, "no split abc");
  EXPECT_EQ(detail.where, "spec.split");
  EXPECT_EQ(detail.hint, "pecg split ls");
}

TEST(Coordinator, BelievesACoordinatorThatSaysItIsUnavailable) {
  const Coordinator coordinator({"unix:/s", true}, NewToken());
  const absl::Status status = coordinator.ToStatus(
      {grpc::StatusCode::UNAVAILABLE, "shutting down", "what: shutting down\n"});
  EXPECT_EQ(DetailOf(status).what, "shutting down");
}

TEST(Coordinator, SaysThatNobodyListens) {
  Coordinator coordinator({"unix:" + MakeTestHome() + "/s", true}, NewToken());
  const auto response = coordinator.Call(&v1::RunService::Stub::GetRun, v1::GetRunRequest());
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(DetailOf(response.status()).what, "no coordinator answers");
}

}  // namespace
}  // namespace pecg
