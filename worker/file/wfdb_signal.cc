#include "worker/file/wfdb_signal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <set>

#include "worker/ecg/error.h"
#include "worker/file/wfdb_format16.h"

namespace pecg {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

std::string NameSignal(const WfdbSignal& signal) {
  return signal.name.empty() ? "a signal without a name" : "lead " + signal.name;
}

std::int64_t SamplesPerFrame(WfdbSignalGroup group) {
  std::int64_t count = 0;
  for (const WfdbSignal& signal : group) count += signal.samples_per_frame;
  return count;
}

/// Bytes of `samples` samples: whole bytes, so that an odd count of format 212 takes one more half.
std::int64_t BytesOf(int format, std::int64_t samples) {
  if (format == 212) return samples / 2 * 3 + samples % 2 * 2;
  return samples * (format == 24 ? 3 : 2);
}

/// The sample that means "invalid".
std::int32_t InvalidCode(int format) {
  if (format == 212) return -2048;
  return format == 24 ? -8388608 : kInvalid16;
}

/// Samples of any of the formats, by position in the file.
class SampleReader {
 public:
  SampleReader(const std::byte* bytes, int format) : bytes_(bytes), format_(format) {}

  std::int32_t At(std::int64_t index) const {
    if (format_ == 16) {
      std::int16_t sample = 0;
      std::memcpy(&sample, bytes_ + 2 * index, sizeof(sample));
      return sample;
    }
    if (format_ == 24) {
      const std::byte* b = bytes_ + 3 * index;
      return SignExtend(Byte(b[0]) | Byte(b[1]) << 8U | Byte(b[2]) << 16U, 24);
    }
    // 212: three bytes hold two samples; the middle one has the high four bits of both.
    const std::byte* b = bytes_ + 3 * (index / 2);
    if (index % 2 == 0) return SignExtend(Byte(b[0]) | (Byte(b[1]) & 0x0FU) << 8U, 12);
    return SignExtend(Byte(b[2]) | (Byte(b[1]) & 0xF0U) << 4U, 12);
  }

 private:
  static std::uint32_t Byte(std::byte value) { return std::to_integer<std::uint32_t>(value); }

  static std::int32_t SignExtend(std::uint32_t value, unsigned bits) {
    const std::uint32_t sign = 1U << (bits - 1);
    return static_cast<std::int32_t>((value ^ sign) - sign);
  }

