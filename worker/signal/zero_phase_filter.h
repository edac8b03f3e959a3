#ifndef PECG_WORKER_SIGNAL_ZERO_PHASE_FILTER_H_
#define PECG_WORKER_SIGNAL_ZERO_PHASE_FILTER_H_

#include <span>

#include "worker/signal/lead_frames.h"

namespace pecg {

/// One second-order section, a0 = 1: y[n] = b0 x[n] + b1 x[n-1] + b2 x[n-2] - a1 y[n-1] - a2
/// y[n-2].
struct Biquad {
  double b0, b1, b2, a1, a2;
};

/// Designs a second-order Butterworth low-pass by the bilinear transform with pre-warping, as
/// scipy.signal.butter(2, cutoff, fs=rate) does. A cutoff above 0.45 of the rate is taken as that.
Biquad LowPass(double cutoff_hz, double rate_hz);

/// The high-pass beside it.
Biquad HighPass(double cutoff_hz, double rate_hz);

/// Designs a notch whose 3 dB band is hz / quality wide, as scipy.signal.iirnotch(hz, quality,
/// rate). hz must lie below half of the rate.
Biquad Notch(double hz, double quality, double rate_hz);

/// Runs one section forward and backward, so that nothing shifts in time and the gain is squared.
/// The ends are continued by odd reflection over 9 samples and the state starts as if the first
/// value had always been there: scipy.signal.filtfilt with its default padlen of 9, to rounding.
/// `x` `[T]`, finite; changed in place. Fewer than 2 samples are left as they are.
void FilterZeroPhase(const Biquad& section, std::span<double> x);

/// The same for all leads at once, in single precision: for cutoffs above 1/200 of the rate.
void FilterZeroPhase(const Biquad& section, LeadFrames* frames);

}  // namespace pecg

#endif  // PECG_WORKER_SIGNAL_ZERO_PHASE_FILTER_H_
