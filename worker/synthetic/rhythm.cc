#include "worker/synthetic/rhythm.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace pecg {
namespace {

constexpr double kShortestRr = 0.19;

double Sine(double hz, double time_s, double phase) {
  return std::sin(2 * std::numbers::pi * (hz * time_s + phase));
}

/// Draws one recording's beats. The sinus node ticks on its own; what follows depends on rhythm.
class BeatDrawer {
 public:
  BeatDrawer(const Heart& heart, const HeartCondition& condition, double seconds, Random& random)
      : heart_(heart),
        condition_(condition),
        end_s_(seconds + 1),
        random_(random),
        atrial_rr_s_(60 / heart.atrial_rate_bpm),
        ventricular_rr_s_(60 / heart.rate_bpm),
        // Children breathe about once in four to five beats.
        breathing_hz_(std::clamp(heart.rate_bpm / 60 / random.Uniform(4.0, 5.2), 0.18, 0.9)),
        breathing_phase_(random.Uniform()),
        slow_hz_(random.Uniform(0.05, 0.12)),
        slow_phase_(random.Uniform()) {}

  BeatSequence Draw() {
    const double start_s = -random_.Uniform(1.0, 2.0) * ventricular_rr_s_;
    switch (condition_.rhythm) {
      case Rhythm::kJunctional:
      case Rhythm::kSupraventricularTachycardia:
        DrawFromNode(start_s);
        break;
      case Rhythm::kAtrialFlutter:
      case Rhythm::kAtrialFibrillation:
        DrawFlutter(start_s);
        break;
      case Rhythm::kCompleteBlock:
        DrawCompleteBlock(start_s);
        break;
      default:
        DrawSinus(start_s);
    }
    Finish();
    return std::move(sequence_);
  }

 private:
  /// The sinus node's next interval.
  double AtrialInterval(double time_s) {
    const double a = condition_.sinus_arrhythmia;
    const double wave = Sine(breathing_hz_, time_s, breathing_phase_);
    const double relative = a * (wave + 0.25 * wave * wave) +
                            0.45 * a * Sine(slow_hz_, time_s, slow_phase_) +
                            (0.003 + 0.10 * a) * random_.Normal();
    return std::max(kShortestRr, atrial_rr_s_ * (1 + relative));
  }

  SyntheticBeat::Atrium AtriumOfRhythm() {
    if (condition_.rhythm == Rhythm::kEctopicAtrial) return SyntheticBeat::Atrium::kEctopic;
    if (condition_.rhythm != Rhythm::kWanderingPacemaker) return SyntheticBeat::Atrium::kSinus;
    if (random_.Chance(0.18)) is_low_ = !is_low_;
    return is_low_ ? SyntheticBeat::Atrium::kEctopic : SyntheticBeat::Atrium::kSinus;
  }

  /// Whether the AV node lets this beat through, and by how much later than usual.
  bool Conducts(double* delay_s) {
    *delay_s = 0.002 * random_.Normal();
    ++since_block_;
    switch (condition_.rhythm) {
      case Rhythm::kWenckebach:
        *delay_s += 0.045 * std::sqrt(since_block_ - 1.0);
        if (since_block_ < 4 + random_.Choose(std::array<double, 2>{2, 1})) return true;
        break;
      case Rhythm::kMobitz2:
        if (!random_.Chance(0.2) || since_block_ < 3) return true;
        break;
      case Rhythm::kTwoToOne:
        if (since_block_ % 2 == 1) return true;
        break;
      default:
        return true;
    }
    since_block_ = 0;
    return false;
  }

  void DrawSinus(double start_s) {
    double p_s = start_s;
    const double pause_at = random_.Uniform(0.2, 0.8) * end_s_;
    bool has_paused = !condition_.has_escape_beat && condition_.rhythm != Rhythm::kSinusPause;
    while (p_s < end_s_) {
      double interval = AtrialInterval(p_s);
      if (!has_paused && p_s > pause_at) {
        has_paused = true;
        interval = Pause(p_s, interval);
      }
      AddSinusBeat(p_s);
      p_s = NextSinus(p_s, interval);
    }
  }

  /// A pause behind the P at `p_s`; returns its length. A junctional beat may end it.
  double Pause(double p_s, double interval) {
    const double pause = interval * random_.Uniform(2.1, 2.9);
    if (condition_.has_escape_beat) {
      const double escape = p_s + heart_.pr_s + std::max(0.75 * pause, 1.35 * interval);
      AddVentricular(escape, SyntheticBeat::Ventricle::kConducted, SyntheticBeat::Kind::kEscape);
      return escape - p_s + 0.75 * interval;
    }
    return pause;
  }

