#include "worker/synthetic/release_row.h"

#include <fmt/format.h>

#include <array>
#include <chrono>

#include "worker/dataset/disease_dictionary.h"
#include "worker/signal/quality.h"
#include "worker/synthetic/random.h"
#include "worker/synthetic/streams.h"

namespace pecg {
namespace {

std::string Join(const std::vector<std::string>& parts, const char* separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

/// `'A';'B'`, the release's way of writing a list.
std::string QuotedList(const std::vector<std::string>& parts) {
  return "'" + Join(parts, "';'") + "'";
}

std::vector<std::string> Texts(const std::vector<Statement>& statements,
                               std::string (*text)(const Statement&)) {
  std::vector<std::string> texts;
  for (const Statement& statement : statements) texts.push_back(text(statement));
  return texts;
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

const char* SexWord(const SyntheticPatient& patient) {
  return patient.sex == Sex::kMale ? "Male" : "Female";
}

std::string SqiColumns(const EcgRecord& record) {
  std::array<std::vector<std::string>, 3> columns;
  for (int i = 0; i < kLeadCount; ++i) {
    const auto lead = static_cast<Lead>(i);
    const LeadQuality quality = ComputeLeadQuality(record.LeadSamples(lead), record.rate_hz);
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
/// child is older, and later on the same day.
std::string AcquisitionDate(const SyntheticPatient& patient, const SyntheticExam& exam) {
  Random time_of_day(patient.stream, kDateStream, 0);
  const std::chrono::sys_days start = std::chrono::year{2018} / 1 / 1;
  const int days = patient.first_exam_date_days + exam.age_days - patient.exam_ages_days.front();
  const std::chrono::year_month_day date = start + std::chrono::days(days);
  // At most 19 exams: the last one is over before midnight.
  const int second =
      static_cast<int>(time_of_day.Uniform(6 * 3600.0, 14 * 3600.0)) + 1740 * (exam.number - 1);
  return fmt::format("{}-{:02}-{:02} {:02}:{:02}:{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     second / 3600, second / 60 % 60, second % 60);
}

}  // namespace

RecordNames NamesOf(const SyntheticPatient& patient, int exam) {
  RecordNames names;
  names.patient_id = fmt::format("P{:05}", patient.number);
  names.record_id = fmt::format("{}_E{:02}", names.patient_id, exam);
  names.folder = names.patient_id.substr(0, 3) + "/" + names.patient_id;
  return names;
}

std::vector<std::string> HeaderComments(const SyntheticPatient& patient, const SyntheticExam& exam,
                                        const Chart& chart, const Reading& reading) {
  return {fmt::format("{} {}", SexWord(patient), exam.age_days), DiseaseCategories(chart.written),
          Join(Texts(reading.written, HeaderText), ";")};
}

std::string AttributesHeader() {
  return "Filename,ECG_ID,Patient_ID,Age,Gender,Acquisition_date,Sampling_point,Lead,AHA_code,"
         "CHN_code,ICD-10 code,pSQI,basSQI,bSQI\n";
}

std::string AttributesRow(const SyntheticPatient& patient, const SyntheticExam& exam,
                          const Chart& chart, const Reading& reading, const EcgRecord& record) {
  const RecordNames names = NamesOf(patient, exam.number);
  return fmt::format(
      "{}/{},{},{},{}d,'{}',{},{},{},{},{},{},{}\n", names.folder, names.record_id, names.record_id,
      names.patient_id, exam.age_days, SexWord(patient), AcquisitionDate(patient, exam),
      record.sample_count, record.leads.Count(), QuotedList(Texts(reading.written, AhaText)),
      QuotedList(Texts(reading.written, ChnText)), QuotedList(chart.written), SqiColumns(record));
}

}  // namespace pecg
