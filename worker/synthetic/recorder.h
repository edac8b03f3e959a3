#ifndef PECG_WORKER_SYNTHETIC_RECORDER_H_
#define PECG_WORKER_SYNTHETIC_RECORDER_H_

#include <array>
#include <vector>

#include "worker/ecg/lead.h"
#include "worker/synthetic/random.h"

namespace pecg {

/// Adds what an electrocardiograph sees besides the heart to `leads_mv` (each `[T]`): wander,
/// 50-Hz hum, muscle noise, and in 12 % of records electrodes that come off for a while, which takes
/// a lead to the amplifier's end at -26.6 or +24.9 mV. Wander, hum and noise enter at the
/// electrodes, so that Einthoven's law holds; rails do not obey it, as in the real recordings.
/// Then rounds to half precision, as the release's samples were.
void Record(Random& random, double rate_hz, std::array<std::vector<double>, kLeadCount>& leads_mv);

/// Nearest IEEE 754 half-precision number, ties to even. |x| < 65,504.
double RoundToHalf(double x);

}  // namespace pecg

#endif  // PECG_WORKER_SYNTHETIC_RECORDER_H_
