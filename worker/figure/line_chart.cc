#include "worker/figure/line_chart.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "worker/figure/axis.h"
#include "worker/figure/legend.h"
#include "worker/figure/svg.h"

namespace pecg {
namespace {

constexpr double kLeft = 64;
constexpr double kRightMargin = 20;
constexpr double kBottomMargin = 48;
constexpr double kLegendLine = 18;
constexpr double kFirstLegendLine = 40;

/// Size of the paper and of the frame on it.
struct Frame {
  double width = 0;
  double height = 0;
  double right = 0;
  double top = 0;
  double bottom = 0;
};

Frame FrameOf(const LineChart& chart, std::size_t legend_lines) {
  const double width = chart.square ? 300 : 556;
  const double height = chart.square ? 300 : 218;
  Frame frame;
  frame.right = kLeft + width;
  frame.width = frame.right + kRightMargin;
  frame.top = kFirstLegendLine - 6 + kLegendLine * static_cast<double>(legend_lines);
  frame.bottom = frame.top + height;
  frame.height = frame.bottom + kBottomMargin;
  return frame;
}

/// Ends of the finite values.
struct Extent {
  double lowest = std::numeric_limits<double>::infinity();
  double highest = -std::numeric_limits<double>::infinity();

  void Include(double value) {
    if (!std::isfinite(value)) return;
    lowest = std::min(lowest, value);
    highest = std::max(highest, value);
  }
  void Include(const std::optional<LineChart::Range>& range) {
    if (!range) return;
    Include(range->lowest);
    Include(range->highest);
  }
};

bool IsFinite(const LineChart::Point& point) {
  return std::isfinite(point.x) && std::isfinite(point.y);
}

bool HasPoint(const LineChart& chart) {
  return std::ranges::any_of(chart.series, [](const LineChart::Series& series) {
    return std::ranges::any_of(series.points, IsFinite);
  });
}

/// The extents of both axes: a range that was given holds, else what is drawn.
void MeasureExtents(const LineChart& chart, Extent* x, Extent* y) {
  x->Include(chart.x_range);
  y->Include(chart.y_range);
  for (const LineChart::Series& series : chart.series) {
    for (const LineChart::Point& point : series.points) {
      if (!IsFinite(point)) continue;
      if (!chart.x_range) x->Include(point.x);
      if (!chart.y_range) y->Include(point.y);
    }
    for (const LineChart::Interval& interval : series.intervals) {
      if (chart.y_range) continue;
      y->Include(interval.lower);
      y->Include(interval.upper);
    }
  }
}

/// Legend entries dealt into lines that fit the frame's width.
std::vector<std::vector<LegendEntry>> LegendLines(const LineChart& chart) {
  std::vector<std::vector<LegendEntry>> lines;
  if (chart.series.size() < 2) return lines;
  const double room = chart.square ? 320 : 576;
  double used = room;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const double width = 45 + EstimateTextWidth(chart.series[i].name);
    if (used + width > room) {
      lines.emplace_back();
      used = 0;
    }
    lines.back().push_back({chart.series[i].name, SeriesClass("line", i)});
    used += width;
  }
  return lines;
}

/// One chart being drawn.
class LinePlot {
 public:
  LinePlot(const LineChart& chart, const Frame& frame, const Extent& x, const Extent& y,
           SvgDrawing* svg)
      : chart_(chart),
        frame_(frame),
        x_(x.lowest, x.highest, kLeft, frame.right, chart.square ? 5 : 6),
        y_(y.lowest, y.highest, frame.bottom, frame.top, 5),
        svg_(svg) {}

  void DrawFrame() const {
    for (const double mark : y_.marks()) {
      svg_->Line({kLeft, y_.Position(mark)}, {frame_.right, y_.Position(mark)}, "grid");
      svg_->Text({kLeft - 8, y_.Position(mark) + 4}, y_.MarkText(mark), "tick", TextAnchor::kEnd);
    }
    svg_->Line({kLeft, frame_.bottom}, {frame_.right, frame_.bottom}, "axis");
    for (const double mark : x_.marks()) {
      const double x = x_.Position(mark);
      if (chart_.square) svg_->Line({x, frame_.top}, {x, frame_.bottom}, "grid");
      svg_->Text({x, frame_.bottom + 16}, x_.MarkText(mark), "tick", TextAnchor::kMiddle);
    }
    svg_->Text({frame_.right, frame_.height - 12}, chart_.x_axis, "tick", TextAnchor::kEnd);
    svg_->Text({14, frame_.top}, chart_.y_axis, "tick", TextAnchor::kEnd, /*quarter_turn=*/true);
  }

