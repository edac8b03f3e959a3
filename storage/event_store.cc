#include "storage/event_store.h"

#include <utility>

#include "base/status.h"

namespace pecg {

absl::StatusOr<int64_t> AppendEvent(Transaction& transaction, Event event) {
  PECG_RETURN_IF_ERROR(
      transaction
          .Change("INSERT INTO events (run_number, attempt, kind, create_us, payload) "
                  "VALUES (?, ?, ?, ?, ?)",
                  event.run, event.attempt, static_cast<int>(event.kind), event.time,
                  Blob{event.payload})
          .status());
  event.sequence = transaction.LastInsertId();
  const int64_t sequence = event.sequence;
  transaction.Remember(std::move(event));
  return sequence;
}

absl::StatusOr<std::vector<Event>> ListEvents(Snapshot& snapshot, const EventQuery& query) {
  constexpr std::string_view kOfRun =
      "SELECT sequence, run_number, attempt, kind, create_us, payload FROM events "
      "WHERE run_number = ?1 AND sequence > ?2 AND sequence <= ?3 AND kind <> ?4 "
      "ORDER BY sequence LIMIT ?5";
  constexpr std::string_view kOfAll =
      "SELECT sequence, run_number, attempt, kind, create_us, payload FROM events "
      "WHERE ?1 = 0 AND sequence > ?2 AND sequence <= ?3 AND kind <> ?4 "
      "ORDER BY sequence LIMIT ?5";
  const int left_out_kind = query.include_log ? 0 : static_cast<int>(EventKind::kLog);
  Statement statement =
      snapshot.Query(query.run == 0 ? kOfAll : kOfRun, query.run, query.after_sequence,
                     query.through_sequence, left_out_kind, query.limit);
  std::vector<Event> events;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return events;
    events.push_back({.sequence = statement.Int64(0),
                      .run = statement.Int64(1),
                      .attempt = statement.Int(2),
                      .kind = static_cast<EventKind>(statement.Int(3)),
                      .time = statement.Time(4),
                      .payload = statement.Bytes(5)});
  }
}

absl::StatusOr<int64_t> LastEventSequence(Snapshot& snapshot) {
  Statement statement = snapshot.Query("SELECT COALESCE(MAX(sequence), 0) FROM events");
  PECG_RETURN_IF_ERROR(statement.Step().status());
  return statement.Int64(0);
}

}  // namespace pecg
