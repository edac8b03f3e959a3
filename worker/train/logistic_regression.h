#ifndef PECG_WORKER_TRAIN_LOGISTIC_REGRESSION_H_
#define PECG_WORKER_TRAIN_LOGISTIC_REGRESSION_H_

#include <cstdint>
#include <span>
#include <vector>

namespace pecg {

/// A linear model of log-odds.
struct LogisticModel {
  double intercept = 0;
  std::vector<double> coefficients;  ///< [F]

  /// `features` [F].
  double LogitOf(std::span<const double> features) const;
};

/// Rows a model is fitted to.
struct LogisticData {
  std::size_t feature_count = 0;     ///< F, at least 1.
  std::vector<double> features;      ///< [N, F], finite.
  std::vector<std::uint8_t> labels;  ///< [N], 0 or 1.
  std::vector<double> weights;       ///< [N], positive.
};

/// Fits by Newton's method (iteratively reweighted least squares; Hastie, Tibshirani & Friedman,
/// The Elements of Statistical Learning, 2nd ed., section 4.4.1), each step halved until it
/// improves:
///
///   minimise  sum_i w_i (log(1 + exp(z_i)) - y_i z_i) + l2/2 sum_j b_j^2,   z = intercept + X b
///
/// The intercept is not penalised. `l2` above 0 makes the answer unique even where features are
/// collinear. With one class only, the answer is the constant log((P + 1/2) / (N + 1/2)) for the
/// classes' weights P and N. Deterministic.
LogisticModel FitLogistic(const LogisticData& data, double l2);

}  // namespace pecg

#endif  // PECG_WORKER_TRAIN_LOGISTIC_REGRESSION_H_
