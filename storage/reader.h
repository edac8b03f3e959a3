#ifndef PECG_STORAGE_READER_H_
#define PECG_STORAGE_READER_H_

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <functional>
#include <memory>
#include <type_traits>
#include <vector>

#include "base/mutex.h"
#include "storage/database.h"
#include "storage/transaction.h"

namespace pecg {

struct ReaderPoolOptions {
  /// Connections at most; they are opened when first needed.
  int connection_count = 4;
  /// A read that takes longer is stopped: it would keep the log from being checkpointed.
  absl::Duration time_limit = absl::Seconds(5);
};

/// Read-only connections. Readers never wait for the writer, nor the writer for them. Thread-safe.
class ReaderPool {
 public:
  /// `database` is not owned and outlives this.
  ReaderPool(const Database* database, ReaderPoolOptions options);
  /// No Read may be under way.
  ~ReaderPool();
  ReaderPool(const ReaderPool&) = delete;
  ReaderPool& operator=(const ReaderPool&) = delete;

  /// Runs `body(Snapshot&)` on the caller's thread, in one read transaction: everything it sees is
  /// of one moment, and no older than the last commit before the call. Waits for a free connection.
  /// Returns what the body returns, an absl::Status or a StatusOr. Further errors:
  /// `DEADLINE_EXCEEDED` from a statement after the time limit; those of opening a connection.
  template <typename Body>
  auto Read(Body&& body) -> std::invoke_result_t<Body, Snapshot&> {
    using Result = std::invoke_result_t<Body, Snapshot&>;
    Result result = absl::UnknownError("the body did not run");
    absl::Status status = ReadStatus([&](Snapshot& snapshot) { result = body(snapshot); });
    if (!status.ok()) return status;
    return result;
  }

 private:
  struct Slot;
  absl::Status ReadStatus(const std::function<void(Snapshot&)>& body);
  absl::StatusOr<std::unique_ptr<Slot>> Borrow();
  void GiveBack(std::unique_ptr<Slot> slot);

  const Database* const database_;
  const ReaderPoolOptions options_;
  Mutex mutex_;
  CondVar returned_;
  std::vector<std::unique_ptr<Slot>> free_ ABSL_GUARDED_BY(mutex_);
  int open_count_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace pecg

#endif  // PECG_STORAGE_READER_H_
