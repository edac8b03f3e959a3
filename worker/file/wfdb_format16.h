#ifndef PECG_WORKER_FILE_WFDB_FORMAT16_H_
#define PECG_WORKER_FILE_WFDB_FORMAT16_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace pecg {

/// How one lead of a format 16 file becomes millivolts, and where they go.
struct Format16Lead {
  double gain = 1;  ///< FitsFormat16(gain, baseline).
  std::int32_t baseline = 0;
  float* output = nullptr;  ///< `[frame_count]`, or null to sum only.
  std::uint16_t sum = 0;    ///< Output: sum of the samples, modulo 65536.
};

/// The sample that means "invalid" in format 16 and becomes NaN.
inline constexpr std::int16_t kInvalid16 = std::numeric_limits<std::int16_t>::min();

/// Whether the functions below may be used: a gain between 2^-60 and 2^60 (a quotient is then a
/// normal float) and a baseline whose difference to a sample fits 32 bits.
bool FitsFormat16(double gain, std::int32_t baseline);

/// Decodes interleaved little-endian int16 `[frame_count, leads.size()]` to one float row per lead:
/// float(double(sample - baseline) / gain) bit for bit.
///
/// Division is slow, so a sample is multiplied by the reciprocal, in double. That is at most 3
/// units in the last place off the true quotient, which changes the float only where the product
/// lies within 3 units of the middle between two floats: where its low 29 bits, those that the
/// float drops, are near 2^28. Those few are divided. Thread-safe. Picks the widest instruction set
/// the machine has; `level` is for tests.
enum class SimdLevel : std::uint8_t { kPortable, kAvx2, kAvx512 };
SimdLevel BestSimdLevel();
void DecodeFormat16(const std::byte* bytes, std::int64_t frame_count, std::span<Format16Lead> leads,
                    SimdLevel level);

// What the instruction sets share.

/// A product whose low 29 bits are within [2^28 - 8, 2^28 + 8) must be divided. Added to the bits
/// of the product, kNearMiddleOffset moves that range to [0, 16), where kNearMiddleMask finds no
/// bit.
inline constexpr std::int64_t kNearMiddleOffset = 8 - (std::int64_t{1} << 28);
inline constexpr std::int64_t kNearMiddleMask = (std::int64_t{1} << 29) - 16;

/// Decodes the frames [begin, end) without vector instructions of its own.
void DecodeFormat16Portable(const std::byte* bytes, std::int64_t begin, std::int64_t end,
                            std::span<Format16Lead> leads);

/// Decode whole blocks of 16 frames and return how many frames that were. Only on machines that
/// have the instructions; elsewhere they return 0.
std::int64_t DecodeFormat16Avx2(const std::byte* bytes, std::int64_t frame_count,
                                std::span<Format16Lead> leads);
std::int64_t DecodeFormat16Avx512(const std::byte* bytes, std::int64_t frame_count,
                                  std::span<Format16Lead> leads);

}  // namespace pecg

#endif  // PECG_WORKER_FILE_WFDB_FORMAT16_H_
