#ifndef PECG_WORKER_SYNTHETIC_POPULATION_H_
#define PECG_WORKER_SYNTHETIC_POPULATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "worker/ecg/record.h"
#include "worker/synthetic/tables.h"

namespace pecg {

/// A diagnosis of a made-up patient.
struct Diagnosis {
  DiseaseGroup group = DiseaseGroup::kNone;
  std::string icd_code;  ///< As the release writes it, prefix included.
  double severity = 0;   ///< 0 = nothing shows, else 0.3 to 1.
};

/// A made-up patient: what stays the same over all exams.
struct SyntheticPatient {
  std::int64_t number = 0;   ///< From 1; P00001 and so on.
  std::uint64_t stream = 0;  ///< Seed of everything drawn for this patient.
  Sex sex = Sex::kUnknown;
  std::vector<int> exam_ages_days;   ///< One per exam, ascending.
  std::vector<Diagnosis> diagnoses;  ///< Of the release's 19 keys; often none.
  std::vector<std::string> other_codes;
  int first_exam_date_days = 0;  ///< Of the first exam, since 2018-01-01.
  double days_ill_before = 0;    ///< From the onset of an acute disease to the first exam.

  const Diagnosis* Find(DiseaseGroup group) const;
};

/// Draws patient `number` (from 1) of a release. A function of the seed and the number alone. Sex,
/// age, number of exams, the days between them and diagnoses follow the tables. The first 95
/// patients hold each of the 19 diagnoses once, so that small releases have every class; the others
/// among them are ill less often in return.
SyntheticPatient DrawPatient(std::uint64_t seed, std::int64_t number);

/// One record to make: an exam of a patient.
struct RecordPlan {
  std::int64_t patient_number = 0;
  int exam = 1;  ///< From 1.
};

/// The first `record_count` records of a release: all exams of patient 1, then of patient 2 and so
/// on; so record i is the same whatever the number of records.
std::vector<RecordPlan> PlanRecords(std::uint64_t seed, std::int64_t record_count);

}  // namespace pecg

#endif  // PECG_WORKER_SYNTHETIC_POPULATION_H_
