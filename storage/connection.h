#ifndef PECG_STORAGE_CONNECTION_H_
#define PECG_STORAGE_CONNECTION_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "storage/statement.h"

struct sqlite3;

namespace pecg {

/// One open SQLite connection and its prepared statements. Used by one thread at a time.
class Connection {
 public:
  /// Opens `path` with SQLITE_OPEN_* `flags`; `vfs` empty = the system's default. Errors: those of
  /// StatusFromSqlite.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const std::string& path, int flags,
                                                          const std::string& vfs = {});
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Returns the statement for one SQL command, from the cache where it is free. `sql` must be made
  /// of constants; values are bound. Errors show when the statement is stepped.
  Statement Prepare(std::string_view sql);

  /// Runs every command in `sql`, which may return no rows that matter.
  absl::Status ExecuteScript(std::string_view sql);

  /// Prepares `sql`, binds `values` in order, and runs it to its end; rows are dropped.
  template <typename... Values>
  absl::Status Execute(std::string_view sql, const Values&... values) {
    Statement statement = Prepare(sql);
    statement.BindAll(values...);
    return statement.Finish();
  }

  /// Rows the last INSERT, UPDATE or DELETE changed.
  int64_t ChangeCount() const;
  /// Row id of the last INSERT.
  int64_t LastInsertId() const;
  /// Says whether a transaction is open. Some errors (disk full, I/O) roll it back by themselves.
  bool InTransaction() const;

  sqlite3* handle() const { return handle_; }

 private:
  friend class Statement;
  struct Cached {
    sqlite3_stmt* statement = nullptr;
    bool in_use = false;
  };
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  explicit Connection(sqlite3* handle) : handle_(handle) {}

  sqlite3* handle_;
  std::unordered_map<std::string, Cached, Hash, std::equal_to<>> statements_;
};

/// Returns the status for an SQLite result code (extended codes too), with the connection's
/// message: FULL and the like `RESOURCE_EXHAUSTED` with a hint, BUSY and LOCKED `UNAVAILABLE`,
/// UNIQUE and PRIMARY KEY `ALREADY_EXISTS`, other constraints `FAILED_PRECONDITION`, CORRUPT and
/// NOTADB `DATA_LOSS`, INTERRUPT `DEADLINE_EXCEEDED`, CANTOPEN `NOT_FOUND`, READONLY
/// `PERMISSION_DENIED`, TOOBIG `INVALID_ARGUMENT`, others `INTERNAL`. `what` says what was being
/// done; values of a statement are never in it. OK for SQLITE_OK, ROW and DONE.
absl::Status StatusFromSqlite(sqlite3* handle, int code, std::string_view what);

}  // namespace pecg

#endif  // PECG_STORAGE_CONNECTION_H_
