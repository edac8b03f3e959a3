#include "worker/agent/job_event_reader.h"

#include <gtest/gtest.h>

#include "worker/agent/delimited.h"

namespace pecg {
namespace {

std::string Event(int64_t sequence, const std::string& note = "") {
  v1::JobEvent event;
  event.set_sequence(sequence);
  event.mutable_progress()->set_note(note);
  std::string bytes;
  AppendDelimited(event, &bytes);
  return bytes;
}

TEST(JobEventReaderTest, FindsEventsWhateverPiecesTheyArriveIn) {
  const std::string bytes = Event(1, "a") + Event(2, std::string(300, 'b')) + Event(3);
  for (size_t piece = 1; piece <= bytes.size(); ++piece) {
    JobEventReader reader;
    int64_t seen = 0;
    for (size_t at = 0; at < bytes.size(); at += piece) {
      reader.Feed(std::string_view(bytes).substr(at, piece));
      while (true) {
        const auto event = reader.Next();
        ASSERT_TRUE(event.ok()) << event.status();
        if (!event->has_value()) break;
        EXPECT_EQ((*event)->sequence(), ++seen);
      }
    }
    EXPECT_EQ(seen, 3) << "in pieces of " << piece;
    EXPECT_TRUE(reader.CheckEnd().ok());
  }
}

TEST(JobEventReaderTest, RefusesAGapInTheSequence) {
  JobEventReader reader;
  reader.Feed(Event(1) + Event(3));
  ASSERT_TRUE(reader.Next().ok());
  EXPECT_TRUE(absl::IsDataLoss(reader.Next().status()));
}

TEST(JobEventReaderTest, RefusesAnEventTwice) {
  JobEventReader reader;
  reader.Feed(Event(1) + Event(1));
  ASSERT_TRUE(reader.Next().ok());
  EXPECT_TRUE(absl::IsDataLoss(reader.Next().status()));
}

TEST(JobEventReaderTest, RefusesASizeWithoutEnd) {
  JobEventReader reader;
  reader.Feed("\xff\xff\xff\xff\xff\xff");
  EXPECT_TRUE(absl::IsDataLoss(reader.Next().status()));
}

TEST(JobEventReaderTest, RefusesAnOversizedEventBeforeItHasArrived) {
  JobEventReader reader;
  reader.Feed("\xff\xff\xff\x7f");
  EXPECT_TRUE(absl::IsDataLoss(reader.Next().status()));
}

TEST(JobEventReaderTest, RefusesBytesThatAreNoMessage) {
  JobEventReader reader;
  reader.Feed(std::string("\x03\x0f\x0f\x0f", 4));
  EXPECT_TRUE(absl::IsDataLoss(reader.Next().status()));
}

TEST(JobEventReaderTest, StaysFailedOnceFailed) {
  JobEventReader reader;
  reader.Feed(Event(2));
  ASSERT_FALSE(reader.Next().ok());
  reader.Feed(Event(1));
  EXPECT_TRUE(absl::IsDataLoss(reader.Next().status()));
}

TEST(JobEventReaderTest, SaysWhenTheStreamEndsInsideAnEvent) {
  JobEventReader reader;
  reader.Feed(Event(1).substr(0, 2));
  ASSERT_TRUE(reader.Next().ok());
  EXPECT_TRUE(absl::IsDataLoss(reader.CheckEnd()));
}

}  // namespace
}  // namespace pecg
