#ifndef PECG_WORKER_FIGURE_HISTOGRAM_H_
#define PECG_WORKER_FIGURE_HISTOGRAM_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace pecg {

/// Counts of values between edges.
struct Histogram {
  std::string title;
  std::string description;           ///< What the chart shows, for a screen reader.
  std::string value_axis;            ///< `duration, seconds`.
  std::string count_axis;            ///< `records`.
  std::vector<double> edges;         ///< `[N+1]`, ascending.
  std::vector<std::int64_t> counts;  ///< `[N]`.
};

/// Counts `values` in bins `[edges[i], edges[i+1])`, the last one closed; values outside or NaN are
/// not counted.
std::vector<std::int64_t> CountIntoBins(std::span<const double> values,
                                        std::span<const double> edges);

/// Draws the histogram as one SVG element. Throws Error::kBadInput when edges and counts do not
/// fit together.
std::string DrawHistogram(const Histogram& histogram);

}  // namespace pecg

#endif  // PECG_WORKER_FIGURE_HISTOGRAM_H_
