#ifndef PECG_WORKER_FIGURE_ESCAPE_H_
#define PECG_WORKER_FIGURE_ESCAPE_H_

#include <string>
#include <string_view>

namespace pecg {

/// Makes any bytes safe as text or as an attribute value of HTML and SVG: `& < > " '` become
/// character references, bytes that are not UTF-8 and characters XML 1.0 forbids become U+FFFD.
std::string EscapeMarkup(std::string_view text);

}  // namespace pecg

#endif  // PECG_WORKER_FIGURE_ESCAPE_H_
