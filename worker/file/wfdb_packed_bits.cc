// The storage formats that pack several samples into a group of bytes.
#include <algorithm>
#include <array>

#include "worker/file/wfdb_format.h"

namespace pecg {
namespace {

std::uint32_t Byte(std::byte value) { return std::to_integer<std::uint32_t>(value); }

template <unsigned kBits>
std::int32_t SignExtend(std::uint32_t value) {
  constexpr std::uint32_t kSign = 1U << (kBits - 1);
  constexpr std::uint32_t kMask = (1U << kBits) - 1;
  return static_cast<std::int32_t>(((value & kMask) ^ kSign) - kSign);
}

/// Three samples of the group at `bytes`.
using Group3 = std::array<std::int32_t, 3>;

std::uint32_t Word(const std::byte* bytes) { return Byte(bytes[0]) | Byte(bytes[1]) << 8U; }

Group3 Group310(const std::byte* bytes) {
  const std::uint32_t first = Word(bytes);
  const std::uint32_t second = Word(bytes + 2);
  return {SignExtend<10>(first >> 1U), SignExtend<10>(second >> 1U),
          SignExtend<10>(first >> 11U | second >> 11U << 5U)};
}

Group3 Group311(const std::byte* bytes) {
  const std::uint32_t word = Word(bytes) | Word(bytes + 2) << 16U;
  return {SignExtend<10>(word), SignExtend<10>(word >> 10U), SignExtend<10>(word >> 20U)};
}

/// Unpacks whole groups of three in four bytes, then what is left of a last one, `tail_bytes` long.
template <Group3 (*kGroup)(const std::byte*)>
void UnpackThrees(const std::byte* bytes, std::size_t sample_count, std::size_t tail_byte_count,
                  std::int32_t* samples) {
  constexpr std::size_t kGroupBytes = 4;
  const std::size_t group_count = sample_count / 3;
  for (std::size_t i = 0; i < group_count; ++i) {
    std::ranges::copy(kGroup(bytes + kGroupBytes * i), samples + 3 * i);
  }
  const std::size_t left = sample_count % 3;
  if (left == 0) return;
  std::array<std::byte, kGroupBytes> padded{};
  std::copy_n(bytes + kGroupBytes * group_count, tail_byte_count, padded.begin());
  const Group3 group = kGroup(padded.data());
  std::copy_n(group.begin(), left, samples + 3 * group_count);
}

}  // namespace

void UnpackFormat212(const std::byte* bytes, std::size_t sample_count, std::int32_t* samples) {
  const auto first = [](const std::byte* group) {
    return SignExtend<12>(Byte(group[0]) | Byte(group[1]) << 8U);
  };
  std::size_t i = 0;
  for (; i + 2 <= sample_count; i += 2, bytes += 3) {
    samples[i] = first(bytes);
    samples[i + 1] = SignExtend<12>(Byte(bytes[2]) | (Byte(bytes[1]) & 0xF0U) << 4U);
  }
  if (i < sample_count) samples[i] = first(bytes);
}

void UnpackFormat310(const std::byte* bytes, std::size_t sample_count, std::int32_t* samples) {
  UnpackThrees<Group310>(bytes, sample_count, sample_count % 3 == 1 ? 2 : 4, samples);
}

void UnpackFormat311(const std::byte* bytes, std::size_t sample_count, std::int32_t* samples) {
  UnpackThrees<Group311>(bytes, sample_count, sample_count % 3 == 1 ? 2 : 3, samples);
}

}  // namespace pecg
