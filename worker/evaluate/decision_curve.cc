#include "worker/evaluate/decision_curve.h"

#include <fmt/format.h>

#include "worker/ecg/error.h"
#include "worker/evaluate/threshold_curve.h"

namespace pecg {

double NetBenefitOf(double true_positives, double false_positives, double total, double threshold) {
  return (true_positives - false_positives * threshold / (1 - threshold)) / total;
}

std::vector<NetBenefit> DecisionCurve(const LabelledScores& sample,
                                      std::span<const double> thresholds) {
  if (!sample.NotProbabilityReason().empty()) return {};
  const ThresholdCurve curve(sample);
  std::vector<NetBenefit> benefits;
  for (const double threshold : thresholds) {
    if (!(threshold > 0 && threshold < 1)) {
      throw Error(Error::Kind::kBadInput,
                  fmt::format("a decision threshold must lie between 0 and 1: {}", threshold));
    }
    const Confusion at = curve.At(threshold);
    const double total = sample.total_weight();
    benefits.push_back(
        {.threshold = threshold,
         .model = NetBenefitOf(at.true_positives, at.false_positives, total, threshold),
         .treat_all =
             NetBenefitOf(sample.positive_weight(), sample.negative_weight(), total, threshold)});
  }
  return benefits;
}

}  // namespace pecg
