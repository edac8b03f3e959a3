#include "worker/train/record_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include "tests/worker/train/tone_files.h"
#include "worker/ecg/error.h"

namespace pecg {
namespace {

class LoadSignalsTest : public testing::Test {
 protected:
  void SetUp() override {
    options_.root = std::filesystem::path(testing::TempDir()) /
                    testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(options_.root);
    std::filesystem::create_directories(options_.root);
    options_.threads = 3;
    for (int i = 0; i < 8; ++i) {
      RecordRow row;
      row.ordinal = i;
      row.record_id = "P" + std::to_string(i);
      row.path = row.record_id;
      row.signal_sha256 = WriteToneRecord(options_.root, row.path, 2 + i, i % 2 == 0);
      records_.rows.push_back(row);
    }
  }
  void TearDown() override { std::filesystem::remove_all(options_.root); }

  Error LoadError() {
    try {
      LoadSignals(preprocessor_, options_, &records_);
    } catch (const Error& error) {
      return error;
    }
    return Error(Error::Kind::kIo, "no error was thrown");
  }

  std::filesystem::path DataFile(int record) const {
    return options_.root / ("P" + std::to_string(record) + ".dat");
  }

  Preprocessor preprocessor_{InputFormat{}};
  LoadOptions options_;
  RecordSet records_;
};

TEST_F(LoadSignalsTest, KeepsEveryRecordAtTheNetworksRateInItsPlace) {
  std::int64_t last_done = 0;
  options_.on_progress = [&](std::int64_t done) {
    EXPECT_GE(done, last_done);
    last_done = done;
  };
  ASSERT_TRUE(LoadSignals(preprocessor_, options_, &records_));
  ASSERT_EQ(records_.signals.size(), 8U);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(records_.signals[i].sample_count, static_cast<std::int64_t>(2 + i) * 100);
    EXPECT_EQ(records_.signals[i].leads, LeadMask::All());
  }
  EXPECT_EQ(last_done, 8);
}

TEST_F(LoadSignalsTest, DoesNotDependOnTheNumberOfThreads) {
  ASSERT_TRUE(LoadSignals(preprocessor_, options_, &records_));
  RecordSet alone = records_;
  options_.threads = 1;
  ASSERT_TRUE(LoadSignals(preprocessor_, options_, &alone));
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(alone.signals[i].samples, records_.signals[i].samples);
  }
}

TEST_F(LoadSignalsTest, RefusesARecordThatChangedSinceItWasIndexed) {
  records_.rows[4].signal_sha256 = records_.rows[2].signal_sha256;
  const Error error = LoadError();
  EXPECT_EQ(error.kind(), Error::Kind::kCorruptData);
  EXPECT_THAT(error.message(), testing::HasSubstr("record P4"));
  EXPECT_THAT(error.message(), testing::HasSubstr("not the one that was indexed"));
}

TEST_F(LoadSignalsTest, NamesTheFirstMissingRecordAndCountsTheOthers) {
  std::filesystem::remove(DataFile(6));
  std::filesystem::remove(DataFile(3));
  const Error error = LoadError();
  EXPECT_EQ(error.kind(), Error::Kind::kNotFound);
  EXPECT_THAT(error.message(), testing::HasSubstr("record P3 cannot be used, nor can 1 more"));
}

TEST_F(LoadSignalsTest, RefusesATruncatedRecord) {
  std::filesystem::resize_file(DataFile(5), 1000);
  EXPECT_THAT(LoadError().message(), testing::HasSubstr("record P5"));
}

TEST_F(LoadSignalsTest, StopsWhenAsked) {
  std::atomic<int> questions = 0;
  options_.stop_requested = [&] { return ++questions > 3; };
  EXPECT_FALSE(LoadSignals(preprocessor_, options_, &records_));
}

TEST_F(LoadSignalsTest, NothingToLoadIsDone) {
  records_.rows.clear();
  EXPECT_TRUE(LoadSignals(preprocessor_, options_, &records_));
  EXPECT_TRUE(records_.signals.empty());
}

}  // namespace
}  // namespace pecg
