#include "worker/train/logistic_regression.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pecg {
namespace {

/// x = 0: 30 negative, 10 positive; x = 1: 10 negative, 20 positive.
LogisticData TwoByTwo() {
  LogisticData data;
  data.feature_count = 1;
  data.features = {0, 0, 1, 1};
  data.labels = {0, 1, 0, 1};
  data.weights = {30, 10, 10, 20};
  return data;
}

TEST(FitLogisticTest, FindsTheLogOddsOfATwoByTwoTable) {
  const LogisticModel model = FitLogistic(TwoByTwo(), /*l2=*/0);
  EXPECT_NEAR(model.intercept, std::log(10.0 / 30), 1e-9);
  EXPECT_NEAR(model.coefficients[0], std::log(6.0), 1e-9);
}

TEST(FitLogisticTest, ThePenaltyPullsTheSlopeAndNotTheIntercept) {
  const double l2 = 5;
  const LogisticModel model = FitLogistic(TwoByTwo(), l2);
  const double p0 = 1 / (1 + std::exp(-model.intercept));
  const double p1 = 1 / (1 + std::exp(-model.intercept - model.coefficients[0]));
  // Where both derivatives of the objective are zero.
  EXPECT_NEAR(10 - 40 * p0 + 20 - 30 * p1, 0, 1e-7);
  EXPECT_NEAR(20 - 30 * p1, l2 * model.coefficients[0], 1e-7);
  EXPECT_LT(model.coefficients[0], std::log(6.0));
}

TEST(FitLogisticTest, StaysFiniteWhereTheClassesCanBeSeparated) {
  LogisticData data;
  data.feature_count = 1;
  data.features = {-2, -1, 1, 2};
  data.labels = {0, 0, 1, 1};
  data.weights = {1, 1, 1, 1};
  const LogisticModel model = FitLogistic(data, 1);
  EXPECT_GT(model.coefficients[0], 0.5);
  EXPECT_LT(model.coefficients[0], 5);
  EXPECT_NEAR(model.intercept, 0, 1e-9);
}

TEST(FitLogisticTest, SharesTheEffectBetweenEqualColumns) {
  LogisticData data = TwoByTwo();
  data.feature_count = 2;
  data.features = {0, 0, 0, 0, 1, 1, 1, 1};
  const LogisticModel model = FitLogistic(data, 1e-6);
  EXPECT_NEAR(model.coefficients[0], model.coefficients[1], 1e-6);
  EXPECT_NEAR(model.coefficients[0] + model.coefficients[1], std::log(6.0), 1e-4);
}

TEST(FitLogisticTest, WithOneClassItIsAConstant) {
  LogisticData data = TwoByTwo();
  data.labels = {0, 0, 0, 0};
  const LogisticModel model = FitLogistic(data, 1);
  EXPECT_DOUBLE_EQ(model.intercept, std::log(0.5 / 70.5));
  EXPECT_EQ(model.coefficients[0], 0);
}

}  // namespace
}  // namespace pecg
