#include "worker/file/wfdb_format16.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

namespace pecg {
namespace {

static_assert(std::endian::native == std::endian::little, "samples are used as they lie");

// A tile of all leads stays in the first-level cache: 12 leads * 256 frames * 2 bytes = 6 KB.
constexpr std::int64_t kTileFrames = 256;
using Tile = std::array<std::int16_t, kTileFrames>;

void TakeLead(const std::byte* bytes, std::size_t stride, std::size_t count, Tile& tile) {
  for (std::size_t i = 0; i < count; ++i) {
    std::memcpy(&tile[i], bytes + i * stride, sizeof(std::int16_t));
  }
}

std::uint16_t SumOf(const Tile& tile, std::size_t count) {
  std::uint16_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    sum = static_cast<std::uint16_t>(sum + static_cast<std::uint16_t>(tile[i]));
  }
  return sum;
}

/// Multiplies by the reciprocal; false if any product has to be divided instead.
bool Multiply(const Tile& tile, std::size_t count, double reciprocal, std::int32_t baseline,
              float* output) {
  bool exact = true;
  for (std::size_t i = 0; i < count; ++i) {
    const double product = static_cast<double>(tile[i] - baseline) * reciprocal;
    const auto bits = std::bit_cast<std::int64_t>(product);
    exact &= ((bits + kNearMiddleOffset) & kNearMiddleMask) != 0;
    output[i] = static_cast<float>(product);
  }
  return exact;
}

void Divide(const Tile& tile, std::size_t count, double gain, std::int32_t baseline,
            float* output) {
  for (std::size_t i = 0; i < count; ++i) {
    output[i] = static_cast<float>(static_cast<double>(tile[i] - baseline) / gain);
  }
}

void MarkInvalid(const Tile& tile, std::size_t count, float* output) {
  for (std::size_t i = 0; i < count; ++i) {
    output[i] = tile[i] == kInvalid16 ? std::numeric_limits<float>::quiet_NaN() : output[i];
  }
}

}  // namespace

bool FitsFormat16(double gain, std::int32_t baseline) {
  return gain > 0x1p-60 && gain < 0x1p60 && std::abs(static_cast<double>(baseline)) < 0x1p30;
}

void DecodeFormat16Portable(const std::byte* bytes, std::int64_t begin, std::int64_t end,
                            std::span<Format16Lead> leads) {
  const std::size_t stride = leads.size() * sizeof(std::int16_t);
  Tile tile;
  for (std::int64_t first = begin; first < end; first += kTileFrames) {
    const auto count = static_cast<std::size_t>(std::min(kTileFrames, end - first));
    const std::byte* row = bytes + static_cast<std::size_t>(first) * stride;
    for (Format16Lead& lead : leads) {
      TakeLead(row, stride, count, tile);
      row += sizeof(std::int16_t);
      lead.sum = static_cast<std::uint16_t>(lead.sum + SumOf(tile, count));
      if (lead.output == nullptr) continue;
      float* output = lead.output + first;
      if (!Multiply(tile, count, 1.0 / lead.gain, lead.baseline, output)) {
        Divide(tile, count, lead.gain, lead.baseline, output);
      }
      MarkInvalid(tile, count, output);
    }
  }
}

SimdLevel BestSimdLevel() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) {
    return SimdLevel::kAvx512;
  }
  if (__builtin_cpu_supports("avx2")) return SimdLevel::kAvx2;
#endif
  return SimdLevel::kPortable;
}

void DecodeFormat16(const std::byte* bytes, std::int64_t frame_count, std::span<Format16Lead> leads,
                    SimdLevel level) {
  for (Format16Lead& lead : leads) lead.sum = 0;
  std::int64_t done = 0;
  if (level == SimdLevel::kAvx512) done = DecodeFormat16Avx512(bytes, frame_count, leads);
  if (level == SimdLevel::kAvx2) done = DecodeFormat16Avx2(bytes, frame_count, leads);
  DecodeFormat16Portable(bytes, done, frame_count, leads);
}

}  // namespace pecg
