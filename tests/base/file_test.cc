#include "base/file.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/base/status_matchers.h"
#include "tests/base/temporary_folder.h"

namespace pecg {
namespace {

using testing::Eq;

mode_t ModeOf(const std::string& path) {
  struct stat info {};
  EXPECT_EQ(stat(path.c_str(), &info), 0);
  return info.st_mode & 07777;
}

size_t EntryCount(const std::string& dir) {
  return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(dir), {}));
}

class FileTest : public testing::Test {
 protected:
  const TemporaryFolder folder_;
  const std::string path_ = folder_.Path("file");
};

TEST_F(FileTest, IsReadBackAsWritten) {
  const std::string content("a\0b\n", 4);
  ASSERT_THAT(WriteFileAtomically(path_, content), IsOk());
  EXPECT_THAT(ReadFile(path_), HoldsValue(Eq(content)));
  EXPECT_EQ(ModeOf(path_), 0644U);
}

TEST_F(FileTest, IsReplacedAndLeavesNoTemporaryFile) {
  ASSERT_THAT(WriteFileAtomically(path_, "old"), IsOk());
  ASSERT_THAT(WriteFileAtomically(path_, "new", 0600), IsOk());
  EXPECT_THAT(ReadFile(path_), HoldsValue(Eq("new")));
  EXPECT_EQ(ModeOf(path_), 0600U);
  EXPECT_EQ(EntryCount(folder_.Path()), 1U);
}

TEST_F(FileTest, IsWholeWhenLongerThanOneRead) {
  const std::string content(300'000, 'x');
  ASSERT_THAT(WriteFileAtomically(path_, content), IsOk());
  EXPECT_THAT(ReadFile(path_), HoldsValue(Eq(content)));
}

TEST_F(FileTest, IsRefusedWhenLargerThanAllowed) {
  ASSERT_THAT(WriteFileAtomically(path_, "12345"), IsOk());
  EXPECT_THAT(ReadFile(path_, 4), HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(ReadFile(path_, 5), IsOk());
}

TEST_F(FileTest, IsNotFoundWhenMissing) {
  EXPECT_THAT(ReadFile(path_), HasCode(absl::StatusCode::kNotFound));
}

TEST_F(FileTest, IsNotWrittenIntoAMissingFolder) {
  EXPECT_THAT(WriteFileAtomically(folder_.Path("no/file"), "x"),
              HasCode(absl::StatusCode::kNotFound));
}

TEST_F(FileTest, AppearsOnlyOnCommit) {
  {
    absl::StatusOr<DurableFile> file = DurableFile::Create(path_);
    ASSERT_THAT(file, IsOk());
    ASSERT_THAT(file->Append("half"), IsOk());
    EXPECT_FALSE(std::filesystem::exists(path_));
  }
  EXPECT_EQ(EntryCount(folder_.Path()), 0U);
}

TEST_F(FileTest, HoldsAllPiecesAfterCommit) {
  absl::StatusOr<DurableFile> file = DurableFile::Create(path_);
  ASSERT_THAT(file, IsOk());
  ASSERT_THAT(file->Append("one,"), IsOk());
  ASSERT_THAT(file->Append("two"), IsOk());
  EXPECT_EQ(file->size_bytes(), 7);
  ASSERT_THAT(file->Commit(), IsOk());
  EXPECT_THAT(ReadFile(path_), HoldsValue(Eq("one,two")));
  EXPECT_THAT(file->Append("late"), HasCode(absl::StatusCode::kFailedPrecondition));
}

TEST_F(FileTest, KeepsASecretThatOnlyTheOwnerReads) {
  ASSERT_THAT(WriteFileAtomically(path_, "pecg_00\n", 0600), IsOk());
  EXPECT_THAT(ReadSecretFile(path_), HoldsValue(Eq("pecg_00")));
}

class OpenSecretTest : public FileTest, public testing::WithParamInterface<mode_t> {};

TEST_P(OpenSecretTest, IsRefusedWithTheCommandThatHelps) {
  ASSERT_THAT(WriteFileAtomically(path_, "pecg_00", GetParam()), IsOk());
  EXPECT_THAT(ReadSecretFile(path_),
              IsError(absl::StatusCode::kFailedPrecondition, "chmod 600 '" + path_ + "'"));
}

INSTANTIATE_TEST_SUITE_P(Modes, OpenSecretTest, testing::Values(0640, 0604, 0620, 0602, 0644));

TEST_F(FileTest, MakesMissingFoldersWithTheMode) {
  const mode_t old_mask = umask(077);
  const std::string dir = folder_.Path("a/b/c");
  EXPECT_THAT(CreateDirectories(dir, 0750), IsOk());
  umask(old_mask);
  EXPECT_EQ(ModeOf(folder_.Path("a")), 0750U);
  EXPECT_EQ(ModeOf(dir), 0750U);
  EXPECT_THAT(CreateDirectories(dir), IsOk());
}

TEST_F(FileTest, RefusesAFileWhereAFolderShouldBe) {
  ASSERT_THAT(WriteFileAtomically(path_, "x"), IsOk());
  EXPECT_THAT(CreateDirectories(path_), HasCode(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace pecg
