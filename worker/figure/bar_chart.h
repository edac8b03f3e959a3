#ifndef PECG_WORKER_FIGURE_BAR_CHART_H_
#define PECG_WORKER_FIGURE_BAR_CHART_H_

#include <optional>
#include <string>
#include <vector>

namespace pecg {

/// Horizontal bars, one row each, drawn in the order given.
struct BarChart {
  /// A band behind a bar: what was expected.
  struct Range {
    double lower = 0;
    double upper = 0;
  };
  struct Bar {
    std::string label;
    std::vector<double> values;  ///< One per series, not negative; stacked from left to right.
    std::optional<Range> expected;
  };
  std::string title;
  std::string description;          ///< What the chart shows, for a screen reader.
  std::string value_axis;           ///< `records`.
  std::vector<std::string> series;  ///< Names; a legend is drawn when there are two or more.
  std::string expected_name;        ///< Legend of the bands; empty when there are none.
  std::vector<Bar> bars;
};

/// Draws the chart as one SVG element. Throws Error::kBadInput for a bar whose number of values is
/// not the number of series, or a value that is negative or not finite.
std::string DrawBarChart(const BarChart& chart);

}  // namespace pecg

#endif  // PECG_WORKER_FIGURE_BAR_CHART_H_
