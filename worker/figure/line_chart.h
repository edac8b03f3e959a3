#ifndef PECG_WORKER_FIGURE_LINE_CHART_H_
#define PECG_WORKER_FIGURE_LINE_CHART_H_

#include <optional>
#include <string>
#include <vector>

namespace pecg {

/// Lines over a common axis: a metric over the optimiser's steps, a ROC curve, a reliability curve
/// with its intervals.
struct LineChart {
  struct Point {
    double x = 0;
    double y = 0;
  };
  /// What an interval around a point of a line reaches from and to.
  struct Interval {
    double x = 0;
    double lower = 0;
    double upper = 0;
  };
  struct Series {
    std::string name;
    std::vector<Point> points;  ///< In the order drawn; a point that is not finite breaks the line.
    /// In ascending order of x: a pale area, or with `markers` a bar for each. Empty for none.
    std::vector<Interval> intervals = {};
    bool markers = false;  ///< A dot at each point: few points, each of which is a measurement.
  };
  /// Where an axis starts and ends at least; round values further out where it must.
  struct Range {
    double lowest = 0;
    double highest = 1;
  };
  std::string title;
  std::string description;     ///< What the chart shows, for a screen reader.
  std::string x_axis;          ///< `step`.
  std::string y_axis;          ///< `loss`.
  std::vector<Series> series;  ///< Told apart by colour and, from the second on, by dashes.
  std::optional<Range> x_range = {};
  std::optional<Range> y_range = {};
  std::vector<Point> reference = {};  ///< A thin dashed line: chance, perfect calibration.
  bool square = false;                ///< Both axes of one length: for shares over shares.
};

/// Draws the chart as one SVG element; without a finite point it is an empty frame that says so.
/// What lies outside a range that was given is drawn at its edge.
std::string DrawLineChart(const LineChart& chart);

}  // namespace pecg

#endif  // PECG_WORKER_FIGURE_LINE_CHART_H_
