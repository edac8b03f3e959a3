#ifndef PECG_WORKER_SYNTHETIC_RECORDER_H_
#define PECG_WORKER_SYNTHETIC_RECORDER_H_

#include <array>
#include <string>
#include <vector>

#include "worker/ecg/lead.h"
#include "worker/synthetic/random.h"
#include "worker/synthetic/render.h"

namespace pecg {

/// Samples of all leads, `[12][T]`, millivolts.
using TwelveLeads = std::array<std::vector<float>, kLeadCount>;

/// What the electrodes and the amplifier did to a recording.
struct RecorderFacts {
  std::string swapped;      ///< `RA-LA`, `LA-LL` or `RA-LL`; empty = electrodes as they should be.
  std::string dead_lead;    ///< A lead that shows nothing but noise; empty = none.
  int off_count = 0;        ///< Electrodes that came off for a while.
  bool starts_off = false;  ///< All leads at a rail for the first seconds.
  int motion_count = 0;     ///< Jerks of an electrode.
  double noise_uv = 0;      ///< Muscle noise per electrode, standard deviation.
  double wander_mv = 0;     ///< Baseline per electrode, standard deviation.
  double hum_uv = 0;        ///< 50 Hz per electrode, amplitude.
};

/// Turns what the independent leads see into what the electrocardiograph stores: swapped limb
/// electrodes (1 % of recordings), wander, hum and muscle noise at each electrode, jerks, III, aVR,
/// aVL and aVF computed from the others, so that Einthoven's law holds; then what breaks it:
/// electrodes off (12 %), which take a lead to the amplifier's ends at -26.6 and +24.9 mV, and dead
/// leads; then half precision, as in the release.
TwelveLeads Record(IndependentLeads heart, double rate_hz, Random& random, RecorderFacts* facts);

/// Nearest IEEE 754 half-precision number, ties to even. |x| < 65,504.
float RoundToHalf(float x);

}  // namespace pecg

#endif  // PECG_WORKER_SYNTHETIC_RECORDER_H_
