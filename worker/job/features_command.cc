#include "worker/job/features_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "worker/dataset/dataset_reader.h"
#include "worker/file/atomic_file.h"
#include "worker/file/csv.h"
#include "worker/job/index_json.h"
#include "worker/job/job_error.h"
#include "worker/job/judge_records.h"
#include "worker/job/terminal_progress.h"
#include "worker/rule/feature_table.h"

namespace pecg {
namespace {

std::vector<RecordToJudge> RecordsOf(const DatasetTables& tables) {
  std::vector<RecordToJudge> records;
  for (const DatasetRow& row : tables.rows) {
    records.push_back({row.record_id, row.path, {row.age_days, row.sex}});
  }
  std::ranges::sort(records, {}, &RecordToJudge::record_id);
  return records;
}

std::string Header() {
  std::vector<std::string> cells = {"record_id", "age_days", "sex"};
  for (const Feature& feature : FeatureTable()) cells.push_back(feature.name);
  std::string line;
  AppendCsvRow(cells, &line);
  return line;
}

std::string Row(const RecordToJudge& record, const std::vector<float>& features) {
  std::vector<std::string> cells = {
      record.record_id, record.patient.age_days ? std::to_string(*record.patient.age_days) : "",
      std::string(SexWord(record.patient.sex))};
  for (const float value : features) {
    cells.push_back(std::isnan(value) ? "" : fmt::format("{:.6g}", value));
  }
  std::string line;
  AppendCsvRow(cells, &line);
  return line;
}

void PrintFailures(const std::vector<IndexFailure>& failures) {
  for (const IndexFailure& failure : failures) {
    fmt::print(stderr, "{}: {}: {}\n", failure.path, failure.kind, failure.what);
  }
}

}  // namespace

int WriteFeatures(const FeaturesCommand& command) {
  // Opened first: a path that cannot be written must not cost the time to read a dataset.
  AtomicFile file(command.out);
  const DatasetTables tables = MakeDatasetReader(command.kind)->ReadTables(command.root);
  const std::vector<RecordToJudge> records = RecordsOf(tables);
  std::vector<std::string> rows(records.size());
  TerminalProgress progress("records");
  Mutex mutex;  // TerminalProgress is for one thread at a time.
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  const JudgeOptions options{.threads = command.jobs > 0 ? command.jobs : static_cast<int>(cores),
                             .progress =
                                 [&](std::int64_t done, std::int64_t total) {
                                   const MutexLock lock(&mutex);
                                   progress.Show(done, total);
                                 },
                             .cancel = nullptr};
  const std::vector<IndexFailure> failures =
      JudgeRecords(command.root, records, options, [&](std::size_t i, const JudgedRecord& judged) {
        rows[i] = Row(records[i], judged.features);
      });
  progress.Clear();
  PrintFailures(tables.failures);
  PrintFailures(failures);
  if (failures.size() == records.size()) {
    fmt::print(stderr, "error: no record could be read\n  where: {}\n", command.root.string());
    return kExitBadData;
  }
  file.Write(std::string_view(Header()));
  for (const std::string& row : rows) file.Write(std::string_view(row));
  file.Commit();
  fmt::print("{} features of {} records, {} failures\n", FeatureTable().size(),
             records.size() - failures.size(), failures.size() + tables.failures.size());
  return kExitDone;
}

}  // namespace pecg
