#include "worker/dataset/build_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <limits>
#include <memory>
#include <system_error>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "worker/dataset/dataset_reader.h"
#include "worker/dataset/targets.h"
#include "worker/ecg/error.h"
#include "worker/figure/utf8.h"
#include "worker/file/patient_comment.h"
#include "worker/file/read_record.h"
#include "worker/signal/quality.h"

namespace pecg {
namespace {

constexpr float kNoFigure = std::numeric_limits<float>::quiet_NaN();

/// `text` without the root's own path: nobody but the worker needs to know where the dataset lies.
std::string WithoutRoot(std::string text, const std::string& root) {
  const std::string prefix = root + '/';
  for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at)) {
    text.erase(at, prefix.size());
  }
  return text;
}

/// The same error, its paths relative to the root.
Error RelativeToRoot(const Error& error, const std::string& root) {
  return {error.kind(), WithoutRoot(error.message(), root), WithoutRoot(error.where(), root),
          WithoutRoot(error.hint(), root)};
}

/// What became of one row.
struct RecordResult {
  std::optional<IndexEntry> entry;
  std::vector<IndexFailure> failures;
};

/// Throws when the header belongs to another record than the row.
void CheckShape(const DatasetRow& row, const EcgRecord& ecg) {
  const auto fail = [&](const char* what, std::int64_t in_header, std::int64_t in_table) {
    throw Error(
        Error::Kind::kCorruptData,
        fmt::format("header and table disagree about {}: {} and {}", what, in_header, in_table), "",
        fmt::format("compare with {}:{}", row.table, row.line));
  };
  if (row.lead_count && *row.lead_count != ecg.leads.Count()) {
    fail("the number of leads", ecg.leads.Count(), *row.lead_count);
  }
  if (row.sample_count && *row.sample_count != ecg.sample_count) {
    fail("the number of samples", ecg.sample_count, *row.sample_count);
  }
}

const char* WordFor(Sex sex) { return sex == Sex::kFemale ? "female" : "male"; }

void WarnOfOtherPatient(const DatasetRow& row, const EcgRecord& ecg,
                        std::vector<IndexFailure>* failures) {
  const auto warn = [&](std::string what) {
    failures->push_back({.path = row.path + ".hea",
                         .line = 0,
                         .kind = std::string(kWarningKind),
                         .what = std::move(what),
                         .hint = fmt::format("{}:{} was followed", row.table, row.line)});
  };
  if (row.age_days && ecg.age_days && *row.age_days != *ecg.age_days) {
    warn(fmt::format("header and table disagree about the age: {} and {} days", *ecg.age_days,
                     *row.age_days));
  }
  if (row.sex != Sex::kUnknown && ecg.sex != Sex::kUnknown && row.sex != ecg.sex) {
    warn(fmt::format("header and table disagree about the sex: {} and {}", WordFor(ecg.sex),
                     WordFor(row.sex)));
  }
}

/// What the table says and the header's comments that do not tell age and sex, for people.
std::string CommentOf(const std::string& row_comment, const std::vector<std::string>& comments) {
  std::string text = row_comment;
  for (const std::string& comment : comments) {
    const PatientComment patient = FindPatientComment({comment});
    if (comment.empty() || patient.age_days || patient.sex != Sex::kUnknown) continue;
    if (!text.empty()) text += '\n';
    text += ToUtf8(comment);
  }
  return text;
}

void MeasureLeads(const EcgRecord& ecg, bool with_sqi, IndexEntry* entry) {
  entry->rail_fraction.fill(kNoFigure);
  entry->flat_fraction.fill(kNoFigure);
  for (std::size_t i = 0; i < kLeadCount; ++i) {
    const auto lead = static_cast<Lead>(i);
    if (!ecg.leads.Has(lead)) continue;
    const std::span<const float> samples = ecg.LeadSamples(lead);
    entry->rail_fraction[i] = RailFraction(samples);
    entry->flat_fraction[i] = FlatFraction(samples, ecg.rate_hz);
    if (!with_sqi) continue;
    const LeadQuality quality = ComputeLeadQuality(samples, ecg.rate_hz);
    entry->sqi[i] = {quality.p_sqi, quality.bas_sqi, quality.b_sqi};
  }
}

IndexEntry MakeEntry(const DatasetRow& row, const TargetTable& targets, const WfdbRecord& record) {
  const EcgRecord& ecg = record.ecg;
  IndexEntry entry;
  entry.record_id = row.record_id;
  entry.patient_id = row.patient_id;
  entry.exam = row.exam;
  entry.path = row.path;
  entry.signal_sha256 = record.signal_sha256;
  entry.age_days = row.age_days ? row.age_days : ecg.age_days;
  entry.sex = row.sex != Sex::kUnknown ? row.sex : ecg.sex;
  entry.rate_hz = ecg.rate_hz;
  entry.sample_count = ecg.sample_count;
  entry.leads = ecg.leads;
  entry.icd_codes = row.icd_codes;
  entry.statements = row.statements;
  entry.statement_bits = StatementBits(row.statements);
  entry.acquisition_time = row.acquisition_time;
  entry.comment = CommentOf(row.comment, record.header.comments);
  entry.attributes = row.attributes;
  entry.targets = targets.Derive({.icd_codes = entry.icd_codes,
                                  .statements = entry.statements,
                                  .age_days = entry.age_days,
                                  .given = row.targets});
  entry.sqi.fill({kNoFigure, kNoFigure, kNoFigure});
  if (row.sqi) entry.sqi = *row.sqi;
  entry.sqi_source = row.sqi ? SqiSource::kFile : SqiSource::kComputed;
  MeasureLeads(ecg, /*with_sqi=*/!row.sqi, &entry);
  return entry;
}

