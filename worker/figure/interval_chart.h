#ifndef PECG_WORKER_FIGURE_INTERVAL_CHART_H_
#define PECG_WORKER_FIGURE_INTERVAL_CHART_H_

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace pecg {

/// Points with intervals, one row each (a forest plot), and beside each a second point where there
/// is one: the model and the floor it must beat.
struct IntervalChart {
  struct Interval {
    double point = std::numeric_limits<double>::quiet_NaN();  ///< NaN: not defined, not drawn.
    double lower = std::numeric_limits<double>::quiet_NaN();  ///< NaN: the point alone is drawn.
    double upper = std::numeric_limits<double>::quiet_NaN();
  };
  struct Row {
    std::string label;
    std::string note;  ///< Small print below the label: `n = 812, 46 positive`; may be empty.
    Interval value;
    std::optional<Interval> floor;
  };
  std::string title;
  std::string description;             ///< What the chart shows, for a screen reader.
  std::string value_axis;              ///< `AUROC`.
  std::string value_name = "model";    ///< Legend of Row::value.
  std::string floor_name = "floor";    ///< Legend of Row::floor; no legend when no row has one.
  std::optional<double> reference;     ///< A dashed vertical line: 0.5 for AUROC.
  std::optional<double> axis_lowest;   ///< The axis starts here or lower,
  std::optional<double> axis_highest;  ///< and ends here or higher.
  std::vector<Row> rows;
};

/// Draws the chart as one SVG element.
std::string DrawIntervalChart(const IntervalChart& chart);

}  // namespace pecg

#endif  // PECG_WORKER_FIGURE_INTERVAL_CHART_H_
