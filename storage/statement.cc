#include "storage/statement.h"

#include <sqlite3.h>

#include <cmath>
#include <limits>
#include <utility>

#include "storage/connection.h"

namespace pecg {
namespace {

/// SQLite takes a null pointer for NULL, which an empty view may have.
const char* NotNull(std::string_view bytes) { return bytes.data() == nullptr ? "" : bytes.data(); }

}  // namespace

Statement::Statement(Connection* connection, sqlite3_stmt* statement, bool* in_use,
                     absl::Status status)
    : connection_(connection), statement_(statement), in_use_(in_use), status_(std::move(status)) {}

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_),
      statement_(std::exchange(other.statement_, nullptr)),
      in_use_(std::exchange(other.in_use_, nullptr)),
      next_parameter_(other.next_parameter_),
      status_(std::move(other.status_)) {}

Statement::~Statement() {
  if (statement_ == nullptr) return;
  if (in_use_ == nullptr) {
    sqlite3_finalize(statement_);
    return;
  }
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  *in_use_ = false;
}

void Statement::Keep(int code) {
  if (code == SQLITE_OK || !status_.ok()) return;
  status_ = StatusFromSqlite(connection_->handle(), code, sqlite3_sql(statement_));
}

Statement& Statement::Bind(std::nullopt_t) {
  if (status_.ok()) Keep(sqlite3_bind_null(statement_, next_parameter_++));
  return *this;
}

Statement& Statement::BindInt64(int64_t value) {
  if (status_.ok()) Keep(sqlite3_bind_int64(statement_, next_parameter_++, value));
  return *this;
}

Statement& Statement::Bind(double value) {
  if (status_.ok()) Keep(sqlite3_bind_double(statement_, next_parameter_++, value));
  return *this;
}

Statement& Statement::Bind(std::string_view text) {
  if (status_.ok()) {
    Keep(sqlite3_bind_text64(statement_, next_parameter_++, NotNull(text), text.size(),
                             SQLITE_TRANSIENT, SQLITE_UTF8));
  }
  return *this;
}

Statement& Statement::Bind(Blob blob) {
  if (status_.ok()) {
    Keep(sqlite3_bind_blob64(statement_, next_parameter_++, NotNull(blob.bytes), blob.bytes.size(),
                             SQLITE_TRANSIENT));
  }
  return *this;
}

Statement& Statement::Bind(absl::Time time) { return BindInt64(absl::ToUnixMicros(time)); }

Statement& Statement::Bind(absl::Duration duration) {
  return BindInt64(absl::ToInt64Microseconds(duration));
}

absl::StatusOr<bool> Statement::Step() {
  if (!status_.ok()) return status_;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  Keep(code);
  return status_;
}

absl::Status Statement::Finish() {
  while (true) {
    absl::StatusOr<bool> row = Step();
    if (!row.ok()) return row.status();
    if (!*row) return absl::OkStatus();
  }
}

Statement& Statement::Reset() {
  if (statement_ == nullptr) return *this;  // It was not prepared: its error stays.
  sqlite3_reset(statement_);
  next_parameter_ = 1;
  status_ = absl::OkStatus();
  return *this;
}

bool Statement::IsNull(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

int64_t Statement::Int64(int column) const { return sqlite3_column_int64(statement_, column); }

double Statement::Double(int column) const { return sqlite3_column_double(statement_, column); }

double Statement::DoubleOrNan(int column) const {
  return IsNull(column) ? std::numeric_limits<double>::quiet_NaN() : Double(column);
}

std::string_view Statement::TextView(int column) const { return BytesView(column); }

std::string_view Statement::BytesView(int column) const {
  const void* const bytes = sqlite3_column_blob(statement_, column);
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes),
          static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

absl::Time Statement::Time(int column) const { return absl::FromUnixMicros(Int64(column)); }

absl::Duration Statement::Duration(int column) const { return absl::Microseconds(Int64(column)); }

std::optional<int64_t> Statement::OptionalInt64(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Int64(column);
}

std::optional<double> Statement::OptionalDouble(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Double(column);
}

std::optional<absl::Time> Statement::OptionalTime(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Time(column);
}

std::optional<absl::Duration> Statement::OptionalDuration(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Duration(column);
}

}  // namespace pecg
