#include "base/home.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "tests/base/status_matchers.h"
#include "tests/base/temporary_folder.h"

namespace pecg {
namespace {

class HomeTest : public testing::Test {
 protected:
  const TemporaryFolder folder_;
};

TEST_F(HomeTest, IsTheFolderGiven) {
  absl::StatusOr<Home> home = Home::Find(folder_.Path("h/"));
  ASSERT_THAT(home, IsOk());
  EXPECT_EQ(home->dir(), folder_.Path("h"));
  EXPECT_EQ(home->DatabasePath(), folder_.Path("h/coordinator/pecg.db"));
  EXPECT_EQ(home->JobDir(17, 2), folder_.Path("h/worker/jobs/17-2"));
}

TEST_F(HomeTest, IsThatOfTheEnvironmentElse) {
  setenv("PECG_HOME", "/somewhere/else", 1);
  absl::StatusOr<Home> home = Home::Find();
  unsetenv("PECG_HOME");
  ASSERT_THAT(home, IsOk());
  EXPECT_EQ(home->dir(), "/somewhere/else");
}

TEST_F(HomeTest, IsBelowTheUsersHomeByDefault) {
  unsetenv("PECG_HOME");
  const char* const kept = std::getenv("HOME");
  const std::string old_home = kept == nullptr ? "" : kept;
  setenv("HOME", "/home/nobody", 1);
  absl::StatusOr<Home> home = Home::Find();
  unsetenv("HOME");
  EXPECT_THAT(Home::Find(), HasCode(absl::StatusCode::kFailedPrecondition));
  setenv("HOME", old_home.c_str(), 1);
  ASSERT_THAT(home, IsOk());
  EXPECT_EQ(home->dir(), "/home/nobody/.pecg");
}

TEST_F(HomeTest, IsMadeForTheOwnerAlone) {
  absl::StatusOr<Home> home = Home::Find(folder_.Path("new"));
  ASSERT_THAT(home, IsOk());
  ASSERT_THAT(home->CreateForCoordinator(), IsOk());
  ASSERT_THAT(home->CreateForWorker(), IsOk());
  for (const std::string& dir : {home->dir(), home->CoordinatorDir(), home->BlobsDir(),
                                 home->BackupsDir(), home->CacheDir(), home->JobsDir()}) {
    struct stat info {};
    ASSERT_EQ(stat(dir.c_str(), &info), 0) << dir;
    EXPECT_EQ(info.st_mode & 0777, 0700U) << dir;
  }
}

TEST_F(HomeTest, IsRefusedWhenOthersMayWriteToIt) {
  namespace fs = std::filesystem;
  fs::permissions(folder_.Path(), fs::perms::others_write, fs::perm_options::add);
  absl::StatusOr<Home> home = Home::Find(folder_.Path());
  ASSERT_THAT(home, IsOk());
  EXPECT_THAT(home->Create(), IsError(absl::StatusCode::kFailedPrecondition, "chmod go-w"));
}

}  // namespace
}  // namespace pecg
