#include "worker/signal/measure_ecg.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "worker/ecg/error.h"
#include "worker/signal/atria.h"
#include "worker/signal/axes.h"
#include "worker/signal/beat_classes.h"
#include "worker/signal/condition.h"
#include "worker/signal/delineate.h"
#include "worker/signal/lead_measurements.h"
#include "worker/signal/qrs_detector.h"
#include "worker/signal/rhythm.h"

namespace pecg {
namespace {

constexpr double kSampleMs = 1000 / kWorkingRateHz;
/// Beats whose dominant shape correlates less than this with its own beats are noise.
constexpr double kLowestBeatCorrelation = 0.7;

void CheckRecord(const EcgRecord& record) {
  const auto expected = static_cast<std::size_t>(record.leads.Count()) *
                        static_cast<std::size_t>(std::max<std::int64_t>(record.sample_count, 0));
  if (record.sample_count < 0 || record.samples_mv.size() != expected) {
    throw Error(Error::Kind::kBadInput,
                "samples are not leads times length: " + std::to_string(record.samples_mv.size()) +
                    " instead of " + std::to_string(expected),
                record.record_id);
  }
  if (!(record.rate_hz >= 50 && record.rate_hz <= 20000)) {
    throw Error(Error::Kind::kBadInput,
                "an ECG is measured at 50 to 20,000 Hz: " + std::to_string(record.rate_hz),
                record.record_id, "check the sampling rate in the record's header");
  }
}

/// Marks in samples of the record instead of working ones.
std::optional<WaveMarks> Rescaled(const std::optional<WaveMarks>& marks, double factor,
                                  std::int64_t count) {
  if (!marks) return std::nullopt;
  const auto scaled = [&](std::int64_t position) {
    return std::clamp<std::int64_t>(std::llround(static_cast<double>(position) * factor), 0,
                                    count - 1);
  };
  WaveMarks out = *marks;
  out.peak = scaled(marks->peak);
  if (marks->onset) out.onset = scaled(*marks->onset);
  if (marks->offset) out.offset = scaled(*marks->offset);
  return out;
}

BeatMarks Rescaled(const BeatMarks& marks, double factor, std::int64_t count) {
  BeatMarks out;
  for (std::size_t w = 0; w < kWaveCount; ++w) {
    out.waves[w] = Rescaled(marks.waves[w], factor, count);
  }
  return out;
}

/// Time between two marks; not measurable without both or when they stand the wrong way round.
Quantity Interval(const std::optional<WaveMarks>& from, std::optional<std::int64_t> begin,
                  const std::optional<WaveMarks>& to, std::optional<std::int64_t> end) {
  if (!from || !to || !begin || !end || *end <= *begin) return {};
  return {static_cast<double>(*end - *begin) * kSampleMs,
          static_cast<double>(std::min(from->confidence, to->confidence))};
}

struct BasicIntervals {
  Quantity p_ms, pr_ms, pr_segment_ms, qrs_ms, qt_ms, jt_ms, t_peak_to_end_ms;
};

BasicIntervals IntervalsOf(const BeatMarks& marks) {
  const auto& p = marks.Of(Wave::kP);
  const auto& qrs = marks.Of(Wave::kQrs);
  const auto& t = marks.Of(Wave::kT);
  const auto onset = [](const std::optional<WaveMarks>& wave) {
    return wave ? wave->onset : std::nullopt;
  };
  const auto offset = [](const std::optional<WaveMarks>& wave) {
    return wave ? wave->offset : std::nullopt;
  };
  const auto peak = [](const std::optional<WaveMarks>& wave) -> std::optional<std::int64_t> {
    if (!wave) return std::nullopt;
    return wave->peak;
  };
  return {Interval(p, onset(p), p, offset(p)),     Interval(p, onset(p), qrs, onset(qrs)),
          Interval(p, offset(p), qrs, onset(qrs)), Interval(qrs, onset(qrs), qrs, offset(qrs)),
          Interval(qrs, onset(qrs), t, offset(t)), Interval(qrs, offset(qrs), t, offset(t)),
          Interval(t, peak(t), t, offset(t))};
}

void AddCorrectedQt(EcgMeasurements* m) {
  IntervalMeasurements& intervals = m->intervals;
  const Quantity& rate = m->rhythm.heart_rate_bpm;
  if (!intervals.qt_ms.has_value() || !rate.has_value()) return;
  const double qt = *intervals.qt_ms;
  const double rr = 60 / *rate;
  const double quality = std::min(intervals.qt_ms.quality, rate.quality);
  intervals.qtc_bazett_ms = {qt / std::sqrt(rr), quality};
  intervals.qtc_fridericia_ms = {qt / std::cbrt(rr), quality};
  intervals.qtc_framingham_ms = {qt + 154 * (1 - rr), quality};
  intervals.qtc_hodges_ms = {qt + 1.75 * (*rate - 60), quality};
}

Quantity QtDispersion(const EcgMeasurements& m) {
  std::vector<double> values;
  double quality = 0;
  for (const LeadMeasurements& lead : m.leads) {
    if (!lead.qt_ms.has_value()) continue;
    values.push_back(*lead.qt_ms);
    quality += lead.qt_ms.quality;
  }
  if (values.size() < 3) return {};
  const double count = static_cast<double>(values.size());
  double mean = 0;
  for (const double value : values) mean += value / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {std::sqrt(squares / (count - 1)), quality / count};
}

/// Measures one record; holds what its steps share.
class Measurer {
 public:
  explicit Measurer(const EcgRecord& record) : record_(record), ecg_(ConditionEcg(record)) {
    m_.rate_hz = record.rate_hz;
    m_.sample_count = record.sample_count;
    m_.signals = ecg_.signals;
    m_.einthoven_residual_mv = ecg_.einthoven_residual_mv;
    m_.goldberger_residual_mv = ecg_.goldberger_residual_mv;
    m_.limitations = ecg_.limitations;
  }

