#ifndef PECG_WORKER_SIGNAL_MEASUREMENTS_H_
#define PECG_WORKER_SIGNAL_MEASUREMENTS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "worker/ecg/lead.h"

namespace pecg {

/// A measured number in the unit its name states (`_ms`, `_mv`, `_deg`, `_bpm`, ...). No value
/// means "not measurable", which is an answer of its own: never 0, never a default.
struct Quantity {
  std::optional<double> value;
  /// 0 (a guess) to 1 (as good as this program can); 0 where there is no value.
  double quality = 0;

  bool has_value() const { return value.has_value(); }
  double operator*() const { return *value; }
};

/// The waves that are marked.
enum class Wave : std::uint8_t { kP, kQrs, kT };
inline constexpr int kWaveCount = 3;
/// `P`, `QRS`, `T`.
std::string_view NameOf(Wave wave);

/// One wave's marks, in samples of the record (0-based, at its own rate).
struct WaveMarks {
  std::optional<std::int64_t> onset;
  std::int64_t peak = 0;
  std::optional<std::int64_t> offset;
  /// 0 to 1: how clearly the wave stands out where it was marked.
  float confidence = 0;
};

/// The waves of one beat in one lead (or over all leads); a wave that is not there has no marks.
struct BeatMarks {
  std::array<std::optional<WaveMarks>, kWaveCount> waves;

