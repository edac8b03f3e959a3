#ifndef PECG_WORKER_EVALUATE_RECALIBRATION_H_
#define PECG_WORKER_EVALUATE_RECALIBRATION_H_

#include <span>
#include <string>

#include "worker/evaluate/labelled_scores.h"
#include "worker/evaluate/measure.h"

namespace pecg {

/// 1 / (1 + e^-logit), without overflow.
double Sigmoid(double logit);

/// ln(p / (1 - p)); probabilities are kept 1e-12 away from 0 and 1, so that it is finite.
double Logit(double probability);

/// How probabilities relate to the truth on the logit scale. All of them are the maximum of the
/// weighted likelihood. Sources: Cox, Biometrika 45:562, 1958; Van Calster et al., BMC Medicine
/// 17:230, 2019.
struct Recalibration {
  /// a of logit P(y) = a + logit(p): calibration in the large; 0 is perfect, below 0 the model
  /// predicts too high.
  Measure intercept = Measure::Undefined("not fitted");
  /// b of logit P(y) = a' + b logit(p); 1 is perfect, below 1 the model is too sure of itself.
  Measure slope = Measure::Undefined("not fitted");
  /// a' of the same fit.
  Measure slope_intercept = Measure::Undefined("not fitted");
};

/// Fits both. Undefined, with the reason, for one class only, for scores that are no probabilities,
/// and the slope where all probabilities are the same or separate the classes.
Recalibration FitRecalibration(const LabelledScores& sample);

/// Intercept and slope of a logistic regression with one input.
struct LogisticLine {
  double intercept = 0;
  double slope = 1;
};

/// The line that was found, or why there is none.
struct LogisticFit {
  LogisticLine line;
  std::string reason;  ///< Empty when there is a line.
};

/// Maximises the weighted likelihood of `targets` (0 to 1) given `inputs` by Newton's method with
/// step halving, from intercept 0 and slope 1; what is not fitted stays there. There is no line
/// where there is no finite maximum.
LogisticFit FitLogisticLine(std::span<const double> inputs, std::span<const double> targets,
                            std::span<const double> weights, bool fit_intercept, bool fit_slope);

}  // namespace pecg

#endif  // PECG_WORKER_EVALUATE_RECALIBRATION_H_
