#include "worker/evaluate/recalibration.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace pecg {
namespace {

constexpr double kNearest = 1e-12;  // Of a probability to 0 and 1.
constexpr int kStepLimit = 100;
/// A line this steep separates the classes: there is no finite maximum.
constexpr double kSteepest = 1e6;

/// ln(1 + e^x), without overflow.
double SoftPlus(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

/// Gradient and (negative) Hessian of the weighted log-likelihood.
struct Derivatives {
  double g0 = 0, g1 = 0;
  double h00 = 0, h01 = 0, h11 = 0;
};

class LogisticProblem {
 public:
  LogisticProblem(std::span<const double> inputs, std::span<const double> targets,
                  std::span<const double> weights)
      : inputs_(inputs), targets_(targets), weights_(weights) {}

  double Loss(LogisticLine line) const {
    double sum = 0;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const double logit = line.intercept + line.slope * inputs_[i];
      sum += weights_[i] * (SoftPlus(logit) - targets_[i] * logit);
    }
    return sum;
  }

  Derivatives At(LogisticLine line) const {
    Derivatives sums;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const double x = inputs_[i];
      const double mean = Sigmoid(line.intercept + line.slope * x);
      const double residual = weights_[i] * (targets_[i] - mean);
      const double spread = weights_[i] * mean * (1 - mean);
      sums.g0 += residual;
      sums.g1 += residual * x;
      sums.h00 += spread;
      sums.h01 += spread * x;
      sums.h11 += spread * x * x;
    }
    return sums;
  }

 private:
  std::span<const double> inputs_;
  std::span<const double> targets_;
  std::span<const double> weights_;
};

/// Newton's step; false when the Hessian is singular.
bool NewtonStep(const Derivatives& d, bool fit_intercept, bool fit_slope, LogisticLine* step) {
  *step = {0, 0};
  if (fit_intercept && fit_slope) {
    const double determinant = d.h00 * d.h11 - d.h01 * d.h01;
    if (!(determinant > 1e-14 * d.h00 * d.h11)) return false;
    step->intercept = (d.h11 * d.g0 - d.h01 * d.g1) / determinant;
    step->slope = (d.h00 * d.g1 - d.h01 * d.g0) / determinant;
    return true;
  }
  if (fit_intercept) {
    if (!(d.h00 > 0)) return false;
    step->intercept = d.g0 / d.h00;
    return true;
  }
  if (!(d.h11 > 0)) return false;
  step->slope = d.g1 / d.h11;
  return true;
}

bool IsNegligible(LogisticLine step, LogisticLine line) {
  constexpr double kRelative = 1e-13;
  return std::abs(step.intercept) <= kRelative * (1 + std::abs(line.intercept)) &&
         std::abs(step.slope) <= kRelative * (1 + std::abs(line.slope));
}

/// Halves the step until the loss, given for `line`, does not grow but by rounding; answers the
/// line it leads to and sets the loss there.
LogisticLine Shorten(const LogisticProblem& problem, LogisticLine line, LogisticLine step,
                     double* loss) {
  const double acceptable = *loss + 1e-12 * std::abs(*loss);
  LogisticLine next = line;
  for (double length = 1; length > 1e-12; length /= 2) {
    next = {line.intercept + length * step.intercept, line.slope + length * step.slope};
    *loss = problem.Loss(next);
    if (*loss <= acceptable) break;
  }
  return next;
}

}  // namespace

double Sigmoid(double logit) {
  if (logit >= 0) return 1 / (1 + std::exp(-logit));
  const double e = std::exp(logit);
  return e / (1 + e);
}

double Logit(double probability) {
  const double kept = std::clamp(probability, kNearest, 1 - kNearest);
  return std::log(kept / (1 - kept));
}

LogisticFit FitLogisticLine(std::span<const double> inputs, std::span<const double> targets,
                            std::span<const double> weights, bool fit_intercept, bool fit_slope) {
  const LogisticProblem problem(inputs, targets, weights);
  LogisticFit fit;
  double loss = problem.Loss(fit.line);
  for (int i = 0; i < kStepLimit; ++i) {
    LogisticLine step;
    if (!NewtonStep(problem.At(fit.line), fit_intercept, fit_slope, &step)) {
      fit.reason = "all probabilities are the same, or they separate the classes";
      return fit;
    }
    if (IsNegligible(step, fit.line)) return fit;
    const LogisticLine next = Shorten(problem, fit.line, step, &loss);
    if (std::abs(next.slope) > kSteepest || std::abs(next.intercept) > kSteepest) break;
    fit.line = next;
  }
  fit.reason = "the probabilities separate the classes";
  return fit;
}

Recalibration FitRecalibration(const LabelledScores& sample) {
  std::string reason = sample.NotProbabilityReason();
  if (reason.empty()) reason = sample.OneClassReason();
  if (!reason.empty()) {
    return {Measure::Undefined(reason), Measure::Undefined(reason), Measure::Undefined(reason)};
  }
  std::vector<double> logits;
  std::vector<double> targets;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    logits.push_back(Logit(sample.scores()[i]));
    targets.push_back(sample.labels()[i]);
  }
  const auto measure = [](const LogisticFit& fit, double value) {
    return fit.reason.empty() ? Measure(value) : Measure::Undefined(fit.reason);
  };
  const LogisticFit large = FitLogisticLine(logits, targets, sample.weights(), true, false);
  const LogisticFit line = FitLogisticLine(logits, targets, sample.weights(), true, true);
  return {measure(large, large.line.intercept), measure(line, line.line.slope),
          measure(line, line.line.intercept)};
}

}  // namespace pecg
