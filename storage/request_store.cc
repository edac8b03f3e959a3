#include "storage/request_store.h"

#include "base/status.h"

namespace pecg {

absl::StatusOr<std::optional<std::string>> FindAnswer(Snapshot& snapshot, const RequestKey& key) {
  Statement statement =
      snapshot.Query("SELECT answer, user, method, body_sha256 FROM requests WHERE request_id = ?",
                     key.request_id);
  PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
  if (!row) return std::nullopt;
  if (statement.TextView(1) != key.user || statement.TextView(2) != key.method ||
      statement.TextView(3) != key.body_sha256) {
    return InvalidArgument(
        "the request_id was used for another request; make a new one for each request: {}",
        key.request_id);
  }
  return statement.Bytes(0);
}

absl::Status SaveAnswer(Transaction& transaction, const RequestKey& key, std::string_view answer,
                        absl::Time now) {
  const absl::Status status =
      transaction
          .Change(
              "INSERT INTO requests (request_id, user, method, body_sha256, answer, "
              "create_us) VALUES (?, ?, ?, ?, ?, ?)",
              key.request_id, key.user, key.method, key.body_sha256, Blob{answer}, now)
          .status();
  if (absl::IsAlreadyExists(status)) {
    return AlreadyExists("the request_id was answered before: {}", key.request_id);
  }
  return status;
}

absl::StatusOr<int64_t> DeleteAnswersBefore(Transaction& transaction, absl::Time time,
                                            int64_t limit) {
  return transaction.Change(
      "DELETE FROM requests WHERE request_id IN "
      "(SELECT request_id FROM requests WHERE create_us < ? ORDER BY create_us LIMIT ?)",
      time, limit);
}

}  // namespace pecg
