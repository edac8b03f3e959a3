#include "worker/figure/heat_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "worker/ecg/error.h"
#include "worker/figure/axis.h"
#include "worker/figure/svg.h"

namespace pecg {
namespace {

constexpr double kCellWidth = 44;
constexpr double kCellHeight = 24;
constexpr double kGap = 1;

void Check(const HeatMap& map) {
  const bool rows_fit = map.values.size() == map.row_labels.size();
  const bool cells_fit = std::ranges::all_of(map.values, [&](const std::vector<double>& row) {
    return row.size() == map.column_labels.size() &&
           std::ranges::all_of(row, [](double value) { return !(value < 0); });
  });
  if (!rows_fit || !cells_fit) {
    throw Error(Error::Kind::kBadInput, "values must be [rows][columns] and not negative",
                map.title);
  }
}

double WidestLabel(const std::vector<std::string>& labels) {
  double width = 0;
  for (const std::string& label : labels) width = std::max(width, EstimateTextWidth(label));
  return width;
}

double HighestValue(const HeatMap& map) {
  double highest = 0;
  for (const std::vector<double>& row : map.values) {
    for (const double value : row) {
      if (std::isfinite(value)) highest = std::max(highest, value);
    }
  }
  return highest;
}

/// How deep the colour is, 0 to 1; a value above zero is never quite pale.
double Depth(double value, double highest, bool logarithmic) {
  if (!(value > 0)) return 0;
  const double share = logarithmic ? std::log1p(value) / std::log1p(highest) : value / highest;
  return 0.08 + 0.92 * share;
}

}  // namespace

std::string DrawHeatMap(const HeatMap& map) {
  Check(map);
  const double left = WidestLabel(map.row_labels) + 14;
  const double top = 34 + WidestLabel(map.column_labels);
  const double width = left + kCellWidth * static_cast<double>(map.column_labels.size()) + 10;
  const double height = top + kCellHeight * static_cast<double>(map.row_labels.size()) + 8;
  const double highest = HighestValue(map);

  SvgDrawing svg(std::max(width, EstimateTextWidth(map.title) * 1.2 + 8), height, map.title,
                 map.description);
  svg.Text({4, 18}, map.title, "heading");
  for (std::size_t column = 0; column < map.column_labels.size(); ++column) {
    const double x = left + kCellWidth * (static_cast<double>(column) + 0.5) + 4;
    svg.Text({x, top - 6}, map.column_labels[column], "label", TextAnchor::kStart,
             /*quarter_turn=*/true);
  }
  for (std::size_t row = 0; row < map.row_labels.size(); ++row) {
    const double y = top + kCellHeight * static_cast<double>(row);
    svg.Text({left - 8, y + kCellHeight / 2 + 4}, map.row_labels[row], "label", TextAnchor::kEnd);
    for (std::size_t column = 0; column < map.column_labels.size(); ++column) {
      const double value = map.values[row][column];
      const double x = left + kCellWidth * static_cast<double>(column);
      const double depth = Depth(value, highest, map.logarithmic);
      const SvgPoint corner{x + kGap / 2, y + kGap / 2};
      svg.Rectangle(corner, kCellWidth - kGap, kCellHeight - kGap, "empty");
      if (depth > 0) {
        svg.Rectangle(corner, kCellWidth - kGap, kCellHeight - kGap, "heat",
                      fmt::format("{}, {}: {}", map.row_labels[row], map.column_labels[column],
                                  FormatFigure(value)),
                      depth);
      }
      if (std::isnan(value)) continue;
      svg.Text({x + kCellWidth / 2, y + kCellHeight / 2 + 4}, FormatFigure(value),
               depth > 0.62 ? "on-deep" : "on-heat", TextAnchor::kMiddle);
    }
  }
  return svg.Finish();
}

}  // namespace pecg
