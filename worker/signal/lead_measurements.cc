#include "worker/signal/lead_measurements.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "worker/signal/condition.h"
#include "worker/signal/order_statistics.h"

namespace pecg {
namespace {

constexpr double kSampleMs = 1000 / kWorkingRateHz;
constexpr double kSmallestWaveMv = 0.02;
constexpr double kSmallestWaveMs = 6;
constexpr double kFlatTMv = 0.05;

/// The lead against its level before the QRS, read safely.
class Levelled {
 public:
  Levelled(std::span<const float> mv, double level) : mv_(mv), level_(level) {}
  double operator[](std::int64_t i) const {
    const auto last = static_cast<std::int64_t>(mv_.size()) - 1;
    return static_cast<double>(
               mv_[static_cast<std::size_t>(std::clamp<std::int64_t>(i, 0, last))]) -
           level_;
  }
  bool Holds(std::int64_t i) const { return i >= 0 && i < static_cast<std::int64_t>(mv_.size()); }

 private:
  std::span<const float> mv_;
  double level_;
};

double LevelBefore(std::span<const float> mv, std::int64_t onset) {
  std::vector<float> values;
  for (std::int64_t i = onset - 8; i < onset - 1; ++i) {
    if (i >= 0 && i < static_cast<std::int64_t>(mv.size())) {
      values.push_back(mv[static_cast<std::size_t>(i)]);
    }
  }
  return values.empty() ? 0 : static_cast<double>(MedianInPlace(values));
}

/// A stretch of one sign within the QRS.
struct Deflection {
  double mv = 0;
  double ms = 0;
  std::int64_t peak = 0;
};

std::vector<Deflection> FindDeflections(const Levelled& x, std::int64_t onset, std::int64_t offset,
                                        double smallest_mv) {
  std::vector<Deflection> found;
  std::int64_t begin = onset;
  while (begin <= offset) {
    const bool is_positive = x[begin] >= 0;
    std::int64_t end = begin;
    Deflection wave;
    while (end <= offset && (x[end] >= 0) == is_positive) {
      if (std::abs(x[end]) > std::abs(wave.mv)) {
        wave.mv = x[end];
        wave.peak = end;
      }
      ++end;
    }
    wave.ms = static_cast<double>(end - begin) * kSampleMs;
    begin = end;
    if (std::abs(wave.mv) < smallest_mv || wave.ms < kSmallestWaveMs) continue;
    // What lay between two stretches of one sign was too small to part them.
    if (!found.empty() && (found.back().mv > 0) == (wave.mv > 0)) {
      found.back().ms += wave.ms;
      if (std::abs(wave.mv) > std::abs(found.back().mv)) {
        found.back().mv = wave.mv;
        found.back().peak = wave.peak;
      }
      continue;
    }
    found.push_back(wave);
  }
  return found;
}

struct NamedWave {
  Quantity LeadMeasurements::*mv;
  Quantity LeadMeasurements::*ms;
  char letter;
  bool is_prime;
};

/// Names the deflections and spells the pattern: small letters below half of the largest.
void NameDeflections(const std::vector<Deflection>& waves, double quality, LeadMeasurements* out) {
  double largest = 0;
  for (const Deflection& wave : waves) largest = std::max(largest, std::abs(wave.mv));
  const bool has_r = std::ranges::any_of(waves, [](const Deflection& w) { return w.mv > 0; });
  if (!has_r) {
    if (waves.empty()) return;
    out->qs_mv = {waves.front().mv, quality};
    out->pattern = "QS";
    return;
  }
  using M = LeadMeasurements;
  constexpr NamedWave kQ = {&M::q_mv, &M::q_ms, 'q', false};
  constexpr std::array<NamedWave, 2> kR = {
      {{&M::r_mv, &M::r_ms, 'r', false}, {&M::r2_mv, &M::r2_ms, 'r', true}}};
  constexpr std::array<NamedWave, 2> kS = {
      {{&M::s_mv, &M::s_ms, 's', false}, {&M::s2_mv, &M::s2_ms, 's', true}}};
  std::size_t r_count = 0;
  for (const Deflection& wave : waves) {
    const bool is_r = wave.mv > 0;
    if (is_r) ++r_count;
    if (r_count > 2) break;
    const NamedWave& name = is_r ? kR.at(r_count - 1) : (r_count == 0 ? kQ : kS.at(r_count - 1));
    out->*name.mv = {wave.mv, quality};
    out->*name.ms = {wave.ms, quality};
    const bool is_large = std::abs(wave.mv) >= 0.5 * largest;
    out->pattern += is_large ? static_cast<char>(name.letter - 'a' + 'A') : name.letter;
    if (name.is_prime) out->pattern += '\'';
  }
}

double Area(const Levelled& x, std::int64_t onset, std::int64_t offset, bool is_absolute) {
  double sum = 0;
  for (std::int64_t i = onset; i <= offset; ++i) sum += is_absolute ? std::abs(x[i]) : x[i];
  return sum * kSampleMs;
}

/// Reversals of slope within the QRS beyond those of its waves, each at least `smallest_mv` deep.
double CountNotches(const Levelled& x, std::int64_t onset, std::int64_t offset, double smallest_mv,
                    std::size_t wave_count) {
  std::size_t reversals = 0;
  double extreme = x[onset];
  int direction = 0;
  for (std::int64_t i = onset + 1; i <= offset; ++i) {
    const double change = x[i] - extreme;
    if (direction >= 0 ? change > 0 : change < 0) {
      extreme = x[i];
      if (direction == 0 && change > 0) direction = 1;
    } else if (std::abs(change) >= smallest_mv) {
      if (direction != 0) ++reversals;
      direction = change > 0 ? 1 : -1;
      extreme = x[i];
    }
  }
  return reversals > wave_count ? static_cast<double>(reversals - wave_count) : 0;
}

/// 1 less the mean slope of the first 40 ms over a third of the largest slope, 0 to 1: a delta wave
/// starts slowly. Where the QRS is shorter than 60 ms the first half counts.
double DeltaScore(const Levelled& x, std::int64_t onset, std::int64_t offset) {
  const std::int64_t early = std::min<std::int64_t>(20, (offset - onset) / 2);
  double steepest = 1e-9;
  double steepest_early = 0;
  for (std::int64_t i = onset; i + 2 <= offset; ++i) {
    const double slope = std::abs(x[i + 2] - x[i]);
    steepest = std::max(steepest, slope);
    if (i + 2 <= onset + early) steepest_early = std::max(steepest_early, slope);
  }
  return std::clamp(1 - steepest_early / (0.5 * steepest), 0.0, 1.0);
}

void MeasureQrs(const LeadBeat& beat, const Levelled& x, LeadMeasurements* out) {
  const WaveMarks& qrs = *beat.global->Of(Wave::kQrs);
  const std::int64_t onset = *qrs.onset;
  const std::int64_t offset = *qrs.offset;
  const double smallest = std::max(kSmallestWaveMv, 3 * beat.noise_mv);
  const std::vector<Deflection> waves = FindDeflections(x, onset, offset, smallest);
  NameDeflections(waves, beat.quality, out);
  double low = 0;
  double high = 0;
  for (std::int64_t i = onset; i <= offset; ++i) {
    low = std::min(low, x[i]);
    high = std::max(high, x[i]);
  }
  out->qrs_max_mv = {high, beat.quality};
  out->qrs_min_mv = {low, beat.quality};
  out->qrs_peak_to_peak_mv = {high - low, beat.quality};
  out->qrs_area_mv_ms = {Area(x, onset, offset, false), beat.quality};
  out->qrs_absolute_area_mv_ms = {Area(x, onset, offset, true), beat.quality};
  const auto last_r =
      std::find_if(waves.rbegin(), waves.rend(), [](const Deflection& w) { return w.mv > 0; });
  if (last_r != waves.rend()) {
    out->activation_ms = {static_cast<double>(last_r->peak - onset) * kSampleMs, beat.quality};
  }
  if (high >= smallest && -low >= smallest) out->r_to_s_ratio = {high / -low, beat.quality};
  out->notch_count = {
      CountNotches(x, onset, offset, std::max(smallest, 0.05 * (high - low)), waves.size()),
      beat.quality};
  if (high - low >= 5 * smallest) {
    out->delta_score = {DeltaScore(x, onset, offset), 0.8 * beat.quality};
  }
  const auto& own = beat.own->Of(Wave::kQrs);
  if (own && own->onset && own->offset) {
    out->qrs_ms = {static_cast<double>(*own->offset - *own->onset) * kSampleMs,
                   beat.quality * static_cast<double>(own->confidence)};
  }
}

void MeasureSt(const LeadBeat& beat, const Levelled& x, LeadMeasurements* out) {
  const std::int64_t j = *beat.global->Of(Wave::kQrs)->offset;
  const auto at = [&](double ms) -> Quantity {
    const auto i = j + static_cast<std::int64_t>(ms / kSampleMs);
    if (!x.Holds(i)) return {};
    return {(x[i - 1] + x[i] + x[i + 1]) / 3, beat.quality};
  };
  out->j_mv = at(0);
  out->st40_mv = at(40);
  out->st60_mv = at(60);
  out->st80_mv = at(80);
  const double end_ms = beat.heart_rate_bpm > 100 ? 60 : 80;
  const Quantity end = at(end_ms);
  if (end.value && out->j_mv.value) {
    out->st_slope_mv_per_s = {(*end - *out->j_mv) / (end_ms / 1000), beat.quality};
  }
}

/// The extremes of a stretch, and which comes first.
struct Extremes {
  double low = 0, high = 0;
  std::int64_t low_at = 0, high_at = 0;
};

Extremes FindExtremes(const Levelled& x, std::int64_t begin, std::int64_t end, double offset_mv) {
  Extremes found;
  for (std::int64_t i = begin; i <= end; ++i) {
    const double value = x[i] - offset_mv;
    if (value < found.low) {
      found.low = value;
      found.low_at = i;
    }
    if (value > found.high) {
      found.high = value;
      found.high_at = i;
    }
  }
  return found;
}

void MeasureP(const LeadBeat& beat, const Levelled& x, LeadMeasurements* out) {
  const auto& p = beat.global->Of(Wave::kP);
  if (!p || !p->onset || !p->offset) return;
  // The P wave has its own level: the line between its onset and its offset.
  const std::int64_t onset = *p->onset;
  const std::int64_t offset = *p->offset;
  const double level = (x[onset - 1] + x[onset] + x[onset + 1]) / 3;
  const Extremes found = FindExtremes(x, onset, offset, level);
  const double quality = beat.quality * static_cast<double>(p->confidence);
  out->p_mv = {found.high >= -found.low ? found.high : found.low, quality};
  out->p_positive_mv = {found.high, quality};
  out->p_negative_mv = {found.low, quality};
  out->p_area_mv_ms = {
      Area(x, onset, offset, false) - level * static_cast<double>(offset - onset + 1) * kSampleMs,
      quality};
  double terminal_ms = 0;
  if (found.low < -kSmallestWaveMv &&
      (found.low_at > found.high_at || found.high < kSmallestWaveMv)) {
    std::int64_t begin = found.low_at;
    while (begin > onset && x[begin - 1] - level < 0) --begin;
    std::int64_t end = found.low_at;
    while (end < offset && x[end + 1] - level < 0) ++end;
    terminal_ms = static_cast<double>(end - begin + 1) * kSampleMs;
  }
  out->p_terminal_mv_ms = {-found.low * terminal_ms, quality};
  const auto& own = beat.own->Of(Wave::kP);
  if (own && own->onset && own->offset) {
    out->p_ms = {static_cast<double>(*own->offset - *own->onset) * kSampleMs,
                 quality * static_cast<double>(own->confidence)};
  }
}

Polarity PolarityOf(const Extremes& found) {
  const bool is_up = found.high >= kFlatTMv;
  const bool is_down = -found.low >= kFlatTMv;
  if (!is_up && !is_down) return Polarity::kFlat;
  // A second part counts from a third of the larger one on.
  const double smaller = std::min(found.high, -found.low);
  const double larger = std::max(found.high, -found.low);
  if (is_up && is_down && smaller >= larger / 3) {
    return found.high_at < found.low_at ? Polarity::kUprightInverted : Polarity::kInvertedUpright;
  }
  return found.high >= -found.low ? Polarity::kUpright : Polarity::kInverted;
}

void MeasureT(const LeadBeat& beat, const Levelled& x, LeadMeasurements* out) {
  const auto& t = beat.global->Of(Wave::kT);
  if (!t || !t->onset || !t->offset) return;
  const std::int64_t begin =
      std::max(*t->onset, *beat.global->Of(Wave::kQrs)->offset + 30);  // 60 ms after J.
  const std::int64_t end = *t->offset;
  if (end <= begin) return;
  const Extremes found = FindExtremes(x, begin, end, 0);
  const double quality = beat.quality * static_cast<double>(t->confidence);
  out->t_mv = {found.high >= -found.low ? found.high : found.low, quality};
  out->t_positive_mv = {found.high, quality};
  out->t_negative_mv = {found.low, quality};
  out->t_area_mv_ms = {Area(x, begin, end, false), quality};
  out->t_polarity = PolarityOf(found);
  const auto& own = beat.own->Of(Wave::kT);
  if (own && own->offset) {
    out->qt_ms = {
        static_cast<double>(*own->offset - *beat.global->Of(Wave::kQrs)->onset) * kSampleMs,
        quality * static_cast<double>(own->confidence)};
  }
}

}  // namespace

LeadMeasurements MeasureLead(const LeadBeat& beat) {
  LeadMeasurements out;
  const auto& qrs = beat.global->Of(Wave::kQrs);
  if (beat.mv.empty() || !qrs || !qrs->onset || !qrs->offset) return out;
  const Levelled x(beat.mv, LevelBefore(beat.mv, *qrs->onset));
  MeasureQrs(beat, x, &out);
  MeasureSt(beat, x, &out);
  MeasureP(beat, x, &out);
  MeasureT(beat, x, &out);
  return out;
}

}  // namespace pecg
