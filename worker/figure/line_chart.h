#ifndef PECG_WORKER_FIGURE_LINE_CHART_H_
#define PECG_WORKER_FIGURE_LINE_CHART_H_

#include <string>
#include <vector>

namespace pecg {

/// Lines over a common axis, for example a metric over the optimiser's steps.
struct LineChart {
  struct Point {
    double x = 0;
    double y = 0;
  };
  struct Series {
    std::string name;
    std::vector<Point> points;  ///< In the order drawn; a point that is not finite breaks the line.
  };
  std::string title;
  std::string description;     ///< What the chart shows, for a screen reader.
  std::string x_axis;          ///< `step`.
  std::string y_axis;          ///< `loss`.
  std::vector<Series> series;  ///< Told apart by colour and, from the second on, by dashes.
};

/// Draws the chart as one SVG element; without a finite point it is an empty frame that says so.
std::string DrawLineChart(const LineChart& chart);

}  // namespace pecg

#endif  // PECG_WORKER_FIGURE_LINE_CHART_H_
