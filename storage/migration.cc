#include "storage/migration.h"

#include <fmt/format.h>

#include <array>

#include "base/status.h"

namespace pecg {
namespace {

constexpr auto kMigrations = std::to_array<Migration>({
#include "migrations.inc"
});

absl::StatusOr<int64_t> ReadNumber(Connection& connection, std::string_view sql) {
  Statement statement = connection.Prepare(sql);
  PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
  if (!row) return DataLoss("the database gave no row for: {}", sql);
  return statement.Int64(0);
}

/// The pragmas take no bound values.
std::string SetVersionSql(int version) {
  return fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};", kApplicationId,
                     version);
}

absl::Status Apply(Connection& connection, const Migration& migration, int version) {
  PECG_RETURN_IF_ERROR(connection.Execute("BEGIN IMMEDIATE"));
  absl::Status status = connection.ExecuteScript(migration.sql);
  if (status.ok()) status = connection.ExecuteScript(SetVersionSql(version));
  if (status.ok()) status = connection.Execute("COMMIT");
  if (status.ok()) return status;
  if (connection.InTransaction()) connection.Execute("ROLLBACK").IgnoreError();
  return MakeStatus(status.code(), "migration {}: {}", migration.name,
                    std::string(status.message()));
}

}  // namespace

std::span<const Migration> Migrations() { return kMigrations; }

absl::StatusOr<SchemaVersion> ReadSchemaVersion(Connection& connection) {
  PECG_ASSIGN_OR_RETURN(const int64_t id, ReadNumber(connection, "PRAGMA application_id"));
  PECG_ASSIGN_OR_RETURN(const int64_t version, ReadNumber(connection, "PRAGMA user_version"));
  if (id != kApplicationId) {
    PECG_ASSIGN_OR_RETURN(const int64_t table_count,
                          ReadNumber(connection, "SELECT COUNT(*) FROM sqlite_schema"));
    if (id != 0 || version != 0 || table_count != 0) {
      return FailedPrecondition(
          "the file is another program's database, nothing was changed: application id {}", id);
    }
    return SchemaVersion{};
  }
  PECG_ASSIGN_OR_RETURN(
      const int64_t compatible_version,
      ReadNumber(connection, "SELECT compatible_version FROM schema_compatibility"));
  return SchemaVersion{static_cast<int>(version), static_cast<int>(compatible_version)};
}

absl::Status Migrate(Connection& connection, std::span<const Migration> migrations,
                     const std::function<absl::Status(SchemaVersion)>& before_upgrade) {
  PECG_ASSIGN_OR_RETURN(const SchemaVersion found, ReadSchemaVersion(connection));
  const int known_version = static_cast<int>(migrations.size());
  if (found.compatible_version > known_version) {
    return FailedPrecondition(
        "the database was written by a newer pecgd: it needs schema {}, this program knows {}; "
        "upgrade this program, or restore the backup that was made before the upgrade",
        found.compatible_version, known_version);
  }
  if (found.version >= known_version) return absl::OkStatus();
  if (found.version > 0) PECG_RETURN_IF_ERROR(before_upgrade(found));
  for (int version = found.version + 1; version <= known_version; ++version) {
    const Migration& migration = migrations[static_cast<size_t>(version - 1)];
    PECG_RETURN_IF_ERROR(Apply(connection, migration, version));
  }
  return absl::OkStatus();
}

}  // namespace pecg
