#ifndef PECG_STORAGE_TRANSACTION_H_
#define PECG_STORAGE_TRANSACTION_H_

#include <string_view>
#include <utility>
#include <vector>

#include "storage/connection.h"
#include "storage/event.h"

namespace pecg {

/// One consistent view of the database, for reading. Given to the bodies of ReaderPool::Read, and,
/// as a Transaction, to those of Writer::Write; lives as long as the body runs, on its thread.
class Snapshot {
 public:
  explicit Snapshot(Connection* connection) : connection_(connection) {}
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  /// For the stores: a statement with its values bound.
  template <typename... Values>
  Statement Query(std::string_view sql, const Values&... values) {
    Statement statement = connection_->Prepare(sql);
    statement.BindAll(values...);
    return statement;
  }

 protected:
  Connection* const connection_;
};

/// A view that also writes. What the body wrote is seen by its own reads, and by others after the
/// commit.
class Transaction final : public Snapshot {
 public:
  explicit Transaction(Connection* connection) : Snapshot(connection) {}

  /// For the stores: runs a statement that changes rows; returns how many it changed.
  template <typename... Values>
  absl::StatusOr<int64_t> Change(std::string_view sql, const Values&... values) {
    if (absl::Status status = connection_->Execute(sql, values...); !status.ok()) return status;
    return connection_->ChangeCount();
  }

  /// For the stores: rows the last statement that changes rows changed.
  int64_t ChangeCount() const { return connection_->ChangeCount(); }

  /// For the stores: row id of the last INSERT.
  int64_t LastInsertId() const { return connection_->LastInsertId(); }

  /// For event_store: remembers an event for Writer's commit hook.
  void Remember(Event event) { events_.push_back(std::move(event)); }
  /// The events appended so far.
  std::vector<Event>& events() { return events_; }

 private:
  std::vector<Event> events_;
};

}  // namespace pecg

#endif  // PECG_STORAGE_TRANSACTION_H_
