#ifndef PECG_WORKER_AGENT_SPOOL_H_
#define PECG_WORKER_AGENT_SPOOL_H_

#include <absl/base/thread_annotations.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/joining_thread.h"
#include "base/mutex.h"
#include "pecg/v1/worker.pb.h"
#include "worker/agent/descriptor.h"

namespace pecg {

/// What a spool tells its owner; never called under the spool's lock.
struct SpoolListener {
  /// More events are on disk, or were committed.
  std::function<void()> on_change;
  /// Writing failed; called once, until writing has succeeded again. The spool tries every second.
  std::function<void(const absl::Status&)> on_error;
};

/// The events of one attempt on their way to the coordinator: numbered when appended, fsynced
/// before anybody may read them, kept until they are committed. The file holds length-delimited
/// pecg.v1.AttemptEvent. One fsync covers whatever was appended during the one before.
/// Thread-safe.
class Spool {
 public:
  /// Uncommitted bytes above which HasRoom is false.
  static constexpr int64_t kMaxBacklogByteCount = int64_t{64} << 20;

  /// Opens or creates the file at `path`. A tail that a crash has torn (an event that is cut short,
  /// does not parse, or has not the next sequence) is cut off: nobody has seen it. The events that
  /// are found count as not committed. Errors: those of the system calls.
  static absl::StatusOr<std::unique_ptr<Spool>> Open(const std::string& path,
                                                     SpoolListener listener);

  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  /// Writes what is queued, but does not wait for a disk that fails, and writes nothing after it.
  /// What is on disk can still be read. Call it from one thread; the destructor does it too.
  void Close();

  /// Numbers `event` and queues it for the disk; never blocks on the disk. Returns its sequence.
  int64_t Append(v1::AttemptEvent event);

  /// False while so much waits for the coordinator that whoever feeds the spool should pause.
  bool HasRoom() const;

  /// Sequence of the last event on disk; 0 = none.
  int64_t durable_sequence() const;

  /// Sequence of the last event the coordinator has; 0 = none.
  int64_t committed_sequence() const;

  /// Returns events on disk after `sequence`, in order and without a gap: as many as fit into
  /// `max_byte_count`, but at least one where there is one. OUT_OF_RANGE when they were dropped
  /// because the coordinator has them; DATA_LOSS when the file is not what was written.
  absl::StatusOr<std::vector<v1::AttemptEvent>> ReadAfter(int64_t sequence,
                                                          int64_t max_byte_count) const;

  /// The coordinator has everything up to `sequence`: it may leave the disk. A sequence that is no
  /// news, or that is not on disk yet, changes nothing.
  void Commit(int64_t sequence);

 private:
  struct Place {
    int64_t offset = 0;
    int64_t byte_count = 0;
  };
  /// Places of the events from `first_sequence` on, one after the other.
  struct Index {
    int64_t first_sequence = 1;
    std::deque<Place> places;

    int64_t last_sequence() const {
      return first_sequence + static_cast<int64_t>(places.size()) - 1;
    }
    int64_t end_offset() const {
      return places.empty() ? 0 : places.back().offset + places.back().byte_count;
    }
  };

  /// What the flusher has in hand.
  struct Batch {
    std::vector<v1::AttemptEvent> events;
    int64_t offset = 0;    ///< Where they go.
    bool compact = false;  ///< Then drop what is committed.
  };

  Spool(std::string path, Descriptor file, Index index, SpoolListener listener);

  static absl::StatusOr<Index> Recover(int file, const std::string& path);
  void FlushUntilClosed();
  bool TakeBatch(Batch* batch, bool failing);
  absl::Status WriteBatch(Batch* batch);
  absl::StatusOr<std::vector<Place>> WriteAndSync(const Batch& batch) const;
  absl::Status Compact();
  bool WorthCompacting() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  int64_t BacklogByteCount() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string path_;
  const SpoolListener listener_;
  mutable Mutex mutex_;
  CondVar changed_;
  /// Replaced by the flusher under the lock; the flusher itself reads it without.
  Descriptor file_;
  /// What is on disk, from the last committed event on: a file is never emptied, so that the next
  /// sequence can be read from it.
  Index index_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::AttemptEvent> queue_ ABSL_GUARDED_BY(mutex_);
  int64_t queued_byte_count_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t next_sequence_ ABSL_GUARDED_BY(mutex_) = 1;
  int64_t committed_sequence_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  JoiningThread flusher_;  // Last: joins before what it uses is destroyed.
};

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_SPOOL_H_
