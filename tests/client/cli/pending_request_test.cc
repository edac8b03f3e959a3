#include "client/cli/pending_request.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/client/cli/fake_coordinator.h"

namespace pecg {
namespace {

size_t FileCount(const std::string& dir) {
  size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(dir)) ++count;
  return count;
}

TEST(PendingRequest, IsOnDiskBeforeItIsUsed) {
  const std::string dir = MakeTestHome() + "/pending";
  const auto request = PendingRequest::Open(dir, "spec");
  ASSERT_TRUE(request.ok()) << request.status();
  const auto entry = *std::filesystem::directory_iterator(dir);
  std::ifstream file(entry.path());
  std::string id;
  file >> id;
  EXPECT_EQ(id, request->id());
  EXPECT_FALSE(request->is_repeat());
}

TEST(PendingRequest, KeepsItsIdWhenTheProcessDiedUnanswered) {
  const std::string dir = MakeTestHome() + "/pending";
  std::string first;
  {
    const auto request = PendingRequest::Open(dir, "spec");  // Never Done().
    first = request->id();
  }
  const auto again = PendingRequest::Open(dir, "spec");
  EXPECT_EQ(again->id(), first);
  EXPECT_TRUE(again->is_repeat());
  EXPECT_NE(PendingRequest::Open(dir, "another spec")->id(), first);
}

TEST(PendingRequest, ForgetsWhatWasAnswered) {
  const std::string dir = MakeTestHome() + "/pending";
  auto request = PendingRequest::Open(dir, "spec");
  const std::string first = request->id();
  request->Done();
  EXPECT_EQ(FileCount(dir), 0U);
  EXPECT_NE(PendingRequest::Open(dir, "spec")->id(), first);
}

TEST(PendingRequest, IsNotSharedByTwoLivingProcesses) {
  const std::string dir = MakeTestHome() + "/pending";
  const auto one = PendingRequest::Open(dir, "spec");
  const auto two = PendingRequest::Open(dir, "spec");
  ASSERT_TRUE(two.ok()) << two.status();
  EXPECT_NE(one->id(), two->id());
}

TEST(PendingRequest, ReplacesAnIdThatWasWrittenInPart) {
  const std::string dir = MakeTestHome() + "/pending";
  { const auto request = PendingRequest::Open(dir, "spec"); }
  std::ofstream(std::filesystem::directory_iterator(dir)->path()) << "0199";
  const auto request = PendingRequest::Open(dir, "spec");
  EXPECT_EQ(request->id().size(), 36U);
  EXPECT_FALSE(request->is_repeat());
}

}  // namespace
}  // namespace pecg
