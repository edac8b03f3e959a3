#include "storage/run_store.h"

#include "base/status.h"
#include "storage/stored_name.h"

namespace pecg {
namespace {

constexpr std::string_view kColumns =
    "number, uid, user, title, kind, dataset, dataset_version, split, device, max_retries, "
    "time_limit_us, spec, state, pending_reason, end_reason, message, create_us, start_us, end_us, "
    "not_before_us, queue_position, attempt_count, progress, lineage";

absl::StatusOr<Run> ReadRun(const Statement& row) {
  Run run;
  run.number = row.Int64(0);
  run.uid = row.Text(1);
  run.user = row.Text(2);
  run.title = row.Text(3);
  run.kind = row.Text(4);
  run.dataset = row.Text(5);
  run.dataset_version = row.Text(6);
  run.split = row.Text(7);
  PECG_ASSIGN_OR_RETURN(run.device, FromStoredName<DeviceKind>(row.TextView(8)));
  run.max_retries = row.Int(9);
  run.time_limit = row.OptionalDuration(10);
  run.spec = row.Bytes(11);
  PECG_ASSIGN_OR_RETURN(run.state, FromStoredName<RunState>(row.TextView(12)));
  PECG_ASSIGN_OR_RETURN(run.pending_reason, FromStoredName<PendingReason>(row.TextView(13)));
  PECG_ASSIGN_OR_RETURN(run.end_reason, FromStoredName<EndReason>(row.TextView(14)));
  run.message = row.Text(15);
  run.create_time = row.Time(16);
  run.start_time = row.OptionalTime(17);
  run.end_time = row.OptionalTime(18);
  run.not_before = row.OptionalTime(19);
  run.queue_position = row.Int(20);
  run.attempt_count = row.Int(21);
  run.progress = row.Bytes(22);
  run.lineage = row.Bytes(23);
  return run;
}

absl::Status RequireOneRow(absl::StatusOr<int64_t> change_count, int64_t number) {
  PECG_RETURN_IF_ERROR(change_count.status());
  if (*change_count == 0) return NotFound("run not found: {}", number);
  return absl::OkStatus();
}

absl::Status InsertInput(Transaction& transaction, int64_t number, const RunInputRow& input) {
  return transaction
      .Change("INSERT INTO run_inputs (run_number, alias, input_number) VALUES (?, ?, ?)", number,
              input.alias, input.run)
      .status();
}

}  // namespace

absl::StatusOr<int64_t> InsertRun(Transaction& transaction, const NewRun& run) {
  PECG_RETURN_IF_ERROR(
      transaction
          .Change("INSERT INTO runs (uid, user, title, kind, dataset, dataset_version, split, "
                  "device, max_retries, time_limit_us, spec, state, pending_reason, end_reason, "
                  "message, create_us, queue_position, attempt_count, progress, lineage) "
                  "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', '', ?, 0, 0, x'', x'')",
                  run.uid, run.user, run.title, run.kind, run.dataset, run.dataset_version,
                  run.split, NameOf(run.device), run.max_retries, run.time_limit, Blob{run.spec},
                  NameOf(run.held ? RunState::kHeld : RunState::kPending), run.create_time)
          .status());
  const int64_t number = transaction.LastInsertId();
  for (const RunInputRow& input : run.inputs) {
    PECG_RETURN_IF_ERROR(InsertInput(transaction, number, input));
  }
  return number;
}

absl::StatusOr<Run> GetRun(Snapshot& snapshot, int64_t number) {
  static const std::string kSql = fmt::format("SELECT {} FROM runs WHERE number = ?", kColumns);
  Statement statement = snapshot.Query(kSql, number);
  PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
  if (!row) return NotFound("run not found: {}", number);
  return ReadRun(statement);
}

absl::StatusOr<Run> GetRunByUid(Snapshot& snapshot, std::string_view uid) {
  static const std::string kSql = fmt::format("SELECT {} FROM runs WHERE uid = ?", kColumns);
  Statement statement = snapshot.Query(kSql, uid);
  PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
  if (!row) return NotFound("run not found: {}", uid);
  return ReadRun(statement);
}

absl::StatusOr<std::vector<Run>> ListRuns(Snapshot& snapshot, const RunQuery& query) {
  std::string sql = fmt::format("SELECT {} FROM runs WHERE number < ?", kColumns);
  for (size_t i = 0; i < query.states.size(); ++i) sql += i == 0 ? " AND state IN (?" : ", ?";
  if (!query.states.empty()) sql += ")";
  if (!query.user.empty()) sql += " AND user = ?";
  sql += " ORDER BY number DESC LIMIT ?";

  Statement statement = snapshot.Query(sql, query.before_number);
  for (const RunState state : query.states) statement.Bind(NameOf(state));
  if (!query.user.empty()) statement.Bind(std::string_view(query.user));
  statement.Bind(query.limit);
  std::vector<Run> runs;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return runs;
    PECG_ASSIGN_OR_RETURN(Run run, ReadRun(statement));
    runs.push_back(std::move(run));
  }
}

