// The storage formats whose samples fill whole bytes.
#include <bit>
#include <cstring>

#include "worker/file/wfdb_format.h"

namespace pecg {
namespace {

static_assert(std::endian::native == std::endian::little, "samples are used as they lie");

std::int32_t Byte(std::byte value) { return std::to_integer<std::int32_t>(value); }

template <typename Integer>
Integer Load(const std::byte* bytes) {
  Integer value;
  std::memcpy(&value, bytes, sizeof(value));
  return value;
}

}  // namespace

void UnpackFormat8(const std::byte* bytes, std::size_t sample_count, std::int32_t* samples) {
  for (std::size_t i = 0; i < sample_count; ++i) samples[i] = (Byte(bytes[i]) ^ 0x80) - 0x80;
}

void UnpackFormat16(const std::byte* bytes, std::size_t sample_count, std::int32_t* samples) {
  for (std::size_t i = 0; i < sample_count; ++i) samples[i] = Load<std::int16_t>(bytes + 2 * i);
}

void UnpackFormat61(const std::byte* bytes, std::size_t sample_count, std::int32_t* samples) {
  for (std::size_t i = 0; i < sample_count; ++i) {
    samples[i] = (Load<std::int8_t>(bytes + 2 * i) * 256) | Byte(bytes[2 * i + 1]);
  }
}

void UnpackFormat160(const std::byte* bytes, std::size_t sample_count, std::int32_t* samples) {
  for (std::size_t i = 0; i < sample_count; ++i) {
    samples[i] = Load<std::uint16_t>(bytes + 2 * i) - 32768;
  }
}

void UnpackFormat24(const std::byte* bytes, std::size_t sample_count, std::int32_t* samples) {
  for (std::size_t i = 0; i < sample_count; ++i) {
    const std::byte* sample = bytes + 3 * i;
    samples[i] = (Load<std::int8_t>(sample + 2) * 65536) | Load<std::uint16_t>(sample);
  }
}

void UnpackFormat32(const std::byte* bytes, std::size_t sample_count, std::int32_t* samples) {
  if (sample_count > 0) std::memcpy(samples, bytes, sample_count * sizeof(std::int32_t));
}

void UnpackFormat80(const std::byte* bytes, std::size_t sample_count, std::int32_t* samples) {
  for (std::size_t i = 0; i < sample_count; ++i) samples[i] = Byte(bytes[i]) - 128;
}

}  // namespace pecg
