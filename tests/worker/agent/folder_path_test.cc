#include "worker/agent/folder_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/worker/agent/agent_testing.h"
#include "worker/agent/attempt_id.h"

namespace pecg {
namespace {

TEST(SplitPlainPathTest, TakesNamesBelowAFolder) {
  EXPECT_THAT(*SplitPlainPath("a/b c/d.txt"), ::testing::ElementsAre("a", "b c", "d.txt"));
}

TEST(SplitPlainPathTest, RefusesEveryPathThatCouldLeaveItsFolder) {
  for (const std::string& path :
       {std::string(""), std::string("/a"), std::string("a/"), std::string("a//b"),
        std::string("."), std::string("a/../b"), std::string(".."), std::string("a\\b"),
        std::string("a\nb"), std::string("a\0b", 3), std::string(2000, 'a')}) {
    EXPECT_TRUE(absl::IsInvalidArgument(SplitPlainPath(path).status())) << path;
  }
}

TEST(OpenPlainFileTest, OpensAFileBelowTheFolder) {
  TemporaryFolder folder;
  Spill(folder / "a/b", "x");
  EXPECT_TRUE(OpenPlainFile(folder.path(), "a/b").ok());
  EXPECT_TRUE(absl::IsNotFound(OpenPlainFile(folder.path(), "a/c").status()));
}

TEST(OpenPlainFileTest, FollowsNoLink) {
  TemporaryFolder folder;
  Spill(folder / "real/file", "x");
  std::filesystem::create_symlink(folder / "real", folder / "dir");
  std::filesystem::create_symlink(folder / "real/file", folder / "link");
  EXPECT_TRUE(absl::IsInvalidArgument(OpenPlainFile(folder.path(), "dir/file").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(OpenPlainFile(folder.path(), "link").status()));
}

TEST(OpenPlainFileTest, IsNotHeldUpByANamedPipe) {
  TemporaryFolder folder;
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_TRUE(absl::IsInvalidArgument(OpenPlainFile(folder.path(), "pipe").status()));
}

TEST(AttemptIdTest, ReadsWhatItWrites) {
  const AttemptId id = {12, 3, 45};
  EXPECT_EQ(*ParseAttemptId(ToMessage(id)), id);
  EXPECT_EQ(FolderName(id), "12-3");
}

TEST(AttemptIdTest, RefusesWhatIsNoAttempt) {
  for (const char* run : {"", "runs/", "runs/0", "runs/-1", "runs/1x", "runs/../1", "run/1"}) {
    v1::HeldAttempt message;
    message.set_run(run);
    message.set_attempt(1);
    EXPECT_TRUE(absl::IsInvalidArgument(ParseAttemptId(message).status())) << run;
  }
}

}  // namespace
}  // namespace pecg
