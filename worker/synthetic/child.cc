#include "worker/synthetic/child.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "worker/ecg/pediatric_normals.h"
#include "worker/synthetic/random.h"
#include "worker/synthetic/streams.h"

namespace pecg {
namespace {

constexpr double kP98Score = 2.054;
constexpr double kLargestScore = 2.9;
/// Rotating the frontal loop away from the median axis makes R in II smaller; measured.
constexpr double kRiiGain = 1.05;

enum class Trait : std::uint64_t {
  kRate,
  kPr,
  kPDuration,
  kQrs,
  kQtc,
  kAxis,
  kPAxis,
  kVoltage,
  kLeft,
  kRight,
  kRii,
  kPii,
  kPv1,
  kTSize,
  kTAxis,
  kTV1,
  kTV2,
  kTChest,
  kQ,
  kR,          // V1, V2, V4, V6 follow.
  kS = kR + 4  // Likewise.
};

/// The traits of one exam: standard normal each, partly the patient's and partly the day's.
class Traits {
 public:
  Traits(const SyntheticPatient& patient, int exam) : stream_(patient.stream), exam_(exam) {}

  /// `persistence`: correlation between two exams of the patient.
  double Get(Trait trait, double persistence, std::uint64_t offset = 0) const {
    const std::uint64_t index = static_cast<std::uint64_t>(trait) + offset;
    const double of_patient = Random(stream_, kTraitStream, index).Normal();
    const double of_day =
        Random(stream_, kExamTraitStream, 256 * static_cast<std::uint64_t>(exam_) + index).Normal();
    return std::sqrt(persistence) * of_patient + std::sqrt(1 - persistence) * of_day;
  }

 private:
  std::uint64_t stream_;
  int exam_;
};

double Bounded(double score) { return std::clamp(score, -kLargestScore, kLargestScore); }

double NormalProbability(double score) { return 0.5 * std::erfc(-score / std::sqrt(2.0)); }

class NormalsOfChild {
 public:
  NormalsOfChild(int age_days, Sex sex) : age_days_(age_days), sex_(sex) {}

  NormalRange Range(const std::string& measurement) const {
    return PediatricNormals::Table().At(measurement, age_days_, sex_).value();
  }
  double Interval(const std::string& measurement, double score) const {
    const NormalRange range = Range(measurement);
    const double median = range.p50.value();
    const double upper = range.p98.value_or(2 * median - range.p2.value_or(median)) - median;
    const double lower = median - range.p2.value_or(median - upper);
    return median + Bounded(score) / kP98Score * (score > 0 ? upper : lower);
  }
  double Amplitude(const std::string& measurement, double score) const {
    const NormalRange range = Range(measurement);
    const double root = std::sqrt(range.p50.value());
    const double spread = (std::sqrt(range.p98.value()) - root) / kP98Score;
    const double drawn = std::max(root + Bounded(score) * spread, 0.15);
    return drawn * drawn;
  }

