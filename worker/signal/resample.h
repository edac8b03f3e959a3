#ifndef PECG_WORKER_SIGNAL_RESAMPLE_H_
#define PECG_WORKER_SIGNAL_RESAMPLE_H_

#include <span>
#include <vector>

namespace pecg {

/// Changes a lead's sampling rate without changing its time: output sample n lies at n / to_hz
/// seconds. An anti-alias low-pass (Kaiser-windowed sinc, 80 dB, pass band to 80 % of the lower
/// Nyquist frequency, zero phase) is applied in the same step; the ends are held constant.
/// Source: Crochiere & Rabiner, Multirate Digital Signal Processing (1983), ch. 2.
class Resampler {
 public:
  /// Both rates in hertz, positive; their ratio is taken as a fraction of rates in millihertz.
  /// Throws Error::kBadInput for a rate that is not positive and finite.
  Resampler(double from_hz, double to_hz);

  /// `samples` `[T]`, finite. Returns `[OutputCount(T)]`. Thread-safe.
  std::vector<float> Resample(std::span<const float> samples) const;

  /// ceil(T * to_hz / from_hz).
  std::size_t OutputCount(std::size_t input_count) const;

 private:
  long long up_;  // Output samples per `down_` input samples.
  long long down_;
  long long half_taps_;            // Input samples read on each side.
  std::vector<float> phase_taps_;  // [up_, 2 * half_taps_ + 1]
};

/// Replaces NaN by straight lines between their neighbours; all NaN becomes all 0.
void BridgeInvalid(std::span<float> samples);

}  // namespace pecg

#endif  // PECG_WORKER_SIGNAL_RESAMPLE_H_
