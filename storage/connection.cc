#include "storage/connection.h"

#include <sqlite3.h>

#include <utility>

#include "base/status.h"

namespace pecg {
namespace {

absl::StatusCode CodeOf(int code) {
  switch (code) {  // Extended codes that mean something else than their primary code.
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return absl::StatusCode::kAlreadyExists;
    default:
      break;
  }
  switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_NOMEM:
      return absl::StatusCode::kResourceExhausted;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::StatusCode::kUnavailable;
    case SQLITE_CONSTRAINT:
      return absl::StatusCode::kFailedPrecondition;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::StatusCode::kDataLoss;
    case SQLITE_INTERRUPT:
      return absl::StatusCode::kDeadlineExceeded;
    case SQLITE_CANTOPEN:
      return absl::StatusCode::kNotFound;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return absl::StatusCode::kPermissionDenied;
    case SQLITE_TOOBIG:
      return absl::StatusCode::kInvalidArgument;
    default:
      return absl::StatusCode::kInternal;
  }
}

std::string_view HintOf(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return "; hint: the disk of the database is full, free some space and repeat the request";
    case SQLITE_BUSY:
      return "; hint: another process holds the database, repeat the request later";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "; hint: the database is damaged, restore the newest backup";
    default:
      return "";
  }
}

}  // namespace

absl::Status StatusFromSqlite(sqlite3* handle, int code, std::string_view what) {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return absl::OkStatus();
  const char* const message = handle == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle);
  return MakeStatus(CodeOf(code), "database: {} ({}){}: {}", message, code, HintOf(code), what);
}

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const std::string& path, int flags,
                                                             const std::string& vfs) {
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                      vfs.empty() ? nullptr : vfs.c_str());
  // Also closes a handle that could not be opened.
  std::unique_ptr<Connection> connection(new Connection(handle));
  if (code != SQLITE_OK) return StatusFromSqlite(handle, code, "open " + path);
  return connection;
}

Connection::~Connection() {
  for (auto& [sql, cached] : statements_) sqlite3_finalize(cached.statement);
  sqlite3_close_v2(handle_);
}

Statement Connection::Prepare(std::string_view sql) {
  auto found = statements_.find(sql);
  if (found != statements_.end() && !found->second.in_use) {
    found->second.in_use = true;
    return {this, found->second.statement, &found->second.in_use, absl::OkStatus()};
  }
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return {this, nullptr, nullptr, StatusFromSqlite(handle_, code, sql)};
  // The cached one is in use further up the stack: this one is finalized after its use.
  if (found != statements_.end()) return {this, statement, nullptr, absl::OkStatus()};
  found = statements_.emplace(std::string(sql), Cached{statement, true}).first;
  return {this, statement, &found->second.in_use, absl::OkStatus()};
}

absl::Status Connection::ExecuteScript(std::string_view sql) {
  const std::string text(sql);
  const int code = sqlite3_exec(handle_, text.c_str(), nullptr, nullptr, nullptr);
  return StatusFromSqlite(handle_, code, "script");
}

int64_t Connection::ChangeCount() const { return sqlite3_changes64(handle_); }
int64_t Connection::LastInsertId() const { return sqlite3_last_insert_rowid(handle_); }
bool Connection::InTransaction() const { return sqlite3_get_autocommit(handle_) == 0; }

}  // namespace pecg
