#ifndef PECG_TESTS_WORKER_REVIEW_REVIEW_GOLDEN_H_
#define PECG_TESTS_WORKER_REVIEW_REVIEW_GOLDEN_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "worker/review/square_matrix.h"

/// What cleanlab 2.9.1-dev (git 7506257) returned, with NumPy 1.24.2; data/README.md.

namespace pecg {

inline nlohmann::json ReadGolden(const std::string& name) {
  std::ifstream file(PECG_SOURCE_DIR "/tests/worker/review/data/" + name);
  return nlohmann::json::parse(file);
}

/// Rows of `matrix` one after the other; null becomes NaN.
template <typename T>
std::vector<T> Flattened(const nlohmann::json& matrix) {
  std::vector<T> values;
  for (const auto& row : matrix) {
    for (const auto& value : row) {
      values.push_back(value.is_null() ? std::numeric_limits<T>::quiet_NaN() : value.get<T>());
    }
  }
  return values;
}

template <typename T>
SquareMatrix<T> MatrixOf(const nlohmann::json& matrix) {
  return SquareMatrix<T>(static_cast<int>(matrix.size()), Flattened<T>(matrix));
}

/// The real numbers of goldens hold to this; they are printed exactly.
inline constexpr double kGoldenTolerance = 1e-12;

template <typename Actual>
void ExpectAllNear(const Actual& actual, const std::vector<double>& expected,
                   double tolerance = kGoldenTolerance) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_NEAR(actual[i], expected[i], tolerance) << "at " << i;
  }
}

}  // namespace pecg

#endif  // PECG_TESTS_WORKER_REVIEW_REVIEW_GOLDEN_H_
