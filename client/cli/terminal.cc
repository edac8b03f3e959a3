#include "client/cli/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <utility>

namespace pecg {
namespace {

struct Range {
  uint32_t first;
  uint32_t last;
};

/// Marks that take no column of their own: combining marks and zero-width characters.
constexpr std::array<Range, 9> kZeroWidth = {{{0x0300, 0x036F},
                                              {0x0483, 0x0489},
                                              {0x0591, 0x05BD},
                                              {0x0610, 0x061A},
                                              {0x064B, 0x065F},
                                              {0x1AB0, 0x1AFF},
                                              {0x200B, 0x200F},
                                              {0x20D0, 0x20FF},
                                              {0xFE00, 0xFE0F}}};

/// Characters that take two columns.
constexpr std::array<Range, 12> kWide = {{{0x1100, 0x115F},
                                          {0x2E80, 0x303E},
                                          {0x3041, 0x33FF},
                                          {0x3400, 0x4DBF},
                                          {0x4E00, 0x9FFF},
                                          {0xA000, 0xA4CF},
                                          {0xAC00, 0xD7A3},
                                          {0xF900, 0xFAFF},
                                          {0xFE30, 0xFE6F},
                                          {0xFF00, 0xFF60},
                                          {0x1F300, 0x1FAFF},
                                          {0x20000, 0x3FFFD}}};

template <size_t kSize>
bool Contains(const std::array<Range, kSize>& ranges, uint32_t character) {
  return std::any_of(ranges.begin(), ranges.end(), [character](const Range& range) {
    return range.first <= character && character <= range.last;
  });
}

/// The first character of a text: its code, its bytes and its columns.
struct Character {
  uint32_t code = 0;
  size_t size = 1;
  size_t width = 1;
};

Character FirstCharacter(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  const size_t size = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 1;
  if (size == 1 || size > text.size()) return {lead, 1, 1};
  uint32_t code = lead & (0xFFU >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {lead, 1, 1};
    code = (code << 6) | (byte(i) & 0x3F);
  }
  return {code, size, Contains(kZeroWidth, code) ? 0U : Contains(kWide, code) ? 2U : 1U};
}

bool NamesUtf8(std::string locale) {
  std::transform(locale.begin(), locale.end(), locale.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return locale.find("UTF-8") != std::string::npos || locale.find("UTF8") != std::string::npos;
}

bool HasColor(ColorChoice choice, bool is_terminal, const Environment& get) {
  if (choice != ColorChoice::kAuto) return choice == ColorChoice::kAlways;
  if (!get("NO_COLOR").empty()) return false;
  const std::string force = get("CLICOLOR_FORCE");
  if (!force.empty() && force != "0") return true;
  return is_terminal && get("TERM") != "dumb" && get("CLICOLOR") != "0";
}

const char* CodeOf(Color color) {
  switch (color) {
    case Color::kRed:
      return "31";
    case Color::kGreen:
      return "32";
    case Color::kYellow:
      return "33";
    case Color::kBlue:
      return "34";
    case Color::kDim:
      return "2";
    case Color::kBold:
      return "1";
  }
  return "0";
}

}  // namespace

std::string ProcessEnvironment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody calls setenv.
  return value == nullptr ? "" : value;
}

Style ChooseStyle(ColorChoice choice, bool is_terminal, size_t width, const Environment& get) {
  Style style;
  style.is_terminal = is_terminal && get("TERM") != "dumb";
  style.has_color = HasColor(choice, is_terminal, get);
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string locale = get(name);
    if (locale.empty()) continue;
    style.has_unicode = NamesUtf8(locale);
    break;
  }
  style.width = is_terminal ? width : 0;
  return style;
}

Style StyleOf(int descriptor, ColorChoice choice, const Environment& get) {
  constexpr size_t kUsualWidth = 80;
  const bool is_terminal = isatty(descriptor) == 1;
  size_t width = static_cast<size_t>(std::max(0, std::atoi(get("COLUMNS").c_str())));
  struct winsize size = {};
  if (width == 0 && is_terminal && ioctl(descriptor, TIOCGWINSZ, &size) == 0) width = size.ws_col;
  return ChooseStyle(choice, is_terminal, width == 0 ? kUsualWidth : width, get);
}

std::string Paint(const Style& style, Color color, std::string_view text) {
  if (!style.has_color) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", CodeOf(color), text);
}

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    const Character character = FirstCharacter(text);
    width += character.width;
    text.remove_prefix(character.size);
  }
  return width;
}

std::string Printable(std::string_view text) {
  std::string printable;
  printable.reserve(text.size());
  while (!text.empty()) {
    const Character character = FirstCharacter(text);
    const bool is_blank = text[0] == '\n' || text[0] == '\r' || text[0] == '\t';
    const bool is_control =
        character.code < 0x20 || (character.code >= 0x7F && character.code < 0xA0);
    // A lone byte from 0x80 is no UTF-8: FirstCharacter gives it the size 1.
    const bool is_broken = character.size == 1 && character.code >= 0x80;
    if (is_blank) {
      printable += ' ';
    } else if (is_control || is_broken) {
      printable += '?';
    } else {
      printable += text.substr(0, character.size);
    }
    text.remove_prefix(character.size);
  }
  return printable;
}

std::string Shorten(std::string_view text, size_t width, bool has_unicode) {
  if (DisplayWidth(text) <= width) return std::string(text);
  if (width == 0) return "";
  std::string kept;
  size_t used = 0;
  while (!text.empty()) {
    const Character character = FirstCharacter(text);
    if (used + character.width > width - 1) break;
    used += character.width;
    kept += text.substr(0, character.size);
    text.remove_prefix(character.size);
  }
  return kept + (has_unicode ? "\xE2\x80\xA6" : "~");
}

std::string ProgressBar(double share, size_t width, bool has_unicode) {
  const size_t inner = std::max<size_t>(3, width) - 2;
  const double bounded = std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 0.0;
  const auto filled = static_cast<size_t>(std::floor(bounded * static_cast<double>(inner)));
  std::string bar = "[";
  for (size_t i = 0; i < inner; ++i) {
    const bool done = i < filled;
    bar += has_unicode ? (done ? "\xE2\x96\x88" : "\xE2\x96\x91") : (done ? "#" : "-");
  }
  return bar + "]";
}

}  // namespace pecg
