#ifndef PECG_TESTS_WORKER_DATASET_LEIPZIG_FOLDER_H_
#define PECG_TESTS_WORKER_DATASET_LEIPZIG_FOLDER_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>
#include <string_view>
#include <vector>

#include "tests/worker/file/test_folder.h"
#include "tests/worker/file/wfdb_encode.h"
#include "worker/ecg/lead.h"
#include "worker/file/wfdb_annotation.h"
#include "worker/file/wfdb_header.h"

namespace pecg {

/// What a record of a test is.
struct LeipzigRecord {
  std::string name = "x001";  ///< `x001` to `x009`, `x0010` to `x0029`; adults `x100` to `x109`.
  std::size_t layout = 0;     ///< Of kLeipzigChannels.
  std::string gender = "f";
  std::string age = "12";  ///< Years; x007 of the release has the malformed `.14.3`.
  std::string diagnosis = "AVNRT";
  std::int64_t sample_count = 9770;
};

/// The intracardiac channels behind the twelve leads in the six layouts of the release (14 to 20
/// channels); in the fifth the arterial pressure stands first.
inline const std::array<std::vector<std::string>, 6> kLeipzigChannels = {{
    {"ABL12", "RVA12", "CS12", "CS34", "CS56", "CS78", "CS90"},
    {"RVA12", "CS12", "CS34", "CS56", "CS78", "CS90"},
    {"ABL_uni", "ABL12", "RVA12", "CS12", "CS34", "CS56", "CS78", "CS90"},
    {"ABL12", "CS12", "CS34", "CS56", "CS78", "CS90", "RVA12"},
    {"ART", "ABL12", "RVA12", "CS12", "CS34", "CS56", "CS78", "CS90"},
    {"ABL12", "RVA12"},
}};

/// A folder in the layout of the Leipzig Heart Center ECG-Database 1.0.0 (doi 10.13026/7a4j-vn37),
/// in a temporary place; removed at the end: flat, format 24, 977 Hz, 2000 steps per millivolt,
/// annotations with symbols of their own (X tachycardia in code 42, b in code 43) and rhythms and
/// paces as text.
class LeipzigFolder {
 public:
  static constexpr double kRateHz = 977;

  const std::filesystem::path& root() const { return folder_.path(); }

  void Add(const LeipzigRecord& record) {
    WriteSignals(record);
    WriteWfdbAnnotations(root() / (record.name + ".atr"), Annotations(record));
    names_ += record.name + "\n";
    const bool is_adult = record.name.size() == 4 && record.name[1] == '1';
    const std::string row = record.name + "," + record.name.substr(1) + "," + record.gender + "," +
                            record.age + "," + record.diagnosis;
    (is_adult ? adults_ : children_) += row + (is_adult ? "" : ",left lateral") + ",0:00:10.000\n";
  }

  /// Writes the lists and tables; called once, when all records are there.
  void WriteTables() const {
    folder_.Write("RECORDS", names_);
    folder_.Write("ANNOTATORS", "atr\treference annotations\n");
    // `ap_loacation` is the release's own spelling; the order of the columns is not known.
    folder_.Write(
        "children-subject-info.csv",
        "file_name,subject_id,gender,age,diagnosis,ap_loacation,ecg_duration\n" + children_);
    folder_.Write("adults-subject-info.csv",
                  "file_name,subject_id,gender,age,diagnosis,ecg_duration\n" + adults_);
  }

  /// What Add writes beside a record: a beat a second, in the middle a tachycardia that is paced.
  static WfdbAnnotations Annotations(const LeipzigRecord& record) {
    WfdbAnnotations file;
    file.types = {{42, "X", "Tachycardia"}, {43, "b", "Bundle branch block beat"}};
    const auto add = [&](std::int64_t sample, int code, std::string symbol, std::string aux) {
      file.annotations.push_back(
          {.sample = sample, .code = code, .symbol = std::move(symbol), .aux = std::move(aux)});
    };
    add(1, 28, "+", "(N");
    const std::int64_t middle = record.sample_count / 2;
    for (std::int64_t sample = 400; sample < record.sample_count; sample += 977) {
      if (sample > middle && sample - 977 <= middle) add(sample - 20, 28, "+", "(AVNRT");
      if (sample <= middle) add(sample, 1, "N", sample < 2000 ? "N-Prex" : "");
      if (sample > middle) add(sample, 42, "X", "AVNRT");
    }
    add(record.sample_count - 3, 12, "/", "/A");
    add(record.sample_count - 2, 43, "b", "");
    return file;
  }

 private:
  void WriteSignals(const LeipzigRecord& record) const {
    std::vector<std::string> channels(kLeadNames.begin(), kLeadNames.end());
    const std::vector<std::string>& more = kLeipzigChannels.at(record.layout);
    channels.insert(channels.end(), more.begin(), more.end());
    WfdbHeader header;
    header.record_name = record.name;
    header.rate_hz = kRateHz;
    header.sample_count = record.sample_count;
    std::vector<std::int32_t> samples(static_cast<std::size_t>(record.sample_count) *
                                      channels.size());
    for (std::size_t channel = 0; channel < channels.size(); ++channel) {
      std::vector<std::int32_t> column;
      for (std::int64_t i = 0; i < record.sample_count; ++i) {
        const double phase = 2 * std::numbers::pi * static_cast<double>(i) / kRateHz;
        // The rails of the release: +-10.24 mV.
        const double millivolts = 12.0 * std::sin(phase * static_cast<double>(channel + 1) / 4);
        column.push_back(
            static_cast<std::int32_t>(std::lround(2000 * std::clamp(millivolts, -10.24, 10.24))));
        samples[static_cast<std::size_t>(i) * channels.size() + channel] = column.back();
      }
      WfdbSignal signal;
      signal.file_name = record.name + ".dat";
      signal.format = 24;
      signal.gain = 2000;
      signal.adc_resolution_bits = 24;
      signal.initial_value = column.front();
      signal.checksum = WfdbChecksum(column);
      signal.name = channels[channel];
      header.signals.push_back(signal);
    }
    folder_.Write(record.name + ".dat", WfdbEncoder(24).Encode(samples));
    WriteWfdbHeader(root() / (record.name + ".hea"), header);
  }

  TestFolder folder_;
  std::string names_;
  std::string children_;
  std::string adults_;
};

}  // namespace pecg

#endif  // PECG_TESTS_WORKER_DATASET_LEIPZIG_FOLDER_H_
