#include "worker/job/checkpoint_folder.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/digest/sha256.h"
#include "tests/worker/job/job_testing.h"

namespace pecg {
namespace {

namespace fs = std::filesystem;

using testing::ErrorOf;
using testing::FakeClock;
using testing::Pipe;
using testing::ReadEvents;
using testing::ReadFile;
using testing::TemporaryFolder;
using testing::WriteFile;

CheckpointFile Text(const std::string& path, const std::string& text) {
  return {.path = path, .write = [text](const fs::path& file) { std::ofstream(file) << text; }};
}

class CheckpointFolderTest : public ::testing::Test {
 protected:
  void WriteStep(std::int64_t step) {
    checkpoints_.Write(
        step, std::vector{Text("weights.safetensors", "weights"), Text("state.json", "{}")});
  }

  FakeClock clock_;
  Pipe pipe_;
  TemporaryFolder folder_;
  EventWriter events_{pipe_.write_end(), &clock_, nullptr};
  CheckpointFolder checkpoints_{folder_.path(), &events_};
  const fs::path step_folder_ = folder_.path() / "1200";
};

TEST_F(CheckpointFolderTest, IsFoundAgainWithItsStep) {
  WriteStep(1200);

  const std::optional<Checkpoint> found = FindCheckpoint(step_folder_);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->step, 1200);
  EXPECT_EQ(ReadFile(found->folder / "weights.safetensors"), "weights");
}

TEST_F(CheckpointFolderTest, ListsEveryFileAsTheContractSays) {
  WriteStep(1200);

  const nlohmann::json list = nlohmann::json::parse(ReadFile(step_folder_ / "list.json"));
  EXPECT_EQ(
      list,
      (nlohmann::json{
          {"step", 1200},
          {"files",
           {{{"path", "weights.safetensors"}, {"sha256", Sha256Hex("weights")}, {"size_bytes", 7}},
            {{"path", "state.json"}, {"sha256", Sha256Hex("{}")}, {"size_bytes", 2}}}}}));
}

TEST_F(CheckpointFolderTest, IsAnnouncedOnceItIsComplete) {
  WriteStep(1200);

  pipe_.CloseWrite();
  const std::vector<v1::JobEvent> events = ReadEvents(pipe_.read_end());
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].checkpoint().step(), 1200);
}

TEST_F(CheckpointFolderTest, IsNotFoundWithoutItsList) {
  WriteStep(1200);
  fs::remove(step_folder_ / "list.json");

  EXPECT_FALSE(FindCheckpoint(step_folder_).has_value());
}

TEST_F(CheckpointFolderTest, IsNotFoundInAFolderThatIsNotThere) {
  EXPECT_FALSE(FindCheckpoint(folder_.path() / "resume").has_value());
}

TEST_F(CheckpointFolderTest, HasNoListWhileAFileIsStillBeingWritten) {
  WriteStep(1200);
  bool list_was_there = true;
  const std::vector<CheckpointFile> files = {
      {.path = "state.json", .write = [&](const fs::path& file) {
         list_was_there = fs::exists(step_folder_ / "list.json");
         std::ofstream(file) << "{}";
       }}};
  checkpoints_.Write(1200, files);

  EXPECT_FALSE(list_was_there);
}

TEST_F(CheckpointFolderTest, IsRefusedWhenAFileHasChanged) {
  WriteStep(1200);
  WriteFile(step_folder_ / "weights.safetensors", "wEights");

  const auto error = ErrorOf([&] { FindCheckpoint(step_folder_); });
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->kind(), Error::Kind::kCorruptData);
}

TEST_F(CheckpointFolderTest, IsRefusedWhenAFileIsMissing) {
  WriteStep(1200);
  fs::remove(step_folder_ / "state.json");

  const auto error = ErrorOf([&] { FindCheckpoint(step_folder_); });
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->kind(), Error::Kind::kCorruptData);
}

TEST_F(CheckpointFolderTest, IsRefusedWhenItsListNamesAFileElsewhere) {
  WriteStep(1200);
  WriteFile(step_folder_ / "list.json",
            R"({"step": 1200, "files": [{"path": "../x", "sha256": "", "size_bytes": 0}]})");

  EXPECT_TRUE(ErrorOf([&] { FindCheckpoint(step_folder_); }).has_value());
}

TEST_F(CheckpointFolderTest, RefusesTheNameOfItsList) {
  const auto error = ErrorOf([&] { checkpoints_.Write(1, std::vector{Text("list.json", "{}")}); });
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->kind(), Error::Kind::kBadInput);
}

}  // namespace
}  // namespace pecg
