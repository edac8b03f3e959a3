#include "worker/signal/delineate.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "worker/signal/order_statistics.h"
#include "worker/signal/wave_marks.h"
#include "worker/signal/zero_phase_filter.h"

namespace pecg {
namespace {

/// From this median correlation on, a P wave goes with the QRS complexes; few beats make their own
/// median, so they must agree better.
constexpr double kPCorrelation = 0.72;
constexpr double kPCorrelationOfFewBeats = 0.85;
constexpr std::size_t kFewBeats = 4;
/// A beat among such beats has its P from this correlation on.
constexpr double kBeatPCorrelation = 0.4;
/// A P wave without a QRS must look like the others.
constexpr double kUnconductedCorrelation = 0.85;

/// A QRS complex's onset and offset, samples.
struct Complex {
  std::int64_t onset, offset;
};

/// Puts straight lines in place of the QRS complexes, so that smoothing smears none of their steep
/// slopes into the P and T waves beside them.
void BridgeComplexes(const std::vector<Complex>& complexes, LeadFrames* frames) {
  const auto count = static_cast<std::int64_t>(frames->size());
  for (const Complex& complex : complexes) {
    const std::int64_t begin = complex.onset - 3;
    const std::int64_t end = complex.offset + 3;
    if (begin < 0 || end >= count) continue;
    const LeadFrame left = (*frames)[static_cast<std::size_t>(begin)];
    const LeadFrame right = (*frames)[static_cast<std::size_t>(end)];
    for (std::int64_t i = begin + 1; i < end; ++i) {
      const float u = static_cast<float>(i - begin) / static_cast<float>(end - begin);
      LeadFrame& frame = (*frames)[static_cast<std::size_t>(i)];
      for (std::size_t l = 0; l < kLeadCount; ++l) frame[l] = left[l] + (right[l] - left[l]) * u;
    }
  }
}

WaveSignals MakeSignals(LeadFrames level, LeadFrames qrs_smooth, LeadFrames qrs_slope,
                        const std::vector<Complex>& complexes) {
  WaveSignals signals;
  signals.p_smooth = level;
  BridgeComplexes(complexes, &signals.p_smooth);
  signals.t_smooth = signals.p_smooth;
  FilterZeroPhase(LowPass(30, kWorkingRateHz), &signals.p_smooth);
  FilterZeroPhase(LowPass(12, kWorkingRateHz), &signals.t_smooth);
  signals.level = std::move(level);
  signals.qrs_smooth = std::move(qrs_smooth);
  signals.qrs_slope = std::move(qrs_slope);
  return signals;
}

LeadFrame NoiseOf(const LeadFrames& slope) {
  LeadFrame noise{};
  std::vector<float> values;
  for (std::size_t l = 0; l < kLeadCount; ++l) {
    values.clear();
    for (std::size_t i = 0; i < slope.size(); i += 4) values.push_back(std::abs(slope[i][l]));
    if (!values.empty()) noise[l] = QuantileInPlace(values, 0.4);
  }
  return noise;
}

BeatPlan PlanOf(const BeatShapes& beats, std::size_t i, std::int64_t count, double rr_ms) {
  const AlignedBeat& beat = beats.beats[i];
  const BeatShape& shape = beats.shapes[static_cast<std::size_t>(beat.shape)];
  BeatPlan plan;
  plan.fiducial = beat.fiducial;
  plan.qrs_onset = beat.fiducial + shape.onset;
  plan.qrs_offset = beat.fiducial + shape.offset;
  plan.rr_ms = rr_ms;
  plan.latest = count - 1;
  if (i + 1 < beats.beats.size()) {
    const AlignedBeat& next = beats.beats[i + 1];
    plan.latest = next.fiducial + beats.shapes[static_cast<std::size_t>(next.shape)].onset;
    plan.rr_ms = 1000 / kWorkingRateHz * static_cast<double>(next.fiducial - beat.fiducial);
  }
  if (i > 0) {
    const AlignedBeat& previous = beats.beats[i - 1];
    plan.earliest =
        previous.fiducial + beats.shapes[static_cast<std::size_t>(previous.shape)].offset;
  }
  return plan;
}

/// The value `fraction` of the way through the sorted `values`, between neighbours.
double Interpolated(std::vector<double>& values, double fraction) {
  std::ranges::sort(values);
  const double position = fraction * static_cast<double>(values.size() - 1);
  const auto left = static_cast<std::size_t>(position);
  const std::size_t right = std::min(left + 1, values.size() - 1);
  return values[left] + (values[right] - values[left]) * (position - static_cast<double>(left));
}

std::optional<std::int64_t> Rounded(std::vector<double>& values, double fraction) {
  if (values.empty()) return std::nullopt;
  return std::llround(Interpolated(values, fraction));
}

/// The leads that are clear enough to speak for a wave.
std::vector<const WaveMarks*> Witnesses(const std::array<BeatMarks, kLeadCount>& leads, Wave wave) {
  std::vector<const WaveMarks*> witnesses;
  for (const BeatMarks& lead : leads) {
    if (lead.Of(wave)) witnesses.push_back(&*lead.Of(wave));
  }
  std::ranges::sort(witnesses, [](const WaveMarks* a, const WaveMarks* b) {
    return a->confidence > b->confidence;
  });
  constexpr std::size_t kEnough = 4;
  while (witnesses.size() > kEnough &&
         witnesses.back()->confidence < 0.5F * witnesses.front()->confidence) {
    witnesses.pop_back();
  }
  return witnesses;
}

std::optional<WaveMarks> GlobalWave(const std::array<BeatMarks, kLeadCount>& leads, Wave wave) {
  const std::vector<const WaveMarks*> witnesses = Witnesses(leads, wave);
  if (witnesses.empty()) return std::nullopt;
  std::vector<double> onsets;
  std::vector<double> peaks;
  std::vector<double> offsets;
  std::vector<float> confidences;
  for (const WaveMarks* marks : witnesses) {
    peaks.push_back(static_cast<double>(marks->peak));
    confidences.push_back(marks->confidence);
    if (marks->onset) onsets.push_back(static_cast<double>(*marks->onset));
    if (marks->offset) offsets.push_back(static_cast<double>(*marks->offset));
  }
  WaveMarks global;
  global.onset = Rounded(onsets, 0.25);
  global.peak = *Rounded(peaks, 0.5);
  global.offset = Rounded(offsets, 0.75);
  global.confidence = MedianInPlace(confidences);
  return global;
}

/// Marks one record; holds what its steps share.
class Delineator {
 public:
  Delineator(const ConditionedEcg& ecg, const BeatShapes& beats) : ecg_(ecg), beats_(beats) {
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      weights_[l] = ecg.leads.Has(static_cast<Lead>(l)) ? 1.0F : 0.0F;
    }
  }

