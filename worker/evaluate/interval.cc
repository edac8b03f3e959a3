#include "worker/evaluate/interval.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <iterator>
#include <numeric>
#include <utility>

#include "worker/evaluate/normal.h"
#include "worker/evaluate/recalibration.h"

namespace pecg {
namespace {

Interval NoInterval(std::string reason) {
  Interval interval;
  interval.reason = std::move(reason);
  return interval;
}

/// Percentile of sorted values, linear between them.
double Percentile(const std::vector<double>& sorted, double share) {
  const double position = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double rest = position - static_cast<double>(below);
  return sorted[below] * (1 - rest) + sorted[above] * rest;
}

/// The resampled values that are defined, ascending; or why there can be no interval.
struct Defined {
  std::vector<double> sorted;
  std::string reason;
};

Defined SortDefined(const ResampledFigure& figure) {
  Defined defined;
  if (std::isnan(figure.value)) {
    defined.reason = "the figure is not defined";
    return defined;
  }
  defined.sorted = figure.resampled;
  std::erase_if(defined.sorted, [](double value) { return std::isnan(value); });
  const std::size_t count = figure.resampled.size();
  if (count == 0) {
    defined.reason = "there are no resamples";
  } else if (2 * defined.sorted.size() < count) {
    defined.reason = fmt::format("the figure is not defined in {} of {} resamples",
                                 count - defined.sorted.size(), count);
  } else {
    std::ranges::sort(defined.sorted);
  }
  return defined;
}

/// Whether the figure is 0 or 1 and so are all resamples that have it.
bool DoesNotVaryAtEnd(const ResampledFigure& figure) {
  if (figure.value != 0 && figure.value != 1) return false;
  return std::ranges::all_of(
      figure.resampled, [&](double value) { return std::isnan(value) || value == figure.value; });
}

double Mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Efron's acceleration, a sixth of the skewness of the jackknife's influences.
double Acceleration(std::vector<double> jackknife) {
  std::erase_if(jackknife, [](double value) { return std::isnan(value); });
  if (jackknife.empty()) return 0;
  const double mean = Mean(jackknife);
  double squares = 0;
  double cubes = 0;
  for (const double value : jackknife) {
    const double influence = mean - value;
    squares += influence * influence;
    cubes += influence * influence * influence;
  }
  return squares > 0 ? cubes / (6 * std::pow(squares, 1.5)) : 0;
}

/// Share of the sorted values below `value`, ties half.
double ShareBelow(const std::vector<double>& sorted, double value) {
  const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), value);
  const auto below = static_cast<double>(first - sorted.begin());
  const auto equal = static_cast<double>(last - first);
  return (below + 0.5 * equal) / static_cast<double>(sorted.size());
}

}  // namespace

std::string_view NameOf(IntervalMethod method) {
  switch (method) {
    case IntervalMethod::kNone:
      return "";
    case IntervalMethod::kPercentile:
      return "percentile";
    case IntervalMethod::kBca:
      return "bca";
    case IntervalMethod::kLogit:
      return "logit";
    case IntervalMethod::kNewcombe:
      return "newcombe";
  }
  return "";
}

ResampledFigure Difference(const ResampledFigure& a, const ResampledFigure& b) {
  ResampledFigure difference;
  difference.value = a.value - b.value;
  std::ranges::transform(a.resampled, b.resampled, std::back_inserter(difference.resampled),
                         std::minus<>());
  std::ranges::transform(a.jackknife, b.jackknife, std::back_inserter(difference.jackknife),
                         std::minus<>());
  return difference;
}

Interval PercentileInterval(const ResampledFigure& figure, double confidence) {
  const Defined defined = SortDefined(figure);
  if (!defined.reason.empty()) return NoInterval(defined.reason);
  const double tail = (1 - confidence) / 2;
  return {Percentile(defined.sorted, tail), Percentile(defined.sorted, 1 - tail),
          IntervalMethod::kPercentile, ""};
}

Interval BcaInterval(const ResampledFigure& figure, double confidence) {
  const Defined defined = SortDefined(figure);
  if (!defined.reason.empty()) return NoInterval(defined.reason);
  const double count = static_cast<double>(defined.sorted.size());
  // Kept half a resample away from the ends, where the correction would be infinite.
  const double share =
      std::clamp(ShareBelow(defined.sorted, figure.value), 0.5 / count, 1 - 0.5 / count);
  const double bias = NormalQuantile(share);
  const double acceleration = Acceleration(figure.jackknife);
  const auto end = [&](double tail) {
    const double z = bias + NormalQuantile(tail);
    const double moved = NormalShareBelow(bias + z / (1 - acceleration * z));
    return Percentile(defined.sorted, std::clamp(moved, 0.0, 1.0));
  };
  const double tail = (1 - confidence) / 2;
  return {end(tail), end(1 - tail), IntervalMethod::kBca, ""};
}

