// A header, a line `--`, and the bytes of its signal file: either refused with an Error or decoded,
// in format 16 to just what the definition says; whatever the format, each sample of the file is
// unpacked alike in one piece and group by group.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "worker/ecg/error.h"
#include "worker/file/wfdb_format.h"
#include "worker/file/wfdb_signal.h"

namespace {

constexpr std::string_view kSeparator = "--\n";

std::int16_t SampleAt(std::span<const std::byte> bytes, std::size_t index) {
  std::int16_t sample = 0;
  std::memcpy(&sample, bytes.data() + 2 * index, sizeof(sample));
  return sample;
}

void CheckFormat16(std::span<const std::byte> bytes, pecg::WfdbSignalGroup group,
                   const std::vector<std::vector<float>>& rows) {
  for (std::size_t i = 0; i < group.size(); ++i) {
    const pecg::WfdbSignal& signal = group[i];
    if (signal.units != "mV" || signal.skew_frames != 0) continue;
    for (std::size_t frame = 0; frame < rows[i].size(); ++frame) {
      const std::int16_t sample = SampleAt(bytes, frame * group.size() + i);
      const double steps = static_cast<double>(sample) - static_cast<double>(signal.baseline);
      const float want = sample == -32768 ? std::nanf("") : static_cast<float>(steps / signal.gain);
      if (std::bit_cast<std::uint32_t>(want) != std::bit_cast<std::uint32_t>(rows[i][frame])) {
        std::abort();
      }
    }
  }
}

void CheckUnpacking(const pecg::WfdbFormat& format, std::span<const std::byte> bytes) {
  const auto count =
      static_cast<std::size_t>(format.SampleCount(static_cast<std::int64_t>(bytes.size())));
  std::vector<std::int32_t> whole(count);
  format.unpack(bytes.data(), count, whole.data());
  const auto group_samples = static_cast<std::size_t>(format.group_samples);
  std::vector<std::int32_t> group(group_samples);
  for (std::size_t first = 0; first < count; first += group_samples) {
    const std::size_t length = std::min(group_samples, count - first);
    const std::size_t offset = first / group_samples * static_cast<std::size_t>(format.group_bytes);
    format.unpack(bytes.data() + offset, length, group.data());
    if (!std::equal(group.begin(), group.begin() + static_cast<std::ptrdiff_t>(length),
                    whole.begin() + static_cast<std::ptrdiff_t>(first))) {
      std::abort();
    }
  }
}

void Decode(const pecg::WfdbHeader& header, std::span<const std::byte> bytes) {
  for (const pecg::WfdbSignalGroup& group : pecg::GroupSignalsByFile(header, "fuzz.hea")) {
    const std::int64_t frames = pecg::CountFrames(group, static_cast<std::int64_t>(bytes.size()),
                                                  header.sample_count, "fuzz.dat");
    std::vector<std::vector<float>> rows;
    bool plain = group.front().format == 16;
    for (const pecg::WfdbSignal& signal : group) {
      rows.emplace_back(static_cast<std::size_t>(frames));
      plain = plain && signal.samples_per_frame == 1;
    }
    const std::vector<std::span<float>> outputs(rows.begin(), rows.end());
    pecg::DecodeSignalFile(bytes, group, frames, outputs, "fuzz.dat");
    const auto offset = static_cast<std::size_t>(group.front().byte_offset);
    if (plain) CheckFormat16(bytes.subspan(offset), group, rows);
    CheckUnpacking(*pecg::FindWfdbFormat(group.front().format), bytes.subspan(offset));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = input.find(kSeparator);
  if (end == std::string_view::npos) return 0;
  // A copy of its own, so that a read behind its end is seen.
  const std::string_view tail = input.substr(end + kSeparator.size());
  std::vector<std::byte> bytes(tail.size());
  if (!tail.empty()) std::memcpy(bytes.data(), tail.data(), tail.size());
  try {
    pecg::WfdbHeader header = pecg::ParseWfdbHeader(input.substr(0, end), "fuzz.hea");
    Decode(header, bytes);
  } catch (const pecg::Error&) {
    // Refused, as bad input should be.
  }
  try {
    // Once more with what a random file never has: the right checksums.
    pecg::WfdbHeader header = pecg::ParseWfdbHeader(input.substr(0, end), "fuzz.hea");
    for (pecg::WfdbSignal& signal : header.signals) {
      signal.checksum.reset();
      signal.initial_value.reset();
    }
    Decode(header, bytes);
  } catch (const pecg::Error&) {
    // As above.
  }
  return 0;
}
