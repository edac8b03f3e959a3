#include "storage/split_store.h"

#include "base/status.h"
#include "storage/hash_prefix.h"

namespace pecg {
namespace {

constexpr std::string_view kColumns =
    "SELECT s.id, s.sha256, s.version_id, datasets.name, v.sha256, s.seed, s.user, s.create_us, "
    "s.details, (SELECT COUNT(*) FROM test_looks WHERE split_id = s.id) "
    "FROM splits AS s JOIN dataset_versions AS v ON v.id = s.version_id "
    "JOIN datasets ON datasets.id = v.dataset_id ";

Split ReadSplit(const Statement& row) {
  return {.id = row.Int64(0),
          .sha256 = row.Text(1),
          .version_id = row.Int64(2),
          .dataset = row.Text(3),
          .dataset_version = row.Text(4),
          .seed = row.Int64(5),
          .user = row.Text(6),
          .create_time = row.Time(7),
          .details = row.Bytes(8),
          .test_look_count = row.Int64(9)};
}

absl::Status InsertPatients(Transaction& transaction, int64_t id,
                            std::span<const PatientFold> patients) {
  Statement insert = transaction.Query(
      "INSERT INTO patient_folds (split_id, patient_id, fold, inner_fold) VALUES (?, ?, ?, ?)");
  for (size_t i = 0; i < patients.size(); ++i) {
    insert.Reset().BindAll(id, patients[i].patient_id, patients[i].fold, patients[i].inner);
    const absl::Status status = insert.Finish();
    if (absl::IsAlreadyExists(status)) {
      return AlreadyExists("a patient occurs twice in the split, at position {}", i);
    }
    PECG_RETURN_IF_ERROR(status);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int64_t> InsertSplit(Transaction& transaction, const Split& split,
                                    std::span<const PatientFold> patients) {
  {
    Statement known = transaction.Query("SELECT id FROM splits WHERE sha256 = ?", split.sha256);
    PECG_ASSIGN_OR_RETURN(const bool row, known.Step());
    if (row) return known.Int64(0);
  }
  PECG_RETURN_IF_ERROR(
      transaction
          .Change("INSERT INTO splits (sha256, version_id, seed, user, create_us, details) "
                  "VALUES (?, ?, ?, ?, ?, ?)",
                  split.sha256, split.version_id, split.seed, split.user, split.create_time,
                  Blob{split.details})
          .status());
  const int64_t id = transaction.LastInsertId();
  PECG_RETURN_IF_ERROR(InsertPatients(transaction, id, patients));
  return id;
}

absl::StatusOr<Split> GetSplit(Snapshot& snapshot, std::string_view sha256) {
  static const std::string kSql = fmt::format("{} WHERE s.id = ?", kColumns);
  PECG_ASSIGN_OR_RETURN(
      const int64_t id,
      OnlyId(snapshot.Query("SELECT id FROM splits WHERE sha256 >= ? AND sha256 < ? LIMIT 2",
                            sha256, AfterHashPrefix(sha256)),
             "split", sha256));
  Statement statement = snapshot.Query(kSql, id);
  PECG_RETURN_IF_ERROR(statement.Step().status());
  return ReadSplit(statement);
}

absl::StatusOr<std::vector<Split>> ListSplits(Snapshot& snapshot, int64_t limit,
                                              int64_t before_id) {
  static const std::string kSql =
      fmt::format("{} WHERE s.id < ? ORDER BY s.id DESC LIMIT ?", kColumns);
  Statement statement = snapshot.Query(kSql, before_id, limit);
  std::vector<Split> splits;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return splits;
    splits.push_back(ReadSplit(statement));
  }
}

absl::StatusOr<std::vector<PatientFold>> ListPatientFolds(Snapshot& snapshot, int64_t split_id,
                                                          std::string_view after_patient_id,
                                                          int64_t limit) {
  Statement statement = snapshot.Query(
      "SELECT patient_id, fold, inner_fold FROM patient_folds "
      "WHERE split_id = ? AND patient_id > ? ORDER BY patient_id LIMIT ?",
      split_id, after_patient_id, limit);
  std::vector<PatientFold> patients;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return patients;
    patients.push_back({statement.Text(0), statement.Int(1), statement.Int(2)});
  }
}

absl::StatusOr<int64_t> RecordTestLook(Transaction& transaction, int64_t split_id,
                                       const TestLookRow& look) {
  PECG_RETURN_IF_ERROR(
      transaction
          .Change("INSERT INTO test_looks (split_id, run_number, user, create_us) "
                  "VALUES (?, ?, ?, ?) ON CONFLICT (split_id, run_number) DO NOTHING",
                  split_id, look.run, look.user, look.create_time)
          .status());
  Statement statement =
      transaction.Query("SELECT COUNT(*) FROM test_looks WHERE split_id = ?", split_id);
  PECG_RETURN_IF_ERROR(statement.Step().status());
  return statement.Int64(0);
}

absl::StatusOr<std::vector<TestLookRow>> ListTestLooks(Snapshot& snapshot, int64_t split_id) {
  Statement statement = snapshot.Query(
      "SELECT run_number, user, create_us FROM test_looks WHERE split_id = ? ORDER BY id",
      split_id);
  std::vector<TestLookRow> looks;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return looks;
    looks.push_back({statement.Int64(0), statement.Text(1), statement.Time(2)});
  }
}

}  // namespace pecg
