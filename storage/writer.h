#ifndef PECG_STORAGE_WRITER_H_
#define PECG_STORAGE_WRITER_H_

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <vector>

#include "base/joining_thread.h"
#include "base/mutex.h"
#include "storage/database.h"
#include "storage/transaction.h"

namespace pecg {

struct WriterOptions {
  /// Called on the writer's thread after each commit that appended events, with these in commit
  /// order, before the requests are answered. Must be quick, and must not call Write.
  std::function<void(const std::vector<Event>&)> on_commit;
  /// Most requests in one commit.
  int max_batch_size = 256;
  /// The log is copied into the database when it holds this many pages ...
  int checkpoint_page_count = 1000;
  /// ... or when the writer has been idle for this long.
  absl::Duration checkpoint_idle_time = absl::Seconds(1);
};

/// The one thread that writes: every change and every checkpoint goes through its connection, since
/// SQLite before 3.51.3 can damage the file when two connections do these at once. Requests that
/// wait while a commit is on its way to the disk share the next one (group commit, without a
/// timer); each runs in a savepoint of its own. Thread-safe.
class Writer {
 public:
  /// Makes changes; an error undoes them. Runs on the writer's thread. May be called more than
  /// once, with nothing left of the earlier calls but what it did outside of the database: so it
  /// assigns results rather than appending to them. Must not block or call Write.
  using Body = std::function<absl::Status(Transaction&)>;
  using Done = std::function<void(absl::Status)>;

  /// Starts the thread. `database` is not owned and outlives this.
  Writer(Database* database, WriterOptions options);
  /// Commits what is queued, checkpoints, ends the thread.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Runs `body` in a transaction and waits until it is on the disk. OK means committed and safe
  /// from a power cut. Errors: the body's; `RESOURCE_EXHAUSTED` for a full disk, `UNAVAILABLE` when
  /// the file is locked or the writer is ending: nothing of the request is stored then, it may be
  /// repeated, and the writer goes on. A rejected request does not touch others of its batch.
  absl::Status Write(Body body);

  /// The same, without waiting: `done` is called on the writer's thread and must be quick.
  void WriteAsync(Body body, Done done);

  struct Counters {
    int64_t commit_count = 0;      ///< Transactions that reached the disk.
    int64_t request_count = 0;     ///< Requests in them.
    int64_t checkpoint_count = 0;  ///< Checkpoints made.
  };
  Counters counters() const;

 private:
  struct Request {
    Body body;
    Done done;
  };

  enum class Outcome { kCommitted, kNotBegun, kRolledBack };

  // All on the writer's thread.
  void Run();
  std::vector<Request> TakeBatch();
  void CommitBatch(std::vector<Request> batch);
  Outcome TryBatch(std::span<const Request> batch, std::span<absl::Status> answers);
  absl::Status RunInSavepoint(const Body& body, std::vector<Event>& events);
  void CheckpointIfLarge();
  void Checkpoint(int mode);

  Database* const database_;
  const WriterOptions options_;
  // Of the writer's thread.
  int wal_page_count_ = 0;  // As SQLite's hook reports it after each commit.
  int next_checkpoint_page_count_;
  bool checkpoint_due_ = false;
  bool disk_was_full_ = false;

  mutable Mutex mutex_;
  CondVar wake_;
  std::deque<Request> queue_ ABSL_GUARDED_BY(mutex_);
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  Counters counters_ ABSL_GUARDED_BY(mutex_);
  JoiningThread thread_;
};

}  // namespace pecg

#endif  // PECG_STORAGE_WRITER_H_
