#ifndef PECG_TESTS_WORKER_FILE_WFDB_ENCODE_H_
#define PECG_TESTS_WORKER_FILE_WFDB_ENCODE_H_

#include <algorithm>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

namespace pecg {

/// Writes samples in a WFDB storage format, straight from signal(5), as a truth for readers: bits
/// are put one by one, so that nothing is shared with the code under test.
class WfdbEncoder {
 public:
  explicit WfdbEncoder(int format) : format_(format) {}

  /// The bytes of `samples`, one after the other. For format 8 they are differences already.
  std::string Encode(std::span<const std::int32_t> samples) {
    switch (format_) {
      case 8:
        return WholeBytes(samples, 1, 0);
      case 16:
        return WholeBytes(samples, 2, 0);
      case 24:
        return WholeBytes(samples, 3, 0);
      case 32:
        return WholeBytes(samples, 4, 0);
      case 61:
        return Swapped(WholeBytes(samples, 2, 0));
      case 80:
        return WholeBytes(samples, 1, 128);
      case 160:
        return WholeBytes(samples, 2, 32768);
      case 212:
        return Packed(samples, 2, 3, [](int sample, int bit) {
          if (sample == 0) return bit;
          return bit < 8 ? 16 + bit : 12 + bit - 8;
        });
      case 310:
        return Packed(samples, 3, 4, [](int sample, int bit) {
          if (sample < 2) return 16 * sample + 1 + bit;
          return bit < 5 ? 11 + bit : 16 + 11 + bit - 5;
        });
      case 311:
        return Packed(samples, 3, 4, [](int sample, int bit) { return 10 * sample + bit; });
      default:
        throw std::logic_error("no such format");
    }
  }

 private:
  static std::string WholeBytes(std::span<const std::int32_t> samples, int width, int offset) {
    std::string bytes;
    for (const std::int32_t sample : samples) {
      const auto code = static_cast<std::uint32_t>(sample) + static_cast<std::uint32_t>(offset);
      for (int i = 0; i < width; ++i) bytes += static_cast<char>(code >> (8 * i) & 0xFFU);
    }
    return bytes;
  }

  static std::string Swapped(std::string bytes) {
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) std::swap(bytes[i], bytes[i + 1]);
    return bytes;
  }

  /// `place`: the bit of the group, counted over its bytes, in which a sample's bit lies.
  template <typename Place>
  static std::string Packed(std::span<const std::int32_t> samples, int group_samples,
                            int group_bytes, const Place& place) {
    const int width = group_samples == 2 ? 12 : 10;
    std::string bytes;
    for (std::size_t first = 0; first < samples.size();
         first += static_cast<std::size_t>(group_samples)) {
      std::string group(static_cast<std::size_t>(group_bytes), '\0');
      int last_bit = 0;
      for (int i = 0; i < group_samples && first + static_cast<std::size_t>(i) < samples.size();
           ++i) {
        const auto code = static_cast<std::uint32_t>(samples[first + static_cast<std::size_t>(i)]);
        for (int bit = 0; bit < width; ++bit) {
          const int at = place(i, bit);
          last_bit = std::max(last_bit, at);
          group[static_cast<std::size_t>(at / 8)] =
              static_cast<char>(group[static_cast<std::size_t>(at / 8)] |
                                static_cast<char>((code >> bit & 1U) << (at % 8)));
        }
      }
      // A last group is written as far as it has bits.
      bytes += group.substr(0, static_cast<std::size_t>(last_bit / 8 + 1));
    }
    return bytes;
  }

  int format_;
};

/// Sum of the samples, modulo 65536, as headers have it.
inline std::int32_t WfdbChecksum(std::span<const std::int32_t> samples) {
  std::uint32_t sum = 0;
  for (const std::int32_t sample : samples) sum += static_cast<std::uint32_t>(sample);
  return static_cast<std::int32_t>(sum & 0xFFFFU);
}

}  // namespace pecg

#endif  // PECG_TESTS_WORKER_FILE_WFDB_ENCODE_H_