/// Reads rows one after the other, sharing a counter with its like on other threads.
class RowWorker {
 public:
  /// State shared by all workers of one call.
  struct Shared {
    const std::vector<DatasetRow>* rows;
    const TargetTable* targets;
    std::vector<RecordResult>* results;
    const std::filesystem::path* root;
    const std::atomic<bool>* cancel;
    std::atomic<std::size_t> next{0};
    std::atomic<std::size_t> done{0};
    std::atomic<bool> stop{false};

    bool ShouldStop() const { return stop || (cancel != nullptr && *cancel); }
  };

  explicit RowWorker(Shared* shared) : shared_(shared), reader_(*shared->root) {}

  /// Works until there are no more rows or it is told to stop; calls `after` after each row.
  template <typename After>
  void Run(const After& after) {
    while (!shared_->ShouldStop()) {
      const std::size_t i = shared_->next.fetch_add(1, std::memory_order_relaxed);
      if (i >= shared_->rows->size()) return;
      (*shared_->results)[i] = ReadRecord((*shared_->rows)[i]);
      after(shared_->done.fetch_add(1) + 1);
    }
  }

 private:
  RecordResult ReadRecord(const DatasetRow& row) {
    RecordResult result;
    try {
      reader_.Read(row.path, /*hash=*/true, &record_);
      CheckShape(row, record_.ecg);
      WarnOfOtherPatient(row, record_.ecg, &result.failures);
      result.entry = MakeEntry(row, *shared_->targets, record_);
    } catch (const Error& error) {
      if (error.kind() == Error::Kind::kOutOfMemory) throw;
      result.failures.push_back(
          FailureOf(RelativeToRoot(error, shared_->root->string()), row.path));
    }
    return result;
  }

  Shared* shared_;
  WfdbReader reader_;
  WfdbRecord record_;
};

/// The other threads of a call. The first exception of any of them stops all and is kept.
class Helpers {
 public:
  Helpers(int count, RowWorker::Shared* shared)
      : shared_(shared), errors_(static_cast<std::size_t>(count)) {
    threads_.reserve(errors_.size());
    for (std::exception_ptr& error : errors_) {
      threads_.emplace_back([shared, &error] {
        try {
          RowWorker(shared).Run([](std::size_t) {});
        } catch (...) {
          error = std::current_exception();
          shared->stop = true;
        }
      });
    }
  }
  ~Helpers() {
    shared_->stop = true;
    JoinAll();
  }
  Helpers(const Helpers&) = delete;
  Helpers& operator=(const Helpers&) = delete;

  /// Waits for the threads and throws what one of them threw.
  void Finish() {
    JoinAll();
    for (const std::exception_ptr& error : errors_) {
      if (error) std::rethrow_exception(error);
    }
  }

 private:
  void JoinAll() {
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

  RowWorker::Shared* shared_;
  std::vector<std::exception_ptr> errors_;
  std::vector<std::thread> threads_;
};

int ThreadCount(int jobs, std::size_t row_count) {
  const int wanted = jobs > 0 ? jobs : static_cast<int>(std::thread::hardware_concurrency());
  const auto most = static_cast<int>(std::min<std::size_t>(row_count, 1024));
  return std::clamp(wanted, 1, std::max(1, most));
}

/// Reads the record of each row; false when it was cancelled.
bool ReadRecords(const DatasetTables& tables, const std::filesystem::path& root,
                 const IndexOptions& options, std::vector<RecordResult>* results) {
  const std::vector<DatasetRow>& rows = tables.rows;
  results->resize(rows.size());
  RowWorker::Shared shared{.rows = &rows,
                           .targets = &tables.targets,
                           .results = results,
                           .root = &root,
                           .cancel = options.cancel};
  const auto report = [&](std::size_t done) {
    if (options.progress) {
      options.progress(static_cast<std::int64_t>(done), static_cast<std::int64_t>(rows.size()));
    }
  };
  Helpers helpers(ThreadCount(options.jobs, rows.size()) - 1, &shared);
  RowWorker(&shared).Run(report);
  helpers.Finish();
  if (shared.done < rows.size()) return false;
  report(rows.size());
  return true;
}

}  // namespace

std::optional<Index> BuildIndex(std::string_view kind, const std::filesystem::path& folder,
                                const IndexOptions& options) {
  const std::unique_ptr<DatasetReader> reader = MakeDatasetReader(kind);
  std::error_code error;
  const std::filesystem::path root = std::filesystem::canonical(folder, error);
  if (error || !std::filesystem::is_directory(root, error)) {
    throw Error(Error::Kind::kNotFound, "the dataset's folder is not there", "",
                "check the folder that this worker maps the dataset to");
  }
  DatasetTables tables;
  try {
    tables = reader->ReadTables(root);
  } catch (const Error& refusal) {
    throw RelativeToRoot(refusal, root.string());
  }
  std::vector<RecordResult> results;
  if (!ReadRecords(tables, root, options, &results)) return std::nullopt;

  Index index;
  index.kind = kind;
  index.targets_sha256 = tables.targets.sha256();
  index.targets = tables.targets.Names();
  index.statement_names = StatementDictionary::Release().StatementNames();
  index.failures = std::move(tables.failures);
  index.synthetic = std::filesystem::exists(root / "SYNTHETIC.md", error);
  for (RecordResult& result : results) {
    if (result.entry) index.entries.push_back(std::move(*result.entry));
    std::ranges::move(result.failures, std::back_inserter(index.failures));
  }
  std::ranges::sort(index.entries, {}, &IndexEntry::record_id);
  std::ranges::sort(index.failures, {}, [](const IndexFailure& failure) {
    return std::tie(failure.path, failure.line, failure.what);
  });
  index.version_sha256 = VersionSha256(index.entries);
  return index;
}

}  // namespace pecg
