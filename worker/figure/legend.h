#ifndef PECG_WORKER_FIGURE_LEGEND_H_
#define PECG_WORKER_FIGURE_LEGEND_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "worker/figure/svg.h"

namespace pecg {

/// A name and the class of what it names; classes that start with `line-` are shown as a line.
struct LegendEntry {
  std::string name;
  std::string style_class;
};

/// Draws the entries in one row from `start` on, `start.y` being the texts' base line.
void DrawLegend(const std::vector<LegendEntry>& entries, SvgPoint start, SvgDrawing* svg);

/// `series-1` .. `series-6` (or another prefix) for series 0, 1, ...; from the seventh on they
/// repeat.
std::string SeriesClass(std::string_view prefix, std::size_t series);

}  // namespace pecg

#endif  // PECG_WORKER_FIGURE_LEGEND_H_
