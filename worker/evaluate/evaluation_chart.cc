#include "worker/evaluate/evaluation_chart.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "worker/figure/histogram.h"
#include "worker/figure/line_chart.h"

namespace pecg {
namespace {

constexpr LineChart::Range kShare = {0, 1};
constexpr int kBinCount = 10;

/// With fewer records a bin's share is noise that hides the rest.
constexpr double kFewestInBin = 5;

LineChart::Series SeriesOf(const NamedCurve& named, bool markers) {
  LineChart::Series series{.name = named.name, .points = {}};
  series.markers = markers;
  const FigureCurve& curve = named.curve;
  for (std::size_t i = 0; i < curve.x.size(); ++i) {
    if (!curve.weight.empty() && curve.weight[i] < kFewestInBin) continue;
    series.points.push_back({curve.x[i], curve.y[i]});
    if (!curve.lower.empty()) {
      series.intervals.push_back({curve.x[i], curve.lower[i], curve.upper[i]});
    }
  }
  return series;
}

LineChart ChartOf(const std::string& title, std::span<const NamedCurve> curves, bool markers) {
  LineChart chart;
  chart.title = title;
  for (const NamedCurve& curve : curves) chart.series.push_back(SeriesOf(curve, markers));
  return chart;
}

}  // namespace

std::string DrawRocChart(const std::string& title, std::span<const NamedCurve> curves) {
  LineChart chart = ChartOf(title, curves, /*markers=*/false);
  chart.description =
      "Receiver operating characteristic: sensitivity over 1 - specificity at every threshold; the "
      "dashed diagonal is chance.";
  chart.x_axis = "1 - specificity";
  chart.y_axis = "sensitivity";
  chart.x_range = chart.y_range = kShare;
  chart.square = true;
  chart.reference = {{0, 0}, {1, 1}};
  return DrawLineChart(chart);
}

std::string DrawPrecisionRecallChart(const std::string& title, std::span<const NamedCurve> curves,
                                     double prevalence) {
  LineChart chart = ChartOf(title, curves, /*markers=*/false);
  chart.description =
      "Precision over sensitivity at every threshold; the dashed line is the share of positives, "
      "which chance reaches.";
  chart.x_axis = "sensitivity";
  chart.y_axis = "precision";
  chart.x_range = chart.y_range = kShare;
  chart.square = true;
  chart.reference = {{0, prevalence}, {1, prevalence}};
  return DrawLineChart(chart);
}

std::string DrawReliabilityChart(const std::string& title, std::span<const NamedCurve> curves) {
  LineChart chart = ChartOf(title, curves, /*markers=*/true);
  chart.description =
      "Reliability: observed share of positives over the mean predicted probability of each bin of "
      "at least 5 records, with intervals; on the dashed diagonal the probabilities are right.";
  chart.x_axis = "predicted probability";
  chart.y_axis = "observed share";
  chart.x_range = chart.y_range = kShare;
  chart.square = true;
  chart.reference = {{0, 0}, {1, 1}};
  return DrawLineChart(chart);
}

std::string DrawDecisionChart(const std::string& title, std::span<const NamedCurve> curves,
                              double prevalence) {
  LineChart chart = ChartOf(title, curves, /*markers=*/false);
  chart.description =
      "Decision curve: net benefit per patient of acting on a probability at or above the "
      "threshold, beside acting on everybody; acting on nobody is the dashed line at 0.";
  chart.x_axis = "threshold probability";
  chart.y_axis = "net benefit";
  const double highest = std::max(0.01, prevalence);
  chart.y_range = LineChart::Range{-0.2 * highest, 1.05 * highest};
  // What falls below the chart ends there; how far below does not matter.
  for (LineChart::Series& series : chart.series) {
    std::erase_if(series.points,
                  [&](const LineChart::Point& point) { return point.y < chart.y_range->lowest; });
  }
  double last = 0;
  for (const NamedCurve& curve : curves) {
    if (!curve.curve.x.empty()) last = std::max(last, curve.curve.x.back());
  }
  chart.x_range = LineChart::Range{0, last};
  chart.reference = {{0, 0}, {last, 0}};
  return DrawLineChart(chart);
}

std::string DrawProbabilityHistogram(const std::string& title, const FigureCurve& reliability) {
  Histogram histogram;
  histogram.title = title;
  histogram.description = "How many records have a predicted probability in each tenth.";
  histogram.value_axis = "predicted probability";
  histogram.count_axis = "records";
  for (int i = 0; i <= kBinCount; ++i) histogram.edges.push_back(i / double{kBinCount});
  histogram.counts.assign(kBinCount, 0);
  for (std::size_t i = 0; i < reliability.x.size(); ++i) {
    // A mean that equals an edge lies in the bin below it, as the records do.
    const double bin = std::ceil(reliability.x[i] * kBinCount) - 1;
    const auto place = static_cast<std::size_t>(std::clamp(bin, 0.0, kBinCount - 1.0));
    histogram.counts[place] += std::lround(reliability.weight[i]);
  }
  return DrawHistogram(histogram);
}

}  // namespace pecg
