#ifndef PECG_WORKER_EVALUATE_LEAK_CHECK_H_
#define PECG_WORKER_EVALUATE_LEAK_CHECK_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace pecg {

/// One row of somebody's split: a record, or one window of it.
struct PlacedRecord {
  std::string record;
  std::string part;     ///< Fold, `train`, `test`: whatever it is called.
  std::string patient;  ///< Empty: not known.
  std::string signal;   ///< SHA-256 of the samples' file; empty: not known.
};

/// What stands in several parts and should not.
struct Leak {
  std::string what;                  ///< The patient, the record, or the signal's hash.
  std::vector<std::string> parts;    ///< At least two, in the order first seen.
  std::vector<std::string> records;  ///< Whose they are, each once, in the order first seen.
};

/// What a split leaks.
struct LeakReport {
  std::int64_t row_count = 0;
  std::int64_t record_count = 0;
  std::int64_t patient_count = 0;  ///< Known ones.
  std::vector<std::string> parts;  ///< In the order first seen.
  std::vector<Leak>
      patients;  ///< With records in several parts: the label is theirs, not the ECG's.
  std::vector<Leak> records;  ///< With windows in several parts.
  std::vector<Leak> signals;  ///< Equal samples under different records in several parts.
  std::int64_t unknown_patient_count = 0;  ///< Rows that could not be checked.
  std::int64_t unknown_signal_count = 0;

  bool HasLeaks() const { return !patients.empty() || !records.empty() || !signals.empty(); }
};

/// Checks a split. A patient's exams lie days apart and carry one diagnosis: whoever is in two
/// parts is remembered, not diagnosed. Records in one part twice are no leak.
LeakReport CheckForLeaks(std::span<const PlacedRecord> rows);

}  // namespace pecg

#endif  // PECG_WORKER_EVALUATE_LEAK_CHECK_H_
