#include <gmock/gmock.h>

#include <limits>

#include "tests/worker/figure/markup_check.h"
#include "worker/ecg/error.h"
#include "worker/figure/bar_chart.h"
#include "worker/figure/heat_map.h"
#include "worker/figure/histogram.h"
#include "worker/figure/interval_chart.h"
#include "worker/figure/line_chart.h"

namespace pecg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

BarChart Bars() {
  return {
      .title = "Bars <&>",
      .description = "What \"they\" show",
      .value_axis = "records",
      .series = {"positive", "missing"},
      .expected_name = "expected",
      .bars = {{"chd & co", {2787, 12}, BarChart::Range{3000, 5000}}, {"kawasaki", {0, 0}, {}}}};
}

TEST(BarChart, IsWellFormedAndSaysItsFigures) {
  const std::string svg = DrawBarChart(Bars());
  EXPECT_EQ(MarkupCheck::Complaint(svg), "");
  EXPECT_THAT(svg, HasSubstr("chd &amp; co, positive: 2,787"));
  EXPECT_THAT(svg, HasSubstr("chd &amp; co, expected: 3,000 to 5,000"));
  EXPECT_THAT(svg, HasSubstr(">2,799</text>"));
}

TEST(BarChart, IsReadableWithoutSeeingIt) {
  const std::string svg = DrawBarChart(Bars());
  EXPECT_THAT(svg, HasSubstr("role=\"img\""));
  EXPECT_THAT(svg, HasSubstr("<title>Bars &lt;&amp;&gt;</title>"));
  EXPECT_THAT(svg, HasSubstr("<desc>What &quot;they&quot; show</desc>"));
}

TEST(BarChart, DrawsNothingForZero) {
  EXPECT_THAT(DrawBarChart(Bars()), Not(HasSubstr("kawasaki, positive")));
}

TEST(BarChart, RefusesValuesThatDoNotFitTheSeries) {
  BarChart chart = Bars();
  chart.bars[0].values.pop_back();
  EXPECT_THROW(DrawBarChart(chart), Error);
  chart = Bars();
  chart.bars[0].values[0] = -1;
  EXPECT_THROW(DrawBarChart(chart), Error);
}

TEST(BarChart, IsWellFormedWithoutBars) {
  BarChart chart = Bars();
  chart.bars.clear();
  EXPECT_EQ(MarkupCheck::Complaint(DrawBarChart(chart)), "");
}

TEST(CountIntoBins, ClosesTheLastBinAndLeavesOutWhatLiesOutside) {
  const std::vector<double> values = {0, 0.9, 1, 2, 2.1, -0.1, kNone};
  const std::vector<double> edges = {0, 1, 2};
  EXPECT_THAT(CountIntoBins(values, edges), ElementsAre(2, 2));
}

TEST(Histogram, IsWellFormedAndSaysItsFigures) {
  const std::string svg = DrawHistogram({.title = "Duration",
                                         .description = "d",
                                         .value_axis = "s",
                                         .count_axis = "records",
                                         .edges = {0, 5, 10},
                                         .counts = {0, 1234}});
  EXPECT_EQ(MarkupCheck::Complaint(svg), "");
  EXPECT_THAT(svg, HasSubstr("5 to 10: 1,234"));
}

TEST(Histogram, RefusesEdgesThatDoNotFit) {
  Histogram histogram{.title = "t",
                      .description = "d",
                      .value_axis = "s",
                      .count_axis = "n",
                      .edges = {0, 5},
                      .counts = {1, 2}};
  EXPECT_THROW(DrawHistogram(histogram), Error);
  histogram.edges = {0, 5, 3};
  EXPECT_THROW(DrawHistogram(histogram), Error);
}

