#include "worker/synthetic/synthesize.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "worker/dataset/disease_dictionary.h"
#include "worker/dataset/statement_dictionary.h"
#include "worker/ecg/error.h"
#include "worker/file/atomic_file.h"
#include "worker/file/write_record.h"
#include "worker/signal/quality.h"
#include "worker/synthetic/child.h"
#include "worker/synthetic/heart.h"
#include "worker/synthetic/recorder.h"
#include "worker/synthetic/rhythm.h"

namespace pecg {
namespace {

constexpr double kRateHz = 500;
constexpr std::uint64_t kWaveformStream = 20;
constexpr std::uint64_t kDateStream = 21;
constexpr const char* kMarker = "SYNTHETIC.md";

/// One record to write: an exam of a patient.
struct Task {
  SyntheticPatient patient;
  int exam = 1;
};

std::vector<Task> PlanRecords(std::uint64_t seed, std::int64_t record_count) {
  std::vector<Task> tasks;
  for (std::int64_t number = 1; std::ssize(tasks) < record_count; ++number) {
    const SyntheticPatient patient = DrawPatient(seed, number);
    for (int exam = 1; exam <= patient.exam_count && std::ssize(tasks) < record_count; ++exam) {
      tasks.push_back({patient, exam});
    }
  }
  return tasks;
}

EcgRecord MakeRecord(const Task& task, const SyntheticExam& exam, const std::string& record_id) {
  std::array<std::vector<double>, kLeadCount> leads;
  leads.fill(std::vector<double>(static_cast<std::size_t>(exam.seconds * kRateHz), 0.0));
  Random random(task.patient.stream, kWaveformStream, static_cast<std::uint64_t>(task.exam));
  const std::vector<Beat> beats = DrawBeats(exam, random);
  Heart(task.patient, exam).AddBeats(beats, kRateHz, leads);
  Record(random, kRateHz, leads);
  EcgRecord record;
  record.record_id = record_id;
  record.age_days = exam.age_days;
  record.sex = task.patient.sex;
  record.rate_hz = kRateHz;
  record.leads = exam.nine_leads ? LeadMask::NineLead() : LeadMask::All();
  record.sample_count = std::ssize(leads[0]);
  for (std::size_t lead = 0; lead < leads.size(); ++lead) {
    if (!record.leads.Has(static_cast<Lead>(lead))) continue;
    for (const double sample : leads[lead]) record.samples_mv.push_back(static_cast<float>(sample));
  }
  return record;
}

std::string Join(const std::vector<std::string>& parts, const char* separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

/// `'A';'B'`, the release's way of writing a list.
std::string QuotedList(const std::vector<std::string>& parts) {
  return "'" + Join(parts, "';'") + "'";
}

/// Codes of the statements in one vocabulary; the description where there is none. The release
/// writes composites without the blanks of its dictionary.
std::vector<std::string> Codes(const std::vector<std::string>& statements, bool chinese) {
  std::vector<std::string> codes;
  for (const std::string& statement : statements) {
    const auto& dictionary = StatementDictionary::Release();
    const auto row = dictionary.FindAha(statement);
    if (!row.has_value()) throw Error(Error::Kind::kBadInput, "no such statement: " + statement);
    const auto& found = dictionary.rows()[static_cast<std::size_t>(*row)];
    std::string code = chinese ? found.chn_code : found.aha_code;
    std::erase(code, ' ');
    codes.push_back(code.empty() ? statement : code);
  }
  return codes;
}

std::string DiseaseCategories(const std::vector<std::string>& icd_codes) {
  std::vector<std::string> categories;
  const auto& dictionary = DiseaseDictionary::Release();
  for (const std::string& code : icd_codes) {
    if (const auto row = dictionary.Find(code)) {
      categories.push_back(dictionary.rows()[static_cast<std::size_t>(*row)].category);
    }
  }
  return categories.empty() ? "Otherwise diseases" : Join(categories, ";");
}

/// The three SQI columns of the attribute table.
std::string SqiColumns(const EcgRecord& record) {
  std::array<std::vector<std::string>, 3> columns;
  for (int i = 0; i < kLeadCount; ++i) {
    const auto lead = static_cast<Lead>(i);
    const auto samples = record.LeadSamples(lead);
    const LeadQuality quality = ComputeLeadQuality(samples, record.rate_hz);
    const std::array<float, 3> values = {quality.p_sqi, quality.bas_sqi, quality.b_sqi};
    for (std::size_t k = 0; k < columns.size(); ++k) {
      columns[k].push_back(values[k] == values[k]
                               ? fmt::format("'{}':{:.3f}", NameOf(lead), values[k])
                               : fmt::format("'{}':Null", NameOf(lead)));
    }
  }
  return fmt::format("{},{},{}", Join(columns[0], ";"), Join(columns[1], ";"),
                     Join(columns[2], ";"));
}

/// The patient's first exam lies somewhere in 2018 to 2023; later ones as many days after it as the
/// child is older.
std::string AcquisitionDate(const Task& task, const SyntheticExam& exam) {
  Random first(task.patient.stream, kDateStream, 0);
  Random time_of_day(task.patient.stream, kDateStream, static_cast<std::uint64_t>(task.exam));
  const std::chrono::sys_days start = std::chrono::year{2018} / 1 / 1;
  const int days = static_cast<int>(first.Uniform(0, 6 * 365.0)) + exam.age_days -
                   task.patient.first_age_days;
  const std::chrono::year_month_day date = start + std::chrono::days(days);
  const int second = static_cast<int>(time_of_day.Uniform(7 * 3600.0, 22 * 3600.0));
  return fmt::format("{}-{:02}-{:02} {:02}:{:02}:{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     second / 3600, second / 60 % 60, second % 60);
}

/// Writes one record and returns its row of the attribute table.
std::string WriteRecord(const std::filesystem::path& out, const Task& task) {
  const std::string patient_id = fmt::format("P{:05}", task.patient.number);
  const std::string record_id = fmt::format("{}_E{:02}", patient_id, task.exam);
  const std::string folder = patient_id.substr(0, 3) + "/" + patient_id;
  const SyntheticExam exam = DrawExam(task.patient, task.exam);
  const std::vector<std::string> statements = StatementsOf(task.patient, exam);
  const char* const sex = task.patient.sex == Sex::kMale ? "Male" : "Female";
  const EcgRecord record = MakeRecord(task, exam, record_id);
  WriteWfdbRecord(out / "Child_ecg" / folder, record,
                  {fmt::format("{} {}", sex, exam.age_days),
                   DiseaseCategories(task.patient.icd_codes), Join(statements, ";")});
  return fmt::format("{}/{},{},{},{}d,'{}',{},{},{},{},{},{},{}\n", folder, record_id, record_id,
                     patient_id, exam.age_days, sex, AcquisitionDate(task, exam), record.sample_count,
                     record.leads.Count(), QuotedList(Codes(statements, false)),
                     QuotedList(Codes(statements, true)), QuotedList(task.patient.icd_codes),
                     SqiColumns(record));
}

/// Refuses a folder that holds anything but what this room has made.
void ClaimFolder(const SynthesisOptions& options) {
  namespace fs = std::filesystem;
  std::error_code code;
  fs::create_directories(options.out, code);
  if (!fs::is_directory(options.out)) {
    throw Error(Error::Kind::kIo, "the folder cannot be made: " + code.message(),
                options.out.string());
  }
  if (!fs::is_empty(options.out) && !fs::exists(options.out / kMarker)) {
    throw Error(Error::Kind::kBadInput, "the folder holds something else", options.out.string(),
                "give a new folder");
  }
  WriteFileAtomically(
      options.out / kMarker,
      fmt::format("# Synthetic ECGs\n\nMade up by pecg-ecg synthesize --records {} --seed {}. No "
                  "child was recorded.\nThe layout is that of ZZU-pECG (Tan et al., Sci Data "
                  "12:867, 2025).\n",
                  options.record_count, options.seed));
}

/// Writes all records on `jobs` threads; returns their rows, in order.
std::vector<std::string> WriteRecords(const SynthesisOptions& options,
                                      const std::vector<Task>& tasks) {
  std::vector<std::string> rows(tasks.size());
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;  // Guards what follows.
  std::exception_ptr failure;
  std::int64_t done = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < tasks.size(); i = next++) {
      try {
        rows[i] = WriteRecord(options.out, tasks[i]);
      } catch (...) {
        const std::lock_guard lock(mutex);
        failure = std::current_exception();
        next = tasks.size();
        return;
      }
      const std::lock_guard lock(mutex);
      if (options.progress) options.progress(++done, std::ssize(tasks));
    }
  };
  std::vector<std::thread> threads;
  for (int i = 1; i < options.jobs; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  if (failure) std::rethrow_exception(failure);
  return rows;
}

}  // namespace

void Synthesize(const SynthesisOptions& options) {
  if (options.record_count < 1 || options.record_count > 99999) {
    throw Error(Error::Kind::kBadInput,
                fmt::format("the number of records must be 1 to 99999: {}", options.record_count),
                "--records");
  }
  if (options.jobs < 1) {
    throw Error(Error::Kind::kBadInput, "at least one job is needed", "--jobs");
  }
  ClaimFolder(options);
  const std::vector<std::string> rows =
      WriteRecords(options, PlanRecords(options.seed, options.record_count));
  std::string table =
      "Filename,ECG_ID,Patient_ID,Age,Gender,Acquisition_date,Sampling_point,Lead,AHA_code,"
      "CHN_code,ICD-10 code,pSQI,basSQI,bSQI\n";
  for (const std::string& row : rows) table += row;
  WriteFileAtomically(options.out / "DiseaseCode.csv", ReleaseDiseaseCsv());
  WriteFileAtomically(options.out / "ECGCode.csv", ReleaseStatementCsv());
  WriteFileAtomically(options.out / "AttributesDictionary.csv", table);
}

}  // namespace pecg
