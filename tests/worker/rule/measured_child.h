#ifndef PECG_TESTS_WORKER_RULE_MEASURED_CHILD_H_
#define PECG_TESTS_WORKER_RULE_MEASURED_CHILD_H_

#include "worker/rule/age_limits.h"
#include "worker/signal/measurements.h"

namespace pecg::testing {

/// An ECG as measured, of a child whose age and sex are known, for tests to change.
struct MeasuredChild {
  EcgMeasurements ecg;
  Patient patient;

  LeadMeasurements& At(Lead lead) { return ecg.leads[static_cast<std::size_t>(lead)]; }
};

inline Quantity Measured(double value) { return {value, 1}; }
inline Quantity NotMeasured() { return {}; }

struct UsualLead {
  double q, r, s;  ///< Magnitudes; 0 = there is none.
  double p, t;
};

/// Waves of the leads of a healthy seven-year-old, millivolts.
inline constexpr UsualLead kUsualLeads[kLeadCount] = {
    {0.03, 0.6, 0.1, 0.08, 0.25},  {0.05, 1.3, 0.2, 0.12, 0.35}, {0.05, 0.7, 0.1, 0.04, 0.10},
    {0.0, 0.1, 0.9, -0.10, -0.30}, {0.0, 0.2, 0.2, 0.03, 0.10},  {0.05, 1.0, 0.1, 0.08, 0.25},
    {0.0, 0.5, 1.2, 0.08, -0.15},  {0.0, 1.0, 1.8, 0.08, -0.10}, {0.0, 1.2, 1.2, 0.06, 0.10},
    {0.0, 2.0, 0.8, 0.06, 0.40},   {0.1, 2.2, 0.4, 0.06, 0.45},  {0.1, 1.8, 0.2, 0.06, 0.35}};

inline void SetUsualLead(const UsualLead& usual, LeadMeasurements* lead) {
  if (usual.q > 0) lead->q_mv = Measured(-usual.q);
  if (usual.q > 0) lead->q_ms = Measured(15);
  lead->r_mv = Measured(usual.r);
  lead->r_ms = Measured(40);
  lead->s_mv = Measured(-usual.s);
  lead->s_ms = Measured(20);
  lead->pattern = "qRs";
  lead->qrs_peak_to_peak_mv = Measured(usual.r + usual.s);
  lead->qrs_area_mv_ms = Measured(20 * (usual.r - usual.s));
  lead->activation_ms = Measured(25);
  lead->notch_count = Measured(0);
  lead->delta_score = Measured(0.1);
  lead->p_mv = Measured(usual.p);
  lead->p_positive_mv = Measured(usual.p > 0 ? usual.p : 0);
  lead->p_negative_mv = Measured(usual.p > 0 ? -0.01 : usual.p);
  lead->p_terminal_mv_ms = Measured(1);
  for (Quantity* st : {&lead->j_mv, &lead->st40_mv, &lead->st60_mv, &lead->st80_mv}) {
    *st = Measured(0.01);
  }
  lead->t_mv = Measured(usual.t);
  lead->t_polarity = usual.t > 0 ? Polarity::kUpright : Polarity::kInverted;
}

inline void SetUsualBeats(EcgMeasurements* ecg) {
  constexpr int kBeatCount = 16;
  constexpr double kRrMs = 632;
  ecg->classes = {{.beat_count = kBeatCount, .qrs_ms = Measured(76), .has_p = true}};
  for (int i = 0; i < kBeatCount; ++i) {
    Beat beat;
    beat.sample = 100 + i * 316;
    if (i > 0) beat.rr_ms = kRrMs;
    beat.correlation = 0.98;
    beat.is_readable = true;
    beat.pr_ms = Measured(130);
    beat.qrs_ms = Measured(76);
    ecg->beats.push_back(beat);
  }
}

/// A girl of 2,740 days with a normal ECG at 95 bpm: no finding but what her limits allow.
inline MeasuredChild NormalGirl() {
  MeasuredChild child;
  child.patient = {2740, Sex::kFemale};
  EcgMeasurements& ecg = child.ecg;
  ecg.rate_hz = 500;
  ecg.sample_count = 5000;
  for (LeadSignal& signal : ecg.signals) {
    signal.state = LeadSignal::State::kReadable;
    signal.noise_mv = Measured(0.01);
    signal.quality = Measured(1);
  }
  ecg.einthoven_residual_mv = Measured(0.002);
  ecg.goldberger_residual_mv = Measured(0.002);
  for (int i = 0; i < kLeadCount; ++i) {
    SetUsualLead(kUsualLeads[i], &ecg.leads[static_cast<std::size_t>(i)]);
  }
  SetUsualBeats(&ecg);
  RhythmMeasurements& rhythm = ecg.rhythm;
  rhythm.heart_rate_bpm = rhythm.mean_rate_bpm = rhythm.atrial_rate_bpm = Measured(95);
  rhythm.rr_median_ms = rhythm.rr_mean_ms = Measured(632);
  rhythm.rr_variation = Measured(0.03);
  rhythm.rmssd_ms = Measured(15);
  rhythm.longest_pause_ms = Measured(660);
  rhythm.p_fraction = Measured(1);
  rhythm.p_correlation = Measured(0.95);
  rhythm.unconducted_p_count = Measured(0);
  IntervalMeasurements& intervals = ecg.intervals;
  intervals.p_ms = Measured(85);
  intervals.pr_ms = Measured(130);
  intervals.qrs_ms = Measured(76);
  intervals.qt_ms = Measured(330);
  intervals.qtc_bazett_ms = Measured(415);
  intervals.qtc_fridericia_ms = Measured(385);
  ecg.axes.p.deg = Measured(50);
  ecg.axes.qrs.deg = Measured(65);
  ecg.axes.t.deg = Measured(40);
  ecg.axes.qrs_t_angle_deg = Measured(25);
  ecg.voltages.s_v1_plus_r_v6_mv = Measured(3.0);
  ecg.voltages.s_v1_plus_r_v5_mv = Measured(3.4);
  ecg.voltages.katz_wachtel_mv = Measured(2.8);
  return child;
}

/// The same ECG as a 9-lead record: without V2, V4 and V6.
inline MeasuredChild NineLeadGirl() {
  MeasuredChild child = NormalGirl();
  for (const Lead lead : {Lead::kV2, Lead::kV4, Lead::kV6}) {
    child.At(lead) = {};
    child.ecg.signals[static_cast<std::size_t>(lead)] = {};
  }
  child.ecg.voltages.s_v1_plus_r_v6_mv = NotMeasured();
  return child;
}

}  // namespace pecg::testing

#endif  // PECG_TESTS_WORKER_RULE_MEASURED_CHILD_H_
