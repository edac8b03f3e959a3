#include "storage/log_store.h"

#include <algorithm>

#include "base/status.h"

namespace pecg {

absl::StatusOr<int64_t> AppendLog(Transaction& transaction, int64_t run, int attempt,
                                  int64_t offset, std::string_view bytes) {
  if (offset < 0) return InvalidArgument("a log's offset is negative: {}", offset);
  PECG_ASSIGN_OR_RETURN(const int64_t size, LogSize(transaction, run, attempt));
  if (offset > size) {
    return MakeStatus(absl::StatusCode::kOutOfRange,
                      "the log of run {}, attempt {} holds {} bytes; bytes are missing before {}",
                      run, attempt, size, offset);
  }
  const int64_t known_count = std::min(size - offset, static_cast<int64_t>(bytes.size()));
  bytes.remove_prefix(static_cast<size_t>(known_count));
  if (bytes.empty()) return size;
  PECG_RETURN_IF_ERROR(
      transaction
          .Change("INSERT INTO log_chunks (run_number, attempt, byte_offset, bytes) "
                  "VALUES (?, ?, ?, ?)",
                  run, attempt, size, Blob{bytes})
          .status());
  return size + static_cast<int64_t>(bytes.size());
}

absl::StatusOr<std::string> ReadLog(Snapshot& snapshot, int64_t run, int attempt, int64_t offset,
                                    int64_t max_byte_count) {
  // From the chunk that holds `offset` on.
  Statement statement = snapshot.Query(
      "SELECT byte_offset, bytes FROM log_chunks "
      "WHERE run_number = ?1 AND attempt = ?2 AND byte_offset < ?3 + ?4 AND byte_offset >= "
      "COALESCE((SELECT MAX(byte_offset) FROM log_chunks "
      "          WHERE run_number = ?1 AND attempt = ?2 AND byte_offset <= ?3), 0) "
      "ORDER BY byte_offset",
      run, attempt, offset, max_byte_count);
  std::string text;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return text;
    std::string_view bytes = statement.BytesView(1);
    const int64_t known_count = std::max<int64_t>(offset - statement.Int64(0), 0);
    bytes.remove_prefix(std::min(bytes.size(), static_cast<size_t>(known_count)));
    text += bytes.substr(0, static_cast<size_t>(max_byte_count) - text.size());
  }
}

absl::StatusOr<int64_t> LogSize(Snapshot& snapshot, int64_t run, int attempt) {
  Statement statement = snapshot.Query(
      "SELECT byte_offset + LENGTH(bytes) FROM log_chunks WHERE run_number = ? AND attempt = ? "
      "ORDER BY byte_offset DESC LIMIT 1",
      run, attempt);
  PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
  return row ? statement.Int64(0) : 0;
}

}  // namespace pecg