  const std::byte* bytes_;
  int format_;
};

float ToMillivolts(double value, VoltageUnit unit) {
  if (unit == VoltageUnit::kVolt) value *= 1000.0;
  if (unit == VoltageUnit::kMicrovolt) value /= 1000.0;
  return static_cast<float>(value);
}

void VerifyChecksum(const WfdbSignal& signal, std::uint16_t sum, const std::string& where) {
  if (!signal.checksum || static_cast<std::uint16_t>(*signal.checksum) == sum) return;
  throw Error(Error::Kind::kCorruptData,
              fmt::format("the checksum of {} is {}, the header says {}", NameSignal(signal), sum,
                          static_cast<std::uint16_t>(*signal.checksum)),
              where, "the file is damaged or belongs to another header: copy both again");
}

void VerifyInitialValue(const WfdbSignal& signal, std::int32_t first, const std::string& where) {
  if (!signal.initial_value || *signal.initial_value == first) return;
  throw Error(Error::Kind::kCorruptData,
              fmt::format("{} starts with {}, the header says {}", NameSignal(signal), first,
                          *signal.initial_value),
              where, "the file is damaged or belongs to another header: copy both again");
}

/// Decodes one signal of any format, a sample at a time; returns the sum of its samples.
std::uint16_t DecodeSlowly(const SampleReader& samples, std::int64_t frame_count,
                           std::int64_t frame_samples, std::int64_t first, const WfdbSignal& signal,
                           std::span<float> output) {
  const std::int32_t invalid = InvalidCode(signal.format);
  const VoltageUnit unit = FindVoltageUnit(signal.units).value_or(VoltageUnit::kMillivolt);
  std::uint32_t sum = 0;
  std::size_t next = 0;
  for (std::int64_t frame = 0; frame < frame_count; ++frame) {
    for (int i = 0; i < signal.samples_per_frame; ++i) {
      const std::int32_t sample = samples.At(frame * frame_samples + first + i);
      sum += static_cast<std::uint32_t>(sample);
      if (output.empty()) continue;
      const double steps = static_cast<double>(sample) - static_cast<double>(signal.baseline);
      output[next++] = sample == invalid ? kNaN : ToMillivolts(steps / signal.gain, unit);
    }
  }
  return static_cast<std::uint16_t>(sum);
}

bool FitsFastPath(const WfdbSignal& signal) {
  return signal.format == 16 && signal.samples_per_frame == 1 &&
         FitsFormat16(signal.gain, signal.baseline) &&
         FindVoltageUnit(signal.units).value_or(VoltageUnit::kMillivolt) == VoltageUnit::kMillivolt;
}

/// Decodes a file of format 16 whose signals are all alike enough; returns the sums.
std::vector<std::uint16_t> DecodeFast(std::span<const std::byte> samples, WfdbSignalGroup group,
                                      std::int64_t frame_count,
                                      std::span<const std::span<float>> outputs) {
  std::vector<Format16Lead> leads(group.size());
  for (std::size_t i = 0; i < group.size(); ++i) {
    leads[i].gain = group[i].gain;
    leads[i].baseline = group[i].baseline;
    leads[i].output = outputs[i].empty() ? nullptr : outputs[i].data();
  }
  DecodeFormat16(samples.data(), frame_count, leads, BestSimdLevel());
  std::vector<std::uint16_t> sums(group.size());
  std::ranges::transform(leads, sums.begin(), &Format16Lead::sum);
  return sums;
}

std::vector<std::uint16_t> DecodeEach(const SampleReader& samples, WfdbSignalGroup group,
                                      std::int64_t frame_count,
                                      std::span<const std::span<float>> outputs) {
  std::vector<std::uint16_t> sums(group.size());
  const std::int64_t frame_samples = SamplesPerFrame(group);
  std::int64_t first = 0;
  for (std::size_t i = 0; i < group.size(); ++i) {
    sums[i] = DecodeSlowly(samples, frame_count, frame_samples, first, group[i], outputs[i]);
    first += group[i].samples_per_frame;
  }
  return sums;
}

/// Moves the samples of a skewed signal to their time.
void Unskew(const WfdbSignal& signal, std::span<float> output) {
  const auto shift = std::min(static_cast<std::size_t>(signal.skew_frames) *
                                  static_cast<std::size_t>(signal.samples_per_frame),
                              output.size());
  std::ranges::copy(output.subspan(shift), output.begin());
  std::ranges::fill(output.last(shift), kNaN);
}

void CheckOutputs(WfdbSignalGroup group, std::int64_t frame_count,
                  std::span<const std::span<float>> outputs, const std::string& where) {
  bool fits = outputs.size() == group.size();
  for (std::size_t i = 0; fits && i < group.size(); ++i) {
    const std::int64_t wanted = frame_count * group[i].samples_per_frame;
    fits = outputs[i].empty() || static_cast<std::int64_t>(outputs[i].size()) == wanted;
  }
  if (!fits) throw Error(Error::Kind::kBadInput, "outputs that do not fit the signals", where);
}

void RequireReadable(const WfdbSignal& signal, const std::string& where) {
  if (signal.format == 16 || signal.format == 24 || signal.format == 212) return;
  throw Error(Error::Kind::kUnsupported,
              fmt::format("storage format {} is not read", signal.format),
              fmt::format("{}:{}", where, signal.line), "16, 24 and 212 are; convert with xform");
}

}  // namespace

