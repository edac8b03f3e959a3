#include "worker/evaluate/power.h"

#include <algorithm>
#include <cmath>

#include "worker/evaluate/normal.h"

namespace pecg {

double HanleyMcNeilStandardError(double auroc, double positives, double negatives) {
  const double two_positives = auroc / (2 - auroc);              // Both above one negative.
  const double two_negatives = 2 * auroc * auroc / (1 + auroc);  // Both below one positive.
  const double square = auroc * auroc;
  const double variance = auroc * (1 - auroc) + (positives - 1) * (two_positives - square) +
                          (negatives - 1) * (two_negatives - square);
  return std::sqrt(std::max(0.0, variance) / (positives * negatives));
}

Measure ExpectedHalfWidth(double auroc, double positives, double negatives, double confidence) {
  if (positives < 2) return Measure::Undefined("there are fewer than two positive patients");
  if (negatives < 2) return Measure::Undefined("there are fewer than two negative patients");
  return NormalQuantile((1 + confidence) / 2) *
         HanleyMcNeilStandardError(auroc, positives, negatives);
}

}  // namespace pecg
