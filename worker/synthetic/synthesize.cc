#include "worker/synthetic/synthesize.h"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <exception>
#include <fstream>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "worker/dataset/disease_dictionary.h"
#include "worker/dataset/statement_dictionary.h"
#include "worker/ecg/error.h"
#include "worker/file/atomic_file.h"
#include "worker/file/write_record.h"
#include "worker/synthetic/random.h"
#include "worker/synthetic/release_row.h"
#include "worker/synthetic/streams.h"
#include "worker/synthetic/truth_rows.h"

namespace pecg {
namespace {

namespace fs = std::filesystem;

constexpr double kRateHz = 500;
constexpr std::int64_t kMostRecords = 99999;
constexpr const char* kMarker = "SYNTHETIC.md";
constexpr const char* kAttributes = "AttributesDictionary.csv";
/// Records whose rows are kept together until all are made: what is lost at most when a run is
/// broken off.
constexpr std::size_t kRecordsPerPart = 32;

/// The tables that have rows for each record. A part file holds the rows of all of them, each line
/// behind its table's letter.
struct TableFile {
  char letter;
  const char* path;
  std::string (*header)();
};
constexpr std::array<TableFile, 4> kTables = {{{'R', "truth/records.csv", RecordsHeader},
                                               {'L', "truth/labels.csv", LabelsHeader},
                                               {'E', "truth/label_errors.csv", LabelErrorsHeader},
                                               {'A', kAttributes, AttributesHeader}}};

fs::path PartsFolder(const fs::path& out) { return out / "truth" / "parts"; }
fs::path PartFile(const fs::path& out, std::size_t part) {
  return PartsFolder(out) / fmt::format("{:05}.txt", part);
}

void MakeFolder(const fs::path& folder) {
  std::error_code code;
  fs::create_directories(folder, code);
  if (!fs::is_directory(folder)) {
    throw Error(Error::Kind::kIo, "the folder cannot be made: " + code.message(), folder.string());
  }
}

std::string ReadText(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

/// Appends `lines`, each behind `letter`.
void AppendLines(char letter, std::string_view lines, std::string* part) {
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n') + 1;
    *part += letter;
    *part += lines.substr(0, end);
    lines.remove_prefix(end);
  }
}

/// Writes one record with its marks and appends its rows to `part`.
void WriteRecord(const SynthesisOptions& options, const RecordPlan& plan, std::string* part) {
  const SyntheticPatient patient = DrawPatient(options.seed, plan.patient_number);
  const SyntheticExam exam = MakeExam(patient, plan.exam);
  const RecordNames names = NamesOf(patient, plan.exam);
  const Chart chart = WriteChart(patient, options.label_noise);
  const Reading reading = WriteReading(patient, plan.exam, exam.statements, options.label_noise);
  RecorderFacts facts;
  const EcgRecord record = MakeRecord(patient, exam, &facts);
  const fs::path marks = options.out / "truth" / "beats" / names.folder;
  MakeFolder(marks);
  WriteFileAtomically(marks / (names.record_id + ".npy"), BeatsFile(MarkBeats(exam, kRateHz)),
                      Durability::kUnsynced);
  WriteWfdbRecord(options.out / "Child_ecg" / names.folder, record,
                  HeaderComments(patient, exam, chart, reading));
  AppendLines('A', AttributesRow(patient, exam, chart, reading, record), part);
  AppendLines('R', RecordsRow(names.record_id, patient, exam, facts), part);
  AppendLines('L', LabelsRow(names.record_id, names.patient_id, chart, exam.statements, reading),
              part);
  AppendLines('E', LabelErrorsRows(names.record_id, names.patient_id, chart, reading), part);
}

std::string MarkerText(const SynthesisOptions& options) {
  return fmt::format(
      "# Synthetic ECGs\n\nMade up by pecg-ecg synthesize --records {} --seed {} --label-noise {} "
      "(generator 2).\nNo child was recorded. The layout is that of ZZU-pECG (Tan et al., Sci Data "
      "12:867, 2025).\nWhat is true of each record stands in truth/ (docs/synthetic.md).\n",
      options.record_count, options.seed, NameOf(options.label_noise));
}

/// Refuses a folder that holds anything but what the same options have made.
void ClaimFolder(const SynthesisOptions& options) {
  MakeFolder(options.out);
  const fs::path marker = options.out / kMarker;
  if (fs::exists(marker)) {
    if (ReadText(marker) == MarkerText(options)) return;
    throw Error(Error::Kind::kBadInput, "the folder holds a synthetic release of other options",
                options.out.string(), "give a new folder, or the options in its SYNTHETIC.md");
  }
  if (!fs::is_empty(options.out)) {
    throw Error(Error::Kind::kBadInput, "the folder holds something else", options.out.string(),
                "give a new folder");
  }
  WriteFileAtomically(marker, MarkerText(options));
}

/// Counts what is done and tells the caller. Thread-safe.
class ProgressCount {
 public:
  explicit ProgressCount(const SynthesisOptions& options) : options_(options) {}