std::vector<WfdbSignalGroup> GroupSignalsByFile(const WfdbHeader& header,
                                                const std::string& where) {
  std::vector<WfdbSignalGroup> groups;
  std::set<std::string_view> files;
  const WfdbSignalGroup signals = header.signals;
  for (std::size_t begin = 0; begin < signals.size();) {
    const WfdbSignal& first = signals[begin];
    RequireReadable(first, where);
    std::size_t end = begin + 1;
    while (end < signals.size() && signals[end].file_name == first.file_name) {
      const WfdbSignal& signal = signals[end++];
      if (signal.format != first.format || signal.byte_offset != first.byte_offset) {
        throw Error(Error::Kind::kCorruptData,
                    "signals of one file differ in format or byte offset: " + first.file_name,
                    fmt::format("{}:{}", where, signal.line));
      }
    }
    if (!files.insert(first.file_name).second) {
      throw Error(Error::Kind::kCorruptData,
                  "the signals of one file do not stand together: " + first.file_name,
                  fmt::format("{}:{}", where, first.line));
    }
    groups.push_back(signals.subspan(begin, end - begin));
    begin = end;
  }
  return groups;
}

std::int64_t CountFrames(WfdbSignalGroup group, std::int64_t byte_count,
                         std::optional<std::int64_t> announced, const std::string& where) {
  const WfdbSignal& first = group.front();
  const std::int64_t frame_samples = SamplesPerFrame(group);
  const std::int64_t data_bytes = byte_count - first.byte_offset;
  if (announced) {
    const std::int64_t wanted = BytesOf(first.format, *announced * frame_samples);
    // Some writers fill the last pair of format 212.
    const std::int64_t padded = first.format == 212 ? (wanted + 2) / 3 * 3 : wanted;
    if (data_bytes == wanted || data_bytes == padded) return *announced;
    throw Error(Error::Kind::kCorruptData,
                fmt::format("the file has {} bytes, the header's {} samples in {} leads need {}",
                            byte_count, *announced, group.size(), wanted + first.byte_offset),
                where,
                data_bytes < wanted ? "the file is cut off" : "the header is of another file");
  }
  const std::int64_t samples = first.format == 212  ? data_bytes / 3 * 2 + (data_bytes % 3) / 2
                               : first.format == 24 ? data_bytes / 3
                                                    : data_bytes / 2;
  const std::int64_t frames = samples / frame_samples;
  if (data_bytes <= 0 || frames == 0 ||
      BytesOf(first.format, frames * frame_samples) != data_bytes) {
    throw Error(Error::Kind::kCorruptData,
                fmt::format("the file's {} bytes are no whole number of frames of {} samples",
                            byte_count, frame_samples),
                where, "the file is cut off, or the header is of another file");
  }
  return frames;
}

std::optional<VoltageUnit> FindVoltageUnit(std::string_view units) {
  std::string lower;
  std::ranges::transform(units, std::back_inserter(lower), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  if (lower == "mv") return VoltageUnit::kMillivolt;
  if (lower == "v") return VoltageUnit::kVolt;
  // Also with the micro sign and the Greek letter, in UTF-8, and the micro sign in Latin-1.
  for (const std::string_view micro : {"uv", "\xC2\xB5v", "\xCE\xBCv", "\xB5v"}) {
    if (lower == micro) return VoltageUnit::kMicrovolt;
  }
  return std::nullopt;
}

void DecodeSignalFile(std::span<const std::byte> bytes, WfdbSignalGroup group,
                      std::int64_t frame_count, std::span<const std::span<float>> outputs,
                      const std::string& where) {
  const WfdbSignal& head = group.front();
  RequireReadable(head, where);
  CheckOutputs(group, frame_count, outputs, where);
  CountFrames(group, static_cast<std::int64_t>(bytes.size()), frame_count, where);
  const std::span<const std::byte> data = bytes.subspan(static_cast<std::size_t>(head.byte_offset));
  const SampleReader samples(data.data(), head.format);

  std::int64_t first = 0;
  for (const WfdbSignal& signal : group) {
    VerifyInitialValue(signal, samples.At(first), where);
    first += signal.samples_per_frame;
  }
  const std::vector<std::uint16_t> sums = std::ranges::all_of(group, FitsFastPath)
                                              ? DecodeFast(data, group, frame_count, outputs)
                                              : DecodeEach(samples, group, frame_count, outputs);
  for (std::size_t i = 0; i < group.size(); ++i) {
    VerifyChecksum(group[i], sums[i], where);
    if (group[i].skew_frames > 0) Unskew(group[i], outputs[i]);
  }
}

}  // namespace pecg