 private:
  int age_days_;
  Sex sex_;
};

/// R or S of V1, V2, V4 and V6, then V3 and V5 between them. `shared`: the part of each score that
/// the leads have in common, and its weight.
std::array<double, kChestLeadCount> DrawChest(const NormalsOfChild& normals, const Traits& traits,
                                              const std::string& wave, Trait first,
                                              const std::array<double, 4>& shared,
                                              const std::array<double, 4>& own_weight) {
  static constexpr std::array<const char*, 4> kLeads = {"_amp_V1", "_amp_V2", "_amp_V4", "_amp_V6"};
  std::array<double, 4> amplitude{};
  double neighbour = 0;
  for (std::size_t i = 0; i < kLeads.size(); ++i) {
    // Neighbouring leads are alike: each score is half the one before.
    const double fresh = traits.Get(first, 0.8, i);
    const double own = i == 0 ? fresh : 0.5 * neighbour + std::sqrt(0.75) * fresh;
    neighbour = own;
    amplitude[i] = normals.Amplitude(wave + kLeads[i], shared[i] + own_weight[i] * own);
  }
  const double v3 = std::sqrt(amplitude[1] * amplitude[2]);
  const double v5 = std::sqrt(amplitude[2] * amplitude[3]);
  return {amplitude[0], amplitude[1], v3, amplitude[2], v5, amplitude[3]};
}

/// Weight of what a lead has for itself when the rest has these two.
double OwnWeight(double a, double b) { return std::sqrt(1 - a * a - b * b); }

void DrawQrs(const NormalsOfChild& normals, const Traits& traits, HealthyEcg* ecg) {
  const double voltage = traits.Get(Trait::kVoltage, 0.9);
  const double left = traits.Get(Trait::kLeft, 0.9);
  const double right = traits.Get(Trait::kRight, 0.9);
  const auto mix = [&](double of_voltage, double of_side, double side) {
    return of_voltage * voltage + of_side * side;
  };
  ecg->r_mv = DrawChest(
      normals, traits, "r", Trait::kR,
      {mix(.30, .60, right), mix(.35, .45, right), mix(.40, .35, left), mix(.35, .60, left)},
      {OwnWeight(.30, .60), OwnWeight(.35, .45), OwnWeight(.40, .35), OwnWeight(.35, .60)});
  ecg->s_mv = DrawChest(
      normals, traits, "s", Trait::kS,
      {mix(.35, .45, left), mix(.35, .45, left), mix(.35, .30, right), mix(.25, .50, right)},
      {OwnWeight(.35, .45), OwnWeight(.35, .45), OwnWeight(.35, .30), OwnWeight(.25, .50)});
  const double q = normals.Amplitude("q_amp_V6", traits.Get(Trait::kQ, 0.8));
  ecg->q_mv = {0.02, 0.02, 0.02, 0.4 * q, 0.9 * q, q};
  const double of_ii = mix(.40, .35, left) + OwnWeight(.40, .35) * traits.Get(Trait::kRii, 0.8);
  ecg->r_ii_mv = kRiiGain * normals.Amplitude("r_amp_II", of_ii);
}

/// Median of T in V1 and V2 by age, mV: upright at birth, inverted from day 4, V2 upright again
/// from about 5 years, V1 about flat in the teens.
double MedianTV1(double age_days) {
  if (age_days < 4) return 0.16;
  if (age_days < 7) return 0.16 - 0.38 * (age_days - 4) / 3;
  return -0.22 + 0.15 * std::clamp((age_days - 2900) / 2500, 0.0, 1.0);
}

double MedianTV2(double age_days) {
  if (age_days < 7) return MedianTV1(age_days);
  return -0.28 + 0.78 * std::clamp((age_days - 700) / 3000, 0.0, 1.0);
}

void DrawT(int age_days, const Traits& traits, HealthyEcg* ecg) {
  const double size = std::exp(0.28 * Bounded(traits.Get(Trait::kTSize, 0.7)));
  const double axis = 45 + 14 * traits.Get(Trait::kTAxis, 0.7);
  const double degree = std::acos(-1.0) / 180;
  const double infant = std::exp(-age_days / 120.0);  // Flatter in the first weeks.
  const double frontal = 0.46 * size * (1 - 0.45 * infant);
  ecg->t_i_mv = frontal * std::cos(axis * degree);
  ecg->t_ii_mv = frontal * std::cos((axis - 60) * degree);
  const double chest = size * (1 - 0.4 * infant) * std::exp(0.2 * traits.Get(Trait::kTChest, 0.7));
  double v1 = MedianTV1(age_days) + 0.075 * Bounded(traits.Get(Trait::kTV1, 0.8));
  // From 4 days to 6 years an upright T in V1 means disease.
  if (age_days >= 7 && age_days < 2190) v1 = std::min(v1, -0.04);
  const double v2 = MedianTV2(age_days) + 0.16 * traits.Get(Trait::kTV2, 0.8);
  ecg->t_mv = {v1,           v2,          0.5 * v2 + 0.22 * chest, 0.2 * v2 + 0.45 * chest,
               0.48 * chest, 0.38 * chest};
}

}  // namespace

HealthyEcg DrawHealthyEcg(const SyntheticPatient& patient, int exam) {
  const int age_days = patient.exam_ages_days[static_cast<std::size_t>(exam - 1)];
  const Traits traits(patient, exam);
  const NormalsOfChild normals(age_days, patient.sex);
  HealthyEcg ecg;
  const double rate = traits.Get(Trait::kRate, 0.4);
  ecg.heart_rate_bpm = HeartRateAt(age_days, NormalProbability(rate));
  // PR is shorter at fast rates.
  ecg.pr_ms = normals.Interval(
      "pr_interval", -0.3 * rate + std::sqrt(1 - 0.3 * 0.3) * traits.Get(Trait::kPr, 0.9));
  ecg.p_ms = std::min(normals.Interval("p_duration", traits.Get(Trait::kPDuration, 0.8)),
                      0.94 * ecg.pr_ms);
  ecg.qrs_ms = normals.Interval("qrs_duration", traits.Get(Trait::kQrs, 0.9));
  ecg.qtc_ms = normals.Interval("qtc_bazett", traits.Get(Trait::kQtc, 0.7));
  ecg.qrs_axis_deg = normals.Interval("qrs_axis", traits.Get(Trait::kAxis, 0.92));
  ecg.p_axis_deg = normals.Interval("p_axis", 0.8 * traits.Get(Trait::kPAxis, 0.7));
  ecg.p_ii_mv = normals.Amplitude("p_amp_II", traits.Get(Trait::kPii, 0.7));
  ecg.p_v1_mv = normals.Amplitude("p_amp_V1", traits.Get(Trait::kPv1, 0.7));
  ecg.right_dominance = 0.25 + 0.75 * std::exp(-age_days / 420.0);
  DrawQrs(normals, traits, &ecg);
  DrawT(age_days, traits, &ecg);
  return ecg;
}

}  // namespace pecg
