#include "storage/writer.h"

#include <sqlite3.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/status.h"

namespace pecg {
namespace {

/// 64 MiB of 4 KiB pages: the log is then emptied even if readers have to be waited for.
constexpr int kTruncatePageCount = 16384;
/// How long an emptying checkpoint waits for readers; requests wait meanwhile.
constexpr int kCheckpointWaitMilliseconds = 100;

/// The writer whose thread this is.
thread_local const Writer* running_here = nullptr;

}  // namespace

Writer::Writer(Database* database, WriterOptions options)
    : database_(database),
      options_(std::move(options)),
      next_checkpoint_page_count_(options_.checkpoint_page_count) {
  sqlite3_wal_hook(
      database_->writing_connection()->handle(),
      [](void* writer, sqlite3*, const char*, int page_count) {
        static_cast<Writer*>(writer)->wal_page_count_ = page_count;
        return SQLITE_OK;
      },
      this);
  thread_ = JoiningThread([this] { Run(); });
}

Writer::~Writer() {
  {
    MutexLock lock(&mutex_);
    ending_ = true;
    wake_.NotifyAll();
  }
  thread_.Join();
  sqlite3_wal_hook(database_->writing_connection()->handle(), nullptr, nullptr);
}

absl::Status Writer::Write(Body body) {
  if (running_here == this) {
    return FailedPrecondition(
        "Write was called on the writer's own thread, which would wait for itself");
  }
  Mutex mutex;
  CondVar answered;
  std::optional<absl::Status> answer;
  WriteAsync(std::move(body), [&](absl::Status status) {
    MutexLock lock(&mutex);
    answer = std::move(status);
    answered.NotifyOne();  // Under the lock: the waiter's stack is gone right after.
  });
  MutexLock lock(&mutex);
  while (!answer.has_value()) answered.Wait(&mutex);
  return *std::move(answer);
}

void Writer::WriteAsync(Body body, Done done) {
  {
    MutexLock lock(&mutex_);
    if (!ending_) {
      queue_.push_back({std::move(body), std::move(done)});
      wake_.NotifyOne();
      return;
    }
  }
  done(Unavailable("the coordinator is ending; repeat the request later"));
}

Writer::Counters Writer::counters() const {
  MutexLock lock(&mutex_);
  return counters_;
}

void Writer::Run() {
  running_here = this;
  while (true) {
    std::vector<Request> batch = TakeBatch();
    if (!batch.empty()) {
      CommitBatch(std::move(batch));
      CheckpointIfLarge();
      continue;
    }
    if (checkpoint_due_) Checkpoint(SQLITE_CHECKPOINT_PASSIVE);
    MutexLock lock(&mutex_);
    if (ending_ && queue_.empty()) return;
  }
}

/// Waits for requests; nothing when there was none for the idle time or the writer is ending.
std::vector<Writer::Request> Writer::TakeBatch() {
  MutexLock lock(&mutex_);
  while (queue_.empty() && !ending_) {
    if (!checkpoint_due_) {
      wake_.Wait(&mutex_);
    } else if (!wake_.WaitFor(&mutex_, absl::ToChronoNanoseconds(options_.checkpoint_idle_time))) {
      break;
    }
  }
  const size_t count = std::min(queue_.size(), static_cast<size_t>(options_.max_batch_size));
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<Request> batch(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
  queue_.erase(queue_.begin(), end);
  return batch;
}

void Writer::CommitBatch(std::vector<Request> batch) {
  std::vector<absl::Status> answers(batch.size());
  const Outcome outcome = TryBatch(batch, answers);
  if (outcome == Outcome::kRolledBack && batch.size() > 1) {
    // One request may be why all were lost, a full disk for example: each gets a commit of its own.
    for (size_t i = 0; i < batch.size(); ++i) {
      TryBatch(std::span(batch).subspan(i, 1), std::span(answers).subspan(i, 1));
    }
  }
  disk_was_full_ = std::any_of(answers.begin(), answers.end(), absl::IsResourceExhausted);
  for (size_t i = 0; i < batch.size(); ++i) batch[i].done(std::move(answers[i]));
}

/// Runs and commits the requests in one transaction, and fills their answers.
Writer::Outcome Writer::TryBatch(std::span<const Request> batch, std::span<absl::Status> answers) {
  Connection& connection = *database_->writing_connection();
  const auto answer_all = [&](const absl::Status& status, Outcome outcome) {
    std::fill(answers.begin(), answers.end(), status);
    return outcome;
  };
  if (absl::Status status = connection.Execute("BEGIN IMMEDIATE"); !status.ok()) {
    return answer_all(status, Outcome::kNotBegun);
  }
  std::vector<Event> events;
  for (size_t i = 0; i < batch.size(); ++i) {
    answers[i] = RunInSavepoint(batch[i].body, events);
    if (connection.InTransaction()) continue;
    // SQLite rolls everything back by itself after some errors, whether the body passes them on or
    // not.
    return answer_all(answers[i].ok() ? Unavailable("the transaction was rolled back") : answers[i],
                      Outcome::kRolledBack);
  }
  if (absl::Status status = connection.Execute("COMMIT"); !status.ok()) {
    if (connection.InTransaction()) connection.Execute("ROLLBACK").IgnoreError();
    return answer_all(status, Outcome::kRolledBack);
  }
  if (!events.empty() && options_.on_commit) options_.on_commit(events);
  MutexLock lock(&mutex_);
  ++counters_.commit_count;
  counters_.request_count += static_cast<int64_t>(batch.size());
  return Outcome::kCommitted;
}

/// Runs one body; what it wrote is undone if it returns an error.
absl::Status Writer::RunInSavepoint(const Body& body, std::vector<Event>& events) {
  Connection& connection = *database_->writing_connection();
  PECG_RETURN_IF_ERROR(connection.Execute("SAVEPOINT request"));
  Transaction transaction(&connection);
  absl::Status status = body(transaction);
  if (!connection.InTransaction()) return status;
  if (!status.ok()) PECG_RETURN_IF_ERROR(connection.Execute("ROLLBACK TO request"));
  PECG_RETURN_IF_ERROR(connection.Execute("RELEASE request"));
  if (status.ok())
    std::move(transaction.events().begin(), transaction.events().end(), std::back_inserter(events));
  return status;
}

void Writer::CheckpointIfLarge() {
  checkpoint_due_ = checkpoint_due_ || wal_page_count_ > 0;
  if (disk_was_full_) {
    Checkpoint(SQLITE_CHECKPOINT_TRUNCATE);  // Gives the log's space back.
  } else if (wal_page_count_ >= next_checkpoint_page_count_) {
    Checkpoint(wal_page_count_ >= kTruncatePageCount ? SQLITE_CHECKPOINT_TRUNCATE
                                                     : SQLITE_CHECKPOINT_PASSIVE);
  }
}

void Writer::Checkpoint(int mode) {
  sqlite3* const handle = database_->writing_connection()->handle();
  int log_page_count = 0;
  int copied_page_count = 0;
  sqlite3_busy_timeout(handle, kCheckpointWaitMilliseconds);
  const int code =
      sqlite3_wal_checkpoint_v2(handle, nullptr, mode, &log_page_count, &copied_page_count);
  sqlite3_busy_timeout(handle, kBusyTimeoutMilliseconds);
  const bool complete = code == SQLITE_OK && log_page_count == copied_page_count;
  checkpoint_due_ = !complete;
  // A reader that is still on old pages, or a full disk, must not make every commit try again.
  if (complete) wal_page_count_ = 0;
  next_checkpoint_page_count_ = wal_page_count_ + options_.checkpoint_page_count;
  MutexLock lock(&mutex_);
  ++counters_.checkpoint_count;
}

}  // namespace pecg