  void AddSinusBeat(double p_s) {
    SyntheticBeat beat;
    beat.p_s = p_s;
    beat.atrium = AtriumOfRhythm();
    beat.kind = beat.atrium == SyntheticBeat::Atrium::kEctopic ? SyntheticBeat::Kind::kEctopicAtrial
                                                               : SyntheticBeat::Kind::kSinus;
    double delay_s = 0;
    if (Conducts(&delay_s)) {
      beat.qrs_s = p_s + heart_.pr_s + delay_s;
      beat.ventricle = SyntheticBeat::Ventricle::kConducted;
    } else {
      beat.kind = SyntheticBeat::Kind::kBlockedP;
    }
    sequence_.beats.push_back(beat);
  }

  void AddVentricular(double qrs_s, SyntheticBeat::Ventricle ventricle, SyntheticBeat::Kind kind) {
    SyntheticBeat beat;
    beat.qrs_s = qrs_s;
    beat.ventricle = ventricle;
    beat.kind = kind;
    sequence_.beats.push_back(beat);
  }

  /// When the sinus node comes next, after what may come between.
  double NextSinus(double p_s, double interval) {
    if (condition_.rhythm == Rhythm::kVentricularTachycardia && random_.Chance(0.10)) {
      return Run(p_s, interval);
    }
    const Ectopy& ectopy = condition_.ectopy;
    const bool comes = ectopy.in_bigeminy ? random_.Chance(0.85) : random_.Chance(ectopy.per_beat);
    if (!comes) return p_s + interval;
    if (!ectopy.is_ventricular) {
      // Early, from elsewhere in the atrium; the sinus node starts anew behind it.
      const double early = p_s + interval * random_.Uniform(0.60, 0.78);
      SyntheticBeat beat;
      beat.p_s = early;
      beat.qrs_s = early + heart_.pr_s * random_.Uniform(0.95, 1.15);
      beat.atrium = SyntheticBeat::Atrium::kEctopic;
      beat.ventricle = SyntheticBeat::Ventricle::kConducted;
      beat.kind = SyntheticBeat::Kind::kAtrialPremature;
      sequence_.beats.push_back(beat);
      return early + 1.12 * interval;
    }
    // The sinus beat that is due finds the ventricle still refractory: a full pause.
    const double early = p_s + heart_.pr_s + interval * random_.Uniform(0.55, 0.72);
    AddVentricular(early, SyntheticBeat::Ventricle::kPremature,
                   SyntheticBeat::Kind::kVentricularPremature);
    if (ectopy.in_couplets) {
      AddVentricular(early + std::max(0.26, 0.55 * interval), SyntheticBeat::Ventricle::kPremature,
                     SyntheticBeat::Kind::kVentricularPremature);
      return p_s + 2.6 * interval;
    }
    return p_s + 2 * interval;
  }

  /// A run of ventricular tachycardia.
  double Run(double p_s, double interval) {
    const int beats = 3 + static_cast<int>(random_.Uniform(0, 1) * random_.Uniform(0, 30));
    const double rr = std::max(0.28, 60 / random_.Uniform(140, 200));
    double time = p_s + heart_.pr_s + 0.68 * interval;
    for (int i = 0; i < beats && time < end_s_; ++i) {
      AddVentricular(time, SyntheticBeat::Ventricle::kPremature,
                     SyntheticBeat::Kind::kVentricularTachycardia);
      time += rr * (1 + 0.01 * random_.Normal());
    }
    return time + 0.6 * interval;
  }

  void DrawFromNode(double start_s) {
    const bool is_fast = condition_.rhythm == Rhythm::kSupraventricularTachycardia;
    const bool shows_p = random_.Chance(is_fast ? 0.4 : 0.5);
    const double behind = is_fast ? heart_.conducted.qrs_s + 0.02 : heart_.conducted.qrs_s + 0.05;
    const double jitter = is_fast ? 0.004 : 0.012;
    double time = start_s;
    while (time < end_s_) {
      SyntheticBeat beat;
      beat.qrs_s = time;
      beat.ventricle = SyntheticBeat::Ventricle::kConducted;
      beat.kind = is_fast ? SyntheticBeat::Kind::kSupraventricularTachycardia
                          : SyntheticBeat::Kind::kJunctional;
      if (shows_p) {
        beat.p_s = time + behind;
        beat.atrium = SyntheticBeat::Atrium::kRetrograde;
      }
      sequence_.beats.push_back(beat);
      time += std::max(kShortestRr, ventricular_rr_s_ * (1 + jitter * random_.Normal()));
    }
  }

  void DrawFlutter(double start_s) {
    const bool fibrillates = condition_.rhythm == Rhythm::kAtrialFibrillation;
    sequence_.flutter_hz = fibrillates ? random_.Uniform(5.8, 8) : heart_.atrial_rate_bpm / 60;
    sequence_.is_fibrillation = fibrillates;
    double time = start_s;
    while (time < end_s_) {
      AddVentricular(time, SyntheticBeat::Ventricle::kConducted,
                     SyntheticBeat::Kind::kFlutterOrFibrillation);
      if (fibrillates) {
        time += std::max(0.24, ventricular_rr_s_ * (1 + 0.22 * random_.Normal()));
      } else {
        // Every second wave passes, now and then every fourth.
        time += (random_.Chance(0.08) ? 4 : 2) / sequence_.flutter_hz;
      }
    }
  }

