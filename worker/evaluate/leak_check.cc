#include "worker/evaluate/leak_check.h"

#include <algorithm>
#include <unordered_map>

namespace pecg {
namespace {

void AddOnce(const std::string& text, std::vector<std::string>* texts) {
  if (std::ranges::find(*texts, text) == texts->end()) texts->push_back(text);
}

/// Groups rows by something they share, in the order first seen.
class Groups {
 public:
  void Add(const std::string& what, const PlacedRecord& row) {
    const auto [place, is_new] = places_.try_emplace(what, groups_.size());
    if (is_new) groups_.push_back({what, {}, {}});
    AddOnce(row.part, &groups_[place->second].parts);
    AddOnce(row.record, &groups_[place->second].records);
  }

  std::int64_t count() const { return std::ssize(groups_); }

  /// Those in several parts, of at least that many records.
  std::vector<Leak> Leaks(std::size_t least_records) const {
    std::vector<Leak> leaks;
    for (const Leak& group : groups_) {
      if (group.parts.size() > 1 && group.records.size() >= least_records) leaks.push_back(group);
    }
    return leaks;
  }

 private:
  std::unordered_map<std::string, std::size_t> places_;
  std::vector<Leak> groups_;
};

}  // namespace

LeakReport CheckForLeaks(std::span<const PlacedRecord> rows) {
  LeakReport report;
  Groups patients;
  Groups records;
  Groups signals;
  for (const PlacedRecord& row : rows) {
    ++report.row_count;
    AddOnce(row.part, &report.parts);
    records.Add(row.record, row);
    if (row.patient.empty()) {
      ++report.unknown_patient_count;
    } else {
      patients.Add(row.patient, row);
    }
    if (row.signal.empty()) {
      ++report.unknown_signal_count;
    } else {
      signals.Add(row.signal, row);
    }
  }
  report.record_count = records.count();
  report.patient_count = patients.count();
  report.patients = patients.Leaks(1);
  report.records = records.Leaks(1);
  report.signals = signals.Leaks(2);  // One record in several parts is told already.
  return report;
}

}  // namespace pecg
