#include "worker/figure/legend.h"

#include <fmt/format.h>

namespace pecg {

void DrawLegend(const std::vector<LegendEntry>& entries, SvgPoint start, SvgDrawing* svg) {
  for (const LegendEntry& entry : entries) {
    if (entry.style_class.starts_with("line-")) {
      svg->Line({start.x, start.y - 4}, {start.x + 22, start.y - 4}, entry.style_class);
      start.x += 27;
    } else {
      svg->Rectangle({start.x, start.y - 10}, 12, 12, entry.style_class);
      start.x += 17;
    }
    svg->Text(start, entry.name, "label");
    start.x += EstimateTextWidth(entry.name) + 18;
  }
}

std::string SeriesClass(std::string_view prefix, std::size_t series) {
  constexpr std::size_t kStyleCount = 6;
  return fmt::format("{}-{}", prefix, series % kStyleCount + 1);
}

}  // namespace pecg
