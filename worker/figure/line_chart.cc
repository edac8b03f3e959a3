#include "worker/figure/line_chart.h"

#include <cmath>
#include <limits>

#include "worker/figure/axis.h"
#include "worker/figure/legend.h"
#include "worker/figure/svg.h"

namespace pecg {
namespace {

constexpr double kWidth = 640;
constexpr double kHeight = 320;
constexpr double kLeft = 72;
constexpr double kRight = kWidth - 20;
constexpr double kTop = 56;
constexpr double kBottom = kHeight - 46;

/// Ends of the finite points.
struct Extent {
  double lowest_x = std::numeric_limits<double>::infinity();
  double highest_x = -std::numeric_limits<double>::infinity();
  double lowest_y = std::numeric_limits<double>::infinity();
  double highest_y = -std::numeric_limits<double>::infinity();

  bool empty() const { return highest_x < lowest_x; }
};

bool IsFinite(const LineChart::Point& point) {
  return std::isfinite(point.x) && std::isfinite(point.y);
}

Extent ExtentOf(const LineChart& chart) {
  Extent extent;
  for (const LineChart::Series& series : chart.series) {
    for (const LineChart::Point& point : series.points) {
      if (!IsFinite(point)) continue;
      extent.lowest_x = std::min(extent.lowest_x, point.x);
      extent.highest_x = std::max(extent.highest_x, point.x);
      extent.lowest_y = std::min(extent.lowest_y, point.y);
      extent.highest_y = std::max(extent.highest_y, point.y);
    }
  }
  return extent;
}

void DrawFrame(const LineChart& chart, const LinearAxis& x, const LinearAxis& y, SvgDrawing* svg) {
  for (const double mark : y.marks()) {
    svg->Line({kLeft, y.Position(mark)}, {kRight, y.Position(mark)}, "grid");
    svg->Text({kLeft - 8, y.Position(mark) + 4}, y.MarkText(mark), "tick", TextAnchor::kEnd);
  }
  svg->Line({kLeft, kBottom}, {kRight, kBottom}, "axis");
  for (const double mark : x.marks()) {
    svg->Text({x.Position(mark), kBottom + 16}, x.MarkText(mark), "tick", TextAnchor::kMiddle);
  }
  svg->Text({kRight, kHeight - 10}, chart.x_axis, "tick", TextAnchor::kEnd);
  svg->Text({14, kTop}, chart.y_axis, "tick", TextAnchor::kEnd, /*quarter_turn=*/true);
}

void DrawSeries(const LineChart::Series& series, std::size_t number, const LinearAxis& x,
                const LinearAxis& y, SvgDrawing* svg) {
  constexpr double kNoPoint = std::numeric_limits<double>::quiet_NaN();
  std::vector<SvgPoint> points;
  points.reserve(series.points.size());
  for (const LineChart::Point& point : series.points) {
    points.push_back(IsFinite(point) ? SvgPoint{x.Position(point.x), y.Position(point.y)}
                                     : SvgPoint{kNoPoint, kNoPoint});
  }
  svg->Polyline(points, SeriesClass("line", number));
  // A line needs two points; a single one is shown by a dot.
  if (points.size() == 1 && IsFinite(series.points[0])) {
    svg->Circle(points[0], 3, SeriesClass("series", number), series.name);
  }
}

}  // namespace

std::string DrawLineChart(const LineChart& chart) {
  SvgDrawing svg(kWidth, kHeight, chart.title, chart.description);
  svg.Text({4, 18}, chart.title, "heading");
  const Extent extent = ExtentOf(chart);
  const LinearAxis x(extent.lowest_x, extent.highest_x, kLeft, kRight, 6);
  const LinearAxis y(extent.lowest_y, extent.highest_y, kBottom, kTop, 5);
  if (extent.empty()) {
    svg.Line({kLeft, kBottom}, {kRight, kBottom}, "axis");
    svg.Text({(kLeft + kRight) / 2, (kTop + kBottom) / 2}, "no points", "tick",
             TextAnchor::kMiddle);
    return svg.Finish();
  }
  DrawFrame(chart, x, y, &svg);
  std::vector<LegendEntry> legend;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    DrawSeries(chart.series[i], i, x, y, &svg);
    legend.push_back({chart.series[i].name, SeriesClass("line", i)});
  }
  if (legend.size() > 1) DrawLegend(legend, {kLeft, 40}, &svg);
  return svg.Finish();
}

}  // namespace pecg
