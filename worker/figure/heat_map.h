#ifndef PECG_WORKER_FIGURE_HEAT_MAP_H_
#define PECG_WORKER_FIGURE_HEAT_MAP_H_

#include <string>
#include <vector>

namespace pecg {

/// A matrix of figures, each a cell whose colour is deeper the larger it is.
struct HeatMap {
  std::string title;
  std::string description;  ///< What the chart shows, for a screen reader.
  std::vector<std::string> row_labels;
  std::vector<std::string> column_labels;
  /// `[rows][columns]`, not negative; NaN = an empty cell.
  std::vector<std::vector<double>> values;
  /// Colours follow the logarithm, so that small counts remain visible beside large ones.
  bool logarithmic = true;
};

/// Draws the matrix as one SVG element. Throws Error::kBadInput when labels and values do not fit
/// together.
std::string DrawHeatMap(const HeatMap& map);

}  // namespace pecg

#endif  // PECG_WORKER_FIGURE_HEAT_MAP_H_
