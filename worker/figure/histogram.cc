#include "worker/figure/histogram.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "worker/ecg/error.h"
#include "worker/figure/axis.h"
#include "worker/figure/svg.h"

namespace pecg {
namespace {

constexpr double kWidth = 560;
constexpr double kHeight = 260;
constexpr double kLeft = 64;
constexpr double kRight = kWidth - 20;
constexpr double kTop = 38;
constexpr double kBottom = kHeight - 48;

bool EdgesFit(const Histogram& histogram) {
  return histogram.edges.size() == histogram.counts.size() + 1 && !histogram.counts.empty() &&
         std::ranges::is_sorted(histogram.edges) &&
         std::ranges::all_of(histogram.edges, [](double edge) { return std::isfinite(edge); });
}

}  // namespace

std::vector<std::int64_t> CountIntoBins(std::span<const double> values,
                                        std::span<const double> edges) {
  if (edges.size() < 2) return {};
  std::vector<std::int64_t> counts(edges.size() - 1, 0);
  for (const double value : values) {
    if (!(value >= edges.front()) || !(value <= edges.back())) continue;
    const auto above = std::ranges::upper_bound(edges, value) - edges.begin();
    const auto bin = std::min<std::ptrdiff_t>(above - 1, std::ssize(counts) - 1);
    ++counts[static_cast<std::size_t>(bin)];
  }
  return counts;
}

std::string DrawHistogram(const Histogram& histogram) {
  if (!EdgesFit(histogram)) {
    throw Error(Error::Kind::kBadInput, "edges must ascend and be one more than the counts",
                histogram.title);
  }
  const std::int64_t highest = *std::ranges::max_element(histogram.counts);
  const LinearAxis y(0, static_cast<double>(std::max<std::int64_t>(highest, 1)), kBottom, kTop, 4);
  const LinearAxis x(histogram.edges.front(), histogram.edges.back(), kLeft, kRight, 8);

  SvgDrawing svg(kWidth, kHeight, histogram.title, histogram.description);
  svg.Text({4, 18}, histogram.title, "heading");
  for (const double mark : y.marks()) {
    svg.Line({kLeft, y.Position(mark)}, {kRight, y.Position(mark)}, "grid");
    svg.Text({kLeft - 8, y.Position(mark) + 4}, y.MarkText(mark), "tick", TextAnchor::kEnd);
  }
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    if (histogram.counts[i] == 0) continue;
    const double from = x.Position(histogram.edges[i]);
    const double to = x.Position(histogram.edges[i + 1]);
    const double top = y.Position(static_cast<double>(histogram.counts[i]));
    svg.Rectangle({from + 0.5, top}, std::max(1.0, to - from - 1), std::max(1.0, kBottom - top),
                  "series-1",
                  fmt::format("{} to {}: {}", FormatFigure(histogram.edges[i]),
                              FormatFigure(histogram.edges[i + 1]),
                              FormatFigure(static_cast<double>(histogram.counts[i]))));
  }
  svg.Line({kLeft, kBottom}, {kRight, kBottom}, "axis");
  for (const double mark : x.marks()) {
    svg.Text({x.Position(mark), kBottom + 16}, x.MarkText(mark), "tick", TextAnchor::kMiddle);
  }
  svg.Text({kRight, kHeight - 12}, histogram.value_axis, "tick", TextAnchor::kEnd);
  svg.Text({14, kTop}, histogram.count_axis, "tick", TextAnchor::kEnd, /*quarter_turn=*/true);
  return svg.Finish();
}

}  // namespace pecg