Interval LogitInterval(const ResampledFigure& figure, double confidence) {
  Defined defined = SortDefined(figure);
  if (!defined.reason.empty()) return NoInterval(defined.reason);
  if (figure.value <= 0 || figure.value >= 1) {
    return NoInterval(fmt::format("the figure is {}, which has no logit", figure.value));
  }
  // Resamples at an end are kept away from it by less than any of them tells apart.
  const double nearest = 0.5 / static_cast<double>(defined.sorted.size());
  for (double& value : defined.sorted) {
    value = Logit(std::clamp(value, std::min(nearest, figure.value / 2),
                             std::max(1 - nearest, (1 + figure.value) / 2)));
  }
  const double mean = Mean(defined.sorted);
  double squares = 0;
  for (const double value : defined.sorted) squares += (value - mean) * (value - mean);
  const double count = static_cast<double>(defined.sorted.size());
  const double deviation = std::sqrt(squares / std::max(1.0, count - 1));
  const double reach = NormalQuantile((1 + confidence) / 2) * deviation;
  return {Sigmoid(Logit(figure.value) - reach), Sigmoid(Logit(figure.value) + reach),
          IntervalMethod::kLogit, ""};
}

Interval NewcombeInterval(double auroc, double positives, double negatives, double confidence) {
  if (std::isnan(auroc)) return NoInterval("the figure is not defined");
  const double z = NormalQuantile((1 + confidence) / 2);
  const double spread = (positives + negatives) / 2 - 1;
  const auto deviation = [&](double theta) {
    const double pairs = (1 - theta) / (2 - theta) + theta / (1 + theta);
    return std::sqrt(theta * (1 - theta) * (1 + spread * pairs) / (positives * negatives));
  };
  // The end between the figure and `far`, where |theta - auroc| = z * deviation(theta).
  const auto end = [&](double far) {
    double inside = auroc;
    double outside = far;
    for (int i = 0; i < 100; ++i) {
      const double middle = (inside + outside) / 2;
      const bool holds = std::abs(middle - auroc) <= z * deviation(middle);
      (holds ? inside : outside) = middle;
    }
    return (inside + outside) / 2;
  };
  // At the ends of the scale the deviation is 0: what lies between is found from the other side.
  return {auroc > 0 ? end(0) : 0, auroc < 1 ? end(1) : 1, IntervalMethod::kNewcombe, ""};
}

Interval ChooseInterval(const ResampledFigure& figure, FigureScale scale, double positives,
                        double negatives, double confidence) {
  const bool at_end = scale != FigureScale::kUnbounded && DoesNotVaryAtEnd(figure);
  if (at_end && scale == FigureScale::kAuroc) {
    return NewcombeInterval(figure.value, positives, negatives, confidence);
  }
  if (at_end) {
    return NoInterval(
        fmt::format("every resample gives {}, which would leave no doubt", figure.value));
  }
  if (std::min(positives, negatives) >= kManyPatients) {
    return PercentileInterval(figure, confidence);
  }
  return scale == FigureScale::kUnbounded ? BcaInterval(figure, confidence)
                                          : LogitInterval(figure, confidence);
}

double TwoSidedP(const ResampledFigure& figure) {
  const Defined defined = SortDefined(figure);
  const std::vector<double>& sorted = defined.sorted;
  if (!defined.reason.empty()) return std::numeric_limits<double>::quiet_NaN();
  const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), 0.0);
  const auto at_most = static_cast<double>(last - sorted.begin());
  const auto at_least = static_cast<double>(sorted.end() - first);
  const double smaller = std::min(at_most, at_least);
  return std::min(1.0, 2 * (smaller + 1) / (static_cast<double>(sorted.size()) + 1));
}

std::vector<double> HolmAdjusted(const std::vector<double>& p_values) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p_values.size(); ++i) {
    if (!std::isnan(p_values[i])) order.push_back(i);
  }
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return p_values[i]; });
  std::vector<double> adjusted = p_values;
  double highest = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const auto remaining = static_cast<double>(order.size() - rank);
    highest = std::max(highest, std::min(1.0, remaining * p_values[order[rank]]));
    adjusted[order[rank]] = highest;
  }
  return adjusted;
}

}  // namespace pecg
