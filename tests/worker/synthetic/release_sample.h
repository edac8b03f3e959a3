#ifndef PECG_TESTS_WORKER_SYNTHETIC_RELEASE_SAMPLE_H_
#define PECG_TESTS_WORKER_SYNTHETIC_RELEASE_SAMPLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "worker/synthetic/exam.h"

namespace pecg {

/// The truth of one made-up record, without its beats and its waveform.
struct SampledRecord {
  SyntheticPatient patient;
  SyntheticExam exam;
  std::vector<std::string> aha;  ///< Clean statements.

  bool Has(DiseaseGroup group) const { return patient.Find(group) != nullptr; }
  /// Whether one of the statements begins with one of `codes` (`A1`, `K142`).
  bool States(std::initializer_list<const char*> codes) const;
};

/// The first `count` records of a release, made on all cores.
std::vector<SampledRecord> SampleRelease(std::uint64_t seed, std::int64_t count);

/// One figure of a release beside what it should be.
struct ReleaseFigure {
  std::string name;
  double measured = 0;
  double wanted = 0;
  double tolerance = 0;
  bool IsRight() const;
};

/// Demography, layout, diagnoses, statements, co-occurrence and persistence against the aggregates
/// of the real release (docs/synthetic.md), each within 2 points or two standard errors of a sample
/// of this size, whichever is larger.
std::vector<ReleaseFigure> CompareWithRelease(const std::vector<SampledRecord>& records);

/// p2, p50 and p98 of `count` healthy children at the centre of each age bin and sex, against the
/// table: within 5 % or 5 ms (degrees for the axis) and the sampling error.
std::vector<ReleaseFigure> CompareWithNormals(std::uint64_t seed, int count);

/// AUROC of a simple classifier on the true measurements, cross-validated by patient, for each
/// target; and of one on age, sex and leads for heart defects.
std::vector<ReleaseFigure> MeasureCeilings(const std::vector<SampledRecord>& records);

}  // namespace pecg

#endif  // PECG_TESTS_WORKER_SYNTHETIC_RELEASE_SAMPLE_H_
