#include "worker/job/job_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/worker/job/job_testing.h"

namespace pecg {
namespace {

using testing::ErrorOf;
using testing::TemporaryFolder;
using testing::WriteFile;
using testing::WriteJob;

class JobDirectoryTest : public ::testing::Test {
 protected:
  JobDirectoryTest() {
    spec_.set_threads(1);
    spec_.add_targets("chd");
    spec_.mutable_run_spec()->mutable_train();
  }

  static v1::ManifestEntry Entry(int ordinal, const std::string& targets = "\1") {
    v1::ManifestEntry entry;
    entry.set_ordinal(ordinal);
    entry.set_targets(targets);
    return entry;
  }

  Error::Kind OpenError() const {
    return ErrorOf([&] { JobDirectory::Open(folder_.path()); })
        .value_or(Error(Error::Kind::kIo, ""))
        .kind();
  }

  /// Ordinals of the manifest, or the error of reading it.
  std::vector<int> Ordinals() const {
    std::vector<int> ordinals;
    JobDirectory::Open(folder_.path()).ForEachManifestEntry([&](const v1::ManifestEntry& entry) {
      ordinals.push_back(entry.ordinal());
    });
    return ordinals;
  }

  TemporaryFolder folder_;
  v1::JobSpec spec_;
};

TEST_F(JobDirectoryTest, ReadsTheSpec) {
  spec_.set_run("runs/12");
  WriteJob(folder_.path(), spec_);

  EXPECT_EQ(JobDirectory::Open(folder_.path()).spec().run(), "runs/12");
}

TEST_F(JobDirectoryTest, RefusesAFolderWithoutASpec) {
  EXPECT_EQ(OpenError(), Error::Kind::kBadInput);
}

TEST_F(JobDirectoryTest, RefusesASpecThatIsNone) {
  WriteFile(folder_.path() / "spec.binpb", "\xFF\xFF\xFF");

  EXPECT_EQ(OpenError(), Error::Kind::kBadInput);
}

TEST_F(JobDirectoryTest, RefusesASpecWithoutAJobKind) {
  spec_.mutable_run_spec()->clear_job();
  WriteJob(folder_.path(), spec_);

  EXPECT_EQ(OpenError(), Error::Kind::kBadInput);
}

TEST_F(JobDirectoryTest, RefusesASpecWithoutThreads) {
  spec_.set_threads(0);
  WriteJob(folder_.path(), spec_);

  EXPECT_EQ(OpenError(), Error::Kind::kBadInput);
}

TEST_F(JobDirectoryTest, StreamsTheManifestInOrder) {
  WriteJob(folder_.path(), spec_, {Entry(0), Entry(3), Entry(7)});

  EXPECT_THAT(Ordinals(), ::testing::ElementsAre(0, 3, 7));
}

TEST_F(JobDirectoryTest, RefusesAManifestThatIsCutShort) {
  WriteJob(folder_.path(), spec_, {Entry(0), Entry(1)});
  const auto manifest = folder_.path() / "manifest.binpb";
  std::filesystem::resize_file(manifest, std::filesystem::file_size(manifest) - 1);

  const auto error = ErrorOf([&] { Ordinals(); });
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->kind(), Error::Kind::kCorruptData);
}

TEST_F(JobDirectoryTest, RefusesAManifestWhoseOrdinalsDoNotAscend) {
  WriteJob(folder_.path(), spec_, {Entry(1), Entry(1)});

  const auto error = ErrorOf([&] { Ordinals(); });
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->kind(), Error::Kind::kCorruptData);
}

TEST_F(JobDirectoryTest, RefusesAManifestWithOtherTargetsThanTheSpec) {
  WriteJob(folder_.path(), spec_, {Entry(1, "\1\1")});

  const auto error = ErrorOf([&] { Ordinals(); });
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->kind(), Error::Kind::kCorruptData);
}

TEST_F(JobDirectoryTest, SaysThatThereIsNoManifest) {
  WriteJob(folder_.path(), spec_);

  const auto error = ErrorOf([&] { Ordinals(); });
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->kind(), Error::Kind::kNotFound);
}

TEST_F(JobDirectoryTest, FindsInputsByAliasAndPath) {
  WriteJob(folder_.path(), spec_);
  WriteFile(folder_.path() / "input/b/model/model.json", "{}");
  WriteFile(folder_.path() / "input/a/index.binpb", "");
  const JobDirectory directory = JobDirectory::Open(folder_.path());

  EXPECT_THAT(directory.InputAliases(), ::testing::ElementsAre("a", "b"));
  EXPECT_EQ(directory.InputFile("b", "model/model.json"),
            folder_.path() / "input/b/model/model.json");
  EXPECT_FALSE(directory.HasInputFile("a", "model/model.json"));
}

TEST_F(JobDirectoryTest, RefusesInputsOutsideItsFolder) {
  WriteJob(folder_.path(), spec_);
  const JobDirectory directory = JobDirectory::Open(folder_.path());

  for (const char* path : {"../../spec.binpb", "/etc/passwd", "a/../../../spec.binpb"}) {
    const auto error = ErrorOf([&] { directory.InputFile("a", path); });
    ASSERT_TRUE(error.has_value()) << path;
    EXPECT_EQ(error->kind(), Error::Kind::kBadInput) << path;
  }
}

TEST_F(JobDirectoryTest, SaysThatTheDatasetsFolderIsNotThere) {
  spec_.set_dataset_root((folder_.path() / "gone").string());
  WriteJob(folder_.path(), spec_);
  const JobDirectory directory = JobDirectory::Open(folder_.path());

  const auto error = ErrorOf([&] { directory.DatasetRoot(); });
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->kind(), Error::Kind::kNotFound);
}

}  // namespace
}  // namespace pecg
