#include "storage/attempt_store.h"

#include "base/status.h"
#include "storage/stored_name.h"

namespace pecg {
namespace {

constexpr std::string_view kColumns =
    "run_number, attempt, fence, state, end_reason, message, worker, process_uid, device, "
    "create_us, lease_expire_us, start_us, end_us, exit_code, signal, resume_step, spool_sequence";

std::optional<int> ToOptionalInt(std::optional<int64_t> number) {
  if (!number.has_value()) return std::nullopt;
  return static_cast<int>(*number);
}

absl::StatusOr<Attempt> ReadAttempt(const Statement& row) {
  Attempt attempt;
  attempt.key = {row.Int64(0), row.Int(1), row.Int64(2)};
  PECG_ASSIGN_OR_RETURN(attempt.state, FromStoredName<AttemptState>(row.TextView(3)));
  PECG_ASSIGN_OR_RETURN(attempt.end_reason, FromStoredName<EndReason>(row.TextView(4)));
  attempt.message = row.Text(5);
  attempt.worker = row.Text(6);
  attempt.process_uid = row.Text(7);
  attempt.device = row.Text(8);
  attempt.create_time = row.Time(9);
  attempt.lease_expire_time = row.Time(10);
  attempt.start_time = row.OptionalTime(11);
  attempt.end_time = row.OptionalTime(12);
  attempt.exit_code = ToOptionalInt(row.OptionalInt64(13));
  attempt.signal = ToOptionalInt(row.OptionalInt64(14));
  attempt.resume_step = row.OptionalInt64(15);
  attempt.spool_sequence = row.Int64(16);
  return attempt;
}

absl::StatusOr<std::vector<Attempt>> ReadAll(Statement statement) {
  std::vector<Attempt> attempts;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return attempts;
    PECG_ASSIGN_OR_RETURN(Attempt attempt, ReadAttempt(statement));
    attempts.push_back(std::move(attempt));
  }
}

/// What CheckOwner and AdvanceSpool look at.
struct Ownership {
  Transition transition;
  int64_t spool_sequence;
};

absl::StatusOr<Ownership> ReadOwnership(Snapshot& snapshot, const AttemptKey& key) {
  Statement statement = snapshot.Query(
      "SELECT state, spool_sequence FROM attempts "
      "WHERE run_number = ? AND attempt = ? AND fence = ?",
      key.run, key.attempt, key.fence);
  PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
  if (!row) return Ownership{Transition::kOwnerLost, 0};
  PECG_ASSIGN_OR_RETURN(const AttemptState state,
                        FromStoredName<AttemptState>(statement.TextView(0)));
  const int64_t spool_sequence = statement.Int64(1);
  if (state == AttemptState::kLost) return Ownership{Transition::kOwnerLost, spool_sequence};
  if (IsTerminal(state)) return Ownership{Transition::kAlreadyThere, spool_sequence};
  return Ownership{Transition::kApplied, spool_sequence};
}

}  // namespace

absl::StatusOr<Attempt> GetAttempt(Snapshot& snapshot, int64_t run, int attempt) {
  static const std::string kSql =
      fmt::format("SELECT {} FROM attempts WHERE run_number = ? AND attempt = ?", kColumns);
  Statement statement = snapshot.Query(kSql, run, attempt);
  PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
  if (!row) return NotFound("attempt not found: run {}, attempt {}", run, attempt);
  return ReadAttempt(statement);
}

absl::StatusOr<Attempt> GetLastAttempt(Snapshot& snapshot, int64_t run) {
  static const std::string kSql = fmt::format(
      "SELECT {} FROM attempts WHERE run_number = ? ORDER BY attempt DESC LIMIT 1", kColumns);
  Statement statement = snapshot.Query(kSql, run);
  PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
  if (!row) return NotFound("the run has no attempt: {}", run);
  return ReadAttempt(statement);
}

absl::StatusOr<std::vector<Attempt>> ListAttempts(Snapshot& snapshot, int64_t run) {
  static const std::string kSql =
      fmt::format("SELECT {} FROM attempts WHERE run_number = ? ORDER BY attempt", kColumns);
  return ReadAll(snapshot.Query(kSql, run));
}

absl::StatusOr<int> CountFailedAttempts(Snapshot& snapshot, int64_t run) {
  static constexpr char kSql[] =
      "SELECT COUNT(*) FROM attempts WHERE run_number = ? AND state IN ('LOST', 'FAILED')";
  Statement statement = snapshot.Query(kSql, run);
  PECG_RETURN_IF_ERROR(statement.Step().status());
  return statement.Int(0);
}

absl::StatusOr<std::vector<Attempt>> ListLiveAttempts(Snapshot& snapshot) {
  static const std::string kSql =
      fmt::format("SELECT {} FROM attempts WHERE end_us IS NULL ORDER BY run_number", kColumns);
  return ReadAll(snapshot.Query(kSql));
}

absl::StatusOr<Transition> CheckOwner(Snapshot& snapshot, const AttemptKey& key) {
  PECG_ASSIGN_OR_RETURN(const Ownership ownership, ReadOwnership(snapshot, key));
  return ownership.transition;
}

absl::StatusOr<SpoolAdvance> AdvanceSpool(Transaction& transaction, const AttemptKey& key,
                                          int64_t first_sequence, int64_t last_sequence) {
  PECG_ASSIGN_OR_RETURN(const Ownership ownership, ReadOwnership(transaction, key));
  const int64_t committed = ownership.spool_sequence;
  if (ownership.transition == Transition::kOwnerLost) {
    return SpoolAdvance{Transition::kOwnerLost, committed};
  }
  if (last_sequence <= committed) return SpoolAdvance{Transition::kAlreadyThere, committed};
  // An attempt that has ended has nothing more to say.
  if (ownership.transition == Transition::kAlreadyThere) {
    return SpoolAdvance{Transition::kOwnerLost, committed};
  }
  if (first_sequence > committed + 1) return SpoolAdvance{Transition::kInvalid, committed};
  PECG_RETURN_IF_ERROR(
      transaction
          .Change("UPDATE attempts SET spool_sequence = ?1 "
                  "WHERE run_number = ?2 AND attempt = ?3 AND fence = ?4 AND spool_sequence < ?1",
                  last_sequence, key.run, key.attempt, key.fence)
          .status());
  return SpoolAdvance{Transition::kApplied, committed};
}

}  // namespace pecg
