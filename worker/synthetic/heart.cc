#include "worker/synthetic/heart.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace pecg {
namespace {

using Dipole = std::array<double, 3>;

constexpr std::uint64_t kTorsoStream = 10;

/// Dower's weights of x (left), y (down), z (back) for I, II and V1 to V6.
constexpr Dipole kDowerI = {0.632, -0.235, 0.059};
constexpr Dipole kDowerII = {0.235, 1.066, -0.132};
constexpr std::array<Dipole, 6> kDowerChest = {{{-0.515, 0.157, -0.917},
                                                {0.044, 0.164, -1.387},
                                                {0.882, 0.098, -1.277},
                                                {1.213, 0.127, -0.601},
                                                {1.125, 0.127, -0.086},
                                                {0.831, 0.076, 0.230}}};

Dipole Vary(const Dipole& view, Random& random) {
  Dipole varied = view;
  for (double& weight : varied) weight = weight * (1 + 0.1 * random.Normal()) + 0.02 * random.Normal();
  return varied;
}

Dipole Combine(double a, const Dipole& first, double b, const Dipole& second) {
  Dipole sum{};
  for (std::size_t i = 0; i < 3; ++i) sum[i] = a * first[i] + b * second[i];
  return sum;
}

/// A dipole in the frontal plane at the clinician's angle (0 = left, 90 = down), with a part to the
/// back (negative = front).
Dipole Direction(double axis_deg, double back) {
  const double angle = axis_deg * std::numbers::pi / 180;
  return {std::cos(angle), std::sin(angle), back};
}

Dipole Scale(const Dipole& dipole, double factor) { return Combine(factor, dipole, 0, dipole); }

std::array<Dipole, kLeadCount> DrawTorso(const SyntheticPatient& patient) {
  Random random(patient.stream, kTorsoStream, 0);
  std::array<Dipole, kLeadCount> view{};
  const Dipole lead_i = Vary(kDowerI, random);
  const Dipole lead_ii = Vary(kDowerII, random);
  view[0] = lead_i;
  view[1] = lead_ii;
  view[2] = Combine(1, lead_ii, -1, lead_i);
  view[3] = Combine(-0.5, lead_i, -0.5, lead_ii);
  view[4] = Combine(1, lead_i, -0.5, lead_ii);
  view[5] = Combine(1, lead_ii, -0.5, lead_i);
  for (std::size_t i = 0; i < kDowerChest.size(); ++i) view[6 + i] = Vary(kDowerChest[i], random);
  return view;
}

}  // namespace

Heart::Heart(const SyntheticPatient& patient, const SyntheticExam& exam)
    : exam_(exam),
      right_dominance_(std::exp(-exam.age_days / 500.0)),
      view_(DrawTorso(patient)),
      qrs_(Qrs()),
      ectopic_qrs_(EctopicQrs()) {}

Heart::Bell Heart::MakeBell(double centre_s, double width_s, const Dipole& dipole_mv) const {
  Bell bell{centre_s, width_s, {}};
  for (std::size_t lead = 0; lead < view_.size(); ++lead) {
    for (std::size_t i = 0; i < 3; ++i) bell.height_mv[lead] += view_[lead][i] * dipole_mv[i];
  }
  return bell;
}

std::vector<Heart::Bell> Heart::PWave(double pr_s) const {
  // The P wave begins pr_s before QRS begins, which is 0.4 of its width before R.
  const double start = -pr_s - 0.4 * exam_.qrs_ms / 1000;
  return {MakeBell(start + 0.028, 0.012, Scale(Direction(55, -0.5), 0.09)),
          MakeBell(start + 0.050, 0.014, Scale(Direction(45, 0.5), 0.08))};
}

