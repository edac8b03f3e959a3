#include "worker/figure/bar_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "worker/ecg/error.h"
#include "worker/figure/axis.h"
#include "worker/figure/legend.h"
#include "worker/figure/svg.h"

namespace pecg {
namespace {

constexpr double kWidth = 760;
constexpr double kRowHeight = 24;
constexpr double kBarHeight = 15;
constexpr double kRightMargin = 70;  // Room for the figure behind the longest bar.

void Check(const BarChart& chart) {
  for (const BarChart::Bar& bar : chart.bars) {
    const bool fits = bar.values.size() == chart.series.size() &&
                      std::ranges::all_of(bar.values, [](double value) {
                        return std::isfinite(value) && value >= 0;
                      });
    if (!fits) {
      throw Error(Error::Kind::kBadInput, "a bar needs one value per series, finite, not negative",
                  chart.title + ", " + bar.label);
    }
  }
}

double Total(const BarChart::Bar& bar) {
  return std::accumulate(bar.values.begin(), bar.values.end(), 0.0);
}

double LabelWidth(const BarChart& chart) {
  double width = 40;
  for (const BarChart::Bar& bar : chart.bars) {
    width = std::max(width, EstimateTextWidth(bar.label));
  }
  return std::min(width, kWidth / 2) + 12;
}

LinearAxis ValueAxis(const BarChart& chart) {
  double highest = 0;
  for (const BarChart::Bar& bar : chart.bars) {
    highest = std::max({highest, Total(bar), bar.expected ? bar.expected->upper : 0.0});
  }
  return {0, highest > 0 ? highest : 1, LabelWidth(chart), kWidth - kRightMargin};
}

void DrawBar(const BarChart& chart, const BarChart::Bar& bar, const LinearAxis& axis, double middle,
             SvgDrawing* svg) {
  const double left = axis.Position(0);
  svg->Text({left - 8, middle + 4}, bar.label, "label", TextAnchor::kEnd);
  if (bar.expected) {
    const double from = axis.Position(bar.expected->lower);
    svg->Rectangle(
        {from, middle - kRowHeight / 2 + 1},
        std::max(2.0, axis.Position(bar.expected->upper) - from), kRowHeight - 2, "range",
        fmt::format("{}, {}: {} to {}", bar.label, chart.expected_name,
                    FormatFigure(bar.expected->lower), FormatFigure(bar.expected->upper)));
  }
  double before = 0;
  for (std::size_t i = 0; i < bar.values.size(); ++i) {
    const double from = axis.Position(before);
    before += bar.values[i];
    if (bar.values[i] == 0) continue;
    svg->Rectangle(
        {from, middle - kBarHeight / 2}, std::max(1.0, axis.Position(before) - from), kBarHeight,
        SeriesClass("series", i),
        fmt::format("{}, {}: {}", bar.label, chart.series[i], FormatFigure(bar.values[i])));
  }
  svg->Text({axis.Position(Total(bar)) + 6, middle + 4}, FormatFigure(Total(bar)), "value");
}

}  // namespace

std::string DrawBarChart(const BarChart& chart) {
  Check(chart);
  const LinearAxis axis = ValueAxis(chart);
  std::vector<LegendEntry> legend;
  if (chart.series.size() > 1) {
    for (std::size_t i = 0; i < chart.series.size(); ++i) {
      legend.push_back({chart.series[i], SeriesClass("series", i)});
    }
  } else if (chart.series.size() == 1 && !chart.expected_name.empty()) {
    legend.push_back({chart.series[0], SeriesClass("series", 0)});
  }
  if (!chart.expected_name.empty()) legend.push_back({chart.expected_name, "range"});

  const double top = legend.empty() ? 38 : 60;
  const double bottom = top + kRowHeight * static_cast<double>(chart.bars.size());
  SvgDrawing svg(kWidth, bottom + 42, chart.title, chart.description);
  svg.Text({4, 18}, chart.title, "heading");
  DrawLegend(legend, {axis.Position(0), 40}, &svg);
  for (const double mark : axis.marks()) {
    const double x = axis.Position(mark);
    svg.Line({x, top}, {x, bottom}, "grid");
    svg.Text({x, bottom + 16}, axis.MarkText(mark), "tick", TextAnchor::kMiddle);
  }
  double middle = top + kRowHeight / 2;
  for (const BarChart::Bar& bar : chart.bars) {
    DrawBar(chart, bar, axis, middle, &svg);
    middle += kRowHeight;
  }
  svg.Line({axis.Position(0), top}, {axis.Position(0), bottom}, "axis");
  svg.Text({kWidth - kRightMargin, bottom + 34}, chart.value_axis, "tick", TextAnchor::kEnd);
  return svg.Finish();
}

}  // namespace pecg
