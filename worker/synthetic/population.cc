#include "worker/synthetic/population.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "worker/synthetic/random.h"
#include "worker/synthetic/streams.h"

namespace pecg {
namespace {

constexpr double kMaleShare = 8131.0 / 14190.0;
constexpr int kOldestDays = 5474;
/// Exams per patient, all together and by disease group: turns shares of records into shares of
/// patients.
constexpr double kMeanExams = 1.2188;
constexpr std::array<double, kDiseaseGroupCount> kMeanExamsWith = {1.18, 1.35, 1.684, 1.18, 1.709};
/// Diagnoses avoid each other: of 256 records with myocarditis 13 have a heart defect as well, of
/// 147 with cardiomyopathy 4 have.
constexpr std::array<double, kDiseaseGroupCount> kChanceBesideChd = {1, 1, 0.30, 0.5, 0.15};
constexpr std::array<double, kDiseaseGroupCount> kChanceWithoutChd = {1, 1, 1.16, 1.15, 1.22};

constexpr int kRosterPatients = 95;
constexpr int kRosterStep = 5;
constexpr double kChanceBesideRoster = 0.45;
constexpr double kSecondDefectChance = 0.19;
constexpr int kMostCodes = 11;

int DrawAge(Random& random) {
  const auto& bins = GenerativeTables::Get().ages;
  std::vector<double> weights(bins.size());
  std::ranges::transform(bins, weights.begin(), &GenerativeTables::AgeBin::records);
  const auto& bin = bins[static_cast<std::size_t>(random.Choose(weights))];
  return static_cast<int>(random.Uniform(bin.from_days, bin.to_days));
}

const GenerativeTables::Code& DrawCode(DiseaseGroup group, Random& random) {
  const auto& codes = GenerativeTables::Get().diagnoses;
  std::vector<double> weights(codes.size(), 0.0);
  for (std::size_t i = 0; i < codes.size(); ++i) {
    if (codes[i].group == group) weights[i] = codes[i].weight;
  }
  return codes[static_cast<std::size_t>(random.Choose(weights))];
}

void Add(const GenerativeTables::Code& code, Random& random, SyntheticPatient* patient) {
  for (const Diagnosis& known : patient->diagnoses) {
    if (known.icd_code == code.icd_code) return;
  }
  const double severity = random.Uniform(0.3, 1.0);
  const bool shows = !random.Chance(code.silent_share);
  patient->diagnoses.push_back({code.group, code.icd_code, shows ? severity : 0});
}

void DrawDiagnoses(int age_days, Random& random, SyntheticPatient* patient) {
  const GenerativeTables& tables = GenerativeTables::Get();
  const std::int64_t place = patient->number - 1;
  double chance_factor = 1;
  if (place < kRosterPatients) {
    chance_factor = kChanceBesideRoster;
    if (place % kRosterStep == 2) {
      // 7 steps round the 19 codes, so that neighbours are of different groups.
      const auto code = static_cast<std::size_t>(place / kRosterStep * 7) % tables.diagnoses.size();
      Add(tables.diagnoses[code], random, patient);
      return;
    }
  }
  const auto& band = tables.BandAt(age_days);
  for (int i = 1; i < kDiseaseGroupCount; ++i) {
    const auto group = static_cast<DiseaseGroup>(i);
    const auto at = static_cast<std::size_t>(i);
    const bool has_chd = patient->Find(DiseaseGroup::kChd) != nullptr;
    const double beside = has_chd ? kChanceBesideChd[at] : kChanceWithoutChd[at];
    const double chance =
        chance_factor * beside * band.disease[at] * kMeanExams / kMeanExamsWith[at];
    if (!random.Chance(chance)) continue;
    Add(DrawCode(group, random), random, patient);
    if (group == DiseaseGroup::kChd && random.Chance(kSecondDefectChance)) {
      Add(DrawCode(group, random), random, patient);
    }
  }
}

void DrawExams(int first_age_days, Random& random, SyntheticPatient* patient) {
  const GenerativeTables& tables = GenerativeTables::Get();
  const DiseaseGroup group =
      patient->diagnoses.empty() ? DiseaseGroup::kNone : patient->diagnoses.back().group;
  const int count = 1 + random.Choose(tables.exam_counts[static_cast<std::size_t>(group)]);
  int age = first_age_days;
  for (int exam = 0; exam < count; ++exam) {
    if (exam > 0) {
      age += static_cast<int>(std::lround(ValueAt(tables.repeat_days, random.Uniform())));
    }
    patient->exam_ages_days.push_back(std::min(age, kOldestDays));
  }
}

void DrawOtherCodes(Random& random, SyntheticPatient* patient) {
  const auto& codes = GenerativeTables::Get().other_codes;
  std::vector<double> weights(codes.size());
  std::ranges::transform(codes, weights.begin(), &GenerativeTables::Weighted::weight);
  const int least = patient->diagnoses.empty() ? 1 : 0;
  const int wanted = std::min(kMostCodes - 2,
                              least + random.Choose(std::array<double, 7>{40, 25, 14, 9, 6, 4, 2}));
  for (int i = 0; i < wanted; ++i) {
    const std::string& code = codes[static_cast<std::size_t>(random.Choose(weights))].name;
    if (std::ranges::find(patient->other_codes, code) == patient->other_codes.end()) {
      patient->other_codes.push_back(code);
    }
  }
}

}  // namespace

const Diagnosis* SyntheticPatient::Find(DiseaseGroup group) const {
  const auto found = std::ranges::find(diagnoses, group, &Diagnosis::group);
  return found == diagnoses.end() ? nullptr : &*found;
}

SyntheticPatient DrawPatient(std::uint64_t seed, std::int64_t number) {
  Random random(seed, kPatientStream, static_cast<std::uint64_t>(number));
  SyntheticPatient patient;
  patient.number = number;
  patient.stream = random.Next();
  patient.sex = random.Chance(kMaleShare) ? Sex::kMale : Sex::kFemale;
  const int age = DrawAge(random);
  DrawDiagnoses(age, random, &patient);
  DrawExams(age, random, &patient);
  DrawOtherCodes(random, &patient);
  patient.first_exam_date_days = static_cast<int>(random.Uniform(0, 6 * 365.0));
  // Most come within days of falling ill; some when they have nearly recovered.
  patient.days_ill_before = random.Chance(0.12) ? random.Uniform(20, 60) : random.Uniform(1, 8);
  return patient;
}

std::vector<RecordPlan> PlanRecords(std::uint64_t seed, std::int64_t record_count) {
  std::vector<RecordPlan> plan;
  plan.reserve(static_cast<std::size_t>(record_count));
  for (std::int64_t number = 1; std::ssize(plan) < record_count; ++number) {
    const int exams = static_cast<int>(DrawPatient(seed, number).exam_ages_days.size());
    for (int exam = 1; exam <= exams && std::ssize(plan) < record_count; ++exam) {
      plan.push_back({number, exam});
    }
  }
  return plan;
}

}  // namespace pecg