  Delineation Run(const LeadFrames& smooth, const LeadFrames& slopes,
                  std::vector<MarkSample>* samples) {
    result_.noise = NoiseOf(slopes);
    LeadFrames level = LevelBaseline(ecg_, beats_);
    std::vector<Complex> needles;
    for (const std::int64_t needle : beats_.needles) {
      needles.push_back({needle - WorkingSamples(30), needle + WorkingSamples(40)});
    }
    BridgeComplexes(needles, &level);
    result_.typical = MakeTypicalBeat(level, ecg_, beats_);
    std::vector<Complex> complexes;
    for (const AlignedBeat& beat : beats_.beats) {
      const BeatShape& shape = beats_.shapes[static_cast<std::size_t>(beat.shape)];
      complexes.push_back({beat.fiducial + shape.onset, beat.fiducial + shape.offset});
    }
    signals_ = MakeSignals(std::move(level), smooth, slopes, complexes);
    if (result_.typical.beat_count > 0) EstimateTypical();
    MatchPs();
    BoundTypicalT();
    for (std::size_t i = 0; i < beats_.beats.size(); ++i) EstimateBeat(i);
    Tune(samples);
    if (result_.has_p) FindUnconductedPs();
    return std::move(result_);
  }

 private:
  void EstimateTypical() {
    const TypicalBeat& typical = result_.typical;
    const LeadFrames smooth = SmoothQrs(typical.frames);
    const BeatShape& shape = beats_.shapes[0];
    BeatPlan plan;
    plan.fiducial = typical.fiducial;
    plan.qrs_onset = typical.fiducial + shape.onset;
    plan.qrs_offset = typical.fiducial + shape.offset;
    plan.latest = static_cast<std::int64_t>(typical.frames.size()) - 1;
    plan.rr_ms = typical.rr_ms;
    typical_signals_ =
        MakeSignals(typical.frames, smooth, SlopesOf(smooth), {{plan.qrs_onset, plan.qrs_offset}});
    typical_plan_ = plan;
    EstimateTypicalT();
    std::vector<std::int64_t> t_ends;
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      if (weights_[l] == 0) continue;
      auto& waves = result_.typical_marks.leads[l].waves;
      waves[1] = MarkQrs(typical_signals_, result_.noise, plan, l);
      if (waves[2]) t_ends.push_back(*waves[2]->offset);
    }
    // Not before the T wave of the beat before has ended. What ends far later than T usually does is
    // T and P in one.
    const std::int64_t cycle = WorkingSamples(typical.rr_ms);
    const double usual_qt_ms = 400 * std::sqrt(typical.rr_ms / 1000);
    std::int64_t t_end = plan.qrs_onset + WorkingSamples(usual_qt_ms);
    if (!t_ends.empty()) {
      const std::int64_t seen = QuantileInPlace(t_ends, 0.75);
      if (seen < plan.qrs_onset + WorkingSamples(1.2 * usual_qt_ms)) t_end = seen;
    }
    const std::int64_t p_begin = std::max<std::int64_t>(1, t_end - cycle);
    p_span_ = FindGlobalP(typical_signals_, weights_, plan, p_begin);
    if (!p_span_) return;
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      if (weights_[l] == 0) continue;
      result_.typical_marks.leads[l].waves[0] =
          MarkP(typical_signals_, result_.noise, *p_span_, plan.qrs_onset, l);
    }
  }

  void EstimateTypicalT() {
    t_peak_ = FindGlobalT(typical_signals_, weights_, typical_plan_);
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      auto& t = result_.typical_marks.leads[l].waves[2];
      t.reset();
      if (weights_[l] == 0 || !t_peak_) continue;
      t = MarkT(typical_signals_, result_.noise, typical_plan_, *t_peak_, l);
    }
  }

  /// Bounds T by the rise of the next beat's P wave: before it T has ended, or the two cannot be told
  /// apart. A T wave that is found only under the P wave stays as it was found.
  void BoundTypicalT() {
    if (!result_.has_p || !t_peak_) return;
    const std::int64_t next_p =
        (p_span_->begin + p_span_->peak) / 2 + WorkingSamples(result_.typical.rr_ms);
    if (next_p >= typical_plan_.latest || next_p < typical_plan_.qrs_offset + WorkingSamples(100)) {
      return;
    }
    const std::int64_t peak = *t_peak_;
    const std::int64_t unbounded = std::exchange(typical_plan_.latest, next_p);
    EstimateTypicalT();
    // What was the P wave's peak gives way; a peak before it must be found again.
    const std::int64_t p_peak = p_span_->peak + WorkingSamples(result_.typical.rr_ms);
    const bool was_p = std::abs(peak - p_peak) <= WorkingSamples(16);
    if (t_peak_ && (was_p || std::abs(*t_peak_ - peak) <= WorkingSamples(20))) return;
    typical_plan_.latest = unbounded;
    EstimateTypicalT();
  }

  /// Compares every beat's stretch before the QRS with the typical P wave, and decides whether a P
  /// wave goes with the QRS complexes at all.
  void MatchPs() {
    matches_.resize(beats_.beats.size());
    if (!p_span_) return;
    std::vector<double> correlations;
    for (std::size_t i = 0; i < matches_.size(); ++i) {
      const std::int64_t shift = beats_.beats[i].fiducial - result_.typical.fiducial;
      matches_[i] = MatchP(typical_signals_.p_smooth, *p_span_, signals_.p_smooth, shift, weights_,
                           WorkingSamples(24));
      const bool is_whole = matches_[i].correlation > -1;
      if (is_whole && beats_.beats[i].shape == 0) correlations.push_back(matches_[i].correlation);
    }
    if (correlations.empty()) return;
    const bool are_few = correlations.size() < kFewBeats;
    result_.p_correlation = MedianInPlace(correlations);
    result_.has_p = result_.p_correlation >= (are_few ? kPCorrelationOfFewBeats : kPCorrelation);
    if (result_.has_p) return;
    for (BeatMarks& lead : result_.typical_marks.leads) lead.waves[0].reset();
  }

  /// The plan of beat `i` for its T wave: it ends where the next beat's P wave begins.
  BeatPlan BoundedByNextP(BeatPlan plan, std::size_t i) const {
    if (!result_.has_p || !t_peak_ || i + 1 >= matches_.size()) return plan;
    if (matches_[i + 1].correlation < kBeatPCorrelation) return plan;
    const std::int64_t next_p = (p_span_->begin + p_span_->peak) / 2 +
                                beats_.beats[i + 1].fiducial - result_.typical.fiducial +
                                matches_[i + 1].lag;
    const std::int64_t t_peak = *t_peak_ + plan.fiducial - result_.typical.fiducial;
    if (next_p > t_peak + WorkingSamples(40)) plan.latest = std::min(plan.latest, next_p);
    return plan;
  }

  void EstimateBeat(std::size_t i) {
    DelineatedBeat& marks = result_.beats.emplace_back();
    marks.p_correlation = std::max(matches_[i].correlation, -1.0);
    const AlignedBeat& beat = beats_.beats[i];
    const BeatPlan plan = PlanOf(beats_, i, ecg_.sample_count(), result_.typical.rr_ms);
    if (plan.qrs_onset < 0 || plan.qrs_offset >= ecg_.sample_count()) return;
    const std::int64_t shift = plan.fiducial - result_.typical.fiducial;
    const std::int64_t lag = shift + matches_[i].lag;
    const BeatPlan t_plan = BoundedByNextP(plan, i);
    const bool has_t = t_peak_ && plan.latest - plan.qrs_offset > WorkingSamples(120);
    const bool has_p = result_.has_p && matches_[i].correlation > kBeatPCorrelation &&
                       p_span_->begin + lag > plan.earliest;
    for (std::size_t l = 0; l < kLeadCount; ++l) {
      if (weights_[l] == 0 || (beat.masked >> l & 1U) != 0) continue;
      auto& waves = marks.leads[l].waves;
      waves[1] = MarkQrs(signals_, result_.noise, plan, l);
      if (has_t) waves[2] = MarkT(signals_, result_.noise, t_plan, *t_peak_ + shift, l);
      if (has_p) {
        waves[0] = MarkP(signals_, result_.noise,
                         {p_span_->begin + lag, p_span_->peak + lag, p_span_->end + lag},
                         plan.qrs_onset, l);
      }
    }
  }

  /// Fine-tunes all marks, the typical beat's last: it serves the others as it was estimated.
  void Tune(std::vector<MarkSample>* samples) {
    const bool has_typical = result_.typical.beat_count > 0;
    const BeatEstimates typical =
        has_typical ? EstimatesOf(typical_signals_, result_.typical_marks.leads) : BeatEstimates{};
    const MarkDescriber describer(typical, result_.noise);
    for (std::size_t i = 0; i < result_.beats.size(); ++i) {
      DelineatedBeat& beat = result_.beats[i];
      const std::vector<MarkSample> described = describer.Describe(
          i, EstimatesOf(signals_, beat.leads), /*is_typical=*/beats_.beats[i].shape == 0);
      if (samples != nullptr) samples->insert(samples->end(), described.begin(), described.end());
      TuneMarks(described, &beat.leads);
      beat.global = GlobalMarks(beat.leads);
      const AlignedBeat& aligned = beats_.beats[i];
      BoundQrs(beats_.shapes[static_cast<std::size_t>(aligned.shape)], aligned.fiducial,
               &beat.global);
    }
    if (!has_typical) return;
    TuneMarks(describer.Describe(0, typical, /*is_typical=*/true), &result_.typical_marks.leads);
    result_.typical_marks.global = GlobalMarks(result_.typical_marks.leads);
    BoundQrs(beats_.shapes[0], result_.typical.fiducial, &result_.typical_marks.global);
  }

  /// The global QRS is that of its shape: where the leads' slopes together begin and end.
  static void BoundQrs(const BeatShape& shape, std::int64_t fiducial, BeatMarks* global) {
    auto& qrs = global->waves[static_cast<std::size_t>(Wave::kQrs)];
    if (!qrs) return;
    qrs->onset = fiducial + shape.onset;
    qrs->offset = fiducial + shape.offset;
  }

  /// Looks between T wave and next P wave for stretches like the typical P wave.
  void FindUnconductedPs() {
    for (std::size_t i = 0; i + 1 < beats_.beats.size(); ++i) {
      const auto& t = result_.beats[i].global.Of(Wave::kT);
      const auto& p = result_.beats[i + 1].global.Of(Wave::kP);
      if (!t || !t->offset) continue;
      const std::int64_t begin = *t->offset + WorkingSamples(10);
      const std::int64_t end = p && p->onset ? *p->onset - WorkingSamples(120)
                                             : beats_.beats[i + 1].fiducial +
                                                   beats_.shapes[0].onset - WorkingSamples(10);
      const std::int64_t length = p_span_->end - p_span_->begin;
      const std::int64_t reach = (end - begin - length) / 2;
      if (reach < WorkingSamples(20)) continue;
      const PMatch match = MatchP(typical_signals_.p_smooth, *p_span_, signals_.p_smooth,
                                  begin + reach - p_span_->begin, weights_, reach);
      if (match.correlation < kUnconductedCorrelation || match.strength < 0.6 ||
          match.strength > 1.7) {
        continue;
      }
      result_.unconducted_p.push_back(begin + reach + match.lag + p_span_->peak - p_span_->begin);
    }
  }

  const ConditionedEcg& ecg_;
  const BeatShapes& beats_;
  LeadFrame weights_{};
  WaveSignals signals_;
  WaveSignals typical_signals_;
  BeatPlan typical_plan_;
  std::optional<std::int64_t> t_peak_;  // In the typical beat.
  std::optional<WaveSpan> p_span_;      // In the typical beat.
  std::vector<PMatch> matches_;         // One per beat.
  Delineation result_;
};

}  // namespace

BeatMarks GlobalMarks(const std::array<BeatMarks, kLeadCount>& leads) {
  BeatMarks global;
  for (const Wave wave : {Wave::kP, Wave::kQrs, Wave::kT}) {
    global.waves[static_cast<std::size_t>(wave)] = GlobalWave(leads, wave);
  }
  return global;
}

Delineation Delineate(const ConditionedEcg& ecg, const BeatShapes& beats, const LeadFrames& smooth,
                      const LeadFrames& slopes, std::vector<MarkSample>* samples) {
  if (beats.beats.empty()) return {};
  return Delineator(ecg, beats).Run(smooth, slopes, samples);
}

}  // namespace pecg
