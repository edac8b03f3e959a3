#include "worker/agent/content_cache.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "tests/worker/agent/agent_testing.h"

namespace pecg {
namespace {

class ContentCacheTest : public ::testing::Test {
 protected:
  Blob Put(const std::string& content) {
    return {blobs_.Put(content), static_cast<int64_t>(content.size())};
  }
  std::string CachedPath(const Blob& blob) {
    return folder_ / ("cache/" + blob.sha256.substr(0, 2) + "/" + blob.sha256);
  }

  TemporaryFolder folder_;
  FakeBlobStore blobs_;
  ContentCache cache_{folder_ / "cache", &blobs_};
  Cancellation cancellation_;
  const std::string destination_ = folder_ / "here";
};

TEST_F(ContentCacheTest, DownloadsAContentOnce) {
  const Blob blob = Put("content");
  ASSERT_TRUE(cache_.Place(blob, destination_, &cancellation_).ok());
  ASSERT_TRUE(cache_.Place(blob, folder_ / "there", &cancellation_).ok());
  EXPECT_EQ(Slurp(destination_), "content");
  EXPECT_EQ(Slurp(folder_ / "there"), "content");
  EXPECT_EQ(blobs_.read_count(), 1);
}

TEST_F(ContentCacheTest, DownloadsAgainWhatWasDamagedOnTheDisk) {
  const Blob blob = Put("content");
  ASSERT_TRUE(cache_.Place(blob, destination_, &cancellation_).ok());
  Spill(CachedPath(blob), "damaged");
  ASSERT_TRUE(cache_.Place(blob, destination_, &cancellation_).ok());
  EXPECT_EQ(Slurp(destination_), "content");
}

TEST_F(ContentCacheTest, RefusesWhatIsNotTheContent) {
  const Blob blob = Put("content");
  blobs_.Replace(blob.sha256, "another");
  EXPECT_TRUE(absl::IsDataLoss(cache_.Place(blob, destination_, &cancellation_)));
  EXPECT_FALSE(std::filesystem::exists(CachedPath(blob)));
}

TEST_F(ContentCacheTest, RefusesMoreThanWasPromised) {
  const Blob blob = Put("content");
  blobs_.Replace(blob.sha256, "content and more");
  EXPECT_TRUE(absl::IsDataLoss(cache_.Place(blob, destination_, &cancellation_)));
}

TEST_F(ContentCacheTest, GoesOnWhereABrokenDownloadEnded) {
  const Blob blob = Put("first half, second half");
  blobs_.Answer(absl::UnavailableError("the network is away"));
  std::thread repair([&] {
    EXPECT_TRUE(Eventually([&] { return blobs_.read_count() >= 2; }));
    blobs_.Answer(absl::OkStatus());
  });
  EXPECT_TRUE(cache_.Place(blob, destination_, &cancellation_).ok());
  repair.join();
  EXPECT_EQ(Slurp(destination_), "first half, second half");
}

TEST_F(ContentCacheTest, StopsTryingWhenCancelled) {
  const Blob blob = Put("content");
  blobs_.Answer(absl::UnavailableError("the network is away"));
  std::thread cancel([&] {
    EXPECT_TRUE(Eventually([&] { return blobs_.read_count() >= 1; }));
    cancellation_.Cancel();
  });
  EXPECT_TRUE(absl::IsCancelled(cache_.Place(blob, destination_, &cancellation_)));
  cancel.join();
}

TEST_F(ContentCacheTest, SaysWhenNobodyHasTheContent) {
  const Blob blob = {Sha256Hex("content"), 7};
  EXPECT_TRUE(absl::IsNotFound(cache_.Place(blob, destination_, &cancellation_)));
}

TEST_F(ContentCacheTest, RefusesAHashThatIsAPath) {
  EXPECT_TRUE(
      absl::IsInvalidArgument(cache_.Place({"../../etc/passwd", 1}, destination_, &cancellation_)));
}

TEST_F(ContentCacheTest, ForgetsWhatWasUnusedForLongest) {
  ContentCache small(folder_ / "cache", &blobs_, 8);
  const Blob old = Put("12345");
  const Blob fresh = Put("67890");
  ASSERT_TRUE(small.Place(old, destination_, &cancellation_).ok());
  std::filesystem::last_write_time(
      CachedPath(old), std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
  ASSERT_TRUE(small.Place(fresh, destination_, &cancellation_).ok());
  EXPECT_FALSE(std::filesystem::exists(CachedPath(old)));
  EXPECT_TRUE(std::filesystem::exists(CachedPath(fresh)));
}

}  // namespace
}  // namespace pecg
