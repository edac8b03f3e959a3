#include "storage/database.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "storage/migration.h"
#include "storage/user_store.h"
#include "tests/storage/store_fixture.h"

namespace pecg {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::Eq;

class DatabaseTest : public testing::Test {
 protected:
  DatabaseTest() { fs::create_directories(folder_.Path("backups")); }

  DatabaseOptions Options(OpenMode mode) const {
    return {.path = path_,
            .lock_path = folder_.Path("lock"),
            .backup_dir = folder_.Path("backups"),
            .mode = mode};
  }
  absl::Status OpenAndClose(OpenMode mode) const { return Database::Open(Options(mode)).status(); }
  /// Runs SQL on the closed database file.
  void Change(const std::string& sql) const {
    auto connection = Connection::Open(path_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    ASSERT_THAT(connection, IsOk());
    ASSERT_THAT((*connection)->ExecuteScript(sql), IsOk());
  }
  static std::string Ask(Connection& connection, std::string_view sql) {
    Statement statement = connection.Prepare(sql);
    EXPECT_THAT(statement.Step(), HoldsValue(true));
    return statement.Text(0);
  }
  std::vector<std::string> Backups() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_.Path("backups"))) {
      names.push_back(entry.path().string());
    }
    return names;
  }

  const TemporaryFolder folder_;
  const std::string path_ = folder_.Path("pecg.db");
};

TEST_F(DatabaseTest, IsNeverMadeAnewInSilence) {
  EXPECT_THAT(OpenAndClose(OpenMode::kExisting), IsError(absl::StatusCode::kNotFound, "restore"));
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(DatabaseTest, IsMadeWhenAskedForAndFoundAfterwards) {
  EXPECT_THAT(OpenAndClose(OpenMode::kCreate), IsOk());
  EXPECT_THAT(OpenAndClose(OpenMode::kExisting), IsOk());
  EXPECT_THAT(OpenAndClose(OpenMode::kCreate), IsOk());
}

TEST_F(DatabaseTest, IsNotMadeAnewInAnEmptyFileEither) {
  std::ofstream{path_};
  EXPECT_THAT(OpenAndClose(OpenMode::kExisting), IsError(absl::StatusCode::kDataLoss, "restore"));
  EXPECT_THAT(OpenAndClose(OpenMode::kCreate), IsOk());
}

TEST_F(DatabaseTest, IsReadByItsOwnerAlone) {
  const auto database = Database::Open(Options(OpenMode::kCreate));
  ASSERT_THAT(database, IsOk());
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat info {};
    ASSERT_EQ(stat((path_ + suffix).c_str(), &info), 0) << suffix;
    EXPECT_EQ(info.st_mode & 0777, 0600U) << suffix;
  }
}

