#include "storage/dataset_store.h"

#include <limits>
#include <unordered_set>

#include "base/status.h"
#include "storage/hash_prefix.h"

namespace pecg {
namespace {

constexpr std::string_view kDatasetColumns =
    "SELECT datasets.name, datasets.kind, datasets.user, datasets.create_us, "
    "COALESCE(dataset_versions.sha256, '') FROM datasets "
    "LEFT JOIN dataset_versions ON dataset_versions.id = datasets.latest_id ";
constexpr std::string_view kVersionColumns =
    "SELECT v.id, datasets.name, v.sha256, v.create_us, v.run_number, v.record_count, "
    "v.patient_count, v.failure_count, v.targets_sha256, v.index_sha256, v.synthetic "
    "FROM dataset_versions AS v JOIN datasets ON datasets.id = v.dataset_id ";

Dataset ReadDataset(const Statement& row) {
  return {row.Text(0), row.Text(1), row.Text(2), row.Time(3), row.Text(4)};
}

absl::StatusOr<std::vector<TargetCountRow>> ListTargetCounts(Snapshot& snapshot,
                                                             int64_t version_id) {
  Statement statement = snapshot.Query(
      "SELECT target, positive_count, negative_count, missing_count FROM target_counts "
      "WHERE version_id = ? ORDER BY ordinal",
      version_id);
  std::vector<TargetCountRow> counts;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return counts;
    counts.push_back(
        {statement.Text(0), statement.Int64(1), statement.Int64(2), statement.Int64(3)});
  }
}

absl::StatusOr<std::vector<std::string>> ListStatementNames(Snapshot& snapshot,
                                                            int64_t version_id) {
  Statement statement = snapshot.Query(
      "SELECT name FROM statement_names WHERE version_id = ? ORDER BY ordinal", version_id);
  std::vector<std::string> names;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return names;
    names.push_back(statement.Text(0));
  }
}

absl::StatusOr<DatasetVersion> ReadVersion(Snapshot& snapshot, const Statement& row) {
  DatasetVersion version;
  version.id = row.Int64(0);
  version.dataset = row.Text(1);
  version.sha256 = row.Text(2);
  version.create_time = row.Time(3);
  version.run = row.Int64(4);
  version.record_count = row.Int64(5);
  version.patient_count = row.Int64(6);
  version.failure_count = row.Int64(7);
  version.targets_sha256 = row.Text(8);
  version.index_sha256 = row.Text(9);
  version.synthetic = row.Bool(10);
  PECG_ASSIGN_OR_RETURN(version.target_counts, ListTargetCounts(snapshot, version.id));
  PECG_ASSIGN_OR_RETURN(version.statement_names, ListStatementNames(snapshot, version.id));
  return version;
}

absl::StatusOr<int64_t> FindDatasetId(Snapshot& snapshot, std::string_view name) {
  Statement statement = snapshot.Query("SELECT id FROM datasets WHERE name = ?", name);
  PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
  if (!row) return NotFound("dataset not found: {}", name);
  return statement.Int64(0);
}

absl::StatusOr<std::optional<int64_t>> FindVersionId(Snapshot& snapshot, int64_t dataset_id,
                                                     std::string_view sha256) {
  Statement statement = snapshot.Query(
      "SELECT id FROM dataset_versions WHERE dataset_id = ? AND sha256 = ?", dataset_id, sha256);
  PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
  if (!row) return std::nullopt;
  return statement.Int64(0);
}

int64_t CountPatients(std::span<const IndexEntryRow> entries) {
  std::unordered_set<std::string_view> patients;
  for (const IndexEntryRow& entry : entries) patients.insert(entry.patient_id);
  return static_cast<int64_t>(patients.size());
}

absl::StatusOr<int64_t> InsertVersionRow(Transaction& transaction, int64_t dataset_id,
                                         const DatasetVersion& version,
                                         std::span<const IndexEntryRow> entries,
                                         size_t failure_count) {
  PECG_RETURN_IF_ERROR(
      transaction
          .Change("INSERT INTO dataset_versions (dataset_id, sha256, create_us, run_number, "
                  "record_count, patient_count, failure_count, targets_sha256, index_sha256, "
                  "synthetic) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  dataset_id, version.sha256, version.create_time, version.run, entries.size(),
                  CountPatients(entries), failure_count, version.targets_sha256,
                  version.index_sha256, version.synthetic)
          .status());
  return transaction.LastInsertId();
}

