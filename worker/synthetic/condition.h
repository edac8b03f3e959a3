#ifndef PECG_WORKER_SYNTHETIC_CONDITION_H_
#define PECG_WORKER_SYNTHETIC_CONDITION_H_

#include <cstdint>

#include "worker/synthetic/population.h"

namespace pecg {

/// How the impulse spreads through the ventricles.
enum class Conduction : std::uint8_t {
  kNormal,
  kIncompleteRightBundle,
  kRightBundle,
  kLeftBundle,
  kLeftAnterior,
  kLeftPosterior,
  kDelayed,       ///< Wide without the shape of a bundle branch.
  kPreexcitation  ///< Wolff-Parkinson-White.
};

/// What leads the heart.
enum class Rhythm : std::uint8_t {
  kSinus,
  kWanderingPacemaker,
  kEctopicAtrial,
  kJunctional,
  kSupraventricularTachycardia,
  kAtrialFlutter,
  kAtrialFibrillation,
  kVentricularTachycardia,  ///< Runs of it.
  kWenckebach,              ///< Second-degree AV block, Mobitz type I.
  kMobitz2,
  kTwoToOne,
  kCompleteBlock,
  kSinusPause
};

/// Premature beats beside the rhythm.
struct Ectopy {
  double per_beat = 0;  ///< Chance that a beat is premature.
  bool is_ventricular = false;
  bool in_bigeminy = false;
  bool in_couplets = false;
};

/// Everything by which an exam's heart differs from its healthy ECG. Factors are 1 and additions 0
/// in a healthy child.
struct HeartCondition {
  double rate_factor = 1;
  double voltage = 1;  ///< Of the whole QRS.
  double left = 1;     ///< Left ventricular free wall.
  double right = 1;    ///< Right ventricular free wall.
  double septal = 1;
  double apical = 1;
  double late_right_mv = 0;  ///< Last force to the right and front: r' in V1.
  double axis_turn_deg = 0;
  double right_atrium = 1;
  double left_atrium = 1;
  double p_add_ms = 0;
  double pr_add_ms = 0;
  double qrs_add_ms = 0;
  double qtc_add_ms = 0;
  double t_gain = 1;       ///< Negative = inverted.
  double t_strain_mv = 0;  ///< Taken from T on the left: asymmetric inversion over a thick wall.
  double t_front_mv = 0;   ///< Added to T in V1.
  double st_left_mv = 0;   ///< ST over V5 and V6.
  double st_front_mv = 0;  ///< ST over V1 to V3.
  double brugada_mv = 0;   ///< J point over V1 and V2, with inverted T.
  double u_mv = 0;
  // Where no standard measurement looks.
  double notch_mv = 0;        ///< Small high-frequency notch on the QRS.
  double t_variability = 0;   ///< Relative change of T from beat to beat, alternating.
  double loop_twist = 0;      ///< Turns the middle of the QRS loop out of its plane, radians.
  double breathing_loss = 0;  ///< Share of the respiratory sinus arrhythmia that is lost.

  Conduction conduction = Conduction::kNormal;
  Rhythm rhythm = Rhythm::kSinus;
  Ectopy ectopy;
  bool has_escape_beat = false;    ///< A pause that a junctional beat ends.
  double sinus_arrhythmia = 0.03;  ///< Peak relative change of RR with breathing.
  /// Whether anything above differs from the healthy child's, apart from the sinus arrhythmia.
  bool is_healthy = true;
};

/// What is wrong at exam `exam` (from 1): the patient's diagnoses, each graded by its severity and,
/// for acute diseases, by the days since it began; and findings that in-patients have without a
/// heart disease. Effects: docs/synthetic.md.
HeartCondition DrawCondition(const SyntheticPatient& patient, int exam);

}  // namespace pecg

#endif  // PECG_WORKER_SYNTHETIC_CONDITION_H_
