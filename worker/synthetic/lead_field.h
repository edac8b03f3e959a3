#ifndef PECG_WORKER_SYNTHETIC_LEAD_FIELD_H_
#define PECG_WORKER_SYNTHETIC_LEAD_FIELD_H_

#include <array>
#include <span>
#include <vector>

#include "worker/synthetic/child.h"
#include "worker/synthetic/random.h"
#include "worker/synthetic/vector3.h"

namespace pecg {

/// The leads that are measured: I, II, V1 to V6. III, aVR, aVL and aVF follow from the first two.
inline constexpr int kIndependentLeadCount = 2 + kChestLeadCount;
using LeadValues = std::array<double, kIndependentLeadCount>;

/// One wave of a loop: a dipole that rises and falls. sin^2 of a quarter period on each side, so it
/// begins and ends at a definite time. Times in seconds.
struct DipoleBell {
  double centre_s = 0;
  double rise_s = 0;
  double fall_s = 0;
  Vector3 dipole_mv;

  /// Height at `time_s`, 0 to 1.
  double At(double time_s) const;
};

/// How a child's leads see the dipole of the heart: one vector per independent lead.
class LeadField {
 public:
  /// Fits the field of one torso: the limb leads are those of Einthoven's triangle, turned and
  /// scaled so that `qrs` has the axis and the R wave in II of `ecg`; each chest lead is the
  /// vector nearest to the textbook's one (Dower et al., Clin. Cardiol. 3:87, 1980, varied from
  /// torso to torso) that sees the R and S of `ecg`. So the child's normal ECG is what its normals
  /// say, and whatever changes in the heart changes all leads together. `median_axis_deg`: where
  /// R in II is defined.
  LeadField(std::span<const DipoleBell> qrs, const HealthyEcg& ecg, double median_axis_deg,
            Random& torso);

  const std::array<Vector3, kIndependentLeadCount>& views() const { return views_; }
  LeadValues See(const Vector3& dipole_mv) const;

  /// The dipole whose picture is nearest to `wanted`, lead by lead, by weighted least squares.
  Vector3 DipoleFor(const LeadValues& wanted, const LeadValues& weights) const;

 private:
  std::array<Vector3, kIndependentLeadCount> views_;
};

}  // namespace pecg

#endif  // PECG_WORKER_SYNTHETIC_LEAD_FIELD_H_