TEST_F(DatabaseTest, IsNotMadeBesideALogWithoutItsDatabase) {
  std::ofstream(path_ + "-wal") << "left over";
  EXPECT_THAT(OpenAndClose(OpenMode::kCreate), HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(DatabaseTest, KeepsASecondCoordinatorOut) {
  auto first = Database::Open(Options(OpenMode::kCreate));
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(OpenAndClose(OpenMode::kExisting),
              IsError(absl::StatusCode::kUnavailable, "another pecgd"));
  first->reset();
  EXPECT_THAT(OpenAndClose(OpenMode::kExisting), IsOk());
}

TEST_F(DatabaseTest, RefusesAnotherProgramsFileAndLeavesItAlone) {
  Change("PRAGMA application_id = 7; CREATE TABLE theirs (x);");
  EXPECT_THAT(OpenAndClose(OpenMode::kExisting), HasCode(absl::StatusCode::kFailedPrecondition));
  auto connection = Connection::Open(path_, SQLITE_OPEN_READONLY);
  ASSERT_THAT(connection, IsOk());
  EXPECT_EQ(Ask(**connection, "PRAGMA journal_mode"), "delete");
  EXPECT_EQ(Ask(**connection, "SELECT COUNT(*) FROM sqlite_schema"), "1");
}

TEST_F(DatabaseTest, RefusesAFileThatIsNoDatabase) {
  std::ofstream(path_) << std::string(5000, 'x');
  EXPECT_THAT(OpenAndClose(OpenMode::kExisting), HasCode(absl::StatusCode::kDataLoss));
}

TEST_F(DatabaseTest, RefusesASchemaOfANewerProgram) {
  ASSERT_THAT(OpenAndClose(OpenMode::kCreate), IsOk());
  Change("PRAGMA user_version = 999; UPDATE schema_compatibility SET compatible_version = 999;");
  EXPECT_THAT(OpenAndClose(OpenMode::kExisting),
              IsError(absl::StatusCode::kFailedPrecondition, "newer pecgd"));
}

TEST_F(DatabaseTest, OpensANewerSchemaThatSaysItIsCompatible) {
  ASSERT_THAT(OpenAndClose(OpenMode::kCreate), IsOk());
  Change("PRAGMA user_version = 999;");
  const auto database = Database::Open(Options(OpenMode::kExisting));
  ASSERT_THAT(database, IsOk());
  EXPECT_EQ((*database)->schema_version(), 999);
  EXPECT_THAT(Backups(), testing::IsEmpty());
}

TEST_F(DatabaseTest, HasThePragmasThatDurabilityNeeds) {
  const auto database = Database::Open(Options(OpenMode::kCreate));
  ASSERT_THAT(database, IsOk());
  Connection& writer = *(*database)->writing_connection();
  EXPECT_EQ(Ask(writer, "PRAGMA journal_mode"), "wal");
  EXPECT_EQ(Ask(writer, "PRAGMA synchronous"), "2");
  EXPECT_EQ(Ask(writer, "PRAGMA fullfsync"), "1");
  EXPECT_EQ(Ask(writer, "PRAGMA checkpoint_fullfsync"), "1");
  EXPECT_EQ(Ask(writer, "PRAGMA foreign_keys"), "1");
  EXPECT_EQ(Ask(writer, "PRAGMA trusted_schema"), "0");
  EXPECT_EQ(Ask(writer, "PRAGMA cell_size_check"), "1");
  EXPECT_EQ(Ask(writer, "PRAGMA wal_autocheckpoint"), "0");
  EXPECT_EQ(Ask(writer, "PRAGMA journal_size_limit"), "67108864");
  EXPECT_EQ(Ask(writer, "PRAGMA busy_timeout"), "5000");
  auto reader = (*database)->OpenReader();
  ASSERT_THAT(reader, IsOk());
  EXPECT_EQ(Ask(**reader, "PRAGMA query_only"), "1");
}

TEST_F(DatabaseTest, IsCopiedWhileItIsInUse) {
  auto database = Database::Open(Options(OpenMode::kCreate));
  ASSERT_THAT(database, IsOk());
  Writer writer(database->get(), {});
  const auto add = [&](const std::string& name) {
    const User user{name, UserRole::kAdmin, name, At(1)};
    return writer.Write([&](Transaction& t) { return InsertUser(t, user); });
  };
  ASSERT_THAT(add("ada"), IsOk());
  const std::string copy = folder_.Path("backups/copy.db");
  EXPECT_THAT((*database)->BackUp(copy), IsOk());
  EXPECT_THAT((*database)->BackUp(copy), HasCode(absl::StatusCode::kAlreadyExists));
  ASSERT_THAT(add("bob"), IsOk());
  auto connection = Connection::Open(copy, SQLITE_OPEN_READONLY);
  ASSERT_THAT(connection, IsOk());
  EXPECT_EQ(Ask(**connection, "SELECT GROUP_CONCAT(name) FROM users"), "ada");
  EXPECT_EQ(Ask(**connection, "PRAGMA application_id"), std::to_string(kApplicationId));
}

TEST_F(DatabaseTest, ABackupIsADatabaseToStartFrom) {
  {
    auto database = Database::Open(Options(OpenMode::kCreate));
    ASSERT_THAT(database, IsOk());
    ASSERT_THAT((*database)->BackUp(folder_.Path("backups/copy.db")), IsOk());
  }
  fs::remove(path_);
  fs::rename(folder_.Path("backups/copy.db"), path_);
  EXPECT_THAT(OpenAndClose(OpenMode::kExisting), IsOk());
}

TEST_F(DatabaseTest, FindsDamage) {
  ASSERT_THAT(OpenAndClose(OpenMode::kCreate), IsOk());
  {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096 * 20);
    file << std::string(4096, '\xee');
  }
  const auto database = Database::Open(Options(OpenMode::kExisting));
  ASSERT_THAT(database, IsOk());
  EXPECT_THAT((*database)->Check(), HasCode(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace pecg
