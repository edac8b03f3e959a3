#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/digest/sha256.h"
#include "base/ids.h"
#include "server/rpc/blob_store.h"

namespace pecg {
namespace {

class BlobStoreTest : public ::testing::Test {
 protected:
  ~BlobStoreTest() override { std::filesystem::remove_all(dir_); }

  int FileCount() const {
    int count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_)) {
      if (entry.is_regular_file()) ++count;
    }
    return count;
  }

  const std::string dir_ =
      (std::filesystem::temp_directory_path() / ("pecg_blobs_" + NewToken().substr(5, 12)));
  const BlobStore blobs_{dir_};
};

TEST_F(BlobStoreTest, ReadsWhatWasPut) {
  const BlobId id = blobs_.Put("content").value();
  EXPECT_EQ(id.sha256, Sha256Hex("content"));
  EXPECT_EQ(blobs_.Read(id.sha256).value(), "content");
}

TEST_F(BlobStoreTest, KeepsTheSameContentOnce) {
  ASSERT_TRUE(blobs_.Put("content").ok());
  ASSERT_TRUE(blobs_.Put("content").ok());
  EXPECT_EQ(FileCount(), 1);
}

TEST_F(BlobStoreTest, GoesOnReadingAtAnOffset) {
  const BlobId id = blobs_.Put("0123456789").value();
  const auto download = blobs_.Open(id.sha256, 4).value();
  EXPECT_EQ(download->Next(3).value(), "456");
  EXPECT_EQ(download->Next(100).value(), "789");
  EXPECT_EQ(download->Next(100).value(), "");
}

TEST_F(BlobStoreTest, RefusesAnOffsetBeyondTheEnd) {
  const BlobId id = blobs_.Put("0123").value();
  EXPECT_EQ(blobs_.Open(id.sha256, 5).status().code(), absl::StatusCode::kOutOfRange);
}

TEST_F(BlobStoreTest, RefusesWhatIsNoHashBeforeItTouchesThePath) {
  EXPECT_EQ(blobs_.Read("../../etc/passwd").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(BlobStoreTest, AnUploadOfOtherBytesLeavesNothingBehind) {
  {
    auto upload = blobs_.Begin({Sha256Hex("right"), 5}).value();
    ASSERT_TRUE(upload.Append("wrong").ok());
    EXPECT_EQ(upload.Finish().code(), absl::StatusCode::kDataLoss);
  }
  EXPECT_EQ(FileCount(), 0);
}

TEST_F(BlobStoreTest, AnUploadThatIsTooShortOrTooLongIsRefused) {
  auto upload = blobs_.Begin({Sha256Hex("right"), 5}).value();
  ASSERT_TRUE(upload.Append("righ").ok());
  EXPECT_EQ(upload.Append("ty").code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(upload.Finish().code(), absl::StatusCode::kDataLoss);
}

TEST_F(BlobStoreTest, NoticesThatAStoredContentHasChanged) {
  const BlobId id = blobs_.Put("content").value();
  const std::string path = dir_ + "/" + id.sha256.substr(0, 2) + "/" + id.sha256;
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  std::ofstream(path) << "Content";
  EXPECT_EQ(blobs_.Read(id.sha256).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace pecg
