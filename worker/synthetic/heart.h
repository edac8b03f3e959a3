#ifndef PECG_WORKER_SYNTHETIC_HEART_H_
#define PECG_WORKER_SYNTHETIC_HEART_H_

#include <array>
#include <vector>

#include "worker/ecg/lead.h"
#include "worker/synthetic/child.h"
#include "worker/synthetic/random.h"
#include "worker/synthetic/rhythm.h"

namespace pecg {

/// The heart as a dipole moving in the chest, millivolts along x (to the patient's left), y (down)
/// and z (to the back), and the twelve leads that see it. Each wave is a sum of bell curves in time
/// along fixed directions, after Sameni, Clifford, Jutten & Shamsollahi, EURASIP J. Adv. Signal
/// Process. 2007:43407; the leads' view of the dipole is that of Dower, Machado & Osborne, Clin.
/// Cardiol. 3:87 (1980), varied a little from patient to patient. Leads I and II are seen and III,
/// aVR, aVL and aVF computed from them, so that Einthoven's law holds exactly.
class Heart {
 public:
  Heart(const SyntheticPatient& patient, const SyntheticExam& exam);

  /// Adds the beats' waves to `leads_mv[i]` (lead i of Lead, each `[T]`).
  void AddBeats(const std::vector<Beat>& beats, double rate_hz,
                std::array<std::vector<double>, kLeadCount>& leads_mv) const;

 private:
  /// One bell curve: its centre relative to R, its width and its height in each lead.
  struct Bell {
    double centre_s;
    double width_s;
    std::array<double, kLeadCount> height_mv;
  };
  using Dipole = std::array<double, 3>;

  Bell MakeBell(double centre_s, double width_s, const Dipole& dipole_mv) const;
  std::vector<Bell> PWave(double pr_s) const;
  std::vector<Bell> Qrs() const;
  std::vector<Bell> EctopicQrs() const;
  std::vector<Bell> TWave(double qt_s, double direction) const;

  SyntheticExam exam_;
  double right_dominance_;  // 1 = newborn, towards 0 in the school child.
  std::array<Dipole, kLeadCount> view_;
  std::vector<Bell> qrs_;
  std::vector<Bell> ectopic_qrs_;
};

}  // namespace pecg

#endif  // PECG_WORKER_SYNTHETIC_HEART_H_