  void Add(std::int64_t records) {
    const std::lock_guard lock(mutex_);
    done_ += records;
    if (options_.progress) options_.progress(done_, options_.record_count);
  }

 private:
  const SynthesisOptions& options_;
  std::mutex mutex_;
  std::int64_t done_ = 0;
};

/// Makes the records of one part, unless they have been made before.
void WritePart(const SynthesisOptions& options, const std::vector<RecordPlan>& plan,
               std::size_t part, ProgressCount* progress) {
  const std::size_t begin = part * kRecordsPerPart;
  const std::size_t end = std::min(plan.size(), begin + kRecordsPerPart);
  const fs::path file = PartFile(options.out, part);
  if (fs::exists(file)) return progress->Add(static_cast<std::int64_t>(end - begin));
  std::string rows;
  for (std::size_t i = begin; i < end; ++i) {
    WriteRecord(options, plan[i], &rows);
    progress->Add(1);
  }
  WriteFileAtomically(file, rows, Durability::kUnsynced);
}

/// Makes all parts on `jobs` threads.
void WriteParts(const SynthesisOptions& options, const std::vector<RecordPlan>& plan,
                std::size_t part_count) {
  ProgressCount progress(options);
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr failure;  // Guarded by the mutex.
  const auto work = [&] {
    for (std::size_t part = next++; part < part_count; part = next++) {
      try {
        WritePart(options, plan, part, &progress);
      } catch (...) {
        const std::lock_guard lock(mutex);
        failure = std::current_exception();
        next = part_count;
      }
    }
  };
  std::vector<std::thread> threads;
  for (int i = 1; i < options.jobs; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  if (failure) std::rethrow_exception(failure);
}

/// Gathers the rows of one table from all parts.
void JoinTable(const fs::path& out, const TableFile& table, std::size_t part_count) {
  AtomicFile file(out / table.path);
  file.Write(table.header());
  for (std::size_t part = 0; part < part_count; ++part) {
    std::ifstream rows(PartFile(out, part), std::ios::binary);
    std::string own;
    for (std::string line; std::getline(rows, line);) {
      if (line.front() == table.letter) own += line.substr(1) + '\n';
    }
    file.Write(own);
  }
  file.Commit();
}

}  // namespace

EcgRecord MakeRecord(const SyntheticPatient& patient, const SyntheticExam& exam,
                     RecorderFacts* facts) {
  Random random(patient.stream, kWaveformStream, static_cast<std::uint64_t>(exam.number));
  const TwelveLeads leads = Record(RenderHeart(exam, kRateHz), kRateHz, random, facts);
  EcgRecord record;
  record.record_id = NamesOf(patient, exam.number).record_id;
  record.age_days = exam.age_days;
  record.sex = patient.sex;
  record.rate_hz = kRateHz;
  record.leads = exam.has_nine_leads ? LeadMask::NineLead() : LeadMask::All();
  record.sample_count = std::ssize(leads[0]);
  for (std::size_t lead = 0; lead < leads.size(); ++lead) {
    if (!record.leads.Has(static_cast<Lead>(lead))) continue;
    record.samples_mv.insert(record.samples_mv.end(), leads[lead].begin(), leads[lead].end());
  }
  return record;
}

void Synthesize(const SynthesisOptions& options) {
  if (options.record_count < 1 || options.record_count > kMostRecords) {
    throw Error(Error::Kind::kBadInput,
                fmt::format("the number of records must be 1 to {}: {}", kMostRecords,
                            options.record_count),
                "--records");
  }
  if (options.jobs < 1) {
    throw Error(Error::Kind::kBadInput, "at least one job is needed", "--jobs");
  }
  ClaimFolder(options);
  if (fs::exists(options.out / kAttributes)) {
    if (options.progress) options.progress(options.record_count, options.record_count);
    return;
  }
  MakeFolder(PartsFolder(options.out));
  const std::vector<RecordPlan> plan = PlanRecords(options.seed, options.record_count);
  const std::size_t part_count = (plan.size() + kRecordsPerPart - 1) / kRecordsPerPart;
  WriteParts(options, plan, part_count);
  WriteFileAtomically(options.out / "DiseaseCode.csv", ReleaseDiseaseCsv());
  WriteFileAtomically(options.out / "ECGCode.csv", ReleaseStatementCsv());
  for (const TableFile& table : kTables) JoinTable(options.out, table, part_count);
  fs::remove_all(PartsFolder(options.out));
}

}  // namespace pecg