absl::Status InsertDictionaries(Transaction& transaction, int64_t id,
                                const DatasetVersion& version) {
  for (size_t i = 0; i < version.target_counts.size(); ++i) {
    const TargetCountRow& count = version.target_counts[i];
    PECG_RETURN_IF_ERROR(
        transaction
            .Change("INSERT INTO target_counts (version_id, ordinal, target, positive_count, "
                    "negative_count, missing_count) VALUES (?, ?, ?, ?, ?, ?)",
                    id, i, count.target, count.positive_count, count.negative_count,
                    count.missing_count)
            .status());
  }
  for (size_t i = 0; i < version.statement_names.size(); ++i) {
    PECG_RETURN_IF_ERROR(
        transaction
            .Change("INSERT INTO statement_names (version_id, ordinal, name) VALUES (?, ?, ?)", id,
                    i, version.statement_names[i])
            .status());
  }
  return absl::OkStatus();
}

absl::Status InsertEntries(Transaction& transaction, int64_t id,
                           std::span<const IndexEntryRow> entries) {
  Statement insert = transaction.Query(
      "INSERT INTO index_entries (version_id, ordinal, record_id, patient_id, entry) "
      "VALUES (?, ?, ?, ?, ?)");
  for (size_t i = 0; i < entries.size(); ++i) {
    const IndexEntryRow& entry = entries[i];
    insert.Reset().BindAll(id, i, entry.record_id, entry.patient_id, Blob{entry.entry});
    const absl::Status status = insert.Finish();
    if (absl::IsAlreadyExists(status)) {
      return AlreadyExists("a record_id occurs twice in the index, at ordinal {}", i);
    }
    PECG_RETURN_IF_ERROR(status);
  }
  return absl::OkStatus();
}

absl::Status InsertFailures(Transaction& transaction, int64_t id,
                            std::span<const IndexFailureRow> failures) {
  Statement insert = transaction.Query(
      "INSERT INTO index_failures (version_id, ordinal, path, line, kind, what, hint) "
      "VALUES (?, ?, ?, ?, ?, ?, ?)");
  for (size_t i = 0; i < failures.size(); ++i) {
    const IndexFailureRow& failure = failures[i];
    insert.Reset().BindAll(id, i, failure.path, failure.line, failure.kind, failure.what,
                           failure.hint);
    PECG_RETURN_IF_ERROR(insert.Finish());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status InsertDataset(Transaction& transaction, const Dataset& dataset) {
  const absl::Status status =
      transaction
          .Change("INSERT INTO datasets (name, kind, user, create_us) VALUES (?, ?, ?, ?)",
                  dataset.name, dataset.kind, dataset.user, dataset.create_time)
          .status();
  if (absl::IsAlreadyExists(status)) {
    return AlreadyExists("there is a dataset of that name already: {}", dataset.name);
  }
  return status;
}

absl::StatusOr<Dataset> GetDataset(Snapshot& snapshot, std::string_view name) {
  static const std::string kSql = fmt::format("{} WHERE datasets.name = ?", kDatasetColumns);
  Statement statement = snapshot.Query(kSql, name);
  PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
  if (!row) return NotFound("dataset not found: {}", name);
  return ReadDataset(statement);
}

absl::StatusOr<std::vector<Dataset>> ListDatasets(Snapshot& snapshot, std::string_view after_name,
                                                  int64_t limit) {
  static const std::string kSql =
      fmt::format("{} WHERE datasets.name > ? ORDER BY datasets.name LIMIT ?", kDatasetColumns);
  Statement statement = snapshot.Query(kSql, after_name, limit);
  std::vector<Dataset> datasets;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return datasets;
    datasets.push_back(ReadDataset(statement));
  }
}

absl::StatusOr<int64_t> InsertDatasetVersion(Transaction& transaction,
                                             const DatasetVersion& version,
                                             std::span<const IndexEntryRow> entries,
                                             std::span<const IndexFailureRow> failures) {
  PECG_ASSIGN_OR_RETURN(const int64_t dataset_id, FindDatasetId(transaction, version.dataset));
  PECG_ASSIGN_OR_RETURN(std::optional<int64_t> id,
                        FindVersionId(transaction, dataset_id, version.sha256));
  if (!id.has_value()) {
    PECG_ASSIGN_OR_RETURN(
        id, InsertVersionRow(transaction, dataset_id, version, entries, failures.size()));
    PECG_RETURN_IF_ERROR(InsertDictionaries(transaction, *id, version));
    PECG_RETURN_IF_ERROR(InsertEntries(transaction, *id, entries));
    PECG_RETURN_IF_ERROR(InsertFailures(transaction, *id, failures));
  }
  PECG_RETURN_IF_ERROR(
      transaction.Change("UPDATE datasets SET latest_id = ? WHERE id = ?", *id, dataset_id)
          .status());
  return *id;
}

absl::StatusOr<DatasetVersion> GetDatasetVersion(Snapshot& snapshot, std::string_view dataset,
                                                 std::string_view version) {
  PECG_ASSIGN_OR_RETURN(const int64_t dataset_id, FindDatasetId(snapshot, dataset));
  if (version == "latest") {
    Statement statement = snapshot.Query("SELECT latest_id FROM datasets WHERE id = ?", dataset_id);
    PECG_RETURN_IF_ERROR(statement.Step().status());
    if (statement.IsNull(0)) {
      return NotFound("the dataset has no version, run an index first: {}", dataset);
    }
    return GetDatasetVersionById(snapshot, statement.Int64(0));
  }
  Statement found = snapshot.Query(
      "SELECT id FROM dataset_versions WHERE dataset_id = ? AND sha256 >= ? AND sha256 < ? LIMIT 2",
      dataset_id, version, AfterHashPrefix(version));
  PECG_ASSIGN_OR_RETURN(const int64_t id, OnlyId(std::move(found), "dataset version", version));
  return GetDatasetVersionById(snapshot, id);
}

absl::StatusOr<DatasetVersion> GetDatasetVersionById(Snapshot& snapshot, int64_t id) {
  static const std::string kSql = fmt::format("{} WHERE v.id = ?", kVersionColumns);
  Statement statement = snapshot.Query(kSql, id);
  PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
  if (!row) return NotFound("dataset version not found: {}", id);
  return ReadVersion(snapshot, statement);
}

absl::StatusOr<std::vector<DatasetVersion>> ListDatasetVersions(Snapshot& snapshot,
                                                                std::string_view dataset,
                                                                int64_t before_id, int64_t limit) {
  static const std::string kSql = fmt::format(
      "{} WHERE v.dataset_id = ? AND v.id < ? ORDER BY v.id DESC LIMIT ?", kVersionColumns);
  PECG_ASSIGN_OR_RETURN(const int64_t dataset_id, FindDatasetId(snapshot, dataset));
  Statement statement = snapshot.Query(kSql, dataset_id, before_id, limit);
  std::vector<DatasetVersion> versions;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return versions;
    PECG_ASSIGN_OR_RETURN(DatasetVersion version, ReadVersion(snapshot, statement));
    versions.push_back(std::move(version));
  }
}

