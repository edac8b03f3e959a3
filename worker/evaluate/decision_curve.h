#ifndef PECG_WORKER_EVALUATE_DECISION_CURVE_H_
#define PECG_WORKER_EVALUATE_DECISION_CURVE_H_

#include <span>
#include <vector>

#include "worker/evaluate/labelled_scores.h"

namespace pecg {

/// Net benefit of acting on a probability of at least `threshold`, per patient: a true positive
/// counts 1, a false positive -threshold / (1 - threshold). Source: Vickers & Elkin, Med. Decis.
/// Making 26:565, 2006.
struct NetBenefit {
  double threshold = 0;
  double model = 0;
  double treat_all = 0;  ///< Acting on everybody. Acting on nobody has net benefit 0.
};

/// Of weights: true positives, false positives and all records.
double NetBenefitOf(double true_positives, double false_positives, double total, double threshold);

/// Thresholds must lie between 0 and 1, exclusive (Error::kBadInput). Empty for scores that are no
/// probabilities.
std::vector<NetBenefit> DecisionCurve(const LabelledScores& sample,
                                      std::span<const double> thresholds);

}  // namespace pecg

#endif  // PECG_WORKER_EVALUATE_DECISION_CURVE_H_
