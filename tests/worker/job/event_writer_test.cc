#include "worker/job/event_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "tests/worker/job/job_testing.h"

namespace pecg {
namespace {

using ::testing::ElementsAre;
using testing::FakeClock;
using testing::Pipe;
using testing::ReadEvents;

class EventWriterTest : public ::testing::Test {
 protected:
  EventWriterTest() : writer_(pipe_.write_end(), &clock_, [this] { ++reader_gone_count_; }) {
    ::signal(SIGPIPE, SIG_IGN);
  }

  /// Ends the stream and reads it.
  std::vector<v1::JobEvent> Written() {
    pipe_.CloseWrite();
    return ReadEvents(pipe_.read_end());
  }

  /// Progress::done of every progress event.
  std::vector<std::int64_t> ProgressWritten() {
    std::vector<std::int64_t> done;
    for (const v1::JobEvent& event : Written()) {
      if (event.has_progress()) done.push_back(event.progress().done());
    }
    return done;
  }

  FakeClock clock_;
  Pipe pipe_;
  int reader_gone_count_ = 0;
  EventWriter writer_;
};

TEST_F(EventWriterTest, NumbersAndStampsEveryEvent) {
  writer_.Progress("records", 1, 2, "reading");
  v1::ArtifactReady artifact;
  artifact.set_path("index.binpb");
  writer_.Artifact(artifact);
  writer_.Checkpoint(1200);
  writer_.Result({});

  const std::vector<v1::JobEvent> events = Written();
  ASSERT_EQ(events.size(), 4U);
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].sequence(), static_cast<std::int64_t>(i) + 1);
    EXPECT_EQ(events[i].time().seconds(), 3600);
  }
  EXPECT_EQ(events[0].progress().note(), "reading");
  EXPECT_EQ(events[1].artifact().path(), "index.binpb");
  EXPECT_EQ(events[2].checkpoint().step(), 1200);
  EXPECT_TRUE(events[3].has_result());
}

TEST_F(EventWriterTest, HoldsProgressBackWithinTheInterval) {
  writer_.Progress("records", 1, 100);
  writer_.Progress("records", 2, 100);
  clock_.Advance(EventWriter::kProgressInterval);
  writer_.Progress("records", 3, 100);

  EXPECT_THAT(ProgressWritten(), ElementsAre(1, 3));
}

TEST_F(EventWriterTest, WritesTheLastProgressBeforeTheResult) {
  for (int done = 1; done <= 100; ++done) writer_.Progress("records", done, 100);
  writer_.Result({});

  EXPECT_THAT(ProgressWritten(), ElementsAre(1, 100));
}

TEST_F(EventWriterTest, WritesProgressThatWasHeldBackOnce) {
  writer_.Progress("records", 1, 3);
  writer_.Progress("records", 2, 3);
  writer_.Checkpoint(1);
  writer_.Failed({});

  EXPECT_THAT(ProgressWritten(), ElementsAre(1, 2));
}

TEST_F(EventWriterTest, GivesMetricPointsTheTimeTheyLack) {
  v1::MetricPoints points;
  points.add_points()->set_key("train.all.loss");
  points.add_points()->mutable_time()->set_seconds(7);
  writer_.Metrics(points);

  const std::vector<v1::JobEvent> events = Written();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].metrics().points(0).time().seconds(), 3600);
  EXPECT_EQ(events[0].metrics().points(1).time().seconds(), 7);
}

TEST_F(EventWriterTest, CutsManyPointsIntoEventsBelowTheContractsLimit) {
  constexpr int kPointCount = 40000;
  v1::MetricPoints points;
  for (int i = 0; i < kPointCount; ++i) {
    v1::MetricPoint& point = *points.add_points();
    point.set_key("validate.a_target_with_a_long_name.auroc");
    point.set_step(i);
  }
  std::thread writing([&] {
    writer_.Metrics(points);
    pipe_.CloseWrite();
  });
  const std::vector<v1::JobEvent> events = ReadEvents(pipe_.read_end());
  writing.join();

  int next_step = 0;
  for (const v1::JobEvent& event : events) {
    EXPECT_LE(event.ByteSizeLong(), std::size_t{1} << 20);
    for (const v1::MetricPoint& point : event.metrics().points()) {
      EXPECT_EQ(point.step(), next_step++);
    }
  }
  EXPECT_EQ(next_step, kPointCount);
}

TEST_F(EventWriterTest, KeepsEventsOfManyThreadsWhole) {
  constexpr int kThreadCount = 4;
  constexpr int kEventCount = 200;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreadCount; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEventCount; ++i) writer_.Checkpoint(i);
    });
  }
  for (std::thread& thread : threads) thread.join();

  const std::vector<v1::JobEvent> events = Written();
  ASSERT_EQ(events.size(), static_cast<std::size_t>(kThreadCount * kEventCount));
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].sequence(), static_cast<std::int64_t>(i) + 1);
  }
}

TEST_F(EventWriterTest, SaysOnceThatTheReaderIsGone) {
  pipe_.CloseRead();
  writer_.Checkpoint(1);
  writer_.Checkpoint(2);
  writer_.Result({});

  EXPECT_TRUE(writer_.reader_gone());
  EXPECT_EQ(reader_gone_count_, 1);
}

}  // namespace
}  // namespace pecg
