#ifndef PECG_CLIENT_CLI_TERMINAL_H_
#define PECG_CLIENT_CLI_TERMINAL_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace pecg {

/// Reads an environment variable; empty when it is not set.
using Environment = std::function<std::string(const char* name)>;

/// The process's own environment.
std::string ProcessEnvironment(const char* name);

/// How text may look on one stream.
struct Style {
  bool is_terminal = false;  ///< Lines may be drawn over; people can be asked.
  bool has_color = false;
  bool has_unicode = false;  ///< UTF-8 beyond ASCII may be written.
  size_t width = 0;          ///< Columns; 0 = no limit, as in a file.
};

enum class ColorChoice { kAuto, kAlways, kNever };

/// Decides from what the caller asked and the environment. Colour is off for NO_COLOR not empty,
/// TERM=dumb, CLICOLOR=0 or no terminal; CLICOLOR_FORCE other than 0 and kAlways turn it on.
/// Unicode is on when LC_ALL, LC_CTYPE or LANG (the first that is set) names UTF-8.
/// Sources: no-color.org, bixense.com/clicolors.
Style ChooseStyle(ColorChoice choice, bool is_terminal, size_t width, const Environment& get);

/// Asks the system about a descriptor (1 or 2). COLUMNS goes before the terminal's own answer.
Style StyleOf(int descriptor, ColorChoice choice, const Environment& get);

enum class Color { kRed, kGreen, kYellow, kBlue, kDim, kBold };

/// Returns `text` in the colour, or as it is when `style` has none. Colour is never the only sign.
std::string Paint(const Style& style, Color color, std::string_view text);

/// Returns the columns a terminal gives the text: 0 for combining marks, 2 for wide characters, 1
/// for a byte that is not UTF-8. Source: Unicode 15 East Asian Width, blocks W and F.
size_t DisplayWidth(std::string_view text);

/// Returns the text with control characters replaced by `?` (or a space for line ends and tabs),
/// so that what the coordinator sends cannot steer the terminal.
std::string Printable(std::string_view text);

/// Shortens to `width` columns, the last being `…` (`~` without Unicode).
std::string Shorten(std::string_view text, size_t width, bool has_unicode);

/// Draws `[#####-----]`, or blocks with Unicode, `width` columns in all; `share` is 0 to 1.
std::string ProgressBar(double share, size_t width, bool has_unicode);

}  // namespace pecg

#endif  // PECG_CLIENT_CLI_TERMINAL_H_
