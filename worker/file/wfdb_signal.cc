#include "worker/file/wfdb_signal.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "worker/ecg/error.h"
#include "worker/file/wfdb_blocks.h"
#include "worker/file/wfdb_format.h"
#include "worker/file/wfdb_format16.h"

namespace pecg {
namespace {

// A null signal: it has a line in the header and no samples anywhere.
constexpr int kNullFormat = 0;

std::string NameSignal(const WfdbSignal& signal) {
  return signal.name.empty() ? "a signal without a name" : "lead " + signal.name;
}

std::int64_t SamplesPerFrame(WfdbSignalGroup group) {
  std::int64_t count = 0;
  for (const WfdbSignal& signal : group) count += signal.samples_per_frame;
  return count;
}

const WfdbFormat& FormatOf(const WfdbSignal& signal, const std::string& where) {
  if (const WfdbFormat* format = FindWfdbFormat(signal.format)) return *format;
  throw Error(
      Error::Kind::kUnsupported, fmt::format("storage format {} is not read", signal.format),
      fmt::format("{}:{}", where, signal.line), WfdbFormatNumbers() + " are; convert with xform");
}

/// Frames that `data_bytes` bytes hold; nothing where they end in the middle of one.
std::optional<std::int64_t> WholeFrames(const WfdbFormat& format, std::int64_t data_bytes,
                                        std::int64_t frame_samples) {
  if (data_bytes < 0) return std::nullopt;
  const std::int64_t frames = format.SampleCount(data_bytes) / frame_samples;
  const std::int64_t samples = frames * frame_samples;
  if (format.ByteCount(samples) != data_bytes && format.FilledByteCount(samples) != data_bytes) {
    return std::nullopt;
  }
  return frames;
}

/// Frames in the file: those of the record and, where signals are skewed, perhaps a few more.
std::optional<std::int64_t> StoredFrames(WfdbSignalGroup group, const WfdbFormat& format,
                                         std::int64_t data_bytes, std::int64_t frame_count) {
  const std::int64_t frame_samples = SamplesPerFrame(group);
  const std::int64_t samples = frame_count * frame_samples;
  if (data_bytes == format.ByteCount(samples) || data_bytes == format.FilledByteCount(samples)) {
    return frame_count;
  }
  const int skew = std::ranges::max(group, {}, &WfdbSignal::skew_frames).skew_frames;
  const auto stored = WholeFrames(format, data_bytes, frame_samples);
  if (!stored || *stored < frame_count || *stored - frame_count > skew) return std::nullopt;
  return stored;
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

bool FitsFastPath(const WfdbSignal& signal) {
  return signal.format == 16 && signal.samples_per_frame == 1 && signal.skew_frames == 0 &&
         FitsFormat16(signal.gain, signal.baseline) &&
         FindVoltageUnit(signal.units).value_or(VoltageUnit::kMillivolt) == VoltageUnit::kMillivolt;
}

/// Decodes a file of format 16 whose signals all fit the fast path.
std::vector<SignalTrace> DecodeFast(const std::byte* data, WfdbSignalGroup group,
                                    std::int64_t frame_count,
                                    std::span<const std::span<float>> outputs) {
  std::vector<Format16Lead> leads(group.size());
  for (std::size_t i = 0; i < group.size(); ++i) {
    leads[i].gain = group[i].gain;
    leads[i].baseline = group[i].baseline;
    leads[i].output = outputs[i].empty() ? nullptr : outputs[i].data();
  }
  DecodeFormat16(data, frame_count, leads, BestSimdLevel());
  std::vector<std::int32_t> first(group.size());
  UnpackFormat16(data, group.size(), first.data());
  std::vector<SignalTrace> traces;
  traces.reserve(group.size());
  for (std::size_t i = 0; i < group.size(); ++i) {
    traces.push_back({.first = first[i], .checksum = leads[i].sum});
  }
  return traces;
}

void CheckOutputs(WfdbSignalGroup group, std::int64_t frame_count,
                  std::span<const std::span<float>> outputs, const std::string& where) {
  const bool fits = frame_count > 0 && outputs.size() == group.size() &&
                    std::ranges::all_of(outputs, [&](std::span<const float> output) {
                      return output.empty() || std::ssize(output) == frame_count;
                    });
  if (!fits) throw Error(Error::Kind::kBadInput, "outputs that do not fit the signals", where);
}

}  // namespace

std::vector<WfdbSignalGroup> GroupSignalsByFile(const WfdbHeader& header,
                                                const std::string& where) {
  std::vector<WfdbSignalGroup> groups;
  std::set<std::string_view> files;
  const WfdbSignalGroup signals = header.signals;
  for (std::size_t begin = 0; begin < signals.size();) {
    const WfdbSignal& first = signals[begin];
    std::size_t end = begin + 1;
    if (first.format == kNullFormat) {
      begin = end;
      continue;
    }
    FormatOf(first, where);
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
  const WfdbFormat& format = FormatOf(first, where);
  const std::int64_t frame_samples = SamplesPerFrame(group);
  const std::int64_t data_bytes = byte_count - first.byte_offset;
  if (announced) {
    if (StoredFrames(group, format, data_bytes, *announced)) return *announced;
    const std::int64_t wanted = format.ByteCount(*announced * frame_samples);
    throw Error(Error::Kind::kCorruptData,
                fmt::format("the file has {} bytes, the header's {} samples in {} leads need {}",
                            byte_count, *announced, group.size(), wanted + first.byte_offset),
                where,
                data_bytes < wanted ? "the file is cut off" : "the header is of another file");
  }
  const std::int64_t frames = WholeFrames(format, data_bytes, frame_samples).value_or(0);
  if (frames == 0) {
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
  const WfdbFormat& format = FormatOf(head, where);
  CheckOutputs(group, frame_count, outputs, where);
  CountFrames(group, std::ssize(bytes), frame_count, where);
  const std::int64_t stored =
      StoredFrames(group, format, std::ssize(bytes) - head.byte_offset, frame_count).value();
  const std::byte* data = bytes.data() + head.byte_offset;
  const bool fast = stored == frame_count && std::ranges::all_of(group, FitsFastPath);
  const std::vector<SignalTrace> traces = fast ? DecodeFast(data, group, frame_count, outputs)
                                               : DecodeBlocks(data, format, group, stored, outputs);
  for (std::size_t i = 0; i < group.size(); ++i) {
    // Of differences, the initial value is what they start from, not what was stored.
    if (!format.is_difference) VerifyInitialValue(group[i], traces[i].first, where);
    if (stored == frame_count) VerifyChecksum(group[i], traces[i].checksum, where);
  }
}

}  // namespace pecg
