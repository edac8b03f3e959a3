#ifndef PECG_TESTS_WORKER_SIGNAL_MADE_UP_ECG_H_
#define PECG_TESTS_WORKER_SIGNAL_MADE_UP_ECG_H_

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <random>
#include <vector>

#include "worker/ecg/record.h"

namespace pecg {

/// An ECG in closed form: waves of finite length, so that where they begin and end is exact.
struct MadeUpEcg {
  double rate_hz = 500;
  double seconds = 10;
  double heart_rate_bpm = 80;
  double pr_ms = 130;
  double p_ms = 80;  ///< 0 = no P wave.
  double qrs_ms = 80;
  double qt_ms = 340;
  double qrs_axis_deg = 60;
  double t_scale = 1;    ///< -1 turns the T waves round.
  double noise_mv = 0;   ///< White, SD.
  double wander_mv = 0;  ///< Amplitude at 0.25 Hz.
  double hum_mv = 0;     ///< Amplitude at 50 Hz.
  LeadMask leads = LeadMask::All();
  std::vector<double>
      beat_seconds;  ///< QRS onsets; empty = regular at heart_rate_bpm from 0.4 s on.
};

/// A half wave of a sine, squared: starts and ends with slope 0; 0 outside of `[0, 1]`.
inline double Bump(double u) {
  if (u <= 0 || u >= 1) return 0;
  const double s = std::sin(std::numbers::pi * u);
  return s * s;
}

/// A QRS of sharp-footed waves: q, R, s as triangles with rounded tops.
inline double Spikes(double u) {
  const auto triangle = [](double x) { return x <= 0 || x >= 1 ? 0 : 1 - std::abs(2 * x - 1); };
  return -0.15 * triangle(u / 0.25) + triangle((u - 0.2) / 0.5) -
         0.25 * triangle((u - 0.65) / 0.35);
}

/// Onsets of the QRS complexes, seconds.
inline std::vector<double> QrsOnsets(const MadeUpEcg& ecg) {
  if (!ecg.beat_seconds.empty()) return ecg.beat_seconds;
  std::vector<double> onsets;
  for (double t = 0.4; t < ecg.seconds - 0.1; t += 60 / ecg.heart_rate_bpm) onsets.push_back(t);
  return onsets;
}

/// Strength of P, QRS and T in one lead.
struct LeadStrength {
  double p, qrs, t;
};

inline LeadStrength StrengthOf(const MadeUpEcg& ecg, Lead lead) {
  constexpr std::array<double, 6> kLimbDeg = {0, 60, 120, -150, -30, 90};
  constexpr std::array<LeadStrength, 6> kChest = {{{0.06, -0.7, -0.1},
                                                   {0.08, -0.9, 0.25},
                                                   {0.09, 0.5, 0.4},
                                                   {0.1, 1.4, 0.45},
                                                   {0.1, 1.5, 0.4},
                                                   {0.09, 1.2, 0.3}}};
  const auto i = static_cast<std::size_t>(lead);
  if (i >= kLimbDeg.size()) {
    const LeadStrength& chest = kChest.at(i - kLimbDeg.size());
    return {chest.p, chest.qrs, ecg.t_scale * chest.t};
  }
  const double strength = i < 3 ? 1 : std::numbers::sqrt3 / 2;
  const auto toward = [&](double deg) {
    return strength * std::cos((deg - kLimbDeg.at(i)) * std::numbers::pi / 180);
  };
  return {0.13 * toward(50), 1.2 * toward(ecg.qrs_axis_deg), ecg.t_scale * 0.35 * toward(45)};
}

/// Makes the record; the same seed gives the same noise.
inline EcgRecord MakeUp(const MadeUpEcg& ecg, unsigned seed = 1) {
  EcgRecord record;
  record.record_id = "made_up";
  record.rate_hz = ecg.rate_hz;
  record.leads = ecg.leads;
  record.sample_count = static_cast<std::int64_t>(ecg.seconds * ecg.rate_hz);
  std::mt19937 random(seed);
  std::normal_distribution<double> noise(0, 1);
  const std::vector<double> onsets = QrsOnsets(ecg);
  // T begins 60 ms after the QRS at the earliest and takes the rest of the QT interval.
  const double t_begin = std::max(ecg.qrs_ms + 40, 0.45 * ecg.qt_ms) / 1000;
  for (int l = 0; l < kLeadCount; ++l) {
    const auto lead = static_cast<Lead>(l);
    if (!ecg.leads.Has(lead)) continue;
    const LeadStrength strength = StrengthOf(ecg, lead);
    const std::size_t begin = record.samples_mv.size();
    for (std::int64_t i = 0; i < record.sample_count; ++i) {
      const double t = static_cast<double>(i) / ecg.rate_hz;
      double value = ecg.noise_mv * noise(random) +
                     ecg.wander_mv * std::sin(2 * std::numbers::pi * 0.25 * t + l) +
                     ecg.hum_mv * std::sin(2 * std::numbers::pi * 50 * t);
      record.samples_mv.push_back(static_cast<float>(value));
    }
    for (const double onset : onsets) {
      const double first = onset - ecg.pr_ms / 1000;
      const double last = onset + ecg.qt_ms / 1000;
      const auto from = std::max<std::int64_t>(0, std::llround(first * ecg.rate_hz) - 1);
      const auto to =
          std::min<std::int64_t>(record.sample_count, std::llround(last * ecg.rate_hz) + 2);
      for (std::int64_t i = from; i < to; ++i) {
        const double t = static_cast<double>(i) / ecg.rate_hz - onset;
        double value = strength.qrs * Spikes(1000 * t / ecg.qrs_ms) +
                       strength.t * Bump((t - t_begin) / (ecg.qt_ms / 1000 - t_begin));
        if (ecg.p_ms > 0) value += strength.p * Bump((1000 * t + ecg.pr_ms) / ecg.p_ms);
        record.samples_mv[begin + static_cast<std::size_t>(i)] += static_cast<float>(value);
      }
    }
  }
  return record;
}

}  // namespace pecg

#endif  // PECG_TESTS_WORKER_SIGNAL_MADE_UP_ECG_H_
