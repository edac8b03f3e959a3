#include "worker/train/logistic_regression.h"

#include <algorithm>
#include <cmath>

namespace pecg {
namespace {

constexpr int kMaxIterations = 100;
constexpr int kMaxHalvings = 40;
constexpr double kConverged = 1e-10;  // Largest change of a parameter.

/// Parameters: the intercept, then the coefficients; P = F + 1.
using Parameters = std::vector<double>;

double LogitOfRow(const LogisticData& data, const Parameters& parameters, std::size_t row) {
  double logit = parameters[0];
  for (std::size_t j = 0; j < data.feature_count; ++j) {
    logit += parameters[j + 1] * data.features[row * data.feature_count + j];
  }
  return logit;
}

double Objective(const LogisticData& data, const Parameters& parameters, double l2) {
  double sum = 0;
  for (std::size_t i = 0; i < data.labels.size(); ++i) {
    const double logit = LogitOfRow(data, parameters, i);
    const double signed_logit = data.labels[i] == 1 ? -logit : logit;
    sum += data.weights[i] *
           (std::max(signed_logit, 0.0) + std::log1p(std::exp(-std::abs(signed_logit))));
  }
  for (std::size_t j = 1; j < parameters.size(); ++j) {
    sum += l2 / 2 * parameters[j] * parameters[j];
  }
  return sum;
}

/// Minus the gradient, [P], and the Hessian, [P, P], of the objective.
struct Curvature {
  std::vector<double> descent;
  std::vector<double> hessian;
};

Curvature CurvatureAt(const LogisticData& data, const Parameters& parameters, double l2) {
  const std::size_t size = parameters.size();
  Curvature curvature{std::vector<double>(size, 0.0), std::vector<double>(size * size, 0.0)};
  std::vector<double> row(size, 1.0);
  for (std::size_t i = 0; i < data.labels.size(); ++i) {
    std::copy_n(data.features.begin() + static_cast<std::ptrdiff_t>(i * data.feature_count),
                data.feature_count, row.begin() + 1);
    const double probability = 1 / (1 + std::exp(-LogitOfRow(data, parameters, i)));
    const double residual = data.weights[i] * (data.labels[i] - probability);
    const double spread = data.weights[i] * probability * (1 - probability);
    for (std::size_t a = 0; a < size; ++a) {
      curvature.descent[a] += residual * row[a];
      for (std::size_t b = 0; b <= a; ++b) {
        curvature.hessian[a * size + b] += spread * row[a] * row[b];
      }
    }
  }
  for (std::size_t a = 1; a < size; ++a) {
    curvature.descent[a] -= l2 * parameters[a];
    curvature.hessian[a * size + a] += l2;
  }
  return curvature;
}

/// Solves H x = d for the positive definite H whose lower triangle is given (Cholesky). Where
/// rounding has left a pivot that is not positive, that parameter does not move.
std::vector<double> Solve(std::vector<double> lower, std::vector<double> vector) {
  const std::size_t size = vector.size();
  for (std::size_t j = 0; j < size; ++j) {
    for (std::size_t i = j; i < size; ++i) {
      double sum = lower[i * size + j];
      for (std::size_t k = 0; k < j; ++k) sum -= lower[i * size + k] * lower[j * size + k];
      if (i == j) {
        lower[i * size + j] = sum > 0 ? std::sqrt(sum) : HUGE_VAL;
      } else {
        lower[i * size + j] = sum / lower[j * size + j];
      }
    }
  }
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t k = 0; k < i; ++k) vector[i] -= lower[i * size + k] * vector[k];
    vector[i] /= lower[i * size + i];
  }
  for (std::size_t i = size; i-- > 0;) {
    for (std::size_t k = i + 1; k < size; ++k) vector[i] -= lower[k * size + i] * vector[k];
    vector[i] /= lower[i * size + i];
  }
  return vector;
}

/// Moves along `step`, halved until the objective improves. Returns the largest change made.
double Move(const LogisticData& data, const std::vector<double>& step, double l2,
            Parameters* parameters) {
  const double before = Objective(data, *parameters, l2);
  double share = 1;
  for (int halving = 0; halving < kMaxHalvings; ++halving, share /= 2) {
    Parameters candidate = *parameters;
    double largest = 0;
    for (std::size_t j = 0; j < candidate.size(); ++j) {
      candidate[j] += share * step[j];
      largest = std::max(largest, std::abs(share * step[j]));
    }
    if (Objective(data, candidate, l2) <= before) {
      *parameters = std::move(candidate);
      return largest;
    }
  }
  return 0;
}

}  // namespace

double LogisticModel::LogitOf(std::span<const double> features) const {
  double logit = intercept;
  for (std::size_t j = 0; j < coefficients.size(); ++j) logit += coefficients[j] * features[j];
  return logit;
}

LogisticModel FitLogistic(const LogisticData& data, double l2) {
  double positive = 0;
  double negative = 0;
  for (std::size_t i = 0; i < data.labels.size(); ++i) {
    (data.labels[i] == 1 ? positive : negative) += data.weights[i];
  }
  Parameters parameters(data.feature_count + 1, 0.0);
  parameters[0] = std::log((positive + 0.5) / (negative + 0.5));
  const bool has_both = positive > 0 && negative > 0;
  for (int iteration = 0; has_both && iteration < kMaxIterations; ++iteration) {
    const Curvature curvature = CurvatureAt(data, parameters, l2);
    const std::vector<double> step = Solve(curvature.hessian, curvature.descent);
    if (Move(data, step, l2, &parameters) < kConverged) break;
  }
  return {parameters[0], {parameters.begin() + 1, parameters.end()}};
}

}  // namespace pecg