  void DrawCompleteBlock(double start_s) {
    for (double p_s = start_s; p_s < end_s_; p_s += AtrialInterval(p_s)) {
      SyntheticBeat beat;
      beat.p_s = p_s;
      beat.atrium = SyntheticBeat::Atrium::kSinus;
      beat.kind = SyntheticBeat::Kind::kBlockedP;
      sequence_.beats.push_back(beat);
    }
    const bool from_ventricle = random_.Chance(0.25);
    const auto ventricle = from_ventricle ? SyntheticBeat::Ventricle::kPremature
                                          : SyntheticBeat::Ventricle::kConducted;
    for (double time = start_s; time < end_s_;
         time += ventricular_rr_s_ * (1 + 0.008 * random_.Normal())) {
      AddVentricular(time, ventricle, SyntheticBeat::Kind::kEscape);
    }
  }

  /// Sorts by time and gives each beat what depends on the beats before it and on breathing.
  void Finish() {
    auto& beats = sequence_.beats;
    const auto time_of = [](const SyntheticBeat& beat) {
      return std::isnan(beat.qrs_s) ? beat.p_s : beat.qrs_s;
    };
    std::ranges::sort(beats, {}, time_of);
    const double breath_gain = random_.Uniform(0.02, 0.08);
    double before_s = SyntheticBeat::kAbsent;
    int parity = 0;
    for (SyntheticBeat& beat : beats) {
      if (std::isnan(beat.qrs_s)) continue;
      const double rr = std::isnan(before_s) ? ventricular_rr_s_ : beat.qrs_s - before_s;
      before_s = beat.qrs_s;
      // QT follows the last interval by a third and the usual one by two thirds.
      const double adapted = (2 * ventricular_rr_s_ + rr) / 3;
      beat.t_stretch = std::clamp(std::sqrt(adapted / ventricular_rr_s_), 0.80, 1.15);
      const double alternating = parity++ % 2 == 0 ? 1 : -1;
      beat.t_gain = 1 + condition_.t_variability * (0.6 * alternating + 0.5 * random_.Normal()) +
                    0.02 * random_.Normal();
      beat.qrs_gain = 1 + breath_gain * Sine(breathing_hz_, beat.qrs_s, breathing_phase_);
    }
  }

  const Heart& heart_;
  const HeartCondition& condition_;
  const double end_s_;
  Random& random_;
  const double atrial_rr_s_;
  const double ventricular_rr_s_;
  const double breathing_hz_;
  const double breathing_phase_;
  const double slow_hz_;
  const double slow_phase_;
  bool is_low_ = false;
  int since_block_ = 0;
  BeatSequence sequence_;
};

}  // namespace

BeatSequence DrawBeats(const Heart& heart, const HeartCondition& condition, double seconds,
                       Random& random) {
  return BeatDrawer(heart, condition, seconds, random).Draw();
}

BeatFacts Summarize(const BeatSequence& sequence, double seconds) {
  BeatFacts facts;
  std::vector<double> intervals;
  double shortest = std::numeric_limits<double>::infinity();
  double longest = 0;
  const SyntheticBeat* before = nullptr;
  for (const SyntheticBeat& beat : sequence.beats) {
    if (std::isnan(beat.qrs_s) || beat.qrs_s < 0 || beat.qrs_s >= seconds) continue;
    ++facts.qrs_count;
    facts.atrial_premature_count += beat.kind == SyntheticBeat::Kind::kAtrialPremature;
    facts.ventricular_premature_count += beat.kind == SyntheticBeat::Kind::kVentricularPremature;
    if (before != nullptr) {
      intervals.push_back(beat.qrs_s - before->qrs_s);
      if (beat.kind == SyntheticBeat::Kind::kSinus && before->kind == SyntheticBeat::Kind::kSinus) {
        shortest = std::min(shortest, intervals.back());
        longest = std::max(longest, intervals.back());
      }
    }
    before = &beat;
  }
  if (intervals.empty()) return facts;
  if (longest > 0) facts.sinus_rr_range_s = longest - shortest;
  const auto count = static_cast<double>(intervals.size());
  double mean = 0;
  for (const double rr : intervals) mean += rr / count;
  double variance = 0;
  double steps = 0;
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    variance += (intervals[i] - mean) * (intervals[i] - mean) / count;
    if (i > 0) steps += (intervals[i] - intervals[i - 1]) * (intervals[i] - intervals[i - 1]);
  }
  facts.rate_bpm = 60 / mean;
  facts.rr_sd_s = std::sqrt(variance);
  facts.rr_rmssd_s = intervals.size() < 2 ? 0 : std::sqrt(steps / (count - 1));
  std::ranges::nth_element(intervals, intervals.begin() + std::ssize(intervals) / 2);
  facts.median_rr_s = intervals[intervals.size() / 2];
  return facts;
}

}  // namespace pecg
