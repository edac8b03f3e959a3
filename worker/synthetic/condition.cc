#include "worker/synthetic/condition.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <string>

#include "worker/synthetic/random.h"
#include "worker/synthetic/streams.h"

namespace pecg {
namespace {

/// Sizes of all effects of a group, set so that a classifier on the true measurements reaches about
/// what real data allow (docs/synthetic.md, ceilings).
constexpr double kChdSize = 1.0;
constexpr double kMyocarditisSize = 1.55;
constexpr double kKawasakiSize = 1.25;
constexpr double kCardiomyopathySize = 1.27;

using Effect = std::function<void(double grade, Random&, HeartCondition&)>;

void SeptalDefect(double g, Random& random,
                  HeartCondition& c) {  // Ventricular: both ventricles loaded.
  c.left *= 1 + 0.45 * g;
  c.right *= 1 + 0.45 * g;
  c.septal *= 1 + 1.3 * g;
  c.left_atrium *= 1 + 0.9 * g;
  c.axis_turn_deg -= random.Chance(0.15) ? 60 * g : 0;
  c.loop_twist += 0.35 * g;
}

void AtrialDefect(double g, Random& random, HeartCondition& c) {  // Right ventricle volume-loaded.
  c.right *= 1 + 0.40 * g;
  c.late_right_mv += 0.45 * g;
  c.axis_turn_deg += 28 * g;
  c.right_atrium *= 1 + 0.55 * g;
  c.pr_add_ms += 14 * g;
  c.notch_mv += 0.10 * g;
  if (c.conduction == Conduction::kNormal && g > 0.45 && random.Chance(0.22)) {
    c.conduction = Conduction::kIncompleteRightBundle;
  }
}

void OpenForamen(double g, Random& random, HeartCondition& c) { AtrialDefect(0.55 * g, random, c); }

void AvSeptalDefect(double g, Random& random, HeartCondition& c) {
  c.axis_turn_deg -= 105 * g;
  c.pr_add_ms += 32 * g;
  c.late_right_mv += 0.3 * g;
  c.right *= 1 + 0.4 * g;
  c.left *= 1 + 0.3 * g;
  c.notch_mv += random.Uniform(0, 0.1) * g;
}

void Fallot(double g, Random& random, HeartCondition& c) {
  c.right *= 1 + 1.2 * g;
  c.axis_turn_deg += 40 * g;
  c.right_atrium *= 1 + 0.6 * g;
  if (random.Chance(0.35)) {  // Operated on.
    c.conduction = Conduction::kRightBundle;
  } else {
    c.t_front_mv += 0.35 * g;
  }
}

void RightOutflowStenosis(double g, Random&, HeartCondition& c) {
  c.right *= 1 + 1.1 * g;
  c.axis_turn_deg += 32 * g;
  c.right_atrium *= 1 + 0.5 * g;
  c.t_front_mv += 0.30 * g;
  c.loop_twist -= 0.3 * g;
}

void OpenDuct(double g, Random&, HeartCondition& c) {
  c.left *= 1 + 0.55 * g;
  c.left_atrium *= 1 + 1.0 * g;
  c.septal *= 1 + 1.2 * g;
  c.pr_add_ms += 10 * g;
  c.p_add_ms += 8 * g;
  c.loop_twist += 0.25 * g;
}

Effect Myocarditis(double weight) {
  return [weight](double grade, Random& random, HeartCondition& c) {
    const double g = weight * grade;
    c.voltage *= std::max(0.35, 1 - 0.42 * g);
    c.t_gain *= 1 - 1.0 * g;
    c.rate_factor *= 1 + 0.10 * g;
    c.qtc_add_ms += 16 * g;
    c.pr_add_ms += 14 * g;
    c.qrs_add_ms += 6 * g;
    c.t_variability += 0.22 * g;
    c.breathing_loss = std::max(c.breathing_loss, std::min(1.0, 0.7 * g));
    if (random.Chance(0.45 * g)) c.st_left_mv += random.Uniform(-0.16, -0.06) * g;
    if (random.Chance(0.12 * g)) c.st_front_mv += random.Uniform(0.1, 0.3) * g;
    if (random.Chance(0.20 * g)) c.ectopy = {0.05 * random.Uniform(0.3, 2), true, false, true};
    if (random.Chance(0.07 * g)) c.rhythm = Rhythm::kCompleteBlock;
    if (random.Chance(0.05 * g)) c.rhythm = Rhythm::kVentricularTachycardia;
    if (random.Chance(0.06 * g)) c.conduction = Conduction::kRightBundle;
  };
}

void Kawasaki(double g, Random& random, HeartCondition& c) {
  c.rate_factor *= 1 + 0.16 * g;
  c.t_gain *= 1 - 0.62 * g;
  c.pr_add_ms += 12 * g;
  c.qtc_add_ms -= 8 * g;
  c.voltage *= 1 - 0.12 * g;
  c.t_variability += 0.10 * g;
  c.breathing_loss = std::max(c.breathing_loss, 0.6 * g);
  if (random.Chance(0.15)) c.t_gain -= 0.5 * g;
}

void Dilated(double g, Random& random, HeartCondition& c) {
  c.left *= 1 + 1.4 * g;
  c.apical *= 1 - 0.5 * g;
  c.qrs_add_ms += 12 * g;
  c.t_gain *= 1 - 1.1 * g;
  c.left_atrium *= 1 + 1.1 * g;
  c.right_atrium *= 1 + 0.5 * g;
  c.rate_factor *= 1 + 0.32 * g;
  c.breathing_loss = std::max(c.breathing_loss, 0.8 * g);
  c.t_variability += 0.12 * g;
  if (random.Chance(0.08 * g)) c.conduction = Conduction::kLeftBundle;
  if (random.Chance(0.20 * g)) c.ectopy = {0.06, true, false, false};
}

void Hypertrophic(double g, Random&, HeartCondition& c) {
  c.left *= 1 + 1.1 * g;
  c.septal *= 1 + 1.8 * g;
  c.t_strain_mv += 0.75 * g;
  c.st_left_mv -= 0.12 * g;
  c.left_atrium *= 1 + 0.8 * g;
  c.qrs_add_ms += 5 * g;
}

void Noncompaction(double g, Random& random, HeartCondition& c) {
  c.left *= 1 + 0.9 * g;
  c.right *= 1 + 0.5 * g;
  c.notch_mv += 0.22 * g;
  c.t_gain *= 1 - 1.1 * g;
  c.qrs_add_ms += 9 * g;
  if (random.Chance(0.15 * g)) c.conduction = Conduction::kPreexcitation;
}

void OtherMuscleDisease(double g, Random& random, HeartCondition& c) {
  if (random.Chance(0.5)) {
    Dilated(0.8 * g, random, c);
  } else {
    Hypertrophic(0.8 * g, random, c);
  }
}

const Effect& EffectOf(const std::string& icd_code) {
  static const std::map<std::string, Effect> kEffects = {{"Q21.0", SeptalDefect},
                                                         {"Q21.1", AtrialDefect},
                                                         {"(FO) Q21.1", OpenForamen},
                                                         {"(OSD) Q21.1", AtrialDefect},
                                                         {"Q21.2", AvSeptalDefect},
                                                         {"Q21.3", Fallot},
                                                         {"Q22.1", RightOutflowStenosis},
                                                         {"Q25.0", OpenDuct},
                                                         {"Q25.6", RightOutflowStenosis},
                                                         {"I37.0", RightOutflowStenosis},
                                                         {"(F) I40.0", Myocarditis(1.25)},
                                                         {"(V) I40.0", Myocarditis(1.0)},
                                                         {"I40.9", Myocarditis(1.0)},
                                                         {"I51.4", Myocarditis(0.8)},
                                                         {"M30.3", Kawasaki},
                                                         {"I42.0", Dilated},
                                                         {"I42.2", Hypertrophic},
                                                         {"I42.9", OtherMuscleDisease},
                                                         {"Q24.8", Noncompaction}};
  return kEffects.at(icd_code);
}

double SizeOf(DiseaseGroup group) {
  switch (group) {
    case DiseaseGroup::kChd:
      return kChdSize;
    case DiseaseGroup::kMyocarditis:
      return kMyocarditisSize;
    case DiseaseGroup::kKawasaki:
      return kKawasakiSize;
    case DiseaseGroup::kCardiomyopathy:
      return kCardiomyopathySize;
    case DiseaseGroup::kNone:
      break;
  }
  return 0;
}

/// Days after which an acute disease has lost two thirds of its effect; 0 = it stays.
double RecoveryDays(DiseaseGroup group) {
  if (group == DiseaseGroup::kMyocarditis) return 16;
  return group == DiseaseGroup::kKawasaki ? 14 : 0;
}

void ApplyDiagnoses(const SyntheticPatient& patient, int exam, HeartCondition& condition) {
  const auto at = static_cast<std::size_t>(exam - 1);
  const double days_ill =
      patient.days_ill_before + patient.exam_ages_days[at] - patient.exam_ages_days.front();
  for (std::size_t i = 0; i < patient.diagnoses.size(); ++i) {
    const Diagnosis& diagnosis = patient.diagnoses[i];
    const double recovery = RecoveryDays(diagnosis.group);
    const double left_over = recovery > 0 ? std::exp(-std::max(0.0, days_ill - 5) / recovery) : 1;
    const double grade = SizeOf(diagnosis.group) * diagnosis.severity * left_over;
    if (diagnosis.group == DiseaseGroup::kChd) {
      // The loop's shape tells more than its size, also where nothing else shows.
      condition.loop_twist += 0.10;
      condition.notch_mv += 0.03;
      condition.is_healthy = false;
    }
    if (grade < 0.03) continue;
    Random random(patient.stream, kDiseaseStream, i);
    EffectOf(diagnosis.icd_code)(grade, random, condition);
    condition.is_healthy = false;
  }
}

/// Findings that in-patients have without one of the 19 diagnoses, with their chance per exam.
struct Background {
  double chance;
  double stays;       ///< Chance that an exam of a child who tends to it shows it.
  double beside_chd;  ///< Factor of the chance in children admitted for a heart defect.
  int from_days;
  int to_days;
  void (*apply)(Random&, HeartCondition&);
};

constexpr int kAnyAge = 6000;
constexpr auto kBackgrounds = std::to_array<Background>({
    {0.22, 0.6, 0.12, 2, kAnyAge, [](Random& r, HeartCondition& c) { c.t_gain *= 1 - r.Uniform(0.5, 1.2); }},
    {0.10, 0.6, 0.3, 2920, kAnyAge, [](Random& r, HeartCondition& c) { c.t_gain *= 1 - r.Uniform(0.5, 1.2); }},
    {0.10, 0.6, 0.25, 7, kAnyAge,
     [](Random& r, HeartCondition& c) {
       c.st_left_mv += r.Uniform(-0.2, -0.11);
       c.t_gain *= 1 - r.Uniform(0.3, 0.9);
     }},
    {0.026, 0.6, 0.2, 0, kAnyAge, [](Random& r, HeartCondition& c) { c.st_left_mv += r.Uniform(-0.22, -0.12); }},
    {0.018, 0.5, 0.8, 0, kAnyAge,
     [](Random& r, HeartCondition& c) {
       c.conduction = Conduction::kIncompleteRightBundle;
       c.late_right_mv += r.Uniform(0.2, 0.45);
     }},
    {0.016, 0.8, 1, 0, kAnyAge, [](Random&, HeartCondition& c) { c.conduction = Conduction::kRightBundle; }},
    {0.033, 0.8, 0.8, 365, kAnyAge, [](Random&, HeartCondition& c) { c.conduction = Conduction::kLeftAnterior; }},
    {0.0018, 0.8, 1, 0, kAnyAge, [](Random&, HeartCondition& c) { c.conduction = Conduction::kLeftBundle; }},
    {0.0018, 0.8, 1, 0, kAnyAge, [](Random&, HeartCondition& c) { c.conduction = Conduction::kLeftPosterior; }},
    {0.006, 0.6, 0.5, 0, kAnyAge, [](Random&, HeartCondition& c) { c.conduction = Conduction::kDelayed; }},
    {0.0032, 0.8, 1, 0, kAnyAge, [](Random&, HeartCondition& c) { c.conduction = Conduction::kPreexcitation; }},
    {0.050, 0.6, 0.3, 31, kAnyAge, [](Random& r, HeartCondition& c) { c.qtc_add_ms += r.Uniform(45, 100); }},
    {0.22, 0.6, 0.5, 0, 31, [](Random& r, HeartCondition& c) { c.qtc_add_ms += r.Uniform(45, 110); }},
    {0.033, 0.6, 0.2, 0, kAnyAge, [](Random& r, HeartCondition& c) { c.voltage *= r.Uniform(0.20, 0.42); }},
    {0.016, 0.5, 0.5, 0, kAnyAge, [](Random& r, HeartCondition& c) { c.right_atrium *= r.Uniform(1.7, 2.4); }},
    {0.014, 0.5, 0.5, 0, kAnyAge,
     [](Random& r, HeartCondition& c) {
       c.left_atrium *= r.Uniform(1.6, 2.4);
       c.p_add_ms += r.Uniform(15, 30);
     }},
    {0.011, 0.6, 0.5, 0, kAnyAge, [](Random& r, HeartCondition& c) { c.pr_add_ms += r.Uniform(45, 110); }},
    {0.008, 0.6, 0.5, 365, kAnyAge, [](Random& r, HeartCondition& c) { c.pr_add_ms -= r.Uniform(28, 45); }},
    {0.024, 0.6, 0.3, 2500, kAnyAge, [](Random& r, HeartCondition& c) { c.st_front_mv += r.Uniform(0.12, 0.25); }},
    {0.030, 0.5, 0.3, 0, kAnyAge, [](Random& r, HeartCondition& c) { c.u_mv += r.Uniform(0.08, 0.2); }},
    {0.016, 0.4, 0.3, 0, kAnyAge, [](Random& r, HeartCondition& c) { c.axis_turn_deg += r.Uniform(45, 90); }},
    {0.006, 0.4, 0.3, 0, kAnyAge, [](Random& r, HeartCondition& c) { c.axis_turn_deg -= r.Uniform(50, 110); }},
    {0.045, 0.7, 0.3, 0, kAnyAge, [](Random& r, HeartCondition& c) { c.left *= r.Uniform(1.4, 1.9); }},
    {0.045, 0.7, 0.3, 0, kAnyAge, [](Random& r, HeartCondition& c) { c.right *= r.Uniform(1.4, 2.0); }},
    {0.35, 0.8, 0.8, 0, 730, [](Random& r, HeartCondition& c) { c.right *= r.Uniform(1.4, 2.2); }},
    {0.20, 0.8, 0.8, 0, 500, [](Random& r, HeartCondition& c) { c.left *= r.Uniform(1.3, 1.9); }},
    {0.0008, 0.6, 1, 1000, kAnyAge, [](Random& r, HeartCondition& c) { c.brugada_mv += r.Uniform(0.22, 0.4); }},
    {0.03, 0.6, 0.7, 0, kAnyAge,
     [](Random& r, HeartCondition& c) { c.ectopy = {0.01 * std::exp(r.Normal()), false, false, false}; }},
    {0.028, 0.6, 0.7, 0, kAnyAge,
     [](Random& r, HeartCondition& c) {
       c.ectopy = {0.015 * std::exp(r.Normal()), true, r.Chance(0.08), r.Chance(0.1)};
     }},
});

/// Findings that are rarer than this beside a heart defect come with another illness.
constexpr double kOfIllness = 0.4;
constexpr double kIllShare = 0.5;

struct RhythmShare {
  Rhythm rhythm;
  double chance;
};
constexpr auto kRhythms = std::to_array<RhythmShare>({
    {Rhythm::kWanderingPacemaker, 0.010},
    {Rhythm::kEctopicAtrial, 0.006},
    {Rhythm::kJunctional, 0.004},
    {Rhythm::kSupraventricularTachycardia, 0.0062},
    {Rhythm::kAtrialFlutter, 0.0029},
    {Rhythm::kAtrialFibrillation, 0.0023},
    {Rhythm::kVentricularTachycardia, 0.0045},
    {Rhythm::kWenckebach, 0.003},
    {Rhythm::kMobitz2, 0.0015},
    {Rhythm::kTwoToOne, 0.002},
    {Rhythm::kCompleteBlock, 0.003},
    {Rhythm::kSinusPause, 0.002},
});

void ApplyBackground(const SyntheticPatient& patient, int exam, int age_days,
                     HeartCondition& condition) {
  Random of_patient(patient.stream, kBackgroundStream, 0);
  Random of_day(patient.stream, kBackgroundStream, static_cast<std::uint64_t>(exam));
  const bool has_chd = patient.Find(DiseaseGroup::kChd) != nullptr;
  const bool is_ill = of_patient.Chance(kIllShare);
  for (const Background& background : kBackgrounds) {
    double chance = background.chance * (has_chd ? background.beside_chd : 1);
    // What illness brings comes together: half of the children have none of it.
    if (background.beside_chd < kOfIllness) chance *= is_ill ? 1 / kIllShare : 0;
    const bool tends = of_patient.Chance(chance / background.stays);
    Random own(patient.stream, kBackgroundStream, of_patient.Next());
    const bool shows = of_day.Chance(background.stays);
    if (!tends || !shows) continue;
    if (age_days < background.from_days || age_days >= background.to_days) continue;
    background.apply(own, condition);
    condition.is_healthy = false;
  }
}

/// Rhythms come and go: half of a patient's exams show it.
void ApplyRhythm(const SyntheticPatient& patient, int exam, HeartCondition& condition) {
  Random of_patient(patient.stream, kRhythmStream, 0);
  Random of_day(patient.stream, kRhythmStream, static_cast<std::uint64_t>(exam));
  for (const RhythmShare& share : kRhythms) {
    // Twice the share of patients tend to it, and half of their exams show it.
    const bool tends = of_patient.Chance(2 * share.chance);
    const bool shows = of_day.Chance(0.5);
    if (!tends || !shows) continue;
    condition.rhythm = share.rhythm;
    condition.is_healthy = false;
  }
  if (of_day.Chance(0.016)) {
    condition.has_escape_beat = true;
    condition.is_healthy = false;
  }
}

/// Breathing changes the rate most in school children at rest.
double DrawSinusArrhythmia(const SyntheticPatient& patient, int exam, int age_days) {
  Random of_patient(patient.stream, kRhythmStream, 1000);
  Random of_day(patient.stream, kRhythmStream, 1000 + static_cast<std::uint64_t>(exam));
  const double infant = std::exp(-age_days / 700.0);
  const double score = 0.75 * of_patient.Normal() + 0.66 * of_day.Normal();
  return (0.040 - 0.022 * infant) * std::exp(0.75 * score);
}

}  // namespace

HeartCondition DrawCondition(const SyntheticPatient& patient, int exam) {
  const int age_days = patient.exam_ages_days[static_cast<std::size_t>(exam - 1)];
  HeartCondition condition;
  condition.sinus_arrhythmia = DrawSinusArrhythmia(patient, exam, age_days);
  ApplyBackground(patient, exam, age_days, condition);
  ApplyRhythm(patient, exam, condition);
  ApplyDiagnoses(patient, exam, condition);
  condition.sinus_arrhythmia *= 1 - std::min(1.0, condition.breathing_loss);
  condition.t_variability = std::min(condition.t_variability, 0.4);
  return condition;
}

}  // namespace pecg
