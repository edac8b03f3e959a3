#ifndef PECG_WORKER_SYNTHETIC_HEART_H_
#define PECG_WORKER_SYNTHETIC_HEART_H_

#include <vector>

#include "worker/synthetic/child.h"
#include "worker/synthetic/condition.h"
#include "worker/synthetic/lead_field.h"

namespace pecg {

/// One wave as the independent leads see it.
struct LeadBell {
  double centre_s = 0;
  double rise_s = 0;
  double fall_s = 0;
  LeadValues height_mv{};
};

/// A P wave; times from its onset.
struct AtrialShape {
  std::vector<LeadBell> bells;
  double duration_s = 0;
};

/// QRS, ST, T and U of a beat; times from the onset of QRS.
struct VentricularShape {
  std::vector<LeadBell> qrs;
  std::vector<LeadBell> st_t;  ///< Stretched about the end of QRS when RR changes.
  double qrs_s = 0;
  double t_onset_s = 0;
  double t_end_s = 0;
};

/// The heart as a dipole moving in the chest: septum, apex, both free walls and base follow each
/// other in the QRS loop, two bells make P and two T. Diseases change the loops, and through the
/// child's lead field all leads. Bells in time: Sameni et al., EURASIP J. Adv. Signal Process.
/// 2007:43407.
struct Heart {
  AtrialShape sinus_p;
  AtrialShape ectopic_p;     ///< From below in the atrium.
  AtrialShape retrograde_p;  ///< From the AV node.
  VentricularShape conducted;
  VentricularShape premature;  ///< From the ventricle.
  LeadValues flutter_mv{};     ///< Height of flutter or fibrillation waves.
  double pr_s = 0;             ///< Onset of P to onset of QRS.
  double rate_bpm = 0;         ///< Of the ventricles.
  double atrial_rate_bpm = 0;  ///< Of the sinus node, or of flutter.
};

/// Builds the heart of an exam. `ecg`: of the same patient and exam.
Heart BuildHeart(const SyntheticPatient& patient, int exam, const HealthyEcg& ecg,
                 const HeartCondition& condition);

}  // namespace pecg

#endif  // PECG_WORKER_SYNTHETIC_HEART_H_
