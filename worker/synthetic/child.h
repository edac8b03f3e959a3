#ifndef PECG_WORKER_SYNTHETIC_CHILD_H_
#define PECG_WORKER_SYNTHETIC_CHILD_H_

#include <array>

#include "worker/synthetic/population.h"

namespace pecg {

inline constexpr int kChestLeadCount = 6;

/// The ECG a child would have if its heart were healthy: what the loops are built to show. All
/// values are drawn from the pediatric normals of the age and sex, and belong to the child: two
/// exams of a child are alike.
struct HealthyEcg {
  double heart_rate_bpm = 0;  ///< Of in-patients of the hospital, not of healthy children at rest.
  double pr_ms = 0;
  double p_ms = 0;
  double qrs_ms = 0;
  double qtc_ms = 0;  ///< By Bazett.
  double qrs_axis_deg = 0;
  double p_axis_deg = 0;
  std::array<double, kChestLeadCount> r_mv{};  ///< V1 to V6.
  std::array<double, kChestLeadCount> s_mv{};
  std::array<double, kChestLeadCount> q_mv{};  ///< At most; nothing in front of r in V1 to V3.
  double r_ii_mv = 0;
  double p_ii_mv = 0;
  double p_v1_mv = 0;
  double t_i_mv = 0;
  double t_ii_mv = 0;
  std::array<double, kChestLeadCount> t_mv{};  ///< V1 to V6, signed.
  double right_dominance = 0;  ///< 1 = the newborn's right ventricle, 0.25 = the school child's.
};

/// Draws the healthy ECG of exam `exam` (from 1) of a patient. Intervals and the axis are split
/// normal in their value, amplitudes normal in their square root, so that p2, p50 and p98 are the
/// table's (worker/ecg/pediatric_normals.h). V3 and V5, which the table lacks, lie between their
/// neighbours. Heart rate: heart_rates.csv. T: no table; sign in V1 by age (upright in the first
/// days, inverted up to about 8 years, either later), sizes from the 23 real records.
HealthyEcg DrawHealthyEcg(const SyntheticPatient& patient, int exam);

}  // namespace pecg

#endif  // PECG_WORKER_SYNTHETIC_CHILD_H_
