#ifndef PECG_WORKER_EVALUATE_EVALUATION_CHART_H_
#define PECG_WORKER_EVALUATE_EVALUATION_CHART_H_

#include <span>
#include <string>

#include "worker/evaluate/evaluation.h"

namespace pecg {

/// A curve and what its line is called in the legend.
struct NamedCurve {
  std::string name;
  FigureCurve curve;
};

/// Each draws one SVG element; `title` says which target and which records, and that data are
/// synthetic where they are.

/// Sensitivity over 1 - specificity, with the diagonal of chance.
std::string DrawRocChart(const std::string& title, std::span<const NamedCurve> curves);

/// Precision over sensitivity, with the share of positives, which chance reaches.
std::string DrawPrecisionRecallChart(const std::string& title, std::span<const NamedCurve> curves,
                                     double prevalence);

/// Observed share over mean probability of each bin that holds at least 5 records, with the
/// diagonal of perfect calibration.
std::string DrawReliabilityChart(const std::string& title, std::span<const NamedCurve> curves);

/// Net benefit over the threshold probability; the axis reaches from slightly below 0 to slightly
/// above the share of positives, which is what a perfect model would give.
std::string DrawDecisionChart(const std::string& title, std::span<const NamedCurve> curves,
                              double prevalence);

/// How many records lie in each bin of a reliability curve.
std::string DrawProbabilityHistogram(const std::string& title, const FigureCurve& reliability);

}  // namespace pecg

#endif  // PECG_WORKER_EVALUATE_EVALUATION_CHART_H_
