#include "worker/synthetic/rhythm.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace pecg {

std::vector<Beat> DrawBeats(const SyntheticExam& exam, Random& random) {
  const double mean_rr = 60 / exam.heart_rate_bpm;
  // Children breathe about once in four to five beats.
  const double breathing_hz = exam.heart_rate_bpm / 60 / random.Uniform(4.0, 5.2);
  const double breathing_phase = random.Uniform();
  const double premature_chance = exam.premature_per_minute * mean_rr / 60;
  std::vector<Beat> beats;
  double time = -random.Uniform(0.5, 1.5) * mean_rr;
  double pause = 0;  // Added to the RR after a premature beat.
  while (time < exam.seconds + mean_rr) {
    const double breath =
        std::sin(2 * std::numbers::pi * (breathing_hz * time + breathing_phase));
    double rr = mean_rr * (1 + exam.sinus_arrhythmia * breath) + random.Normal(0, 0.006 * mean_rr);
    rr += pause;
    pause = 0;
    Beat beat;
    if (random.Chance(premature_chance)) {
      const double early = random.Uniform(0.25, 0.4) * mean_rr;
      beat.kind = exam.premature_is_ventricular ? Beat::Kind::kVentricularPremature
                                                : Beat::Kind::kAtrialPremature;
      rr -= early;
      pause = exam.premature_is_ventricular ? early : 0.3 * early;
    }
    rr = std::max(rr, 0.22);
    time += rr;
    beat.r_seconds = time;
    beat.rr_seconds = rr;
    beats.push_back(beat);
  }
  return beats;
}

}  // namespace pecg
