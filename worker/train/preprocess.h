#ifndef PECG_WORKER_TRAIN_PREPROCESS_H_
#define PECG_WORKER_TRAIN_PREPROCESS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "worker/ecg/lead.h"
#include "worker/ecg/record.h"
#include "worker/model/input_format.h"
#include "worker/signal/resample.h"

namespace pecg {

/// A whole record as crops are cut from it: at the network's rate, in true time, without baseline
/// wander, clipped, and small enough to keep thousands in memory.
struct PreparedRecord {
  LeadMask leads;                 ///< Leads that can be used.
  std::int64_t sample_count = 0;  ///< Per lead, at InputFormat::rate_hz.
  /// `[leads.Count(), sample_count]`, lead-major; 32767 stands for InputFormat::clip_mv.
  std::vector<std::int16_t> samples;
};

/// Owns how an ECG becomes a network's input, in training, evaluation and explanation alike:
///
/// 1. A sample that is NaN or beyond +-20 mV (no child's heart gives that; the recorder sits at its
///    rail) is invalid, and so is what lies within 40 ms of it, the amplifier's way back. A lead
///    with more than half of its samples invalid counts as missing. Shorter gaps are bridged by
///    straight lines.
/// 2. Each lead is resampled to `rate_hz` with an anti-alias filter. Time is never stretched.
/// 3. Baseline wander is subtracted: the signal's mean under a triangle of +-1 s (a 1-s moving mean
///    applied twice). That is a high-pass filter without phase shift, gain 1 - sinc^2(f s): 0.02
///    at 0.08 Hz, a half at 0.45 Hz, and 0.95 to 1 from 0.75 Hz on.
/// 4. Amplitudes are clipped to +-`clip_mv` and divided by `scale_mv`, the same for every lead and
///    record, so that voltage and the leads' proportions are kept.
/// 5. A missing lead is 0 in the signal and 0 in the lead mask; past a short record's end all leads
///    are 0.
///
/// Immutable; thread-safe.
class Preprocessor {
 public:
  explicit Preprocessor(const InputFormat& format);

  const InputFormat& format() const { return format_; }
  /// S, samples per crop and lead; at least 1.
  std::int64_t crop_sample_count() const { return crop_sample_count_; }

  /// Carries out steps 1 to 3 and the clipping. Throws Error::kBadInput for a rate that is not
  /// positive, naming the record.
  PreparedRecord Prepare(const EcgRecord& record) const;

  /// First samples of the crops that cover a record: each half a crop after the one before, the
  /// last one at the record's end. A record no longer than a crop has one, at 0.
  std::vector<std::int64_t> CropStarts(std::int64_t sample_count) const;

  /// Writes one crop, `[12, S]`, from sample `start`, showing the leads in `visible` that the
  /// record has; in units of `scale_mv`.
  void FillCrop(const PreparedRecord& record, std::int64_t start, LeadMask visible,
                std::span<float> crop) const;

 private:
  /// Steps 1 to 3 for one lead; empty when it counts as missing.
  std::vector<float> PrepareLead(std::span<const float> samples_mv, double rate_hz,
                                 const Resampler& resampler) const;

  InputFormat format_;
  std::int64_t crop_sample_count_;
};

}  // namespace pecg

#endif  // PECG_WORKER_TRAIN_PREPROCESS_H_