absl::StatusOr<std::vector<IndexEntryRow>> ListIndexEntries(Snapshot& snapshot, int64_t version_id,
                                                            int64_t after_ordinal, int64_t limit) {
  Statement statement = snapshot.Query(
      "SELECT ordinal, record_id, patient_id, entry FROM index_entries "
      "WHERE version_id = ? AND ordinal > ? ORDER BY ordinal LIMIT ?",
      version_id, after_ordinal, limit);
  std::vector<IndexEntryRow> entries;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return entries;
    entries.push_back(
        {statement.Int64(0), statement.Text(1), statement.Text(2), statement.Bytes(3)});
  }
}

absl::StatusOr<IndexEntryRow> GetIndexEntry(Snapshot& snapshot, int64_t version_id,
                                            std::string_view record_id) {
  Statement statement = snapshot.Query(
      "SELECT ordinal, record_id, patient_id, entry FROM index_entries "
      "WHERE version_id = ? AND record_id = ?",
      version_id, record_id);
  PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
  if (!row) return NotFound("the dataset version has no such record");
  return IndexEntryRow{statement.Int64(0), statement.Text(1), statement.Text(2),
                       statement.Bytes(3)};
}

absl::StatusOr<std::vector<IndexFailureRow>> ListIndexFailures(Snapshot& snapshot,
                                                               int64_t version_id,
                                                               int64_t after_ordinal,
                                                               int64_t limit) {
  Statement statement = snapshot.Query(
      "SELECT ordinal, path, line, kind, what, hint FROM index_failures "
      "WHERE version_id = ? AND ordinal > ? ORDER BY ordinal LIMIT ?",
      version_id, after_ordinal, limit);
  std::vector<IndexFailureRow> failures;
  while (true) {
    PECG_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return failures;
    failures.push_back({statement.Int64(0), statement.Text(1), statement.Int64(2),
                        statement.Text(3), statement.Text(4), statement.Text(5)});
  }
}

}  // namespace pecg
