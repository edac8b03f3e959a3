#include "storage/event_store.h"

#include "tests/storage/store_fixture.h"

namespace pecg {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

class EventStoreTest : public StoreTest {
 protected:
  EventStoreTest() : first_(AddRun("a")), second_(AddRun("b")) {}

  absl::StatusOr<int64_t> Append(int64_t run, EventKind kind = EventKind::kRunChanged,
                                 std::string payload = "p") {
    return Write([&](Transaction& t) {
      return AppendEvent(
          t, {.run = run, .attempt = 1, .kind = kind, .time = At(7), .payload = payload});
    });
  }
  absl::StatusOr<std::vector<Event>> List(const EventQuery& query) {
    return Read([&](Snapshot& s) { return ListEvents(s, query); });
  }
  static auto Numbers(const std::vector<int64_t>& sequences) {
    std::vector<testing::Matcher<Event>> matchers;
    for (const int64_t sequence : sequences) {
      matchers.emplace_back(Field(&Event::sequence, sequence));
    }
    return HoldsValue(testing::ElementsAreArray(matchers));
  }

  int64_t first_;
  int64_t second_;
};

TEST_F(EventStoreTest, NumbersEventsOverAllRunsWithoutGaps) {
  EXPECT_THAT(Append(first_), HoldsValue(1));
  EXPECT_THAT(Append(second_), HoldsValue(2));
  EXPECT_THAT(Append(first_), HoldsValue(3));
  EXPECT_THAT(Read([](Snapshot& s) { return LastEventSequence(s); }), HoldsValue(3));
  EXPECT_THAT(List({}), Numbers({1, 2, 3}));
  EXPECT_THAT(List({.run = first_}), Numbers({1, 3}));
}

TEST_F(EventStoreTest, KeepsWhatAnEventSays) {
  ASSERT_THAT(Append(first_, EventKind::kMetrics, std::string("\0\xff", 2)), IsOk());
  const auto events = List({});
  ASSERT_THAT(events, IsOk());
  const Event& event = events->at(0);
  EXPECT_EQ(event.run, first_);
  EXPECT_EQ(event.attempt, 1);
  EXPECT_EQ(event.kind, EventKind::kMetrics);
  EXPECT_EQ(event.time, At(7));
  EXPECT_EQ(event.payload, std::string("\0\xff", 2));
}

TEST_F(EventStoreTest, PagesBetweenTwoNumbers) {
  for (int i = 0; i < 6; ++i) ASSERT_THAT(Append(first_), IsOk());
  EXPECT_THAT(List({.run = first_, .after_sequence = 1, .limit = 2}), Numbers({2, 3}));
  EXPECT_THAT(List({.after_sequence = 3, .through_sequence = 5}), Numbers({4, 5}));
  EXPECT_THAT(List({.after_sequence = 6}), HoldsValue(IsEmpty()));
}

TEST_F(EventStoreTest, LeavesLogOutWhenAsked) {
  ASSERT_THAT(Append(first_, EventKind::kLog), IsOk());
  ASSERT_THAT(Append(first_, EventKind::kProgress), IsOk());
  EXPECT_THAT(List({.run = first_, .include_log = false}), Numbers({2}));
  EXPECT_THAT(List({.include_log = false}), Numbers({2}));
}

TEST_F(EventStoreTest, AnnouncesCommittedEventsInOrder) {
  ASSERT_THAT(Write([&](Transaction& t) -> absl::Status {
                PECG_RETURN_IF_ERROR(AppendEvent(t, {.run = first_}).status());
                return AppendEvent(t, {.run = second_}).status();
              }),
              IsOk());
  EXPECT_THAT(committed_, ElementsAre(Field(&Event::sequence, 1), Field(&Event::sequence, 2)));
}

TEST_F(EventStoreTest, DoesNotAnnounceOrNumberWhatWasUndone) {
  EXPECT_THAT(Write([&](Transaction& t) -> absl::Status {
                EXPECT_THAT(AppendEvent(t, {.run = first_}), HoldsValue(1));
                return absl::AbortedError("no");
              }),
              HasCode(absl::StatusCode::kAborted));
  EXPECT_THAT(committed_, IsEmpty());
  EXPECT_THAT(Append(first_), HoldsValue(1));
}

TEST_F(EventStoreTest, RefusesAnUnknownRun) {
  EXPECT_THAT(Append(99), HasCode(absl::StatusCode::kFailedPrecondition));
}

TEST_F(EventStoreTest, GoesOnCountingAfterARestart) {
  ASSERT_THAT(Append(first_), IsOk());
  Restart();
  EXPECT_THAT(Append(first_), HoldsValue(2));
}

}  // namespace
}  // namespace pecg
