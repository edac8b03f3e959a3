#include "worker/figure/interval_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "worker/figure/axis.h"
#include "worker/figure/legend.h"
#include "worker/figure/svg.h"

namespace pecg {
namespace {

using Interval = IntervalChart::Interval;

constexpr double kWidth = 780;
constexpr double kRowHeight = 40;
constexpr double kFigureWidth = 150;  // The column of figures on the right.

bool HasFloor(const IntervalChart& chart) {
  return std::ranges::any_of(chart.rows,
                             [](const IntervalChart::Row& row) { return row.floor.has_value(); });
}

double LabelWidth(const IntervalChart& chart) {
  double width = 60;
  for (const IntervalChart::Row& row : chart.rows) {
    width = std::max({width, EstimateTextWidth(row.label), EstimateTextWidth(row.note) * 0.92});
  }
  return std::min(width, kWidth * 0.4) + 16;
}

LinearAxis ValueAxis(const IntervalChart& chart) {
  double lowest = std::numeric_limits<double>::infinity();
  double highest = -lowest;
  const auto extend = [&](std::optional<double> value) {
    if (!value || !std::isfinite(*value)) return;
    lowest = std::min(lowest, *value);
    highest = std::max(highest, *value);
  };
  for (const auto& value : {chart.reference, chart.axis_lowest, chart.axis_highest}) extend(value);
  for (const IntervalChart::Row& row : chart.rows) {
    const Interval floor = row.floor.value_or(Interval());
    for (const double value : {row.value.point, row.value.lower, row.value.upper, floor.point,
                               floor.lower, floor.upper}) {
      extend(value);
    }
  }
  return {lowest, highest, LabelWidth(chart), kWidth - kFigureWidth};
}

std::string FigureText(const Interval& interval) {
  if (std::isnan(interval.point)) return "not defined";
  if (std::isnan(interval.lower) || std::isnan(interval.upper)) {
    return fmt::format("{:.3f}", interval.point);
  }
  return fmt::format("{:.3f} [{:.3f}, {:.3f}]", interval.point, interval.lower, interval.upper);
}

void DrawInterval(const Interval& interval, const std::string& tooltip, const LinearAxis& axis,
                  double y, std::size_t series, SvgDrawing* svg) {
  if (std::isnan(interval.point)) return;
  if (!std::isnan(interval.lower) && !std::isnan(interval.upper)) {
    const double from = axis.Position(interval.lower);
    const double to = axis.Position(interval.upper);
    const std::string style = SeriesClass("line", series);
    svg->Line({from, y}, {to, y}, style);
    svg->Line({from, y - 4}, {from, y + 4}, style);
    svg->Line({to, y - 4}, {to, y + 4}, style);
  }
  const double x = axis.Position(interval.point);
  if (series == 0) {
    svg->Circle({x, y}, 5, SeriesClass("series", series), tooltip);
  } else {
    svg->Rectangle({x - 4, y - 4}, 8, 8, SeriesClass("series", series), tooltip);
  }
}

void DrawRow(const IntervalChart& chart, const IntervalChart::Row& row, const LinearAxis& axis,
             double middle, SvgDrawing* svg) {
  const double label_x = LabelWidth(chart) - 14;
  svg->Text({label_x, row.note.empty() ? middle + 4 : middle - 2}, row.label, "label",
            TextAnchor::kEnd);
  if (!row.note.empty()) svg->Text({label_x, middle + 12}, row.note, "note", TextAnchor::kEnd);

  const double value_y = row.floor ? middle - 7 : middle;
  const double figure_x = kWidth - kFigureWidth + 14;
  DrawInterval(row.value,
               fmt::format("{}, {}: {}", row.label, chart.value_name, FigureText(row.value)), axis,
               value_y, 0, svg);
  svg->Text({figure_x, value_y + 4}, FigureText(row.value), "value");
  if (!row.floor) return;
  DrawInterval(*row.floor,
               fmt::format("{}, {}: {}", row.label, chart.floor_name, FigureText(*row.floor)), axis,
               middle + 8, 1, svg);
  svg->Text({figure_x, middle + 12}, FigureText(*row.floor), "note");
}

}  // namespace

std::string DrawIntervalChart(const IntervalChart& chart) {
  const LinearAxis axis = ValueAxis(chart);
  const bool with_floor = HasFloor(chart);
  const double top = with_floor ? 56 : 34;
  const double bottom = top + kRowHeight * static_cast<double>(chart.rows.size());
  SvgDrawing svg(kWidth, bottom + 42, chart.title, chart.description);
  svg.Text({4, 18}, chart.title, "heading");
  if (with_floor) {
    DrawLegend({{chart.value_name, SeriesClass("series", 0)},
                {chart.floor_name, SeriesClass("series", 1)}},
               {LabelWidth(chart), 40}, &svg);
  }
  for (const double mark : axis.marks()) {
    const double x = axis.Position(mark);
    svg.Line({x, top}, {x, bottom}, "grid");
    svg.Text({x, bottom + 16}, axis.MarkText(mark), "tick", TextAnchor::kMiddle);
  }
  if (chart.reference) {
    const double x = axis.Position(*chart.reference);
    svg.Line({x, top}, {x, bottom}, "reference");
  }
  double middle = top + kRowHeight / 2;
  for (const IntervalChart::Row& row : chart.rows) {
    DrawRow(chart, row, axis, middle, &svg);
    middle += kRowHeight;
  }
  svg.Line({LabelWidth(chart), bottom}, {kWidth - kFigureWidth, bottom}, "axis");
  svg.Text({kWidth - kFigureWidth, bottom + 34}, chart.value_axis, "tick", TextAnchor::kEnd);
  return svg.Finish();
}

}  // namespace pecg
