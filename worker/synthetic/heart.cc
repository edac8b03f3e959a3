#include "worker/synthetic/heart.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "worker/ecg/pediatric_normals.h"
#include "worker/synthetic/random.h"
#include "worker/synthetic/streams.h"

namespace pecg {
namespace {

constexpr double kDegree = std::numbers::pi / 180;
constexpr double kFastestBpm = 290;
constexpr double kSlowestBpm = 32;

/// Positions in the QRS loop.
enum Region : std::uint8_t { kSeptal, kApical, kRight, kLeft, kBasal, kRegionCount };

Vector3 Jitter(const Vector3& dipole, double relative, Random& random) {
  const double size = relative * std::sqrt(Dot(dipole, dipole));
  return dipole + size * Vector3{random.Normal(), random.Normal(), random.Normal()};
}

/// The healthy loop: five regions, the first beginning at 0, the last ending with QRS.
std::vector<DipoleBell> HealthyLoop(const HealthyEcg& ecg, Random& torso) {
  struct Part {
    double centre = 0;  // Of the QRS duration.
    double rise = 0;
    double fall = 0;
    Vector3 dipole_mv;
  };
  const double right = ecg.right_dominance;
  const std::array<Part, kRegionCount> parts = {
      {{0.20, 0.20, 0.18, {-0.16, -0.10 + 0.1 * right, -0.42}},
       {0.36, 0.20, 0.20, {0.34, 0.60, -0.38}},
       {0.46, 0.25, 0.22, {-0.85 * right, 0.25 * right, -0.95 * right}},
       {0.55, 0.24, 0.22, {1.05, 0.70, 0.78}},
       {0.77, 0.20, 0.23, {-0.28, -0.34, 0.42}}}};
  const double qrs_s = ecg.qrs_ms / 1000;
  std::vector<DipoleBell> loop;
  for (const Part& part : parts) {
    const double shift = 0.012 * std::clamp(torso.Normal(), -2.0, 2.0);
    const bool is_first = loop.empty();
    const bool is_last = loop.size() + 1 == kRegionCount;
    DipoleBell bell{.centre_s = (part.centre + shift) * qrs_s,
                    .rise_s = (is_first ? part.centre + shift : part.rise) * qrs_s,
                    .fall_s = (is_last ? 1 - part.centre - shift : part.fall) * qrs_s,
                    .dipole_mv = Jitter(part.dipole_mv, 0.10, torso)};
    loop.push_back(bell);
  }
  return loop;
}

/// A QRS loop and how long it takes.
struct Qrs {
  std::vector<DipoleBell> bells;
  double seconds = 0;
};

void Stretch(double factor, Qrs* qrs) {
  for (DipoleBell& bell : qrs->bells) {
    bell.centre_s *= factor;
    bell.rise_s *= factor;
    bell.fall_s *= factor;
  }
  qrs->seconds *= factor;
}

/// Adds a bell that ends with a QRS made longer by `add_s`.
void AddLate(const Vector3& dipole_mv, double add_s, double begin_share, Qrs* qrs) {
  const double begin = begin_share * qrs->seconds;
  qrs->seconds += add_s;
  const double half = (qrs->seconds - begin) / 2;
  qrs->bells.push_back({begin + half, half, half, dipole_mv});
}

void Preexcite(Random& torso, Qrs* qrs, double* delta_s) {
  *delta_s = torso.Uniform(0.030, 0.048);
  const double shift = 0.75 * *delta_s;
  for (DipoleBell& bell : qrs->bells) bell.centre_s += shift;
  qrs->bells[kSeptal].dipole_mv = 0.25 * qrs->bells[kSeptal].dipole_mv;
  qrs->seconds += shift;
  const Vector3 delta = {0.50, torso.Uniform(-0.35, 0.4), torso.Uniform(-0.4, 0.25)};
  qrs->bells.push_back({1.15 * *delta_s, 1.15 * *delta_s, 0.8 * *delta_s, delta});
}

void BlockLeftBundle(Qrs* qrs) {
  Stretch(1.5, qrs);
  auto& bells = qrs->bells;
  bells[kSeptal].dipole_mv = {0.25, 0.15, 0.05};
  bells[kApical].dipole_mv = bells[kApical].dipole_mv + Vector3{0.15, 0, 0.35};
  const Vector3 wall = bells[kLeft].dipole_mv;
  bells[kLeft].dipole_mv = 0.95 * wall;
  bells[kBasal].dipole_mv = 0.6 * wall;  // The second hump of the notched R.
}

/// Turns the later forces as a blocked fascicle does; the first ones go the other way.
void BlockFascicle(double turn_deg, Qrs* qrs) {
  auto& bells = qrs->bells;
  bells[kLeft].dipole_mv = TurnFrontal(bells[kLeft].dipole_mv, turn_deg * kDegree);
  bells[kBasal].dipole_mv = TurnFrontal(bells[kBasal].dipole_mv, turn_deg * kDegree);
  bells[kApical].dipole_mv = TurnFrontal(bells[kApical].dipole_mv, 0.55 * turn_deg * kDegree);
  bells[kSeptal].dipole_mv =
      bells[kSeptal].dipole_mv + Vector3{turn_deg < 0 ? -0.05 : 0.2, turn_deg < 0 ? 0.3 : -0.3, 0};
  Stretch(1.08, qrs);
}

/// Changes the conduction; `delta_s` becomes the time by which preexcitation comes early.
void Conduct(Conduction conduction, Random& torso, Qrs* qrs, double* delta_s) {
  switch (conduction) {
    case Conduction::kNormal:
      return;
    case Conduction::kIncompleteRightBundle:
      return AddLate(torso.Uniform(0.45, 0.75) * Vector3{-0.55, -0.10, -0.70},
                     torso.Uniform(0.008, 0.014), 0.62, qrs);
    case Conduction::kRightBundle:
      return AddLate(torso.Uniform(0.7, 1.2) * Vector3{-0.60, -0.05, -0.72},
                     0.30 * qrs->seconds + torso.Uniform(0.012, 0.022), 0.66, qrs);
    case Conduction::kLeftBundle:
      return BlockLeftBundle(qrs);
    case Conduction::kLeftAnterior:
      return BlockFascicle(torso.Uniform(-125, -90), qrs);
    case Conduction::kLeftPosterior:
      return BlockFascicle(torso.Uniform(55, 85), qrs);
    case Conduction::kDelayed:
      return Stretch(torso.Uniform(1.32, 1.5), qrs);
    case Conduction::kPreexcitation:
      return Preexcite(torso, qrs, delta_s);
  }
}

void ChangeLoop(const HeartCondition& condition, Qrs* qrs) {
  const std::array<double, kRegionCount> gains = {condition.septal, condition.apical,
                                                  condition.right, condition.left, 1};
  for (std::size_t i = 0; i < gains.size(); ++i) {
    Vector3& dipole = qrs->bells[i].dipole_mv;
    dipole = condition.voltage * gains[i] * dipole;
    if (i == kApical || i == kLeft) dipole = TurnHorizontal(dipole, condition.loop_twist);
    dipole = TurnFrontal(dipole, condition.axis_turn_deg * kDegree);
  }
  if (condition.late_right_mv > 0) {
    AddLate(condition.voltage * condition.late_right_mv * Vector3{-0.60, -0.12, -0.72},
            0.004 + 0.010 * condition.late_right_mv, 0.64, qrs);
  }
  if (condition.notch_mv > 0) {
    const DipoleBell& wall = qrs->bells[kLeft];
    const Vector3 along = condition.notch_mv * Vector3{0.5, 0.8, 0.2};
    qrs->bells.push_back({wall.centre_s + 0.010, 0.008, 0.007, along});
    qrs->bells.push_back({wall.centre_s - 0.002, 0.007, 0.008, -0.8 * along});
  }
}

std::vector<LeadBell> See(const LeadField& field, const std::vector<DipoleBell>& bells) {
  std::vector<LeadBell> seen;
  seen.reserve(bells.size());
  for (const DipoleBell& bell : bells) {
    seen.push_back({bell.centre_s, bell.rise_s, bell.fall_s, field.See(bell.dipole_mv)});
  }
  return seen;
}

/// P from two atria: both point along the axis in the frontal plane; the right one comes first and
/// to the front, the left one later and to the back.
AtrialShape MakeP(const LeadField& field, const HealthyEcg& ecg, const HeartCondition& condition,
                  double axis_deg) {
  AtrialShape shape;
  shape.duration_s = std::max(0.035, (ecg.p_ms + condition.p_add_ms) / 1000);
  const double in_ii = std::cos((axis_deg - 60) * kDegree);
  // R in II of the table belongs to the usual axes; one that points away from II stays small.
  const double size = ecg.p_ii_mv / std::max(std::abs(in_ii), 0.6);
  const auto atrium = [&](double share, double v1_mv) {
    const double height = share * size;
    const double i = height * std::cos(axis_deg * kDegree);
    const double ii = height * in_ii;
    // V2 looks like V1, V4 to V6 like a small I.
    return field.DipoleFor({i, ii, v1_mv, 0.8 * v1_mv, 0.4 * ii, 0.4 * ii, 0.4 * ii, 0.4 * ii},
                           {20, 40, 12, 3, 4, 4, 4, 4});
  };
  const double d = shape.duration_s;
  const Vector3 right = condition.right_atrium * atrium(0.74, 0.80 * ecg.p_v1_mv);
  const Vector3 left = condition.left_atrium * atrium(0.62, -0.38 * ecg.p_v1_mv);
  shape.bells =
      See(field, {{0.40 * d, 0.40 * d, 0.36 * d, right}, {0.64 * d, 0.38 * d, 0.36 * d, left}});
  return shape;
}

/// Adds a dipole that has the height `wanted_mv` in one lead, along `direction`.
Vector3 Along(const LeadField& field, std::size_t lead, const Vector3& direction,
              double wanted_mv) {
  const double seen = Dot(field.views()[lead], direction);
  if (std::abs(seen) < 0.2) return {};
  return (wanted_mv / seen) * direction;
}

constexpr Vector3 kToTheLeft = {0.8, 0.45, -0.1};
constexpr Vector3 kToTheFront = {-0.15, 0.1, -1};

Vector3 TDipole(const LeadField& field, const HealthyEcg& ecg, const HeartCondition& condition) {
  LeadValues wanted{ecg.t_i_mv, ecg.t_ii_mv};
  std::ranges::copy(ecg.t_mv, wanted.begin() + 2);
  Vector3 t = condition.t_gain * field.DipoleFor(wanted, {5, 12, 9, 8, 3, 1, 1.5, 3});
  t = t + Along(field, 7, kToTheLeft, -condition.t_strain_mv);
  t = t + Along(field, 2, kToTheFront, condition.t_front_mv);
  // Behind a wide complex T points away from it.
  if (condition.conduction == Conduction::kRightBundle) t = t + Along(field, 2, kToTheFront, -0.15);
  if (condition.conduction == Conduction::kLeftBundle) t = t + Along(field, 7, kToTheLeft, -0.75);
  if (condition.conduction == Conduction::kPreexcitation) {
    t = t + Along(field, 7, kToTheLeft, -0.25);
  }
  if (condition.brugada_mv > 0) t = t + Along(field, 3, kToTheFront, -0.35);
  return t;
}

/// Times of T behind a QRS of `qrs_s`, when it ends at `qt_s`.
struct TTimes {
  double onset_s;
  double peak_s;
  double end_s;
};

TTimes PlaceT(double qrs_s, double qt_s) {
  const double span = qt_s - qrs_s;
  const double fall = 0.32 * span;
  const double rise = 0.48 * span;
  return {qt_s - fall - rise, qt_s - fall, qt_s};
}

void AddSegmentAndT(const LeadField& field, const HealthyEcg& ecg, const HeartCondition& condition,
                    double qt_s, VentricularShape* shape) {
  const TTimes at = PlaceT(shape->qrs_s, qt_s);
  shape->t_onset_s = at.onset_s;
  shape->t_end_s = at.end_s;
  const Vector3 t = TDipole(field, ecg, condition);
  const double fall = at.end_s - at.peak_s;
  const Vector3 second = 0.16 * TurnHorizontal(t, 1.1);
  std::vector<DipoleBell> bells = {
      {at.peak_s, at.peak_s - at.onset_s, fall, 0.93 * t},
      {at.peak_s + 0.25 * fall, at.peak_s - at.onset_s, 0.75 * fall, second}};
  const Vector3 st = Along(field, 7, kToTheLeft, condition.st_left_mv) +
                     Along(field, 3, kToTheFront, condition.st_front_mv);
  const double j = shape->qrs_s;
  if (Dot(st, st) > 0) {
    const double centre = j + 0.35 * (at.peak_s - j);
    bells.push_back({centre, centre - j + 0.018, at.peak_s + 0.3 * fall - centre, st});
  }
  if (condition.brugada_mv > 0) {
    bells.push_back({j, 0.028, 0.11, Along(field, 3, {-0.45, 0, -0.9}, condition.brugada_mv)});
  }
  if (condition.u_mv > 0) {
    bells.push_back(
        {at.end_s + 0.055, 0.05, 0.07, Along(field, 4, {0.5, 0.3, -0.7}, condition.u_mv)});
  }
  shape->st_t = See(field, bells);
}

/// A beat from the ventricle: slow, large, from one side, T against it.
VentricularShape MakePremature(const LeadField& field, const HealthyEcg& ecg, double qt_s,
                               Random& torso) {
  VentricularShape shape;
  shape.qrs_s = 1.55 * ecg.qrs_ms / 1000 + 0.012;
  const double side = torso.Chance(0.6) ? 1 : -1;  // From the right ventricle it goes to the left.
  const Vector3 main = {1.1 * side, torso.Uniform(0.2, 1.3), 0.75 * side};
  const double q = shape.qrs_s;
  const std::vector<DipoleBell> bells = {
      {0.26 * q, 0.26 * q, 0.3 * q, 0.4 * Jitter(main, 0.5, torso)},
      {0.50 * q, 0.34 * q, 0.34 * q, 1.1 * main},
      {0.74 * q, 0.28 * q, 0.26 * q, 0.35 * Jitter(main, 0.8, torso)}};
  shape.qrs = See(field, bells);
  const TTimes at = PlaceT(q, qt_s + 0.6 * (q - ecg.qrs_ms / 1000));
  shape.t_onset_s = at.onset_s;
  shape.t_end_s = at.end_s;
  shape.st_t =
      See(field, {{at.peak_s, at.peak_s - at.onset_s, at.end_s - at.peak_s, -0.42 * main}});
  return shape;
}

/// Rates of the ventricles and the atria, which the rhythm decides. Infants' tachycardias and
/// flutter are faster.
void SetRates(int age_days, const HealthyEcg& ecg, const HeartCondition& condition, Random& random,
              Heart* heart) {
  const double infant = std::exp(-age_days / 400.0);
  double atrial = std::clamp(ecg.heart_rate_bpm * condition.rate_factor, kSlowestBpm, kFastestBpm);
  double ventricular = atrial;
  switch (condition.rhythm) {
    case Rhythm::kSupraventricularTachycardia:
      ventricular = random.Uniform(160 + 55 * infant, 235 + 65 * infant);
      break;
    case Rhythm::kJunctional:
      ventricular = 0.85 * atrial;
      break;
    case Rhythm::kAtrialFlutter:
      atrial = random.Uniform(260, 340) + 90 * infant;
      ventricular = atrial / 2;
      break;
    case Rhythm::kAtrialFibrillation:
      ventricular = std::min(1.2 * atrial, 190.0);
      break;
    case Rhythm::kTwoToOne:
      atrial = std::max(atrial, 80.0);
      ventricular = atrial / 2;
      break;
    case Rhythm::kCompleteBlock:
      ventricular = random.Uniform(40, 58) + 22 * infant;
      break;
    default:
      break;
  }
  heart->atrial_rate_bpm = atrial;
  heart->rate_bpm = std::clamp(ventricular, kSlowestBpm, 300.0);
}

}  // namespace

Heart BuildHeart(const SyntheticPatient& patient, int exam, const HealthyEcg& ecg,
                 const HeartCondition& condition) {
  const int age_days = patient.exam_ages_days[static_cast<std::size_t>(exam - 1)];
  Random torso(patient.stream, kTorsoStream, 0);  // The same at every exam.
  Qrs qrs{HealthyLoop(ecg, torso), ecg.qrs_ms / 1000};
  const double median_axis =
      PediatricNormals::Table().At("qrs_axis", age_days, patient.sex)->p50.value();
  const LeadField field(qrs.bells, ecg, median_axis, torso);
  ChangeLoop(condition, &qrs);
  if (condition.qrs_add_ms > 0) Stretch(1 + condition.qrs_add_ms / 1000 / qrs.seconds, &qrs);
  double delta_s = 0;
  Conduct(condition.conduction, torso, &qrs, &delta_s);

  Heart heart;
  Random rates(patient.stream, kRhythmStream, 2000 + static_cast<std::uint64_t>(exam));
  SetRates(age_days, ecg, condition, rates, &heart);
  heart.pr_s = std::max(0.055, (ecg.pr_ms + condition.pr_add_ms) / 1000 - delta_s);
  const double wide_s = qrs.seconds - ecg.qrs_ms / 1000;
  const double rr_s = 60 / heart.rate_bpm;
  const double corrected_s = (ecg.qtc_ms + condition.qtc_add_ms) / 1000;
  double qt_s = corrected_s * std::sqrt(rr_s) + (wide_s > 0.02 ? 0.7 * wide_s : 0);
  qt_s = std::max(std::min(qt_s, 0.95 * rr_s), qrs.seconds + 0.09);
  heart.conducted.qrs = See(field, qrs.bells);
  heart.conducted.qrs_s = qrs.seconds;
  AddSegmentAndT(field, ecg, condition, qt_s, &heart.conducted);
  heart.premature = MakePremature(field, ecg, qt_s, torso);
  heart.sinus_p = MakeP(field, ecg, condition, ecg.p_axis_deg);
  heart.ectopic_p = MakeP(field, ecg, condition, -75);
  heart.retrograde_p = MakeP(field, ecg, condition, -100);
  // P fits in front of QRS.
  for (AtrialShape* p : {&heart.sinus_p, &heart.ectopic_p, &heart.retrograde_p}) {
    const double factor = std::min(1.0, 0.96 * heart.pr_s / p->duration_s);
    p->duration_s *= factor;
    for (LeadBell& bell : p->bells) {
      bell.centre_s *= factor;
      bell.rise_s *= factor;
      bell.fall_s *= factor;
    }
  }
  heart.flutter_mv = field.See(Along(field, 1, {0.1, 1, -0.25}, -torso.Uniform(0.12, 0.3)));
  return heart;
}

}  // namespace pecg
