#include "server/event/event_hub.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "base/joining_thread.h"
#include "tests/server/fake_clock.h"

namespace pecg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kRun = 7;
constexpr int64_t kOtherRun = 8;

/// Stands in for the event table: a commit appends, then publishes, as the writer does.
class Table {
 public:
  ReadEventPage Reader() {
    return [this](const EventFilter& filter, int64_t after, int64_t through,
                  size_t limit) -> absl::StatusOr<std::vector<Event>> {
      MutexLock lock(&mutex_);
      ++read_count_;
      std::vector<Event> page;
      for (const Event& row : rows_) {
        if (row.sequence <= after || row.sequence > through || row.run != filter.run) continue;
        if (row.kind == EventKind::kLog && !filter.include_log) continue;
        if (page.size() < limit) page.push_back(row);
      }
      return page;
    };
  }

  std::vector<Event> Append(int64_t run, int count, EventKind kind = EventKind::kProgress) {
    MutexLock lock(&mutex_);
    std::vector<Event> added;
    for (int i = 0; i < count; ++i) {
      Event row;
      row.sequence = static_cast<int64_t>(rows_.size()) + 1;
      row.run = run;
      row.kind = kind;
      rows_.push_back(row);
      added.push_back(row);
    }
    return added;
  }

  int read_count() {
    MutexLock lock(&mutex_);
    return read_count_;
  }

 private:
  Mutex mutex_;
  std::vector<Event> rows_ ABSL_GUARDED_BY(mutex_);
  int read_count_ ABSL_GUARDED_BY(mutex_) = 0;
};

/// Takes until there is nothing new; returns the sequence numbers.
std::vector<int64_t> Drain(Subscription* subscription, size_t limit = 100) {
  std::vector<int64_t> sequences;
  for (;;) {
    const EventBatch batch = subscription->Take(limit).value();
    for (const EventPointer& event : batch.events) sequences.push_back(event->sequence);
    if (batch.caught_up) return sequences;
  }
}

class EventHubTest : public ::testing::Test {
 protected:
  void Commit(int64_t run, int count, EventKind kind = EventKind::kProgress) {
    hub_.Publish(table_.Append(run, count, kind));
  }
  std::unique_ptr<Subscription> Subscribe(int64_t after, bool include_log = false) {
    return hub_.Subscribe({kRun, include_log}, after, [this] { ++ready_count_; });
  }

  FakeClock clock_;
  Table table_;
  EventHub hub_{table_.Reader(), 0, &clock_};
  std::atomic<int> ready_count_ = 0;
};

TEST_F(EventHubTest, ReplaysThePastAndGoesOnWithThePresent) {
  Commit(kRun, 3);
  const auto subscription = Subscribe(/*after=*/1);
  EXPECT_THAT(Drain(subscription.get()), ElementsAre(2, 3));
  Commit(kRun, 2);
  EXPECT_THAT(Drain(subscription.get()), ElementsAre(4, 5));
}

TEST_F(EventHubTest, ServesTheEventsOfOneRunOnly) {
  Commit(kOtherRun, 1);
  Commit(kRun, 1);
  const auto subscription = Subscribe(0);
  EXPECT_THAT(Drain(subscription.get()), ElementsAre(2));
  Commit(kOtherRun, 1);
  Commit(kRun, 1);
  EXPECT_THAT(Drain(subscription.get()), ElementsAre(4));
}

TEST_F(EventHubTest, LeavesTheLogOutUnlessAskedForIt) {
  const auto without = Subscribe(0);
  const auto with = Subscribe(0, /*include_log=*/true);
  Commit(kRun, 1, EventKind::kLog);
  EXPECT_THAT(Drain(without.get()), IsEmpty());
  EXPECT_THAT(Drain(with.get()), ElementsAre(1));
}

TEST_F(EventHubTest, ReadsTheTableNoMoreOnceItIsLive) {
  Commit(kRun, 3);
  const auto subscription = Subscribe(0);
  Drain(subscription.get());
  const int reads = table_.read_count();
  Commit(kRun, 5);
  Drain(subscription.get());
  EXPECT_EQ(table_.read_count(), reads);
}

TEST_F(EventHubTest, PagesThroughALongPast) {
  Commit(kRun, 1000);
  const auto subscription = Subscribe(0);
  EXPECT_EQ(Drain(subscription.get(), 64).size(), 1000U);
}

TEST_F(EventHubTest, ASubscriberThatLagsIsServedFromTheTableWithoutGapOrRepeat) {
  const auto subscription = Subscribe(0);
  Drain(subscription.get());
  Commit(kRun, static_cast<int>(EventHub::kQueueLimit) + 50);
  EXPECT_THAT(subscription->Take(10).value().events, ::testing::SizeIs(10));
  Commit(kRun, 30);
  const std::vector<int64_t> rest = Drain(subscription.get());
  ASSERT_EQ(rest.size(), EventHub::kQueueLimit + 70);
  for (size_t i = 0; i < rest.size(); ++i) {
    ASSERT_EQ(rest[i], static_cast<int64_t>(i) + 11);
  }
}

TEST_F(EventHubTest, BookmarksAnIdleSubscriberUpToWhatHappenedElsewhere) {
  const auto subscription = Subscribe(0);
  Drain(subscription.get());
  Commit(kOtherRun, 5);
  clock_.Advance(EventHub::kBookmarkInterval);
  const int before = ready_count_;
  hub_.Tick();
  EXPECT_EQ(ready_count_, before + 1);
  const EventBatch batch = subscription->Take(10).value();
  EXPECT_TRUE(batch.bookmark);
  EXPECT_EQ(batch.position, 5);
}

TEST_F(EventHubTest, DoesNotBookmarkASubscriberThatHasJustHadNews) {
  const auto subscription = Subscribe(0);
  clock_.Advance(EventHub::kBookmarkInterval);
  Commit(kRun, 1);
  Drain(subscription.get());
  hub_.Tick();
  EXPECT_FALSE(subscription->Take(10).value().bookmark);
}

TEST_F(EventHubTest, IgnoresPublishedEventsThatTheSubscriberSaysItHas) {
  const auto subscription = Subscribe(/*after=*/2);
  Commit(kRun, 3);
  EXPECT_THAT(Drain(subscription.get()), ElementsAre(3));
}

TEST_F(EventHubTest, NoLongerCallsASubscriberThatIsGone) {
  Subscribe(0).reset();
  const int before = ready_count_;
  Commit(kRun, 1);
  EXPECT_EQ(ready_count_, before);
}

TEST_F(EventHubTest, HandsOverWithoutGapOrRepeatWhileSomebodyPublishes) {
  constexpr int kEventCount = 20'000;
  std::atomic<bool> started = false;
  JoiningThread publisher([&] {
    for (int sent = 0; sent < kEventCount; sent += 5) {
      Commit(kRun, 5);
      started = true;
    }
  });
  while (!started) std::this_thread::yield();
  std::vector<JoiningThread> subscribers;
  std::vector<int64_t> faults(4, -1);
  for (size_t i = 0; i < faults.size(); ++i) {
    subscribers.emplace_back([this, &fault = faults[i], i] {
      const auto subscription = Subscribe(0);
      int64_t expected = 1;
      while (expected <= kEventCount) {
        const EventBatch batch = subscription->Take(16 + 40 * i).value();
        for (const EventPointer& event : batch.events) {
          if (event->sequence != expected) {
            fault = event->sequence;
            return;
          }
          ++expected;
        }
      }
      fault = 0;
    });
  }
  subscribers.clear();
  EXPECT_THAT(faults, ::testing::Each(0));
}

}  // namespace
}  // namespace pecg