  EcgMeasurements Run() {
    if (ecg_.leads.Count() == 0) return std::move(m_);
    const QrsDetection detection = DetectQrs(ecg_);
    const LeadFrames smooth = SmoothQrs(ecg_.frames);
    const LeadFrames slopes = SlopesOf(smooth);
    shapes_ = SortBeats(ecg_, detection, slopes);
    NoteLeadQuality(detection);
    if (!AreBeats()) {
      m_.limitations.push_back(Limitation::kNoBeats);
      return std::move(m_);
    }
    delineation_ = Delineate(ecg_, shapes_, smooth, slopes);
    CopyBeats();
    CopyClasses();
    CopyMedianBeat();
    MeasureRhythm(ecg_, &m_);
    MeasureAtria(ecg_, shapes_, delineation_, &m_);
    MeasureMedianBeat();
    NoteBeatLimitations();
    return std::move(m_);
  }

 private:
  /// Noise found again and again at the same distance looks like beats only once.
  bool AreBeats() const {
    if (shapes_.beats.empty()) return false;
    double sum = 0;
    int count = 0;
    for (const AlignedBeat& beat : shapes_.beats) {
      if (shapes_.shapes[static_cast<std::size_t>(beat.shape)].beat_count < 2) continue;
      sum += beat.correlation;
      ++count;
    }
    const auto total = static_cast<int>(shapes_.beats.size());
    if (total <= 2) return true;
    return count * 3 >= total && sum / count >= kLowestBeatCorrelation;
  }

  void NoteLeadQuality(const QrsDetection& detection) {
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      if (!ecg_.leads.Has(static_cast<Lead>(l))) continue;
      LeadSignal& signal = m_.signals[l];
      signal.quality = {static_cast<double>(detection.lead_weights[l]), 1};
      constexpr float kNoisyWeight = 0.15F;
      if (detection.lead_weights[l] < kNoisyWeight &&
          signal.state == LeadSignal::State::kReadable) {
        signal.state = LeadSignal::State::kNoisy;
      }
    }
  }

  void CopyBeats() {
    const double factor = record_.rate_hz / kWorkingRateHz;
    for (std::size_t i = 0; i < shapes_.beats.size(); ++i) {
      const AlignedBeat& from = shapes_.beats[i];
      const DelineatedBeat& marks = delineation_.beats[i];
      Beat& beat = m_.beats.emplace_back();
      beat.sample = std::clamp<std::int64_t>(
          std::llround(static_cast<double>(from.fiducial) * factor), 0, record_.sample_count - 1);
      beat.beat_class = from.shape;
      beat.correlation = from.correlation;
      beat.is_paced = IsPaced(from);
      beat.is_readable = std::popcount(static_cast<unsigned>(ecg_.leads.bits() & ~from.masked)) >=
                         std::min(2, ecg_.leads.Count());
      beat.p_correlation = marks.p_correlation;
      beat.global = Rescaled(marks.global, factor, record_.sample_count);
      for (std::size_t l = 0; l < kLeadCount; ++l) {
        beat.leads[l] = Rescaled(marks.leads[l], factor, record_.sample_count);
      }
      const BasicIntervals intervals = IntervalsOf(marks.global);
      beat.pr_ms = intervals.pr_ms;
      beat.qrs_ms = intervals.qrs_ms;
      beat.qt_ms = intervals.qt_ms;
    }
  }

  /// A spike within the 100 ms before the QRS.
  bool IsPaced(const AlignedBeat& beat) const {
    const std::int64_t onset =
        beat.fiducial + shapes_.shapes[static_cast<std::size_t>(beat.shape)].onset;
    return std::ranges::any_of(ecg_.pacing_spikes, [&](std::int64_t spike) {
      return spike >= onset - 50 && spike <= onset + 15;
    });
  }