TEST(HeatMap, IsWellFormedAndSaysItsFigures) {
  const std::string svg = DrawHeatMap({.title = "Pairs",
                                       .description = "d",
                                       .row_labels = {"a<", "b"},
                                       .column_labels = {"x", "y"},
                                       .values = {{1000, 0}, {kNone, 3}}});
  EXPECT_EQ(MarkupCheck::Complaint(svg), "");
  EXPECT_THAT(svg, HasSubstr("a&lt;, x: 1,000"));
  EXPECT_THAT(svg, HasSubstr("b, y: 3"));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

TEST(HeatMap, IsDeeperForLargerFigures) {
  const std::string svg = DrawHeatMap({.title = "t",
                                       .description = "d",
                                       .row_labels = {"a"},
                                       .column_labels = {"x", "y"},
                                       .values = {{10, 5}},
                                       .logarithmic = false});
  EXPECT_THAT(svg, HasSubstr("fill-opacity=\"0.54\""));
}

TEST(HeatMap, RefusesAMatrixThatDoesNotFitItsLabels) {
  EXPECT_THROW(DrawHeatMap({.title = "t",
                            .description = "d",
                            .row_labels = {"a"},
                            .column_labels = {"x"},
                            .values = {{1, 2}}}),
               Error);
}

TEST(IntervalChart, ShowsPointIntervalAndFloor) {
  const std::string svg = DrawIntervalChart(
      {.title = "AUROC",
       .description = "d",
       .value_axis = "AUROC",
       .reference = 0.5,
       .axis_lowest = {},
       .axis_highest = {},
       .rows = {{"chd", "n = 812", {.855, .82, .88}, IntervalChart::Interval{.747, .72, .77}},
                {"none", "", {}, {}}}});
  EXPECT_EQ(MarkupCheck::Complaint(svg), "");
  EXPECT_THAT(svg, HasSubstr("chd, model: 0.855 [0.820, 0.880]"));
  EXPECT_THAT(svg, HasSubstr("chd, floor: 0.747 [0.720, 0.770]"));
  EXPECT_THAT(svg, HasSubstr("not defined"));
  EXPECT_THAT(svg, HasSubstr("class=\"reference\""));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

TEST(IntervalChart, LeavesOutTheLegendWithoutAFloor) {
  const std::string svg = DrawIntervalChart({.title = "AUROC",
                                             .description = "d",
                                             .value_axis = "AUROC",
                                             .reference = {},
                                             .axis_lowest = {},
                                             .axis_highest = {},
                                             .rows = {{"chd", "", {.8, kNone, kNone}, {}}}});
  EXPECT_THAT(svg, Not(HasSubstr(">floor</text>")));
  EXPECT_THAT(svg, HasSubstr(">0.800</text>"));
}

TEST(IntervalChart, IsWellFormedWithoutRows) {
  EXPECT_EQ(MarkupCheck::Complaint(DrawIntervalChart({.title = "t",
                                                      .description = "d",
                                                      .value_axis = "v",
                                                      .reference = {},
                                                      .axis_lowest = {},
                                                      .axis_highest = {},
                                                      .rows = {}})),
            "");
}

TEST(LineChart, BreaksTheLineWhereThereIsNoValue) {
  const std::string svg =
      DrawLineChart({.title = "Loss",
                     .description = "d",
                     .x_axis = "step",
                     .y_axis = "loss",
                     .series = {{"fold & 0", {{0, 1}, {1, kNone}, {2, 3}, {3, 4}}}}});
  EXPECT_EQ(MarkupCheck::Complaint(svg), "");
  const std::size_t path = svg.find("<path d=\"");
  ASSERT_NE(path, std::string::npos);
  EXPECT_EQ(CountOf(std::string_view(svg).substr(path, svg.find("class", path) - path), "M"), 2);
}

TEST(LineChart, NamesSeveralSeries) {
  const std::string svg =
      DrawLineChart({.title = "Loss",
                     .description = "d",
                     .x_axis = "step",
                     .y_axis = "loss",
                     .series = {{"fold 0", {{0, 1}, {1, 2}}}, {"fold <1>", {{0, 2}}}}});
  EXPECT_EQ(MarkupCheck::Complaint(svg), "");
  EXPECT_THAT(svg, HasSubstr("fold &lt;1&gt;"));
}

TEST(LineChart, SaysThatThereIsNothing) {
  const std::string svg = DrawLineChart(
      {.title = "Loss", .description = "d", .x_axis = "step", .y_axis = "loss", .series = {}});
  EXPECT_EQ(MarkupCheck::Complaint(svg), "");
  EXPECT_THAT(svg, HasSubstr("no points"));
}

/// A reliability curve: points with intervals on axes from 0 to 1.
LineChart Reliability(bool markers) {
  LineChart chart;
  chart.title = "Reliability";
  chart.description = "d";
  chart.x_range = chart.y_range = LineChart::Range{0, 1};
  chart.square = true;
  chart.reference = {{0, 0}, {1, 1}};
  chart.series = {{.name = "model",
                   .points = {{0.1, 0.2}, {0.5, 0.4}},
                   .intervals = {{0.1, 0.1, 0.3}, {0.5, 0.3, 0.6}},
                   .markers = markers}};
  return chart;
}

TEST(LineChart, DrawsIntervalsAsBarsOrAsAnArea) {
  const std::string bars = DrawLineChart(Reliability(/*markers=*/true));
  const std::string area = DrawLineChart(Reliability(/*markers=*/false));
  EXPECT_EQ(MarkupCheck::Complaint(bars), "");
  EXPECT_EQ(MarkupCheck::Complaint(area), "");
  EXPECT_EQ(CountOf(bars, "class=\"whisker-1\""), 6);  // Two, each with two ends.
  EXPECT_EQ(CountOf(bars, "<circle"), 2);
  EXPECT_EQ(CountOf(area, "class=\"band-1\""), 1);
  EXPECT_EQ(CountOf(area, "<circle"), 0);
}

TEST(LineChart, KeepsTheRangeItIsGiven) {
  const std::string svg = DrawLineChart(Reliability(true));
  EXPECT_THAT(svg, HasSubstr(">1.0</text>"));
  EXPECT_THAT(svg, HasSubstr("class=\"reference\""));
}

TEST(LineChart, BreaksALegendThatIsTooLong) {
  LineChart chart = Reliability(true);
  for (int i = 0; i < 4; ++i) {
    chart.series.push_back({.name = "a model with quite a long name", .points = {{0.5, 0.5}}});
  }
  const std::string svg = DrawLineChart(chart);
  EXPECT_EQ(MarkupCheck::Complaint(svg), "");
  EXPECT_THAT(svg, HasSubstr("y=\"58\" class=\"label\""));  // The second line of the legend.
}

}  // namespace
}  // namespace pecg
