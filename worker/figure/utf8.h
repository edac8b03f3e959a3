#ifndef PECG_WORKER_FIGURE_UTF8_H_
#define PECG_WORKER_FIGURE_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pecg {

/// The character at the start of a text.
struct Utf8Character {
  std::int32_t code;   ///< Unicode code point; -1 when the first byte starts no UTF-8 character.
  std::size_t length;  ///< Bytes it takes; 1 when code is -1.
};

/// Decodes the first character of `text`, which is not empty. Source: RFC 3629, section 4.
Utf8Character FirstCharacter(std::string_view text);

/// Whether all of `text` is UTF-8.
bool IsUtf8(std::string_view text);

/// `text` with every byte that is not UTF-8 replaced by U+FFFD, as protobuf and JSON need it.
std::string ToUtf8(std::string_view text);

}  // namespace pecg

#endif  // PECG_WORKER_FIGURE_UTF8_H_
