#ifndef PECG_WORKER_FILE_WFDB_FORMAT_H_
#define PECG_WORKER_FILE_WFDB_FORMAT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace pecg {

/// How a WFDB storage format lays samples out: in groups of samples that fill whole bytes.
/// Source: WFDB Applications Guide, signal(5).
struct WfdbFormat {
  /// Turns `sample_count` samples, the first of which starts a group at `bytes`, into integers.
  /// Reads ByteCount(sample_count) bytes and no more.
  using Unpack = void (*)(const std::byte* bytes, std::size_t sample_count, std::int32_t* samples);

  int number = 0;  ///< As headers write it.
  int group_samples = 1;
  int group_bytes = 1;
  /// Bytes of a last group that holds only 0, 1 or 2 samples.
  std::array<int, 3> tail_bytes{};
  /// The code that says "no valid sample"; format 8 has none.
  std::optional<std::int32_t> invalid_code;
  bool is_difference = false;  ///< A sample is what was stored plus the sample before it.
  Unpack unpack = nullptr;

  /// Bytes of `sample_count` samples, as the WFDB library writes them: no more than they need.
  std::int64_t ByteCount(std::int64_t sample_count) const;
  /// The same where the writer filled the last group.
  std::int64_t FilledByteCount(std::int64_t sample_count) const;
  /// Samples that `byte_count` bytes hold.
  std::int64_t SampleCount(std::int64_t byte_count) const;
};

/// Blocks of this many samples, or of a multiple, end where groups end, whatever the format.
inline constexpr std::int64_t kCommonGroupSamples = 6;

/// The format of that number; null for one that is not read.
const WfdbFormat* FindWfdbFormat(int number);

/// `8, 16, 24, ... and 311`, for messages.
std::string WfdbFormatNumbers();

// One function per format; wfdb_whole_bytes.cc and wfdb_packed_bits.cc.

/// Format 8: differences in one byte, two's complement.
void UnpackFormat8(const std::byte* bytes, std::size_t sample_count, std::int32_t* samples);
/// Format 16: two bytes, the low one first; 61: the high one first; 160: as 16, less 32768.
void UnpackFormat16(const std::byte* bytes, std::size_t sample_count, std::int32_t* samples);
void UnpackFormat61(const std::byte* bytes, std::size_t sample_count, std::int32_t* samples);
void UnpackFormat160(const std::byte* bytes, std::size_t sample_count, std::int32_t* samples);
/// Formats 24 and 32: three and four bytes, the lowest first, two's complement.
void UnpackFormat24(const std::byte* bytes, std::size_t sample_count, std::int32_t* samples);
void UnpackFormat32(const std::byte* bytes, std::size_t sample_count, std::int32_t* samples);
/// Format 80: one byte, less 128.
void UnpackFormat80(const std::byte* bytes, std::size_t sample_count, std::int32_t* samples);
/// Format 212: two samples of 12 bits in three bytes; the middle one has the high bits of both.
void UnpackFormat212(const std::byte* bytes, std::size_t sample_count, std::int32_t* samples);
/// Format 310: three samples of 10 bits in two words of 16; bits 1 to 10 of each word are a sample,
/// their five highest bits together the third, the first word's being the lower ones.
void UnpackFormat310(const std::byte* bytes, std::size_t sample_count, std::int32_t* samples);
/// Format 311: three samples of 10 bits in one word of 32, the lowest bits first.
void UnpackFormat311(const std::byte* bytes, std::size_t sample_count, std::int32_t* samples);

}  // namespace pecg

#endif  // PECG_WORKER_FILE_WFDB_FORMAT_H_
