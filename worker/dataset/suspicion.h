#ifndef PECG_WORKER_DATASET_SUSPICION_H_
#define PECG_WORKER_DATASET_SUSPICION_H_

#include <string>
#include <vector>

#include "worker/dataset/index.h"

namespace pecg {

/// A label or a record that a person should look at.
struct Suspicion {
  /// One of
  ///   `normal_with_rate_code`  called normal (A1, A2) and too fast or slow (C21, C22);
  ///   `diagnosis_changes`      a patient whose cardiovascular diagnoses differ between exams;
  ///   `sex_changes`            a patient whose sex differs between exams;
  ///   `age_goes_backwards`     a patient who is younger in a later exam;
  ///   `unknown_code`           a statement, modifier or prefixed diagnosis in no dictionary, or
  ///   what
  ///                            is no ICD-10 code;
  ///   `duplicate_signal`       records with the same signal, byte for byte;
  ///   `no_statement`, `no_diagnosis`  records that lack any.
  std::string kind;
  std::vector<std::string> records;  ///< record_ids, sorted.
  std::string what;
};

/// Looks through an index; sorted by kind in the order above, then by record. Exams are put in
/// order by acquisition_time where it is `YYYY-MM-DD HH:MM:SS`, because exam numbers of the release
/// do not follow time, else by number. Pure.
std::vector<Suspicion> FindSuspicions(const Index& index);

}  // namespace pecg

#endif  // PECG_WORKER_DATASET_SUSPICION_H_
