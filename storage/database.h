#ifndef PECG_STORAGE_DATABASE_H_
#define PECG_STORAGE_DATABASE_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "storage/connection.h"

namespace pecg {

/// How long a statement waits for a lock that another process holds.
inline constexpr int kBusyTimeoutMilliseconds = 5000;

/// What Database::Open does when the file is not there.
enum class OpenMode {
  kExisting,  ///< Refuses: a database that was configured is never made anew in silence.
  kCreate,    ///< Creates it. One that exists is opened.
};

struct DatabaseOptions {
  std::string path = {};
  std::string lock_path = {};   ///< Side file that keeps a second coordinator out.
  std::string backup_dir = {};  ///< Where a copy goes before an upgrade; must exist.
  OpenMode mode = OpenMode::kExisting;
  const Clock* clock = Clock::System();  ///< For the names of backups.
  std::string vfs = {};                  ///< SQLite VFS; empty = the system's.
  /// Largest size, in pages of 4 KiB; 0 = as large as the disk.
  int64_t max_page_count = 0;
  /// Durability of a commit; false (`synchronous=NORMAL`) is for a test that shows what is then
  /// lost.
  bool durable = true;
};

/// The coordinator's one SQLite file: checked, locked and upgraded. Holds the only connection that
/// writes, which Writer uses, and opens read-only ones. OpenReader and BackUp are thread-safe.
/// Nothing else in this process may open the file: closing it would drop SQLite's locks.
class Database {
 public:
  /// Takes the lock, opens or creates the file, upgrades its schema: pending migrations run in
  /// order, each in one transaction, after a copy to `backup_dir` where there was a schema before.
  /// Errors: `NOT_FOUND` for a missing file or folder, `UNAVAILABLE` when another coordinator holds
  /// the lock, `FAILED_PRECONDITION` for a file that is not ours, or one of a newer program that
  /// this one may not open, `RESOURCE_EXHAUSTED` for a full disk, `DATA_LOSS` for a damaged file,
  /// or an empty one with kExisting.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const DatabaseOptions& options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Opens a connection that can only read. Errors: those of StatusFromSqlite.
  absl::StatusOr<std::unique_ptr<Connection>> OpenReader() const;

  /// Copies the database to the new file `path` while it is in use (VACUUM INTO), and checks the
  /// copy. Takes its time: call it on a thread that nobody waits for. Errors: `ALREADY_EXISTS`,
  /// `RESOURCE_EXHAUSTED`, `DATA_LOSS` when the copy does not pass its check.
  absl::Status BackUp(const std::string& path) const;

  /// Looks the whole file over (PRAGMA quick_check). Errors: `DATA_LOSS` with the first finding.
  absl::Status Check() const;

  /// Version of the schema: the number of the last migration.
  int schema_version() const { return schema_version_; }

  /// The connection that writes; for Writer alone.
  Connection* writing_connection() { return connection_.get(); }
  const DatabaseOptions& options() const { return options_; }

 private:
  class FileLock;
  explicit Database(DatabaseOptions options);

  const DatabaseOptions options_;
  std::unique_ptr<FileLock> lock_;
  std::unique_ptr<Connection> connection_;
  int schema_version_ = 0;
};

}  // namespace pecg

#endif  // PECG_STORAGE_DATABASE_H_
