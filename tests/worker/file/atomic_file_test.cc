#include "worker/file/atomic_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>

#include "tests/worker/file/error_matcher.h"
#include "tests/worker/file/test_folder.h"
#include "worker/file/system_error.h"
#include "worker/file/whole_file.h"

#if defined(__linux__)
#include <sched.h>
#include <sys/mount.h>
#endif

namespace pecg {
namespace {

TEST(AtomicFileTest, AppearsOnlyWithCommit) {
  const TestFolder folder;
  AtomicFile file(folder.path() / "x");
  file.Write("one ");
  file.Write("two");
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "x"));
  file.Commit();
  EXPECT_EQ(Slurp(folder.path() / "x"), "one two");
}

TEST(AtomicFileTest, LeavesTheOldFileAndNothingElseWithoutCommit) {
  const TestFolder folder;
  folder.Write("x", "old");
  { AtomicFile(folder.path() / "x").Write("new"); }
  EXPECT_EQ(Slurp(folder.path() / "x"), "old");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(AtomicFileTest, ReplacesTheOldFile) {
  const TestFolder folder;
  folder.Write("x", "a much longer old text");
  WriteFileAtomically(folder.path() / "x", "new");
  EXPECT_EQ(Slurp(folder.path() / "x"), "new");
}

TEST(AtomicFileTest, NamesTheFileWhoseFolderIsMissing) {
  const TestFolder folder;
  EXPECT_THAT(ErrorOf([&] { AtomicFile(folder.path() / "no" / "x"); }),
              IsError(Error::Kind::kNotFound, (folder.path() / "no" / "x").string()));
}

TEST(SystemErrorTest, TellsAFullDiskFromOtherFailures) {
  EXPECT_THAT(ErrorOf([] { ThrowSystemError(ENOSPC, "cannot write", "f"); }),
              IsError(Error::Kind::kDiskFull, "f: cannot write: No space left on device (free"));
  EXPECT_THAT(ErrorOf([] { ThrowSystemError(EDQUOT, "cannot write", "f"); }),
              IsError(Error::Kind::kDiskFull, "f: "));
  EXPECT_THAT(ErrorOf([] { ThrowSystemError(EACCES, "cannot open", "f"); }),
              IsError(Error::Kind::kIo, "permissions"));
  EXPECT_THAT(ErrorOf([] { ThrowSystemError(EIO, "cannot read", "f"); }),
              IsError(Error::Kind::kIo, "f: cannot read"));
}

#if defined(__linux__)
TEST(AtomicFileTest, SaysThatTheDiskIsFullAndKeepsTheOldFile) {
  const TestFolder folder;
  if (::unshare(CLONE_NEWNS) != 0 ||
      ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=64k") != 0) {
    GTEST_SKIP() << "may not mount a small disk in a namespace of its own";
  }
  folder.Write("x", "old");
  EXPECT_THAT(ErrorOf([&] {
                AtomicFile file(folder.path() / "x");
                file.Write(std::string(1 << 20, 'x'));
                file.Commit();
              }),
              IsError(Error::Kind::kDiskFull, (folder.path() / "x").string()));
  EXPECT_EQ(Slurp(folder.path() / "x"), "old");
  ::umount(folder.path().c_str());
}
#endif

TEST(ReadWholeFileTest, NamesAMissingFileAFolderAndAFileAboveTheLimit) {
  const TestFolder folder;
  folder.Write("x", "12345");
  EXPECT_THAT(ErrorOf([&] { ReadTextFile(folder.path() / "no", 9); }),
              IsError(Error::Kind::kNotFound, "no: cannot open"));
  EXPECT_THAT(ErrorOf([&] { ReadTextFile(folder.path(), 9); }),
              IsError(Error::Kind::kBadInput, "not a regular file"));
  EXPECT_THAT(ErrorOf([&] { ReadTextFile(folder.path() / "x", 4); }),
              IsError(Error::Kind::kUnsupported, "larger than 4 bytes: 5"));
}

TEST(ResolveBelowTest, RefusesWhatLeadsOutOfTheRoot) {
  const TestFolder folder;
  const TestFolder outside;
  outside.Write("secret", "x");
  std::filesystem::create_symlink(outside.path(), folder.path() / "link");
  for (const std::string path : {"../secret", "a/../../secret", "/etc/passwd", "", "link/secret"}) {
    EXPECT_THAT(ErrorOf([&] { ResolveBelow(folder.path(), path); }),
                IsError(Error::Kind::kBadInput, folder.path().string()))
        << path;
  }
}

TEST(ResolveBelowTest, FollowsLinksThatStayBelowTheRoot) {
  const TestFolder folder;
  const auto file = folder.Write("a/x", "1");
  std::filesystem::create_symlink(folder.path() / "a", folder.path() / "b");
  EXPECT_EQ(ResolveBelow(folder.path(), "b/x"), file);
}

}  // namespace
}  // namespace pecg