  void DrawReference() const {
    for (std::size_t i = 1; i < chart_.reference.size(); ++i) {
      svg_->Line(At(chart_.reference[i - 1]), At(chart_.reference[i]), "reference");
    }
  }

  void DrawIntervals(const LineChart::Series& series, std::size_t number) const {
    std::vector<SvgPoint> upper;
    std::vector<SvgPoint> lower;
    for (const LineChart::Interval& interval : series.intervals) {
      if (!std::isfinite(interval.lower) || !std::isfinite(interval.upper)) continue;
      upper.push_back(At({interval.x, interval.upper}));
      lower.push_back(At({interval.x, interval.lower}));
    }
    if (!series.markers) {
      upper.insert(upper.end(), lower.rbegin(), lower.rend());
      svg_->Area(upper, SeriesClass("band", number));
      return;
    }
    for (std::size_t i = 0; i < upper.size(); ++i) {
      const std::string style = SeriesClass("whisker", number);
      svg_->Line(lower[i], upper[i], style);
      svg_->Line({lower[i].x - 3, lower[i].y}, {lower[i].x + 3, lower[i].y}, style);
      svg_->Line({upper[i].x - 3, upper[i].y}, {upper[i].x + 3, upper[i].y}, style);
    }
  }

  void DrawSeries(const LineChart::Series& series, std::size_t number) const {
    constexpr double kNoPoint = std::numeric_limits<double>::quiet_NaN();
    std::vector<SvgPoint> points;
    points.reserve(series.points.size());
    for (const LineChart::Point& point : series.points) {
      points.push_back(IsFinite(point) ? At(point) : SvgPoint{kNoPoint, kNoPoint});
    }
    svg_->Polyline(points, SeriesClass("line", number));
    // A line needs two points; a single one is shown by a dot.
    if (!series.markers && points.size() != 1) return;
    for (const SvgPoint& point : points) {
      if (std::isfinite(point.x)) {
        svg_->Circle(point, 3.5, SeriesClass("series", number), series.name);
      }
    }
  }

 private:
  SvgPoint At(const LineChart::Point& point) const {
    return {x_.Position(point.x), y_.Position(point.y)};
  }

  const LineChart& chart_;
  const Frame& frame_;
  LinearAxis x_;
  LinearAxis y_;
  SvgDrawing* svg_;
};

}  // namespace

std::string DrawLineChart(const LineChart& chart) {
  const std::vector<std::vector<LegendEntry>> legend = LegendLines(chart);
  const Frame frame = FrameOf(chart, legend.size());
  SvgDrawing svg(frame.width, frame.height, chart.title, chart.description);
  svg.Text({4, 18}, chart.title, "heading");
  if (!HasPoint(chart)) {
    svg.Line({kLeft, frame.bottom}, {frame.right, frame.bottom}, "axis");
    svg.Text({(kLeft + frame.right) / 2, (frame.top + frame.bottom) / 2}, "no points", "tick",
             TextAnchor::kMiddle);
    return svg.Finish();
  }
  Extent x;
  Extent y;
  MeasureExtents(chart, &x, &y);
  const LinePlot plot(chart, frame, x, y, &svg);
  plot.DrawFrame();
  plot.DrawReference();
  for (std::size_t i = 0; i < chart.series.size(); ++i) plot.DrawIntervals(chart.series[i], i);
  for (std::size_t i = 0; i < chart.series.size(); ++i) plot.DrawSeries(chart.series[i], i);
  double base = kFirstLegendLine;
  for (const std::vector<LegendEntry>& line : legend) {
    DrawLegend(line, {chart.square ? 12 : kLeft, base}, &svg);
    base += kLegendLine;
  }
  return svg.Finish();
}

}  // namespace pecg
