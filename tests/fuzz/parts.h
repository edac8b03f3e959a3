#ifndef PECG_TESTS_FUZZ_PARTS_H_
#define PECG_TESTS_FUZZ_PARTS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pecg {

/// Cuts a fuzzer's input at lines `--` into at most `most` texts, each in memory of its own, so
/// that a read behind its end is seen.
inline std::vector<std::string> CutIntoParts(const std::uint8_t* data, std::size_t size,
                                             std::size_t most) {
  constexpr std::string_view kSeparator = "--\n";
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> parts;
  while (parts.size() + 1 < most) {
    const std::size_t end = rest.find(kSeparator);
    if (end == std::string_view::npos) break;
    parts.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end + kSeparator.size());
  }
  parts.emplace_back(rest);
  return parts;
}

}  // namespace pecg

#endif  // PECG_TESTS_FUZZ_PARTS_H_
