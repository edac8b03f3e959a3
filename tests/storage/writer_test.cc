#include "storage/writer.h"

#include <algorithm>
#include <future>
#include <map>
#include <thread>

#include "storage/event_store.h"
#include "storage/request_store.h"
#include "tests/storage/store_fixture.h"

namespace pecg {
namespace {

using testing::Eq;
using testing::Field;

constexpr auto kPatience = std::chrono::seconds(20);

class WriterTest : public StoreTest {
 protected:
  static Writer::Body Save(const std::string& id, size_t byte_count = 10) {
    return [id, byte_count](Transaction& t) {
      return SaveAnswer(t, {id, "ada", "m", "h"}, std::string(byte_count, 'x'), At(1));
    };
  }
  bool IsThere(const std::string& id) {
    const auto answer = Read([&](Snapshot& s) { return FindAnswer(s, {id, "ada", "m", "h"}); });
    EXPECT_THAT(answer, IsOk());
    return answer.ok() && answer->has_value();
  }

  /// Keeps the writer busy until Release, so that requests pile up behind.
  void Block() {
    std::promise<void> blocked;
    writer_->WriteAsync(
        [&blocked, released = released_.get_future().share()](Transaction&) {
          blocked.set_value();
          EXPECT_EQ(released.wait_for(kPatience), std::future_status::ready);
          return absl::OkStatus();
        },
        [](const absl::Status&) {});
    ASSERT_EQ(blocked.get_future().wait_for(kPatience), std::future_status::ready);
  }
  void Release() { released_.set_value(); }

  /// Queues a request; its answer.
  std::future<absl::Status> Queue(Writer::Body body) {
    auto promise = std::make_shared<std::promise<absl::Status>>();
    writer_->WriteAsync(std::move(body),
                        [promise](absl::Status status) { promise->set_value(std::move(status)); });
    return promise->get_future();
  }

  std::promise<void> released_;
};

TEST_F(WriterTest, RequestsThatWaitShareOneCommit) {
  Block();
  std::vector<std::future<absl::Status>> answers;
  for (int i = 0; i < 50; ++i) answers.push_back(Queue(Save(std::to_string(i))));
  const int64_t commits_before = writer_->counters().commit_count;
  Release();
  for (auto& answer : answers) EXPECT_THAT(answer.get(), IsOk());
  // One for the blocking request, one for all that waited behind it.
  EXPECT_EQ(writer_->counters().commit_count, commits_before + 2);
  EXPECT_TRUE(IsThere("0"));
  EXPECT_TRUE(IsThere("49"));
}

TEST_F(WriterTest, ARequestThatFailsLeavesTheOthersOfItsBatchAlone) {
  Block();
  auto first = Queue(Save("1"));
  auto failing = Queue([](Transaction& t) -> absl::Status {
    PECG_RETURN_IF_ERROR(Save("undone")(t));
    return absl::InvalidArgumentError("no");
  });
  auto last = Queue(Save("2"));
  Release();
  EXPECT_THAT(first.get(), IsOk());
  EXPECT_THAT(failing.get(), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(last.get(), IsOk());
  EXPECT_TRUE(IsThere("1"));
  EXPECT_FALSE(IsThere("undone"));
  EXPECT_TRUE(IsThere("2"));
}

TEST_F(WriterTest, ARequestSeesWhatEarlierOnesOfItsBatchWrote) {
  Block();
  auto first = Queue(Save("1"));
  auto second = Queue([](Transaction& t) -> absl::Status {
    PECG_ASSIGN_OR_RETURN(const auto answer, FindAnswer(t, {"1", "ada", "m", "h"}));
    return answer.has_value() ? absl::OkStatus() : absl::NotFoundError("1");
  });
  Release();
  EXPECT_THAT(first.get(), IsOk());
  EXPECT_THAT(second.get(), IsOk());
}

TEST_F(WriterTest, NobodyElseSeesARequestBeforeItsCommit) {
  ASSERT_THAT(writer_->Write([&](Transaction& t) {
    const absl::Status status = Save("1")(t);
    EXPECT_FALSE(IsThere("1"));
    return status;
  }),
              IsOk());
  EXPECT_TRUE(IsThere("1"));
}

TEST_F(WriterTest, AnswersAfterTheEventsWereAnnounced) {
  const int64_t run = AddRun("r");
  Block();
  auto first = Queue([run](Transaction& t) { return AppendEvent(t, {.run = run}).status(); });
  auto second = Queue([run](Transaction& t) { return AppendEvent(t, {.run = run}).status(); });
  Release();
  EXPECT_THAT(second.get(), IsOk());
  EXPECT_THAT(committed_,
              testing::ElementsAre(Field(&Event::sequence, 1), Field(&Event::sequence, 2)));
  EXPECT_THAT(first.get(), IsOk());
}

TEST_F(WriterTest, StoresEverythingOfManyThreadsOnce) {
  constexpr int kThreads = 8;
  constexpr int kRequests = 50;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kRequests; ++i) {
        EXPECT_THAT(writer_->Write(Save(std::to_string(thread * kRequests + i))), IsOk());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < kThreads * kRequests; ++i) EXPECT_TRUE(IsThere(std::to_string(i))) << i;
  EXPECT_EQ(writer_->counters().request_count, kThreads * kRequests);
}

TEST_F(WriterTest, RefusesToWaitForItself) {
  absl::Status inner;
  ASSERT_THAT(writer_->Write([&](Transaction&) {
    inner = writer_->Write(Save("1"));
    return absl::OkStatus();
  }),
              IsOk());
  EXPECT_THAT(inner, HasCode(absl::StatusCode::kFailedPrecondition));
}

TEST_F(WriterTest, CommitsWhatIsQueuedBeforeItEnds) {
  Block();
  std::vector<std::future<absl::Status>> answers;
  for (int i = 0; i < 10; ++i) answers.push_back(Queue(Save(std::to_string(i))));
  Release();
  writer_.reset();
  for (auto& answer : answers) {
    ASSERT_EQ(answer.wait_for(std::chrono::seconds(0)), std::future_status::ready);
    EXPECT_THAT(answer.get(), IsOk());
  }
}

TEST_F(WriterTest, CopiesALargeLogIntoTheDatabaseWhileItWorks) {
  ASSERT_EQ(writer_->counters().checkpoint_count, 0);
  // 1000 pages are 4 MB.
  for (int i = 0; i < 6; ++i) {
    ASSERT_THAT(writer_->Write(Save(std::to_string(i), 1 << 20)), IsOk());
  }
  EXPECT_GE(writer_->counters().checkpoint_count, 1);
}

/// A writer with options of its own.
class OwnWriterTest : public WriterTest {
 protected:
  void StartWriter(WriterOptions options) {
    writer_.reset();
    writer_ = std::make_unique<Writer>(database_.get(), std::move(options));
  }
};

TEST_F(OwnWriterTest, TakesNoMoreThanABatch) {
  StartWriter({.on_commit = {}, .max_batch_size = 10});
  Block();
  std::vector<std::future<absl::Status>> answers;
  for (int i = 0; i < 25; ++i) answers.push_back(Queue(Save(std::to_string(i))));
  Release();
  for (auto& answer : answers) EXPECT_THAT(answer.get(), IsOk());
  EXPECT_EQ(writer_->counters().commit_count, 1 + 3);
}

TEST_F(OwnWriterTest, CopiesASmallLogWhenIdle) {
  StartWriter({.on_commit = {}, .checkpoint_idle_time = absl::Milliseconds(5)});
  ASSERT_THAT(writer_->Write(Save("1")), IsOk());
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (writer_->counters().checkpoint_count == 0) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    std::this_thread::yield();
  }
}

/// A database that may not grow beyond `kPages`.
class FullDiskTest : public WriterTest {
 protected:
  static constexpr int kPages = 120;  // The schema alone takes some 60.

