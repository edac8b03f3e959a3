#ifndef PECG_WORKER_FILE_PATIENT_COMMENT_H_
#define PECG_WORKER_FILE_PATIENT_COMMENT_H_

#include <optional>
#include <string>
#include <vector>

#include "worker/ecg/record.h"

namespace pecg {

/// Age and sex that a header's comments state; unknown where there are none or they cannot be read.
struct PatientComment {
  std::optional<int> age_days;
  Sex sex = Sex::kUnknown;
};

/// Finds them in `Female 360` (ZZU-pECG, days), `<age>: 51` and `<sex>: F` (LUDB), `Age: 51` and
/// `Sex: Female` (PTB, CinC), years of 365 days.
PatientComment FindPatientComment(const std::vector<std::string>& comments);

}  // namespace pecg

#endif  // PECG_WORKER_FILE_PATIENT_COMMENT_H_
