#include "storage/migration.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sqlite3.h>

#include <array>
#include <filesystem>
#include <set>

#include "base/file.h"
#include "tests/base/status_matchers.h"
#include "tests/base/temporary_folder.h"

namespace pecg {
namespace {

using testing::Eq;
using testing::Field;

std::string ReadProof(std::string_view migration, std::string_view part) {
  const std::string path =
      fmt::format("{}/tests/migrations/{}.{}.sql", PECG_SOURCE_DIR, migration, part);
  absl::StatusOr<std::string> text = ReadFile(path);
  EXPECT_THAT(text, IsOk());
  return text.value_or("");
}

absl::Status NoUpgrade(SchemaVersion) { return absl::OkStatus(); }

std::unique_ptr<Connection> OpenInMemory() {
  auto connection = Connection::Open(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  EXPECT_THAT(connection, IsOk());
  return *std::move(connection);
}

/// Runs a script of SELECTs and expects each to give one row with a 1.
void ExpectAllTrue(Connection& connection, const std::string& script) {
  const char* rest = script.c_str();
  int select_count = 0;
  while (true) {
    sqlite3_stmt* statement = nullptr;
    const char* const begin = rest;
    ASSERT_EQ(sqlite3_prepare_v2(connection.handle(), rest, -1, &statement, &rest), SQLITE_OK)
        << sqlite3_errmsg(connection.handle()) << "\n"
        << begin;
    if (statement == nullptr) break;
    EXPECT_EQ(sqlite3_step(statement), SQLITE_ROW) << sqlite3_sql(statement);
    EXPECT_EQ(sqlite3_column_int(statement, 0), 1) << sqlite3_sql(statement);
    sqlite3_finalize(statement);
    ++select_count;
  }
  EXPECT_GT(select_count, 0) << "the proof proves nothing";
}

class EveryMigrationTest : public testing::TestWithParam<size_t> {};

TEST_P(EveryMigrationTest, KeepsWhatWasThereAsItsProofSays) {
  const size_t index = GetParam();
  const std::string name(Migrations()[index].name);
  const auto connection = OpenInMemory();
  ASSERT_THAT(Migrate(*connection, Migrations().first(index), NoUpgrade), IsOk());
  ASSERT_THAT(connection->ExecuteScript(ReadProof(name, "before")), IsOk());
  ASSERT_THAT(Migrate(*connection, Migrations().first(index + 1), NoUpgrade), IsOk());
  ExpectAllTrue(*connection, ReadProof(name, "after"));
  EXPECT_THAT(ReadSchemaVersion(*connection),
              HoldsValue(Field(&SchemaVersion::version, static_cast<int>(index + 1))));
}

INSTANTIATE_TEST_SUITE_P(All, EveryMigrationTest, testing::Range<size_t>(0, Migrations().size()),
                         [](const auto& index) {
                           return std::string(Migrations()[index.param].name);
                         });

TEST(MigrationsTest, AreAllThoseInTheFolderInOrder) {
  std::set<std::string> stems;
  for (const auto& entry : std::filesystem::directory_iterator(PECG_SOURCE_DIR "/migrations")) {
    if (entry.path().extension() == ".sql") stems.insert(entry.path().stem());
  }
  std::vector<std::string> names;
  for (const Migration& migration : Migrations()) names.emplace_back(migration.name);
  EXPECT_THAT(names, testing::ElementsAreArray(stems));
  for (size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(names[i].substr(0, 4), fmt::format("{:04}", i + 1));
  }
}

/// A made-up history, for what a single real migration cannot show.
class MigrateTest : public testing::Test {
 protected:
  static constexpr std::array<Migration, 3> kHistory = {
      Migration{"0001_first",
                "CREATE TABLE schema_compatibility (id INTEGER PRIMARY KEY, "
                "compatible_version INTEGER NOT NULL) STRICT;"
                "INSERT INTO schema_compatibility (id, compatible_version) VALUES (1, 1);"
                "CREATE TABLE things (name TEXT NOT NULL) STRICT;"},
      Migration{"0002_second", "ALTER TABLE things ADD COLUMN size INTEGER;"},
      Migration{"0003_broken", "INSERT INTO things (name) VALUES ('x'); SELECT nonsense;"},
  };

  absl::Status MigrateTo(size_t version) {
    return Migrate(*connection_, std::span(kHistory).first(version), [this](SchemaVersion from) {
      upgrades_.push_back(from.version);
      return backup_status_;
    });
  }
  int Version() {
    const auto version = ReadSchemaVersion(*connection_);
    EXPECT_THAT(version, IsOk());
    return version.ok() ? version->version : -1;
  }
  int64_t Count(std::string_view sql) {
    Statement statement = connection_->Prepare(sql);
    EXPECT_THAT(statement.Step(), HoldsValue(true));
    return statement.Int64(0);
  }

  const std::unique_ptr<Connection> connection_ = OpenInMemory();
  std::vector<int> upgrades_;
  absl::Status backup_status_;
};

TEST_F(MigrateTest, BacksUpOnceAndOnlyWhenThereIsSomethingToUpgrade) {
  ASSERT_THAT(MigrateTo(1), IsOk());
  EXPECT_THAT(upgrades_, testing::IsEmpty());
  ASSERT_THAT(MigrateTo(2), IsOk());
  EXPECT_THAT(upgrades_, testing::ElementsAre(1));
  ASSERT_THAT(MigrateTo(2), IsOk());
  EXPECT_THAT(upgrades_, testing::ElementsAre(1));
}

TEST_F(MigrateTest, DoesNotUpgradeWithoutItsBackup) {
  ASSERT_THAT(MigrateTo(1), IsOk());
  backup_status_ = absl::ResourceExhaustedError("full");
  EXPECT_THAT(MigrateTo(2), HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(Version(), 1);
}

TEST_F(MigrateTest, LeavesNothingOfAMigrationThatFails) {
  ASSERT_THAT(MigrateTo(2), IsOk());
  EXPECT_THAT(MigrateTo(3), IsError(absl::StatusCode::kInternal, "0003_broken"));
  EXPECT_EQ(Version(), 2);
  EXPECT_EQ(Count("SELECT COUNT(*) FROM things"), 0);
  EXPECT_FALSE(connection_->InTransaction());
}

TEST_F(MigrateTest, AnOlderProgramRefusesANewerSchemaUnlessItIsCompatible) {
  ASSERT_THAT(MigrateTo(2), IsOk());
  EXPECT_THAT(MigrateTo(1), IsOk());
  ASSERT_THAT(connection_->Execute("UPDATE schema_compatibility SET compatible_version = 2"),
              IsOk());
  EXPECT_THAT(MigrateTo(1), HasCode(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace pecg
