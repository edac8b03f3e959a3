#ifndef PECG_STORAGE_MIGRATION_H_
#define PECG_STORAGE_MIGRATION_H_

#include <absl/status/status.h>

#include <functional>
#include <span>
#include <string_view>

#include "storage/connection.h"

/// The schema's history, migrations/NNNN_name.sql, compiled into the program.

namespace pecg {

/// `application_id` in the file's header: "pecg".
inline constexpr int kApplicationId = 0x70656367;

/// One step of the schema. NNNN counts from 1 without gaps and is the schema's version after it.
struct Migration {
  std::string_view name;  ///< `0001_initial`
  std::string_view sql;
};

/// Returns all migrations, first to last.
std::span<const Migration> Migrations();

/// What a file says about its schema.
struct SchemaVersion {
  int version = 0;             ///< 0 = an empty file.
  int compatible_version = 0;  ///< Programs that know this version or a later one may open it.
};

/// Reads the file's schema version. Errors: `FAILED_PRECONDITION` when it is another program's
/// file.
absl::StatusOr<SchemaVersion> ReadSchemaVersion(Connection& connection);

/// Brings the schema to the last of `migrations`: each pending one in one IMMEDIATE transaction
/// that also writes the version. `before_upgrade` is called once before the first, and only when
/// the file had a schema; its error stops the upgrade. Errors: `FAILED_PRECONDITION` for a file
/// whose compatible version is newer than the last migration; those of the SQL, naming the
/// migration.
absl::Status Migrate(Connection& connection, std::span<const Migration> migrations,
                     const std::function<absl::Status(SchemaVersion)>& before_upgrade);

}  // namespace pecg

#endif  // PECG_STORAGE_MIGRATION_H_