  const std::optional<WaveMarks>& Of(Wave wave) const {
    return waves[static_cast<std::size_t>(wave)];
  }
};

/// One detected QRS complex.
struct Beat {
  std::int64_t sample = 0;      ///< Its fiducial point (the common steepest moment of all leads).
  std::optional<double> rr_ms;  ///< Since the beat before; empty for the first beat, across a gap.
  int beat_class = 0;           ///< Index into EcgMeasurements::classes.
  double correlation = 0;       ///< With the median beat of its class, -1 to 1.
  bool is_premature = false;    ///< At least 15 % earlier than the beats around it promise.
  bool is_paced = false;        ///< A pacing spike precedes it.
  bool is_readable = false;     ///< At least two leads were readable at this beat.
  BeatMarks global;             ///< Earliest onset, latest offset over the leads, see Delineate.
  std::array<BeatMarks, kLeadCount> leads;
  Quantity pr_ms;  ///< P onset to QRS onset of this beat.
  Quantity qrs_ms;
  Quantity qt_ms;
  double p_correlation = 0;  ///< Of the stretch before this QRS with the median P, -1 to 1.
};

/// Beats of one shape.
struct BeatClass {
  int beat_count = 0;
  int premature_count = 0;
  double correlation = 1;  ///< Of its median beat with the dominant one's QRS, -1 to 1.
  Quantity qrs_ms;         ///< Global, from its own median beat.
  bool has_p = false;      ///< A P wave precedes its QRS complexes.
  bool is_paced = false;
};

/// What can be said of one lead's signal over the whole record.
struct LeadSignal {
  enum class State : std::uint8_t {
    kMissing,  ///< Not in the record.
    kReadable,
    kNoisy,         ///< Measured with low quality; left out of the global marks.
    kDisconnected,  ///< Constant, on a rail or invalid most of the time: not measured.
    kRepaired,      ///< Recomputed from two other limb leads, because it was any of the above.
  };
  State state = State::kMissing;
  double masked_fraction = 0;  ///< Of the samples: rails, stuck values, jumps, NaN; 0 to 1.
  double rail_fraction = 0;    ///< 0 to 1.
  double flat_fraction = 0;    ///< 0 to 1.
  Quantity noise_mv;           ///< RMS above 20 Hz between the waves.
  Quantity mains_mv;           ///< Amplitude of the hum that the notch took out.
  Quantity wander_mv;          ///< Peak to peak of the baseline that was removed.
  Quantity quality;            ///< 0 to 1: what the detector weighs the lead by.
};

/// `missing`, `readable`, `noisy`, `disconnected`, `repaired`.
std::string_view NameOf(LeadSignal::State state);

/// The direction of a T wave.
enum class Polarity : std::uint8_t {
  kFlat,
  kUpright,
  kInverted,
  kUprightInverted,
  kInvertedUpright
};
/// `flat`, `upright`, `inverted`, `upright_inverted`, `inverted_upright`.
std::string_view NameOf(Polarity polarity);

/// One lead of the dominant class's median beat. Amplitudes are signed millivolts against the level
/// before the QRS onset (Q and S are negative), durations within the global marks.
struct LeadMeasurements {
  // P wave.
  Quantity p_mv;  ///< The extreme with the larger magnitude.
  Quantity p_positive_mv;
  Quantity p_negative_mv;  ///< The negative part, e.g. the terminal one in V1; <= 0.
  Quantity p_ms;
  Quantity p_area_mv_ms;      ///< Net.
  Quantity p_terminal_mv_ms;  ///< Depth times duration of a terminal negative part; >= 0.
  // QRS complex. A wave that is not there is not measurable, not 0.
  Quantity q_mv, r_mv, s_mv, r2_mv, s2_mv;  ///< R' and S' are r2 and s2; all-negative: see qs_mv.
  Quantity q_ms, r_ms, s_ms, r2_ms, s2_ms;
  Quantity qs_mv;       ///< The depth of a QRS without any R wave.
  std::string pattern;  ///< For example `qRs`, `rSr'`, `QS`; empty: not measurable.
  Quantity qrs_peak_to_peak_mv;
  Quantity qrs_max_mv;      ///< Highest point of the QRS, >= 0.
  Quantity qrs_min_mv;      ///< Lowest point of the QRS, <= 0.
  Quantity qrs_ms;          ///< This lead's own onset to offset.
  Quantity qrs_area_mv_ms;  ///< Net.
  Quantity qrs_absolute_area_mv_ms;
  Quantity activation_ms;  ///< QRS onset to the last R peak (intrinsicoid deflection).
  Quantity r_to_s_ratio;   ///< Largest R over largest S.
  Quantity notch_count;    ///< Extra reversals of slope within the QRS, above noise.
  Quantity delta_score;    ///< 0 to 1: how slurred the first 40 ms of the QRS are.
  // ST segment, against the level before the QRS.
  Quantity j_mv, st40_mv, st60_mv, st80_mv;
  Quantity st_slope_mv_per_s;  ///< From J to J + 80 ms (J + 60 ms above 100 bpm).
  // T wave.
  Quantity t_mv;  ///< The extreme with the larger magnitude.
  Quantity t_positive_mv;
  Quantity t_negative_mv;  ///< <= 0.
  Quantity t_area_mv_ms;   ///< Net.
  std::optional<Polarity> t_polarity;
  Quantity qt_ms;  ///< Global QRS onset to this lead's own T end.
};

/// Rate and rhythm over all beats. Intervals across a gap in the signal are left out.
struct RhythmMeasurements {
  Quantity heart_rate_bpm;  ///< 60,000 / median RR.
  Quantity mean_rate_bpm;
  Quantity rr_median_ms, rr_mean_ms, rr_sd_ms, rr_min_ms, rr_max_ms;
  Quantity rmssd_ms;      ///< Root mean square of successive differences of RR.
  Quantity rr_variation;  ///< SD over mean of RR (no unit).
  Quantity premature_count;
  Quantity longest_pause_ms;
  Quantity p_fraction;           ///< Of the readable beats: those with a P wave; 0 to 1.
  Quantity p_correlation;        ///< Median of the beats' correlation with the median P, -1 to 1.
  Quantity atrial_rate_bpm;      ///< From the P waves, also those without a QRS.
  Quantity unconducted_p_count;  ///< P waves that no QRS follows.
  Quantity flutter_rate_bpm;     ///< Rate of a regular atrial oscillation between the QRS.
  Quantity flutter_share;        ///< Its share of the power of 3-12 Hz between QRS complexes, 0-1.
};

/// Global intervals of the dominant class's median beat: earliest onset to latest offset.
struct IntervalMeasurements {
  Quantity p_ms, pr_ms, pr_segment_ms, qrs_ms, qt_ms, jt_ms;
  Quantity t_peak_to_end_ms;
  Quantity qtc_bazett_ms;      ///< QT / RR^(1/2), RR in seconds.
  Quantity qtc_fridericia_ms;  ///< QT / RR^(1/3).
  Quantity qtc_framingham_ms;  ///< QT + 154 (1 - RR).
  Quantity qtc_hodges_ms;      ///< QT + 1.75 (rate - 60).
  Quantity qt_dispersion_ms;   ///< SD of the leads' own QT.
};

/// An axis: -180 to 180 degrees, 0 = towards lead I, 90 = towards aVF. `indeterminate` means that
/// it was computed and has no direction: the net areas are too small or the lead pairs disagree.
struct Axis {
  Quantity deg;
  bool indeterminate = false;
};

/// Axes from net areas.
struct AxisMeasurements {
  Axis p, qrs, t;
  Axis qrs_initial;                  ///< Of the first 40 ms of the QRS.
  Axis qrs_terminal;                 ///< Of the last 40 ms of the QRS.
  Quantity qrs_t_angle_deg;          ///< Between QRS and T axis in the frontal plane, 0 to 180.
  Quantity spatial_qrs_t_angle_deg;  ///< Of mean vectors by Kors' regression, 0 to 180; 12 leads.
  Quantity qrs_horizontal_deg;  ///< 0 = left (V6), 90 = front, from the chest leads' net areas.
};

/// Sums and products of voltages that criteria use, magnitudes, millivolts.
struct VoltageMeasurements {
  Quantity s_v1_plus_r_v6_mv;  ///< Sokolow-Lyon as used for children.
  Quantity s_v1_plus_r_v5_mv;  ///< The 9-lead stand-in.
  Quantity r_v1_plus_s_v6_mv;
  Quantity r_v1_plus_s_v5_mv;
  Quantity cornell_mv;                ///< R aVL + S V3.
  Quantity cornell_product_mv_ms;     ///< Times QRS duration.
  Quantity sokolow_product_mv_ms;     ///< S V1 + R V6, times QRS duration.
  Quantity katz_wachtel_mv;           ///< The largest R + S of V2, V3, V4 (V3 alone with 9 leads).
  Quantity limb_peak_to_peak_sum_mv;  ///< QRS, I to aVF.
  Quantity limb_peak_to_peak_max_mv;
  Quantity chest_peak_to_peak_sum_mv;  ///< QRS, the chest leads present.
  Quantity chest_peak_to_peak_max_mv;
  Quantity delta_score;  ///< Median over leads of LeadMeasurements::delta_score.
};

/// The dominant class's median beat.
struct MedianBeat {
  double rate_hz = 0;         ///< 500.
  int beat_count = 0;         ///< Beats it was made from; 0: there is none.
  std::int64_t fiducial = 0;  ///< Where Beat::sample lies in it.
  std::array<std::vector<float>, kLeadCount> leads_mv;  ///< Empty for leads not measured.
  BeatMarks global;                                     ///< In its own samples, as are `leads`.
  std::array<BeatMarks, kLeadCount> leads;
};

/// Why a result is less than it could be. More than one may hold.
enum class Limitation : std::uint8_t {
  kShortRecord,            ///< Under 5 s: rhythm is not judged.
  kLowRate,                ///< Sampled below 250 Hz: amplitudes and QRS marks are blunted.
  kOneLead,                ///< Fewer than two readable leads: nothing to confirm a beat.
  kNoReadableLead,         ///< Nothing can be measured.
  kNoBeats,                ///< Readable signal without a QRS: asystole, or too small to tell.
  kFewBeats,               ///< Fewer than 3 beats in the median beat.
  kMaskedSignal,           ///< More than 10 % of some readable lead was masked.
  kLimbLeadsInconsistent,  ///< I + III - II is not 0: a limb lead is wrong and could not be told.
  kLeadsRepaired,          ///< At least one limb lead was recomputed from others.
  kPaced,                  ///< Pacing spikes: QRS and T say little about the heart.
  kNoDominantShape,        ///< No class holds half of the beats.
};
/// `short_record`, `low_rate` and so on.
std::string_view NameOf(Limitation limitation);
/// One sentence for people.
std::string_view TextOf(Limitation limitation);

/// Everything measured in one ECG.
struct EcgMeasurements {
  double rate_hz = 0;  ///< Of the record, what the beats' marks count in.
  std::int64_t sample_count = 0;
  std::array<LeadSignal, kLeadCount> signals;
  Quantity einthoven_residual_mv;   ///< 95th percentile of |I + III - II|; needs the three leads.
  Quantity goldberger_residual_mv;  ///< The same for aVR + aVL + aVF.
  std::vector<Limitation> limitations;
  std::vector<Beat> beats;         ///< In time order.
  std::vector<BeatClass> classes;  ///< The dominant one first.
  MedianBeat median_beat;
  std::array<LeadMeasurements, kLeadCount> leads;
  RhythmMeasurements rhythm;
  IntervalMeasurements intervals;
  AxisMeasurements axes;
  VoltageMeasurements voltages;

  bool Has(Limitation limitation) const;
  const LeadMeasurements& Of(Lead lead) const { return leads[static_cast<std::size_t>(lead)]; }
};

/// A quantity with its name and unit, for tables, JSON and features.
struct NamedQuantity {
  std::string name;       ///< `qtc_bazett_ms`, `p_axis_deg`, `V1.r_mv`.
  std::string_view unit;  ///< `ms`, `mV`, `deg`, `bpm`, `mV*ms`, `mV/s`, `1` (a pure number).
  Quantity quantity;
};

/// Lists the record-wide quantities: rhythm, intervals, axes, voltages; always the same names in
/// the same order. An indeterminate axis has no value.
std::vector<NamedQuantity> ListGlobalQuantities(const EcgMeasurements& measurements);

/// Lists the quantities of one lead, names with the lead's name and a dot before them.
std::vector<NamedQuantity> ListLeadQuantities(const EcgMeasurements& measurements, Lead lead);

}  // namespace pecg

#endif  // PECG_WORKER_SIGNAL_MEASUREMENTS_H_
