#include "worker/file/wfdb_blocks.h"

#include <algorithm>
#include <limits>

namespace pecg {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

// A block stays in the second-level cache: 12 leads * 1536 frames * 4 bytes = 72 KB. A multiple of
// kCommonGroupSamples frames is one of samples too, whatever the number of signals.
constexpr std::int64_t kBlockFrames = 1536;
static_assert(kBlockFrames % kCommonGroupSamples == 0);

/// One signal on its way from the blocks to its output.
class SignalSink {
 public:
  SignalSink(const WfdbSignal& signal, const WfdbFormat& format, std::span<float> output)
      : signal_(signal),
        is_difference_(format.is_difference),
        last_(signal.initial_value.value_or(signal.adc_zero)),
        // No sample is a code that 32 bits cannot hold.
        invalid_(format.invalid_code ? std::int64_t{*format.invalid_code} : std::int64_t{1} << 32),
        unit_(FindVoltageUnit(signal.units).value_or(VoltageUnit::kMillivolt)),
        output_(output) {}

  /// Takes the next frames. `samples`: this signal's first sample in them; `stride`: samples from
  /// frame to frame, all signals together.
  void Take(std::int32_t* samples, std::size_t stride, std::size_t frame_count) {
    if (is_difference_) Integrate(samples, stride, frame_count);
    if (next_frame_ == 0) trace_.first = *samples;
    Sum(samples, stride, frame_count);
    if (!output_.empty()) Store(samples, stride, frame_count);
    next_frame_ += static_cast<std::int64_t>(frame_count);
  }

  /// After the last block: where the skew runs past the end of the file.
  SignalTrace Finish() {
    const std::int64_t filled =
        std::clamp(next_frame_ - signal_.skew_frames, std::int64_t{0}, std::ssize(output_));
    std::ranges::fill(output_.subspan(static_cast<std::size_t>(filled)), kNaN);
    return trace_;
  }

 private:
  /// Differences become samples, in place.
  void Integrate(std::int32_t* samples, std::size_t stride, std::size_t frame_count) {
    auto sum = static_cast<std::uint32_t>(last_);  // Wraps around; a damaged file may.
    for (std::size_t frame = 0; frame < frame_count; ++frame) {
      for (int i = 0; i < signal_.samples_per_frame; ++i) {
        const std::size_t place = frame * stride + static_cast<std::size_t>(i);
        sum += static_cast<std::uint32_t>(samples[place]);
        samples[place] = static_cast<std::int32_t>(sum);
      }
    }
    last_ = static_cast<std::int32_t>(sum);
  }

  void Sum(const std::int32_t* samples, std::size_t stride, std::size_t frame_count) {
    std::uint32_t sum = trace_.checksum;
    for (std::size_t frame = 0; frame < frame_count; ++frame) {
      for (int i = 0; i < signal_.samples_per_frame; ++i) {
        sum += static_cast<std::uint32_t>(samples[frame * stride + static_cast<std::size_t>(i)]);
      }
    }
    trace_.checksum = static_cast<std::uint16_t>(sum);
  }

  /// Frame f of the file is frame f - skew of the record.
  void Store(const std::int32_t* samples, std::size_t stride, std::size_t frame_count) {
    const std::int64_t first = next_frame_ - signal_.skew_frames;
    const std::int64_t begin = std::max(std::int64_t{0}, -first);
    const std::int64_t end =
        std::min(static_cast<std::int64_t>(frame_count), std::ssize(output_) - first);
    for (std::int64_t frame = begin; frame < end; ++frame) {
      const std::int32_t* sample = samples + static_cast<std::size_t>(frame) * stride;
      output_[static_cast<std::size_t>(first + frame)] =
          signal_.samples_per_frame == 1 ? One(*sample) : Mean(sample);
    }
  }

  double Physical(std::int32_t sample) const {
    return (static_cast<double>(sample) - static_cast<double>(signal_.baseline)) / signal_.gain;
  }

  float ToMillivolts(double value) const {
    if (unit_ == VoltageUnit::kVolt) value *= 1000.0;
    if (unit_ == VoltageUnit::kMicrovolt) value /= 1000.0;
    return static_cast<float>(value);
  }

  float One(std::int32_t sample) const {
    return sample == invalid_ ? kNaN : ToMillivolts(Physical(sample));
  }

  float Mean(const std::int32_t* samples) const {
    double sum = 0;
    for (int i = 0; i < signal_.samples_per_frame; ++i) {
      if (samples[i] == invalid_) return kNaN;
      sum += Physical(samples[i]);
    }
    return ToMillivolts(sum / signal_.samples_per_frame);
  }

  const WfdbSignal& signal_;
  bool is_difference_;
  std::int32_t last_;
  std::int64_t invalid_;
  VoltageUnit unit_;
  std::span<float> output_;
  std::int64_t next_frame_ = 0;  // Of the file.
  SignalTrace trace_;
};

}  // namespace

std::vector<SignalTrace> DecodeBlocks(const std::byte* data, const WfdbFormat& format,
                                      WfdbSignalGroup group, std::int64_t stored_frame_count,
                                      std::span<const std::span<float>> outputs) {
  std::vector<SignalSink> sinks;
  sinks.reserve(group.size());
  std::size_t frame_samples = 0;
  for (std::size_t i = 0; i < group.size(); ++i) {
    sinks.emplace_back(group[i], format, outputs[i]);
    frame_samples += static_cast<std::size_t>(group[i].samples_per_frame);
  }
  std::vector<std::int32_t> block(
      frame_samples * static_cast<std::size_t>(std::min(kBlockFrames, stored_frame_count)));
  for (std::int64_t frame = 0; frame < stored_frame_count; frame += kBlockFrames) {
    const auto count = static_cast<std::size_t>(std::min(kBlockFrames, stored_frame_count - frame));
    const std::int64_t first_sample = frame * static_cast<std::int64_t>(frame_samples);
    format.unpack(data + format.ByteCount(first_sample), count * frame_samples, block.data());
    std::int32_t* samples = block.data();
    for (std::size_t i = 0; i < group.size(); ++i) {
      sinks[i].Take(samples, frame_samples, count);
      samples += group[i].samples_per_frame;
    }
  }
  std::vector<SignalTrace> traces;
  traces.reserve(sinks.size());
  for (SignalSink& sink : sinks) traces.push_back(sink.Finish());
  return traces;
}

}  // namespace pecg
