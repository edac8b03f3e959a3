#include "storage/database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/file.h"
#include "base/status.h"
#include "storage/migration.h"

namespace pecg {
namespace {

constexpr int kMaxValueBytes = 64 << 20;
constexpr int kMaxSqlBytes = 1 << 20;

// facts/engineering.md C.3. fullfsync matters on macOS only, where fsync leaves data in the drive's
// cache. No memory map, and no checkpoint but the writer's (SQLite's WAL-reset bug).
constexpr std::string_view kPragmas = R"sql(
  PRAGMA mmap_size = 0;
  PRAGMA cell_size_check = ON;
  PRAGMA trusted_schema = OFF;
)sql";
constexpr std::string_view kWriterPragmas = R"sql(
  PRAGMA journal_mode = WAL;
  PRAGMA fullfsync = 1;
  PRAGMA checkpoint_fullfsync = 1;
  PRAGMA foreign_keys = ON;
  PRAGMA journal_size_limit = 67108864;
  PRAGMA wal_autocheckpoint = 0;
)sql";
constexpr std::string_view kReaderPragmas = "PRAGMA query_only = 1;";

absl::Status Harden(Connection& connection) {
  sqlite3* const handle = connection.handle();
  sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, kMaxValueBytes);
  sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, kMaxSqlBytes);
  sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 1);  // VACUUM INTO attaches its copy.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): SQLite's own interface.
  const int code = sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  PECG_RETURN_IF_ERROR(StatusFromSqlite(handle, code, "set DEFENSIVE"));
  sqlite3_busy_timeout(handle, kBusyTimeoutMilliseconds);
  return connection.ExecuteScript(kPragmas);
}

absl::Status ConfigureWriter(Connection& connection, const DatabaseOptions& options) {
  PECG_RETURN_IF_ERROR(connection.ExecuteScript(kWriterPragmas));
  PECG_RETURN_IF_ERROR(connection.ExecuteScript(options.durable ? "PRAGMA synchronous = FULL"
                                                                : "PRAGMA synchronous = NORMAL"));
  if (options.max_page_count > 0) {
    PECG_RETURN_IF_ERROR(connection.ExecuteScript(
        fmt::format("PRAGMA max_page_count = {}", options.max_page_count)));
  }
  return absl::OkStatus();
}

/// Makes the file, so that only its owner can read it; SQLite gives its side files the same mode.
absl::Status CreateEmptyFile(const std::string& path) {
  if (access((path + "-wal").c_str(), F_OK) == 0) {
    return FailedPrecondition(
        "there is a log but no database, nothing was created; put the database back: {}", path);
  }
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return ErrnoStatus(errno, "create " + path);
  close(descriptor);
  return absl::OkStatus();
}

absl::Status RequireFile(const DatabaseOptions& options) {
  if (!options.vfs.empty() || access(options.path.c_str(), F_OK) == 0) return absl::OkStatus();
  if (errno != ENOENT) return ErrnoStatus(errno, "access " + options.path);
  if (options.mode == OpenMode::kCreate) return CreateEmptyFile(options.path);
  return NotFound(
      "the database is missing and is not made anew, since all runs would be gone; restore the "
      "newest copy from '{}', or start on an empty home folder: {}",
      options.backup_dir, options.path);
}

/// Fails unless the check answers `ok`.
absl::Status QuickCheck(Connection& connection, std::string_view path) {
  Statement statement = connection.Prepare("PRAGMA quick_check(1)");
  PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
  if (row && statement.TextView(0) == "ok") return absl::OkStatus();
  return DataLoss("the database is damaged, restore the newest backup: {}: {}", path,
                  row ? statement.TextView(0) : "no answer");
}

std::string BackupName(const DatabaseOptions& options, SchemaVersion version) {
  return fmt::format(
      "{}/pecg-{}-schema{}.db", options.backup_dir,
      absl::FormatTime("%Y%m%dT%H%M%E6SZ", options.clock->Now(), absl::UTCTimeZone()),
      version.version);
}

}  // namespace

