#include "worker/agent/spool.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "tests/worker/agent/agent_testing.h"

namespace pecg {
namespace {

v1::AttemptEvent Log(const std::string& text) {
  v1::AttemptEvent event;
  event.mutable_log()->set_data(text);
  return event;
}

class SpoolTest : public ::testing::Test {
 protected:
  std::unique_ptr<Spool> Open() {
    auto spool = Spool::Open(path_, {.on_change = [] {},
                                     .on_error =
                                         [this](const absl::Status& status) {
                                           MutexLock lock(&mutex_);
                                           errors_.push_back(status);
                                         }});
    EXPECT_TRUE(spool.ok()) << spool.status();
    return *std::move(spool);
  }

  static std::vector<std::string> Texts(const Spool& spool, int64_t after = 0) {
    std::vector<std::string> texts;
    const auto events = spool.ReadAfter(after, int64_t{1} << 30);
    EXPECT_TRUE(events.ok()) << events.status();
    for (const v1::AttemptEvent& event : *events) {
      EXPECT_EQ(event.sequence(), ++after);
      texts.push_back(event.log().data());
    }
    return texts;
  }

  size_t error_count() {
    MutexLock lock(&mutex_);
    return errors_.size();
  }

  TemporaryFolder folder_;
  const std::string path_ = folder_ / "spool.binpb";
  Mutex mutex_;
  std::vector<absl::Status> errors_;
};

TEST_F(SpoolTest, GivesEventsInOrderWithTheirSequence) {
  const auto spool = Open();
  EXPECT_EQ(spool->Append(Log("a")), 1);
  EXPECT_EQ(spool->Append(Log("b")), 2);
  ASSERT_TRUE(Eventually([&] { return spool->durable_sequence() == 2; }));
  EXPECT_EQ(Texts(*spool), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(Texts(*spool, 1), std::vector<std::string>{"b"});
}

TEST_F(SpoolTest, KeepsEverythingOverARestart) {
  {
    const auto spool = Open();
    for (int i = 0; i < 100; ++i) spool->Append(Log(std::to_string(i)));
  }
  const auto spool = Open();
  EXPECT_EQ(spool->durable_sequence(), 100);
  EXPECT_EQ(Texts(*spool).back(), "99");
  EXPECT_EQ(spool->Append(Log("next")), 101);
}

TEST_F(SpoolTest, CutsATornTailOffAtEveryLength) {
  { Open()->Append(Log("whole")); }
  const auto whole_byte_count = std::filesystem::file_size(path_);
  {
    const auto spool = Open();
    spool->Append(Log("torn"));
  }
  const std::string content = Slurp(path_);
  for (size_t length = whole_byte_count; length < content.size(); ++length) {
    Spill(path_, content.substr(0, length));
    const auto spool = Open();
    EXPECT_EQ(Texts(*spool), std::vector<std::string>{"whole"}) << length;
    EXPECT_EQ(std::filesystem::file_size(path_), whole_byte_count);
    EXPECT_EQ(spool->Append(Log("again")), 2);
  }
}

TEST_F(SpoolTest, CutsATailOfZerosOff) {
  { Open()->Append(Log("whole")); }
  Spill(path_, Slurp(path_) + std::string(4096, '\0'));
  EXPECT_EQ(Open()->durable_sequence(), 1);
}

TEST_F(SpoolTest, GivesAtLeastOneEventAndNoMoreThanFit) {
  const auto spool = Open();
  for (int i = 0; i < 3; ++i) spool->Append(Log(std::string(1000, 'x')));
  ASSERT_TRUE(Eventually([&] { return spool->durable_sequence() == 3; }));
  EXPECT_EQ(spool->ReadAfter(0, 10)->size(), 1U);
  EXPECT_EQ(spool->ReadAfter(0, 2500)->size(), 2U);
}

TEST_F(SpoolTest, LosesItsRoomWhenTooMuchIsUncommittedAndGetsItBackByCommits) {
  const auto spool = Open();
  int64_t last = 0;
  while (spool->HasRoom()) last = spool->Append(Log(std::string(1 << 20, 'x')));
  EXPECT_GE(last, (Spool::kMaxBacklogByteCount >> 20) - 1);
  ASSERT_TRUE(Eventually([&] { return spool->durable_sequence() == last; }));
  EXPECT_FALSE(spool->HasRoom());
  spool->Commit(2);
  EXPECT_TRUE(spool->HasRoom());
}

TEST_F(SpoolTest, GivesTheDiskBackWhatIsCommitted) {
  const auto spool = Open();
  for (int i = 1; i <= 10; ++i) spool->Append(Log(std::string(1 << 20, 'x')));
  spool->Append(Log("last"));
  ASSERT_TRUE(Eventually([&] { return spool->durable_sequence() == 11; }));
  spool->Commit(10);
  EXPECT_TRUE(Eventually([&] { return std::filesystem::file_size(path_) < (2U << 20); }));
  EXPECT_EQ(Texts(*spool, 10), std::vector<std::string>{"last"});
  EXPECT_TRUE(Eventually([&] { return absl::IsOutOfRange(spool->ReadAfter(0, 1).status()); }));
}

TEST_F(SpoolTest, CountsOnAfterARestartWhenAllWasCommittedAndDropped) {
  {
    const auto spool = Open();
    for (int i = 1; i <= 10; ++i) spool->Append(Log(std::string(1 << 20, 'x')));
    ASSERT_TRUE(Eventually([&] { return spool->durable_sequence() == 10; }));
    spool->Commit(10);
    ASSERT_TRUE(Eventually([&] { return std::filesystem::file_size(path_) < (2U << 20); }));
  }
  EXPECT_EQ(Open()->Append(Log("next")), 11);
}

TEST_F(SpoolTest, IgnoresACommitOfWhatIsNotThereOrNoNews) {
  const auto spool = Open();
  spool->Append(Log("a"));
  ASSERT_TRUE(Eventually([&] { return spool->durable_sequence() == 1; }));
  spool->Commit(7);
  EXPECT_EQ(spool->committed_sequence(), 0);
  spool->Commit(1);
  spool->Commit(0);
  EXPECT_EQ(spool->committed_sequence(), 1);
}

TEST_F(SpoolTest, TellsAFullDiskOnceAndGoesOnWhenThereIsRoomAgain) {
  std::signal(SIGXFSZ, SIG_IGN);  // Then a file beyond the limit fails with EFBIG.
  const auto spool = Open();
  spool->Append(Log("fits"));
  ASSERT_TRUE(Eventually([&] { return spool->durable_sequence() == 1; }));
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  const rlimit small = {4096, limit.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  spool->Append(Log(std::string(10'000, 'x')));
  ASSERT_TRUE(Eventually([&] { return error_count() == 1; }));
  EXPECT_EQ(spool->durable_sequence(), 1);
  setrlimit(RLIMIT_FSIZE, &limit);
  EXPECT_TRUE(Eventually([&] { return spool->durable_sequence() == 2; }));
  EXPECT_EQ(error_count(), 1U);
  EXPECT_EQ(Texts(*spool).size(), 2U);
}

TEST_F(SpoolTest, NumbersEventsOfManyThreadsWithoutAGap) {
  const auto spool = Open();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 250; ++i) spool->Append(Log("x"));
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(Eventually([&] { return spool->durable_sequence() == 1000; }));
  EXPECT_EQ(Texts(*spool).size(), 1000U);
}

}  // namespace
}  // namespace pecg
