#ifndef PECG_WORKER_JOB_EVENT_WRITER_H_
#define PECG_WORKER_JOB_EVENT_WRITER_H_

#include <absl/base/thread_annotations.h>
#include <absl/time/time.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/mutex.h"
#include "pecg/v1/job.pb.h"

namespace pecg {

/// Writes what a job reports as varint-delimited JobEvents, numbered 1, 2, 3 and so on.
///
/// Progress is thinned out to one event per `kProgressInterval`; the newest progress that was held
/// back is written before an artifact, a checkpoint, the result or a failure, so that the last one
/// is never lost. Everything else is written at once and blocks while the pipe is full.
///
/// When the reader is gone (EPIPE, or any other failure to write), later events are dropped and
/// `on_reader_gone` is called once; a job whose reader is gone has nobody to deliver to and stops.
/// The process must ignore SIGPIPE, which RunJob sees to. Thread-safe.
class EventWriter {
 public:
  static constexpr absl::Duration kProgressInterval = absl::Milliseconds(100);

  /// `descriptor` is not owned and stays open. `clock` is not owned. `on_reader_gone` may be empty;
  /// it runs on the thread that wrote, without a lock held.
  EventWriter(int descriptor, const Clock* clock, std::function<void()> on_reader_gone);

  EventWriter(const EventWriter&) = delete;
  EventWriter& operator=(const EventWriter&) = delete;

  /// The job has done `done` of `total` `unit`s (`records`, `epochs`, `steps`); `total` 0 = not
  /// known. `note`: one line about what happens now, without patients and records.
  void Progress(std::string_view unit, std::int64_t done, std::int64_t total,
                std::string_view note = "");

  /// Points without a time get the present one. Many points become several events, because an event
  /// is at most 1 MiB.
  void Metrics(v1::MetricPoints points);

  /// The file is complete: ArtifactFolder calls this.
  void Artifact(v1::ArtifactReady artifact);

  /// The checkpoint of optimiser step `step` is complete: CheckpointFolder calls this.
  void Checkpoint(std::int64_t step);

  /// The last event of a job that did what it was asked. RunJob calls this.
  void Result(v1::JobResult result);

  /// The last event of a job that failed. RunJob calls this.
  void Failed(v1::JobFailed failed);

  /// True once an event could not be written.
  bool reader_gone() const;

 private:
  enum class Order : std::uint8_t { kAtOnce, kAfterProgress };

  void Write(v1::JobEvent event, Order order);
  /// Numbers, stamps and writes one event; false when it was the first that could not be written.
  bool WriteLocked(v1::JobEvent* event) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int descriptor_;
  const Clock* const clock_;
  const std::function<void()> on_reader_gone_;

  mutable Mutex mutex_;
  std::int64_t sequence_ ABSL_GUARDED_BY(mutex_) = 0;
  bool reader_gone_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<absl::Duration> progress_written_ ABSL_GUARDED_BY(mutex_);  ///< Clock::Uptime.
  std::optional<v1::Progress> held_back_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pecg

#endif  // PECG_WORKER_JOB_EVENT_WRITER_H_
