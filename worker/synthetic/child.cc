#include "worker/synthetic/child.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "worker/synthetic/random.h"

namespace pecg {
namespace {

enum Stream : std::uint64_t { kPatientStream = 1, kExamStream = 2, kStatementStream = 3 };

/// Age bands of the release: first day, day after the last, records, share of 9-lead records, and
/// shares of records with a diagnosis (docs/synthetic.md;
/// aggregates of ZZU-pECG, CC BY 4.0, Tan et al., Sci Data 12:867, 2025).
struct AgeBand {
  int from_days;
  int to_days;
  double records;
  double nine_lead;
  double chd;
  double myocarditis;
  double kawasaki;
  double cardiomyopathy;
};
constexpr std::array<AgeBand, 9> kAgeBands = {{
    {1, 31, 279, 0.943, 0.45, 0.005, 0.000, 0.003},
    {31, 91, 265, 0.860, 0.48, 0.030, 0.010, 0.011},
    {91, 183, 261, 0.717, 0.50, 0.030, 0.030, 0.020},
    {183, 365, 393, 0.613, 0.48, 0.030, 0.035, 0.012},
    {365, 1095, 1344, 0.394, 0.43, 0.040, 0.045, 0.010},
    {1095, 1825, 1587, 0.166, 0.30, 0.040, 0.030, 0.007},
    {1825, 2920, 2433, 0.059, 0.18, 0.045, 0.015, 0.007},
    {2920, 4380, 3637, 0.000, 0.105, 0.055, 0.004, 0.012},
    {4380, 5475, 3991, 0.000, 0.075, 0.045, 0.001, 0.012},
}};

const AgeBand& BandAt(int age_days) {
  for (const AgeBand& band : kAgeBands) {
    if (age_days < band.to_days) return band;
  }
  return kAgeBands.back();
}

struct CodeWeight {
  const char* code;
  double weight;
};
/// Shares within a disease group, from the release's counts per code.
constexpr std::array<CodeWeight, 10> kChdCodes = {{{"Q21.0", 1062},
                                                   {"Q21.1", 936},
                                                   {"(FO) Q21.1", 420},
                                                   {"(OSD) Q21.1", 180},
                                                   {"Q21.2", 61},
                                                   {"Q21.3", 89},
                                                   {"Q22.1", 60},
                                                   {"Q25.0", 348},
                                                   {"Q25.6", 40},
                                                   {"I37.0", 18}}};
constexpr std::array<CodeWeight, 4> kMyocarditisCodes = {
    {{"(F) I40.0", 130}, {"(V) I40.0", 249}, {"I40.9", 160}, {"I51.4", 96}}};
constexpr std::array<CodeWeight, 4> kCardiomyopathyCodes = {
    {{"I42.0", 70}, {"I42.2", 40}, {"I42.9", 22}, {"Q24.8", 15}}};
constexpr std::array<CodeWeight, 6> kOtherCodes = {{{"J18.9", 30},
                                                    {"I49.9", 12},
                                                    {"R07.4", 12},
                                                    {"R55", 10},
                                                    {"D69.0", 8},
                                                    {"B34.9", 8}}};

template <std::size_t N>
const char* ChooseCode(Random& random, const std::array<CodeWeight, N>& codes) {
  std::array<double, N> weights{};
  std::ranges::transform(codes, weights.begin(), &CodeWeight::weight);
  return codes[static_cast<std::size_t>(random.Choose(weights))].code;
}

bool HasAny(const SyntheticPatient& patient, std::initializer_list<const char*> codes) {
  return std::ranges::any_of(codes, [&](const char* code) {
    return std::ranges::find(patient.icd_codes, code) != patient.icd_codes.end();
  });
}

/// Medians at the centre of an age band, boys and girls together (Rijnbeek 2001).
struct Norm {
  double age_days;
  double rate_bpm;
  double rate_sd;
  double pr_ms;
  double qrs_ms;
  double axis_deg;
  double axis_sd;
};
constexpr std::array<Norm, 9> kNorms = {{
    {18, 157, 16, 100, 67, 103, 20},
    {53, 153, 16, 98, 64, 84, 24},
    {128, 136, 14, 105, 65, 68, 26},
    {258, 131, 15, 112, 67, 67, 27},
    {632, 123, 14, 115, 70, 66, 27},
    {1414, 99, 12, 122, 73, 69, 25},
    {2310, 88, 12, 127, 78, 72, 24},
    {3579, 79, 11, 131, 83, 68, 26},
    {5061, 75, 11, 137, 89, 65, 25},
}};

/// Straight lines in the logarithm of age between the band centres.
Norm NormAt(int age_days) {
  const double age = std::max(1, age_days);
  if (age <= kNorms.front().age_days) return kNorms.front();
  for (std::size_t i = 1; i < kNorms.size(); ++i) {
    const Norm& a = kNorms[i - 1];
    const Norm& b = kNorms[i];
    if (age > b.age_days) continue;
    const double w = std::log(age / a.age_days) / std::log(b.age_days / a.age_days);
    const auto mix = [&](double Norm::*member) { return a.*member * (1 - w) + b.*member * w; };
    return {age,
            mix(&Norm::rate_bpm),
            mix(&Norm::rate_sd),
            mix(&Norm::pr_ms),
            mix(&Norm::qrs_ms),
            mix(&Norm::axis_deg),
            mix(&Norm::axis_sd)};
  }
  return kNorms.back();
}

/// How strongly a disease shows in an exam: nothing in 27 %, otherwise anything up to 1.
double DrawGrade(Random& random) { return random.Chance(0.27) ? 0 : random.Uniform(0.2, 1.0); }

void ApplyHeartDefect(const SyntheticPatient& patient, Random& random, SyntheticExam& exam) {
  const double grade = DrawGrade(random);
  if (HasAny(patient, {"Q21.1", "(OSD) Q21.1", "(FO) Q21.1"})) {  // Right ventricular volume load.
    const double size = HasAny(patient, {"(FO) Q21.1"}) ? 0.3 : 1.0;
    exam.late_right += 0.5 * grade * size;
    exam.frontal_axis_deg += 30 * grade * size;
    exam.right_gain *= 1 + 0.3 * grade * size;
  }
  if (HasAny(patient, {"Q21.0", "Q25.0"})) {  // Left ventricular volume load.
    exam.left_gain *= 1 + 0.6 * grade;
    exam.right_gain *= 1 + 0.3 * grade;
  }
  if (HasAny(patient, {"Q21.2"})) {  // Superior axis.
    exam.frontal_axis_deg -= 120 * grade;
    exam.pr_ms += 25 * grade;
    exam.late_right += 0.3 * grade;
  }
  if (HasAny(patient, {"Q21.3", "Q22.1", "Q25.6", "I37.0"})) {  // Right ventricular pressure load.
    exam.right_gain *= 1 + 1.2 * grade;
    exam.frontal_axis_deg += 50 * grade;
  }
}

void ApplyMuscleDisease(const SyntheticPatient& patient, Random& random, SyntheticExam& exam) {
  if (HasAny(patient, {"(F) I40.0", "(V) I40.0", "I40.9", "I51.4"})) {
    const double grade = DrawGrade(random) * (HasAny(patient, {"(F) I40.0"}) ? 1.0 : 0.7);
    exam.left_gain *= 1 - 0.45 * grade;
    exam.right_gain *= 1 - 0.45 * grade;
    exam.t_gain *= 1 - 1.3 * grade;
    exam.heart_rate_bpm *= 1 + 0.25 * grade;
    exam.qtc_ms += 25 * grade;
    exam.premature_per_minute += random.Chance(0.3 * grade) ? 6 : 0;
    exam.premature_is_ventricular = true;
  }
  if (HasAny(patient, {"I42.0", "I42.2", "I42.9", "Q24.8"})) {
    const double grade = DrawGrade(random);
    exam.left_gain *= 1 + 1.1 * grade;
    exam.t_gain *= 1 - 1.6 * grade;
    exam.qrs_ms += 15 * grade;
  }
  if (HasAny(patient, {"M30.3"})) {
    const double grade = DrawGrade(random);
    exam.heart_rate_bpm *= 1 + 0.2 * grade;
    exam.t_gain *= 1 - 0.6 * grade;
    exam.pr_ms += 12 * grade;
  }
}

/// Lengths of the release's 12-lead records, in seconds, and how many of 100 have them.
constexpr std::array<double, 6> kSeconds = {30, 20, 21, 15, 22, 12};
constexpr std::array<double, 6> kSecondsShare = {69, 19, 3, 3, 3, 3};

}  // namespace

SyntheticPatient DrawPatient(std::uint64_t seed, std::int64_t number) {
  Random random(seed, kPatientStream, static_cast<std::uint64_t>(number));
  SyntheticPatient patient;
  patient.number = number;
  patient.stream = random.Next();
  // Records per patient in the release: 9,957 with one, 1,319 with two, 202 with three, 158 more.
  patient.exam_count = 1 + random.Choose(std::array<double, 5>{9957, 1319, 202, 63, 95});
  std::array<double, kAgeBands.size()> records{};
  std::ranges::transform(kAgeBands, records.begin(), &AgeBand::records);
  const AgeBand& band = kAgeBands[static_cast<std::size_t>(random.Choose(records))];
  patient.first_age_days = static_cast<int>(random.Uniform(band.from_days, band.to_days));
  patient.sex = random.Chance(8131.0 / 14190.0) ? Sex::kMale : Sex::kFemale;
  if (random.Chance(band.chd)) {
    patient.icd_codes.emplace_back(ChooseCode(random, kChdCodes));
    if (random.Chance(0.15)) {
      const char* second = ChooseCode(random, kChdCodes);
      if (!HasAny(patient, {second})) patient.icd_codes.emplace_back(second);
    }
  }
  if (random.Chance(band.myocarditis)) {
    patient.icd_codes.emplace_back(ChooseCode(random, kMyocarditisCodes));
  }
  if (random.Chance(band.cardiomyopathy)) {
    patient.icd_codes.emplace_back(ChooseCode(random, kCardiomyopathyCodes));
  }
  if (random.Chance(band.kawasaki)) patient.icd_codes.emplace_back("M30.3");
  if (patient.icd_codes.empty() || random.Chance(0.4)) {
    patient.icd_codes.emplace_back(ChooseCode(random, kOtherCodes));
  }
  return patient;
}

SyntheticExam DrawExam(const SyntheticPatient& patient, int exam_number) {
  Random random(patient.stream, kExamStream, static_cast<std::uint64_t>(exam_number));
  SyntheticExam exam;
  exam.age_days = std::min(5474, patient.first_age_days + 4 * (exam_number - 1));
  const Norm norm = NormAt(exam.age_days);
  exam.heart_rate_bpm = random.Normal(norm.rate_bpm, norm.rate_sd);
  if (random.Chance(0.16)) exam.heart_rate_bpm *= random.Uniform(1.15, 1.4);  // Fever, distress.
  if (random.Chance(0.06)) exam.heart_rate_bpm *= random.Uniform(0.68, 0.82);
  exam.sinus_arrhythmia = random.Chance(0.18) ? random.Uniform(0.12, 0.25)
                                              : random.Uniform(0.01, 0.06);
  exam.pr_ms = random.Normal(norm.pr_ms, 0.10 * norm.pr_ms);
  exam.qrs_ms = random.Normal(norm.qrs_ms, 0.09 * norm.qrs_ms);
  exam.qtc_ms = random.Normal(412, 16);
  exam.frontal_axis_deg = random.Normal(norm.axis_deg, norm.axis_sd);
  exam.left_gain = std::exp(random.Normal(0, 0.22));
  exam.right_gain = std::exp(random.Normal(0, 0.25));
  exam.late_right = random.Chance(0.06) ? random.Uniform(0.2, 0.5) : 0;
  exam.t_gain = std::exp(random.Normal(0, 0.25));
  if (random.Chance(0.05)) {
    exam.premature_per_minute = random.Uniform(2, 8);
    exam.premature_is_ventricular = random.Chance(0.4);
  }
  ApplyHeartDefect(patient, random, exam);
  ApplyMuscleDisease(patient, random, exam);
  exam.heart_rate_bpm = std::clamp(exam.heart_rate_bpm, 40.0, 220.0);
  exam.nine_leads = random.Chance(BandAt(exam.age_days).nine_lead);
  exam.seconds = kSeconds[static_cast<std::size_t>(random.Choose(kSecondsShare))];
  return exam;
}

RateLimits RateLimitsAt(int age_days) {
  const double years = age_days / 365.0;
  if (years < 1) return {140, 100};
  if (years < 3) return {130, 80};
  if (years < 6) return {120, 75};
  if (years < 8) return {100, 65};
  return {100, 60};
}

std::vector<std::string> StatementsOf(const SyntheticPatient& patient, const SyntheticExam& exam) {
  Random random(patient.stream, kStatementStream, static_cast<std::uint64_t>(exam.age_days));
  const RateLimits limits = RateLimitsAt(exam.age_days);
  std::vector<std::string> statements;
  const auto add = [&](bool is_so, const char* statement) {
    if (is_so) statements.emplace_back(statement);
  };
  add(exam.heart_rate_bpm > limits.fast_bpm, "Sinus tachycardia");
  add(exam.heart_rate_bpm < limits.slow_bpm, "Sinus bradycardia");
  add(exam.sinus_arrhythmia > 0.12, "Sinus arrhythmia");
  const bool premature = exam.premature_per_minute > 0;
  add(premature && !exam.premature_is_ventricular, "Atrial premature complex(es)");
  add(premature && exam.premature_is_ventricular, "Ventricular premature complex(es)");
  add(exam.late_right > 0.25, "Incomplete right bundle-branch block");
  add(exam.frontal_axis_deg > (exam.age_days < 31 ? 160 : 120), "Right-axis deviation");
  add(exam.frontal_axis_deg < -15, "Left-axis deviation");
  add(exam.left_gain < 0.55 && exam.right_gain < 0.7, "Low voltage");
  add(exam.left_gain > 1.75, "Left ventricular hypertrophy");
  add(exam.right_gain > 1.8, "Right ventricular hypertrophy");
  add(exam.t_gain < 0.35, "T-wave abnormality");
  add(exam.qtc_ms > 455, "Prolonged QT interval");
  if (statements.empty()) {
    statements.emplace_back(random.Chance(0.35) ? "Otherwise normal ECG" : "Normal ECG");
  }
  return statements;
}

}  // namespace pecg
