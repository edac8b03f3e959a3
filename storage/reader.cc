#include "storage/reader.h"

#include <sqlite3.h>

#include <chrono>
#include <utility>

#include "base/status.h"

namespace pecg {
namespace {

constexpr int kInstructionsBetweenChecks = 10000;  // Well below a millisecond.

}  // namespace

struct ReaderPool::Slot {
  std::unique_ptr<Connection> connection;
  std::chrono::steady_clock::time_point deadline;

  static int IsLate(void* slot) {
    return std::chrono::steady_clock::now() > static_cast<Slot*>(slot)->deadline ? 1 : 0;
  }
};

ReaderPool::ReaderPool(const Database* database, ReaderPoolOptions options)
    : database_(database), options_(options) {}
ReaderPool::~ReaderPool() = default;

absl::StatusOr<std::unique_ptr<ReaderPool::Slot>> ReaderPool::Borrow() {
  {
    MutexLock lock(&mutex_);
    while (free_.empty() && open_count_ >= options_.connection_count) returned_.Wait(&mutex_);
    if (!free_.empty()) {
      std::unique_ptr<Slot> slot = std::move(free_.back());
      free_.pop_back();
      return slot;
    }
    ++open_count_;
  }
  auto slot = std::make_unique<Slot>();
  absl::StatusOr<std::unique_ptr<Connection>> connection = database_->OpenReader();
  if (!connection.ok()) {
    MutexLock lock(&mutex_);
    --open_count_;
    returned_.NotifyOne();
    return connection.status();
  }
  slot->connection = *std::move(connection);
  sqlite3_progress_handler(slot->connection->handle(), kInstructionsBetweenChecks, Slot::IsLate,
                           slot.get());
  return slot;
}

void ReaderPool::GiveBack(std::unique_ptr<Slot> slot) {
  MutexLock lock(&mutex_);
  free_.push_back(std::move(slot));
  returned_.NotifyOne();
}

absl::Status ReaderPool::ReadStatus(const std::function<void(Snapshot&)>& body) {
  PECG_ASSIGN_OR_RETURN(std::unique_ptr<Slot> slot, Borrow());
  slot->deadline =
      std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(options_.time_limit);
  absl::Status status = slot->connection->Execute("BEGIN");
  if (status.ok()) {
    Snapshot snapshot(slot->connection.get());
    body(snapshot);
  }
  if (slot->connection->InTransaction()) {
    // Ending a read must not fail for being late.
    slot->deadline = std::chrono::steady_clock::time_point::max();
    status.Update(slot->connection->Execute("ROLLBACK"));
  }
  GiveBack(std::move(slot));
  return status;
}

}  // namespace pecg