  void CopyClasses() {
    for (const BeatShape& shape : shapes_.shapes) {
      BeatClass& of = m_.classes.emplace_back();
      of.beat_count = shape.beat_count;
      of.correlation = shape.correlation;
      of.qrs_ms = {static_cast<double>(shape.offset - shape.onset) * kSampleMs,
                   std::min(1.0, 0.4 + 0.2 * shape.beat_count)};
    }
    std::vector<int> with_p(m_.classes.size());
    std::vector<int> paced(m_.classes.size());
    for (const Beat& beat : m_.beats) {
      const auto k = static_cast<std::size_t>(beat.beat_class);
      with_p[k] += beat.global.Of(Wave::kP) ? 1 : 0;
      paced[k] += beat.is_paced ? 1 : 0;
    }
    for (std::size_t k = 0; k < m_.classes.size(); ++k) {
      m_.classes[k].has_p = 2 * with_p[k] > m_.classes[k].beat_count;
      m_.classes[k].is_paced = 2 * paced[k] > m_.classes[k].beat_count;
    }
  }

  void CopyMedianBeat() {
    const TypicalBeat& typical = delineation_.typical;
    m_.median_beat.rate_hz = kWorkingRateHz;
    m_.median_beat.beat_count = typical.beat_count;
    if (typical.beat_count == 0) return;
    m_.median_beat.fiducial = typical.fiducial;
    m_.median_beat.global = delineation_.typical_marks.global;
    m_.median_beat.leads = delineation_.typical_marks.leads;
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      if (!ecg_.leads.Has(static_cast<Lead>(l))) continue;
      std::vector<float>& mv = m_.median_beat.leads_mv[l];
      mv.reserve(typical.frames.size());
      for (const LeadFrame& frame : typical.frames) mv.push_back(frame[l]);
    }
  }

  void MeasureMedianBeat() {
    if (m_.median_beat.beat_count == 0) return;
    const BasicIntervals intervals = IntervalsOf(m_.median_beat.global);
    m_.intervals.p_ms = intervals.p_ms;
    m_.intervals.pr_ms = intervals.pr_ms;
    m_.intervals.pr_segment_ms = intervals.pr_segment_ms;
    m_.intervals.qrs_ms = intervals.qrs_ms;
    m_.intervals.qt_ms = intervals.qt_ms;
    m_.intervals.jt_ms = intervals.jt_ms;
    m_.intervals.t_peak_to_end_ms = intervals.t_peak_to_end_ms;
    AddCorrectedQt(&m_);
    const double beats = std::min(1.0, static_cast<double>(m_.median_beat.beat_count) / 4);
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      const double noise = static_cast<double>(delineation_.noise[l]);
      m_.signals[l].noise_mv =
          ecg_.leads.Has(static_cast<Lead>(l)) ? Quantity{noise, 1} : Quantity{};
      const LeadBeat beat = {m_.median_beat.leads_mv[l],
                             &m_.median_beat.global,
                             &m_.median_beat.leads[l],
                             m_.rhythm.heart_rate_bpm.value.value_or(0),
                             beats * std::max(0.2, m_.signals[l].quality.value.value_or(0)),
                             noise / std::sqrt(static_cast<double>(m_.median_beat.beat_count))};
      m_.leads[l] = MeasureLead(beat);
    }
    m_.intervals.qt_dispersion_ms = QtDispersion(m_);
    m_.axes = MeasureAxes(m_);
    m_.voltages = MeasureVoltages(m_);
  }

  void NoteBeatLimitations() {
    if (m_.median_beat.beat_count < 3) m_.limitations.push_back(Limitation::kFewBeats);
    if (2 * m_.classes.front().beat_count < static_cast<int>(m_.beats.size())) {
      m_.limitations.push_back(Limitation::kNoDominantShape);
    }
    if (std::ranges::any_of(m_.classes, &BeatClass::is_paced)) {
      m_.limitations.push_back(Limitation::kPaced);
    }
    for (const Beat& beat : m_.beats) {
      BeatClass& of = m_.classes[static_cast<std::size_t>(beat.beat_class)];
      of.premature_count += beat.is_premature ? 1 : 0;
    }
  }

  const EcgRecord& record_;
  ConditionedEcg ecg_;
  BeatShapes shapes_;
  Delineation delineation_;
  EcgMeasurements m_;
};

}  // namespace

bool EcgMeasurements::Has(Limitation limitation) const {
  return std::ranges::find(limitations, limitation) != limitations.end();
}

EcgMeasurements MeasureEcg(const EcgRecord& record) {
  CheckRecord(record);
  return Measurer(record).Run();
}

}  // namespace pecg