std::vector<Heart::Bell> Heart::Qrs() const {
  const double unit = exam_.qrs_ms / 1000;  // The whole QRS; R peaks at 0.4 of it.
  const double left = 1.35 * exam_.left_gain * (1 - 0.45 * right_dominance_);
  const double right = exam_.right_gain * (0.25 + 1.0 * right_dominance_);
  // Septum to the right and front, then the left ventricle to the back along the axis against the
  // right one to the front, then the base to the right and up.
  return {MakeBell(-0.22 * unit, 0.075 * unit, Scale(Direction(170, -0.9), 0.22 * exam_.left_gain)),
          MakeBell(0.0, 0.115 * unit, Scale(Direction(exam_.frontal_axis_deg, 0.75), left)),
          MakeBell(0.03 * unit, 0.120 * unit,
                   Scale(Direction(exam_.frontal_axis_deg + 30, -1.1), 0.75 * right)),
          MakeBell(0.26 * unit, 0.085 * unit, Scale(Direction(-110, 0.6), 0.30 * left + 0.15 * right)),
          MakeBell(0.38 * unit, 0.090 * unit,
                   Scale(Direction(175, -0.8), exam_.late_right))};
}

std::vector<Heart::Bell> Heart::EctopicQrs() const {
  return {MakeBell(0.0, 0.032, Scale(Direction(-60, 0.8), 1.7)),
          MakeBell(0.055, 0.030, Scale(Direction(120, -0.6), 0.8))};
}

std::vector<Heart::Bell> Heart::TWave(double qt_s, double direction) const {
  // T ends qt_s after QRS begins; its peak lies about two widths before.
  const double end = qt_s - 0.4 * exam_.qrs_ms / 1000;
  const double width = 0.13 * qt_s;
  const double height = 0.36 * direction * exam_.t_gain;
  // In children T points to the left, down and back, which turns it over in V1 to V3.
  const double back = 0.55 - 0.45 * std::min(1.0, exam_.age_days / 5000.0);
  return {MakeBell(end - 2.1 * width, width, Scale(Direction(45, back), height)),
          MakeBell(end - 1.4 * width, 0.6 * width, Scale(Direction(45, back), 0.45 * height))};
}

void Heart::AddBeats(const std::vector<Beat>& beats, double rate_hz,
                     std::array<std::vector<double>, kLeadCount>& leads_mv) const {
  static constexpr double kReach = 5;  // Widths; e^-12.5 of a millivolt is nothing.
  const auto sample_count = static_cast<double>(leads_mv[0].size());
  const auto add = [&](const Beat& beat, const std::vector<Bell>& bells) {
    for (const Bell& bell : bells) {
      const double centre = (beat.r_seconds + bell.centre_s) * rate_hz;
      const double width = bell.width_s * rate_hz;
      const double from = std::max(0.0, std::ceil(centre - kReach * width));
      const double to = std::min(sample_count - 1, std::floor(centre + kReach * width));
      for (double t = from; t <= to; ++t) {
        const double value = std::exp(-0.5 * (t - centre) * (t - centre) / (width * width));
        for (std::size_t lead = 0; lead < leads_mv.size(); ++lead) {
          leads_mv[lead][static_cast<std::size_t>(t)] += bell.height_mv[lead] * value;
        }
      }
    }
  };
  for (const Beat& beat : beats) {
    // Bazett, against the slower of this cycle and the mean, since QT follows rate with delay.
    const double mean_rr = 60 / exam_.heart_rate_bpm;
    const double rr = 0.3 * beat.rr_seconds + 0.7 * mean_rr;
    const double qt = std::min(exam_.qtc_ms / 1000 * std::sqrt(rr), 0.85 * mean_rr + 0.05);
    if (beat.kind == Beat::Kind::kVentricularPremature) {
      add(beat, ectopic_qrs_);
      add(beat, TWave(qt + 0.04, -1.6));
      continue;
    }
    const double pr = std::min(exam_.pr_ms / 1000, 0.45 * beat.rr_seconds);
    add(beat, PWave(beat.kind == Beat::Kind::kAtrialPremature ? 0.9 * pr : pr));
    add(beat, qrs_);
    add(beat, TWave(qt, 1));
  }
}

}  // namespace pecg
