#include "worker/figure/escape.h"

#include "worker/figure/utf8.h"

namespace pecg {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD.

/// Whether XML 1.0 (production 2) allows the character.
bool IsAllowed(std::int32_t code) {
  return code == '\t' || code == '\n' || code == '\r' ||
         (code >= 0x20 && code != 0xFFFE && code != 0xFFFF);
}

std::string_view Reference(std::int32_t code) {
  switch (code) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

}  // namespace

std::string EscapeMarkup(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size() + text.size() / 8);
  while (!text.empty()) {
    const Utf8Character character = FirstCharacter(text);
    if (!IsAllowed(character.code)) {
      escaped += kReplacement;
    } else if (const std::string_view reference = Reference(character.code); !reference.empty()) {
      escaped += reference;
    } else {
      escaped += text.substr(0, character.length);
    }
    text.remove_prefix(character.length);
  }
  return escaped;
}

}  // namespace pecg
