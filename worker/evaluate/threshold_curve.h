#ifndef PECG_WORKER_EVALUATE_THRESHOLD_CURVE_H_
#define PECG_WORKER_EVALUATE_THRESHOLD_CURVE_H_

#include <vector>

#include "worker/evaluate/labelled_scores.h"
#include "worker/evaluate/measure.h"

namespace pecg {

/// Weights of the four outcomes when a score at or above a threshold counts as positive.
struct Confusion {
  double true_positives = 0;
  double false_positives = 0;
  double false_negatives = 0;
  double true_negatives = 0;

  Measure Sensitivity() const;  ///< Also: recall, true positive rate.
  Measure Specificity() const;
  Measure Precision() const;  ///< Positive predictive value at the sample's own prevalence.
  Measure F1() const;         ///< Harmonic mean of precision and sensitivity.
  Measure YoudenIndex()
      const;  ///< Sensitivity + specificity - 1. Source: Youden, Cancer 3:32, 1950.
};

/// Positive and negative predictive value where a share `prevalence` (0 to 1, exclusive) has the
/// disease, by Bayes' rule.
Measure PositivePredictiveValue(double sensitivity, double specificity, double prevalence);
Measure NegativePredictiveValue(double sensitivity, double specificity, double prevalence);

/// One threshold and what it does.
struct OperatingPoint {
  double threshold = 0;  ///< +infinity: nothing is called positive.
  Confusion confusion;
};

/// Every distinct threshold of a sample, highest first, starting with +infinity: the full curve, no
/// point left out (scikit-learn's roc_curve drops collinear points unless told not to, and can so
/// hide the operating point asked for). Immutable, thread-safe.
class ThresholdCurve {
 public:
  explicit ThresholdCurve(const LabelledScores& sample);

  const std::vector<OperatingPoint>& points() const { return points_; }

  /// Area under the ROC curve: the weighted share of (positive, negative) pairs that are ordered
  /// right, ties half. Source: Hanley & McNeil, Radiology 143:29, 1982.
  Measure Auroc() const;
  /// Average precision, the sum over distinct scores of (recall gained) * precision, without
  /// interpolation.
  Measure AveragePrecision() const;

  /// What happens at a given threshold.
  Confusion At(double threshold) const;

  /// The point of highest sensitivity among those whose specificity is at least `least`; of equal
  /// ones that of highest specificity. Null for one class only. The pointer lives as long as this.
  const OperatingPoint* AtSpecificity(double least) const;
  /// The point of highest specificity among those whose sensitivity is at least `least`.
  const OperatingPoint* AtSensitivity(double least) const;
  /// The point of highest Youden index; of equal ones the highest threshold.
  const OperatingPoint* AtYouden() const;

  /// Figures of the two first ones.
  Measure SensitivityAtSpecificity(double least) const;
  Measure SpecificityAtSensitivity(double least) const;
  Measure HighestYoudenIndex() const;

 private:
  std::string one_class_reason_;
  std::vector<OperatingPoint> points_;
};

}  // namespace pecg

#endif  // PECG_WORKER_EVALUATE_THRESHOLD_CURVE_H_
