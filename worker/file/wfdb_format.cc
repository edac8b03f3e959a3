#include "worker/file/wfdb_format.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace pecg {
namespace {

constexpr std::int32_t kLowest10 = -(1 << 9);
constexpr std::int32_t kLowest12 = -(1 << 11);
constexpr std::int32_t kLowest16 = std::numeric_limits<std::int16_t>::min();
constexpr std::int32_t kLowest24 = -(1 << 23);
constexpr std::int32_t kLowest32 = std::numeric_limits<std::int32_t>::min();

constexpr WfdbFormat WholeBytes(int number, int bytes, std::optional<std::int32_t> invalid,
                                WfdbFormat::Unpack unpack) {
  return {.number = number,
          .group_samples = 1,
          .group_bytes = bytes,
          .tail_bytes = {},
          .invalid_code = invalid,
          .is_difference = false,
          .unpack = unpack};
}

constexpr WfdbFormat Packed(int number, int samples, int bytes, std::array<int, 3> tail_bytes,
                            std::int32_t invalid, WfdbFormat::Unpack unpack) {
  return {.number = number,
          .group_samples = samples,
          .group_bytes = bytes,
          .tail_bytes = tail_bytes,
          .invalid_code = invalid,
          .is_difference = false,
          .unpack = unpack};
}

constexpr WfdbFormat Differences(int number, WfdbFormat::Unpack unpack) {
  WfdbFormat format = WholeBytes(number, 1, std::nullopt, unpack);
  format.is_difference = true;
  return format;
}

constexpr auto kFormats = std::to_array<WfdbFormat>({
    Differences(8, &UnpackFormat8),
    WholeBytes(16, 2, kLowest16, &UnpackFormat16),
    WholeBytes(24, 3, kLowest24, &UnpackFormat24),
    WholeBytes(32, 4, kLowest32, &UnpackFormat32),
    WholeBytes(61, 2, kLowest16, &UnpackFormat61),
    WholeBytes(80, 1, std::numeric_limits<std::int8_t>::min(), &UnpackFormat80),
    WholeBytes(160, 2, kLowest16, &UnpackFormat160),
    Packed(212, 2, 3, {0, 2, 3}, kLowest12, &UnpackFormat212),
    Packed(310, 3, 4, {0, 2, 4}, kLowest10, &UnpackFormat310),
    Packed(311, 3, 4, {0, 2, 3}, kLowest10, &UnpackFormat311),
});

static_assert(std::ranges::all_of(kFormats, [](const WfdbFormat& format) {
  return kCommonGroupSamples % format.group_samples == 0;
}));

}  // namespace

std::int64_t WfdbFormat::ByteCount(std::int64_t sample_count) const {
  return sample_count / group_samples * group_bytes +
         tail_bytes[static_cast<std::size_t>(sample_count % group_samples)];
}

std::int64_t WfdbFormat::FilledByteCount(std::int64_t sample_count) const {
  return (sample_count + group_samples - 1) / group_samples * group_bytes;
}

std::int64_t WfdbFormat::SampleCount(std::int64_t byte_count) const {
  const std::int64_t left = byte_count % group_bytes;
  int tail = 0;
  for (int samples = 1; samples < group_samples; ++samples) {
    if (tail_bytes[static_cast<std::size_t>(samples)] <= left) tail = samples;
  }
  return byte_count / group_bytes * group_samples + tail;
}

const WfdbFormat* FindWfdbFormat(int number) {
  const auto* found = std::ranges::find(kFormats, number, &WfdbFormat::number);
  return found == kFormats.end() ? nullptr : found;
}

std::string WfdbFormatNumbers() {
  std::vector<int> numbers;
  numbers.reserve(kFormats.size());
  for (const WfdbFormat& format : kFormats) numbers.push_back(format.number);
  const int last = numbers.back();
  numbers.pop_back();
  return fmt::format("{} and {}", fmt::join(numbers, ", "), last);
}

}  // namespace pecg
