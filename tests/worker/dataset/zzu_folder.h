#ifndef PECG_TESTS_WORKER_DATASET_ZZU_FOLDER_H_
#define PECG_TESTS_WORKER_DATASET_ZZU_FOLDER_H_

#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "worker/ecg/record.h"
#include "worker/file/write_record.h"

namespace pecg {

inline constexpr std::string_view kZzuHeader =
    "Filename,ECG_ID,Patient_ID,Age,Gender,Acquisition_date,Sampling_point,Lead,AHA_code,CHN_code,"
    "ICD-10 code,pSQI,basSQI,bSQI";

/// What a record of a test says; the rest is made up.
struct ZzuRecord {
  std::string patient_id = "P00001";
  int exam = 1;
  int age_days = 572;
  Sex sex = Sex::kFemale;
  LeadMask leads = LeadMask::All();
  std::int64_t sample_count = 1500;
  std::string aha = "'A1'";
  std::string chn = "'A1'";
  std::string icd = "'J18.9'";
  std::string sqi = ",,";  // Three cells.
  int signal = 1;          // Records with the same number have the same samples.

  std::string RecordId() const {
    return patient_id + "_E" + (exam < 10 ? "0" : "") + std::to_string(exam);
  }
  std::string Filename() const {
    return patient_id.substr(0, 3) + "/" + patient_id + "/" + RecordId();
  }
  std::string Row() const {
    return Filename() + "," + RecordId() + "," + patient_id + "," + std::to_string(age_days) +
           "d," + (sex == Sex::kFemale ? "'Female'" : "'Male'") + ",2020-01-0" +
           std::to_string(exam) + " 10:00:00," + std::to_string(sample_count) + "," +
           std::to_string(leads.Count()) + "," + aha + "," + chn + "," + icd + "," + sqi;
  }
};

/// A dataset folder in the release's layout, in a temporary place; removed at the end.
class ZzuFolder {
 public:
  ZzuFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "pecg_zzu_XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    root_ = name;
  }
  ~ZzuFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  ZzuFolder(const ZzuFolder&) = delete;
  ZzuFolder& operator=(const ZzuFolder&) = delete;

  const std::filesystem::path& root() const { return root_; }

  /// Writes the record's files and remembers its row.
  void Add(const ZzuRecord& record) {
    AddFiles(record);
    AddRow(record.Row());
  }
  void AddRow(const std::string& row) { rows_ += row + "\n"; }

  void AddFiles(const ZzuRecord& record) {
    EcgRecord ecg;
    ecg.record_id = record.RecordId();
    ecg.rate_hz = 500;
    ecg.leads = record.leads;
    ecg.sample_count = record.sample_count;
    for (int lead = 0; lead < record.leads.Count(); ++lead) {
      for (std::int64_t i = 0; i < record.sample_count; ++i) {
        const double phase = static_cast<double>(i * (lead + record.signal)) / 79.0;
        ecg.samples_mv.push_back(static_cast<float>(std::sin(phase)));
      }
    }
    const char* sex = record.sex == Sex::kFemale ? "Female" : "Male";
    WriteWfdbRecord(Signals(record), ecg,
                    {std::string(sex) + " " + std::to_string(record.age_days), "Otherwise diseases",
                     "Normal ECG"});
  }

  /// Writes the table; called once, when all rows are there.
  void WriteTable() const {
    WriteFile("AttributesDictionary.csv", std::string(kZzuHeader) + "\n" + rows_);
  }

  void WriteFile(const std::string& path, std::string_view text) const {
    std::ofstream file(root_ / path, std::ios::binary);
    file << text;
    if (!file.flush()) throw std::runtime_error("cannot write " + path);
  }
  std::string ReadFile(const std::filesystem::path& path) const {
    std::ifstream file(root_ / path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  /// The folder of a record's files, and their path below the root without extension.
  std::filesystem::path Signals(const ZzuRecord& record) const {
    return (root_ / Path(record)).parent_path();
  }
  static std::string Path(const ZzuRecord& record) { return "Child_ecg/" + record.Filename(); }

 private:
  std::filesystem::path root_;
  std::string rows_;
};

}  // namespace pecg

#endif  // PECG_TESTS_WORKER_DATASET_ZZU_FOLDER_H_
