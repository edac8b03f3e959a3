#ifndef PECG_WORKER_SYNTHETIC_CHILD_H_
#define PECG_WORKER_SYNTHETIC_CHILD_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "worker/ecg/record.h"

namespace pecg {

/// A made-up patient: what stays the same over all exams.
struct SyntheticPatient {
  std::int64_t number = 0;  ///< From 1; P00001 and so on.
  int exam_count = 1;
  int first_age_days = 0;
  Sex sex = Sex::kUnknown;
  std::vector<std::string> icd_codes;  ///< As the release writes them, prefixes included.
  std::uint64_t stream = 0;            ///< Seed of everything drawn for this patient.
};

/// What one exam's waveform is made from. Amplitudes are factors of the normal child's of that age.
struct SyntheticExam {
  int age_days = 0;
  double heart_rate_bpm = 0;
  double sinus_arrhythmia = 0;  ///< Peak relative change of RR with breathing.
  double pr_ms = 0;
  double qrs_ms = 0;
  double qtc_ms = 0;  ///< By Bazett.
  double frontal_axis_deg = 0;
  double left_gain = 1;   ///< Left ventricular forces.
  double right_gain = 1;  ///< Right ventricular forces.
  double late_right = 0;  ///< Terminal force to the right and front, as in incomplete RBBB; mV.
  double t_gain = 1;      ///< T wave; negative = inverted.
  double premature_per_minute = 0;
  bool premature_is_ventricular = false;
  bool nine_leads = false;
  double seconds = 30;
};

/// Draws patient `number` (from 1). Age, sex, diagnoses and exam counts follow the release's totals
/// (facts in docs/synthetic.md); patient k does not depend on how many there are.
SyntheticPatient DrawPatient(std::uint64_t seed, std::int64_t number);

/// Draws exam `exam` (from 1) of a patient: normals by age (medians of Rijnbeek et al., Eur. Heart J.
/// 22:702, 2001) changed by the diagnoses, gradedly and not in every patient.
SyntheticExam DrawExam(const SyntheticPatient& patient, int exam);

/// Rows of ECGCode.csv, by description, that a reader would write for this exam, in the order of
/// that file; never empty. From what the exam was made from, not from its waveform.
std::vector<std::string> StatementsOf(const SyntheticPatient& patient, const SyntheticExam& exam);

/// Heart rate from which the hospital's readers speak of sinus tachycardia, and below which of sinus
/// bradycardia, in bpm.
struct RateLimits {
  double fast_bpm;
  double slow_bpm;
};
RateLimits RateLimitsAt(int age_days);

}  // namespace pecg

#endif  // PECG_WORKER_SYNTHETIC_CHILD_H_
