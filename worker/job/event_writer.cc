#include "worker/job/event_writer.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/delimited_message_util.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace pecg {
namespace {

/// Well below the 1 MiB an event may have (docs/job-directory.md).
constexpr std::size_t kMetricBytesPerEvent = std::size_t{1} << 18;

void SetTime(absl::Time time, google::protobuf::Timestamp* message) {
  const std::int64_t seconds = absl::ToUnixSeconds(time);
  message->set_seconds(seconds);
  message->set_nanos(
      static_cast<int>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

/// Writes all of `bytes`, however often that is interrupted; false when it cannot be done.
bool WriteAll(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string Delimited(const v1::JobEvent& event) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::util::SerializeDelimitedToZeroCopyStream(event, &stream);
  return bytes;
}

}  // namespace

EventWriter::EventWriter(int descriptor, const Clock* clock, std::function<void()> on_reader_gone)
    : descriptor_(descriptor), clock_(clock), on_reader_gone_(std::move(on_reader_gone)) {}

void EventWriter::Progress(std::string_view unit, std::int64_t done, std::int64_t total,
                           std::string_view note) {
  v1::JobEvent event;
  v1::Progress& progress = *event.mutable_progress();
  progress.set_unit(std::string(unit));
  progress.set_done(done);
  progress.set_total(total);
  progress.set_note(std::string(note));
  bool lost_reader = false;
  {
    const MutexLock lock(&mutex_);
    const absl::Duration now = clock_->Uptime();
    if (progress_written_.has_value() && now - *progress_written_ < kProgressInterval) {
      held_back_ = std::move(progress);
      return;
    }
    held_back_.reset();
    progress_written_ = now;
    lost_reader = !WriteLocked(&event);
  }
  if (lost_reader && on_reader_gone_) on_reader_gone_();
}

void EventWriter::Metrics(v1::MetricPoints points) {
  const absl::Time now = clock_->Now();
  v1::JobEvent event;
  std::size_t event_bytes = 0;
  const auto write = [&] {
    if (event_bytes == 0) return;
    Write(std::move(event), Order::kAtOnce);
    event.Clear();
    event_bytes = 0;
  };
  for (v1::MetricPoint& point : *points.mutable_points()) {
    if (!point.has_time()) SetTime(now, point.mutable_time());
    const std::size_t point_bytes = point.ByteSizeLong();
    if (event_bytes + point_bytes > kMetricBytesPerEvent) write();
    event_bytes += point_bytes;
    *event.mutable_metrics()->add_points() = std::move(point);
  }
  write();
}

void EventWriter::Artifact(v1::ArtifactReady artifact) {
  v1::JobEvent event;
  *event.mutable_artifact() = std::move(artifact);
  Write(std::move(event), Order::kAfterProgress);
}

void EventWriter::Checkpoint(std::int64_t step) {
  v1::JobEvent event;
  event.mutable_checkpoint()->set_step(step);
  Write(std::move(event), Order::kAfterProgress);
}

void EventWriter::Result(v1::JobResult result) {
  v1::JobEvent event;
  *event.mutable_result() = std::move(result);
  Write(std::move(event), Order::kAfterProgress);
}

void EventWriter::Failed(v1::JobFailed failed) {
  v1::JobEvent event;
  *event.mutable_failed() = std::move(failed);
  Write(std::move(event), Order::kAfterProgress);
}

bool EventWriter::reader_gone() const {
  const MutexLock lock(&mutex_);
  return reader_gone_;
}

void EventWriter::Write(v1::JobEvent event, Order order) {
  bool lost_reader = false;
  {
    const MutexLock lock(&mutex_);
    if (order == Order::kAfterProgress && held_back_.has_value()) {
      v1::JobEvent last_progress;
      *last_progress.mutable_progress() = *std::exchange(held_back_, std::nullopt);
      progress_written_ = clock_->Uptime();
      lost_reader = !WriteLocked(&last_progress);
    }
    lost_reader = !WriteLocked(&event) || lost_reader;
  }
  if (lost_reader && on_reader_gone_) on_reader_gone_();
}

bool EventWriter::WriteLocked(v1::JobEvent* event) {
  if (reader_gone_) return true;
  event->set_sequence(++sequence_);
  SetTime(clock_->Now(), event->mutable_time());
  reader_gone_ = !WriteAll(descriptor_, Delimited(*event));
  return !reader_gone_;
}

}  // namespace pecg