absl::StatusOr<std::vector<RunInputRow>> ListRunInputs(Snapshot& snapshot, int64_t number) {
  Statement statement = snapshot.Query(
      "SELECT alias, input_number FROM run_inputs WHERE run_number = ? ORDER BY alias", number);
  std::vector<RunInputRow> inputs;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return inputs;
    inputs.push_back({statement.Text(0), statement.Int64(1)});
  }
}

absl::StatusOr<std::vector<int64_t>> ListOpenDependents(Snapshot& snapshot, int64_t number) {
  Statement statement = snapshot.Query(
      "SELECT DISTINCT runs.number FROM run_inputs "
      "JOIN runs ON runs.number = run_inputs.run_number "
      "WHERE run_inputs.input_number = ? AND runs.end_us IS NULL ORDER BY runs.number",
      number);
  std::vector<int64_t> numbers;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return numbers;
    numbers.push_back(statement.Int64(0));
  }
}

absl::StatusOr<std::vector<PendingRun>> ListPendingRuns(Snapshot& snapshot) {
  Statement statement = snapshot.Query(
      "SELECT number, user, kind, dataset, device, pending_reason, queue_position, create_us, "
      "not_before_us, attempt_count, "
      "(SELECT COUNT(*) FROM run_inputs JOIN runs AS input ON input.number = input_number "
      " WHERE run_number = runs.number AND input.end_us IS NULL), "
      "(SELECT COUNT(*) FROM run_inputs JOIN runs AS input ON input.number = input_number "
      " WHERE run_number = runs.number AND input.state IN ('FAILED', 'CANCELLED')) "
      "FROM runs WHERE state = 'PENDING' ORDER BY number");
  std::vector<PendingRun> runs;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return runs;
    PendingRun run;
    run.number = statement.Int64(0);
    run.user = statement.Text(1);
    run.kind = statement.Text(2);
    run.dataset = statement.Text(3);
    PECG_ASSIGN_OR_RETURN(run.device, FromStoredName<DeviceKind>(statement.TextView(4)));
    PECG_ASSIGN_OR_RETURN(run.pending_reason, FromStoredName<PendingReason>(statement.TextView(5)));
    run.queue_position = statement.Int(6);
    run.create_time = statement.Time(7);
    run.not_before = statement.OptionalTime(8);
    run.attempt_count = statement.Int(9);
    run.waiting_input_count = statement.Int(10);
    run.failed_input_count = statement.Int(11);
    runs.push_back(std::move(run));
  }
}

absl::StatusOr<bool> SetQueuePlace(Transaction& transaction, int64_t number, PendingReason reason,
                                   int queue_position) {
  PECG_ASSIGN_OR_RETURN(
      const int64_t count,
      transaction.Change("UPDATE runs SET pending_reason = ?2, queue_position = ?3 "
                         "WHERE number = ?1 AND state = 'PENDING' "
                         "AND (pending_reason <> ?2 OR queue_position <> ?3)",
                         number, NameOf(reason), queue_position));
  return count == 1;
}

absl::Status SetProgress(Transaction& transaction, int64_t number, std::string_view progress) {
  return RequireOneRow(
      transaction.Change("UPDATE runs SET progress = ? WHERE number = ?", Blob{progress}, number),
      number);
}

absl::Status SetLineage(Transaction& transaction, int64_t number, std::string_view lineage) {
  return RequireOneRow(
      transaction.Change("UPDATE runs SET lineage = ? WHERE number = ?", Blob{lineage}, number),
      number);
}

absl::StatusOr<std::vector<StateCount>> CountRuns(Snapshot& snapshot) {
  Statement statement =
      snapshot.Query("SELECT state, COUNT(*) FROM runs GROUP BY state ORDER BY state");
  std::vector<StateCount> counts;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return counts;
    PECG_ASSIGN_OR_RETURN(const RunState state, FromStoredName<RunState>(statement.TextView(0)));
    counts.push_back({state, statement.Int64(1)});
  }
}

}  // namespace pecg