  FullDiskTest() {
    Stop();
    DatabaseOptions options = Options(OpenMode::kExisting);
    options.max_page_count = kPages;
    auto database = Database::Open(options);
    EXPECT_THAT(database, IsOk());
    database_ = *std::move(database);
    writer_ = std::make_unique<Writer>(database_.get(), WriterOptions{});
    readers_ = std::make_unique<ReaderPool>(database_.get(), ReaderPoolOptions{});
  }

  /// Writes until the disk is full; returns how many requests were acknowledged.
  int Fill() {
    for (int count = 0; count < 1000; ++count) {
      const absl::Status status = writer_->Write(Save(std::to_string(count), 8000));
      if (status.ok()) continue;
      EXPECT_THAT(status, IsError(absl::StatusCode::kResourceExhausted, "free some space"));
      return count;
    }
    ADD_FAILURE() << "the disk never became full";
    return 0;
  }
  void GiveSpace() {
    EXPECT_THAT(writer_->Write([](Transaction& t) {
      return t.Query("PRAGMA max_page_count = 100000").Finish();
    }),
                IsOk());
  }
};

TEST_F(FullDiskTest, LosesNothingThatWasAcknowledgedAndReadsGoOn) {
  const int count = Fill();
  ASSERT_GT(count, 5);
  for (int i = 0; i < count; ++i) EXPECT_TRUE(IsThere(std::to_string(i))) << i;
  EXPECT_FALSE(IsThere(std::to_string(count)));
}

TEST_F(FullDiskTest, RecoversWithoutARestart) {
  const int count = Fill();
  GiveSpace();
  EXPECT_THAT(writer_->Write(Save(std::to_string(count), 8000)), IsOk());
  EXPECT_TRUE(IsThere(std::to_string(count)));
  EXPECT_THAT(database_->Check(), IsOk());
}

TEST_F(FullDiskTest, AnswersSmallRequestsBesideOneThatDoesNotFit) {
  Block();
  auto small = Queue(Save("small"));
  auto large = Queue(Save("large", 4 << 20));
  auto other = Queue(Save("other"));
  Release();
  EXPECT_THAT(small.get(), IsOk());
  EXPECT_THAT(large.get(), HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(other.get(), IsOk());
  EXPECT_TRUE(IsThere("small"));
  EXPECT_TRUE(IsThere("other"));
  EXPECT_FALSE(IsThere("large"));
}

}  // namespace
}  // namespace pecg
