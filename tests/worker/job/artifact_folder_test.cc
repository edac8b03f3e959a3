#include "worker/job/artifact_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <stdexcept>

#include "base/digest/sha256.h"
#include "tests/worker/job/job_testing.h"

namespace pecg {
namespace {

using testing::ErrorOf;
using testing::FakeClock;
using testing::Pipe;
using testing::ReadEvents;
using testing::ReadFile;
using testing::TemporaryFolder;

class ArtifactFolderTest : public ::testing::Test {
 protected:
  std::vector<v1::JobEvent> Written() {
    pipe_.CloseWrite();
    return ReadEvents(pipe_.read_end());
  }

  FakeClock clock_;
  Pipe pipe_;
  TemporaryFolder folder_;
  EventWriter events_{pipe_.write_end(), &clock_, nullptr};
  ArtifactFolder artifacts_{folder_.path() / "output", &events_};
};

TEST_F(ArtifactFolderTest, AnnouncesAFileWithTheDigestOfWhatLiesOnTheDisk) {
  artifacts_.Write("model/model.json", "model", "{}\n");

  EXPECT_EQ(ReadFile(folder_.path() / "output/model/model.json"), "{}\n");
  const std::vector<v1::JobEvent> events = Written();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].artifact().path(), "model/model.json");
  EXPECT_EQ(events[0].artifact().type(), "model");
  EXPECT_EQ(events[0].artifact().size_bytes(), 3);
  EXPECT_EQ(events[0].artifact().sha256(), Sha256Hex("{}\n"));
}

TEST_F(ArtifactFolderTest, AnnouncesWhatAWriterOfItsOwnHasWritten) {
  artifacts_.WriteWith("x.npy", "file",
                       [](const std::filesystem::path& path) { std::ofstream(path) << "abc"; });

  const std::vector<v1::JobEvent> events = Written();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].artifact().sha256(), Sha256Hex("abc"));
}

TEST_F(ArtifactFolderTest, AnnouncesNothingWhenWritingFails) {
  EXPECT_THROW(
      artifacts_.WriteWith("x.npy", "file",
                           [](const std::filesystem::path&) { throw std::runtime_error("no"); }),
      std::runtime_error);

  EXPECT_TRUE(Written().empty());
}

TEST_F(ArtifactFolderTest, LeavesNoTemporaryFileBehind) {
  artifacts_.Write("a.txt", "file", "a");

  int file_count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path() / "output")) {
    ++file_count;
    EXPECT_EQ(entry.path().filename(), "a.txt");
  }
  EXPECT_EQ(file_count, 1);
}

TEST_F(ArtifactFolderTest, RefusesPathsThatLeaveTheFolder) {
  for (const char* path : {"../x", "/x", "a/../../x", "", "a//b", "./a", "a\\b"}) {
    const auto error = ErrorOf([&] { artifacts_.Write(path, "file", "a"); });
    ASSERT_TRUE(error.has_value()) << path;
    EXPECT_EQ(error->kind(), Error::Kind::kBadInput) << path;
  }
}

}  // namespace
}  // namespace pecg
