#ifndef PECG_STORAGE_EVENT_STORE_H_
#define PECG_STORAGE_EVENT_STORE_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <limits>
#include <vector>

#include "storage/event.h"
#include "storage/transaction.h"

/// The one sequence of everything that happened, in commit order: sequence numbers grow by one with
/// each event, over all runs, because one thread appends them. Errors besides those listed are
/// those of StatusFromSqlite; this holds for every store.

namespace pecg {

/// Appends an event and gives it the next sequence number, which is returned. The event reaches
/// WriterOptions::on_commit if and only if the transaction is committed. `event.sequence` is
/// ignored; `event.run` must exist (`FAILED_PRECONDITION`).
absl::StatusOr<int64_t> AppendEvent(Transaction& transaction, Event event);

/// Which events a page holds.
struct EventQuery {
  int64_t run = 0;          ///< Number of the run; 0 = all runs.
  bool include_log = true;  ///< Events of kind kLog too.
  int64_t after_sequence = 0;
  int64_t through_sequence = std::numeric_limits<int64_t>::max();
  int64_t limit = 256;  ///< At least 1.
};

/// Returns events by sequence; fewer than `limit` means that there are no more.
absl::StatusOr<std::vector<Event>> ListEvents(Snapshot& snapshot, const EventQuery& query);

/// Returns the newest sequence number; 0 if nothing happened yet.
absl::StatusOr<int64_t> LastEventSequence(Snapshot& snapshot);

}  // namespace pecg

#endif  // PECG_STORAGE_EVENT_STORE_H_