/// An exclusive lock on a side file, for as long as this lives. The system drops it when the
/// process ends, however it ends.
class Database::FileLock {
 public:
  static absl::StatusOr<std::unique_ptr<FileLock>> Take(const std::string& path) {
    const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return ErrnoStatus(errno, "open " + path);
    std::unique_ptr<FileLock> lock(new FileLock(descriptor));
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
    if (errno != EWOULDBLOCK) return ErrnoStatus(errno, "lock " + path);
    return Unavailable("another pecgd is using this database; stop it first: {}", path);
  }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock() { close(descriptor_); }

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  const int descriptor_;
};

Database::Database(DatabaseOptions options) : options_(std::move(options)) {}
Database::~Database() = default;

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const DatabaseOptions& options) {
  std::unique_ptr<Database> database(new Database(options));
  PECG_ASSIGN_OR_RETURN(database->lock_, FileLock::Take(options.lock_path));
  PECG_RETURN_IF_ERROR(RequireFile(options));
  int flags = SQLITE_OPEN_READWRITE;
  if (options.mode == OpenMode::kCreate) flags |= SQLITE_OPEN_CREATE;
  PECG_ASSIGN_OR_RETURN(database->connection_, Connection::Open(options.path, flags, options.vfs));
  Connection& connection = *database->connection_;
  PECG_RETURN_IF_ERROR(Harden(connection));
  // Before the first change: the file may not be ours.
  PECG_ASSIGN_OR_RETURN(const SchemaVersion found, ReadSchemaVersion(connection));
  if (found.version == 0 && options.mode == OpenMode::kExisting) {
    return DataLoss("the database is empty; restore the newest copy from '{}': {}",
                    options.backup_dir, options.path);
  }
  PECG_RETURN_IF_ERROR(ConfigureWriter(connection, options));
  PECG_RETURN_IF_ERROR(Migrate(connection, Migrations(), [&](SchemaVersion from) {
    return database->BackUp(BackupName(options, from));
  }));
  PECG_ASSIGN_OR_RETURN(const SchemaVersion version, ReadSchemaVersion(connection));
  database->schema_version_ = version.version;
  return database;
}

absl::StatusOr<std::unique_ptr<Connection>> Database::OpenReader() const {
  PECG_ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection,
                        Connection::Open(options_.path, SQLITE_OPEN_READONLY, options_.vfs));
  PECG_RETURN_IF_ERROR(Harden(*connection));
  PECG_RETURN_IF_ERROR(connection->ExecuteScript(kReaderPragmas));
  return connection;
}

absl::Status Database::BackUp(const std::string& path) const {
  if (access(path.c_str(), F_OK) == 0) return AlreadyExists("there is a file already: {}", path);
  const std::string temporary_path = path + ".tmp";
  unlink(temporary_path.c_str());  // Of a backup that was cut short.
  {
    // query_only, which OpenReader sets, would forbid writing the copy.
    PECG_ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection,
                          Connection::Open(options_.path, SQLITE_OPEN_READONLY, options_.vfs));
    PECG_RETURN_IF_ERROR(Harden(*connection));
    PECG_RETURN_IF_ERROR(connection->Execute("VACUUM INTO ?", std::string_view(temporary_path)));
    PECG_ASSIGN_OR_RETURN(std::unique_ptr<Connection> copy,
                          Connection::Open(temporary_path, SQLITE_OPEN_READONLY));
    PECG_RETURN_IF_ERROR(QuickCheck(*copy, temporary_path));
  }
  const int descriptor = open(temporary_path.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return ErrnoStatus(errno, "open " + temporary_path);
  absl::Status status = SyncDescriptor(descriptor);
  close(descriptor);
  PECG_RETURN_IF_ERROR(status);
  if (chmod(temporary_path.c_str(), 0600) != 0 ||
      rename(temporary_path.c_str(), path.c_str()) != 0) {
    return ErrnoStatus(errno, "rename to " + path);
  }
  return SyncDirectory(options_.backup_dir);
}

absl::Status Database::Check() const {
  PECG_ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, OpenReader());
  return QuickCheck(*connection, options_.path);
}

}  // namespace pecg
