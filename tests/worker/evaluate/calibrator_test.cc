#include "worker/evaluate/calibrator.h"

#include <gtest/gtest.h>

#include <random>

#include "worker/ecg/error.h"
#include "worker/evaluate/reliability.h"

namespace pecg {
namespace {

/// Logits of a model whose truth has probability sigmoid(intercept + slope * logit).
LabelledScores MakeLogits(int count, double intercept, double slope, unsigned seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> normal(0, 2);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<double> logits;
  std::vector<std::uint8_t> labels;
  for (int i = 0; i < count; ++i) {
    logits.push_back(normal(generator));
    const double probability = Sigmoid(intercept + slope * logits.back());
    labels.push_back(uniform(generator) < probability ? 1 : 0);
  }
  return {logits, labels};
}

/// ECE of what a calibrator makes of logits.
double ErrorOf(const Calibrator& calibrator, const LabelledScores& logits) {
  std::vector<double> probabilities;
  for (const double logit : logits.scores()) probabilities.push_back(calibrator.Apply(logit));
  return ExpectedCalibrationError({probabilities, logits.labels()}, Binning::kUniform, 10).value();
}

TEST(CalibratorTest, PlattFindsTheLine) {
  const FittedCalibrators fitted = FitCalibrators(MakeLogits(20000, -1, 0.5, 1));
  ASSERT_TRUE(fitted.Chosen().has_value());
  EXPECT_EQ(fitted.Chosen()->kind, Calibrator::Kind::kPlatt);
  EXPECT_NEAR(fitted.Chosen()->line.intercept, -1, 0.06);
  EXPECT_NEAR(fitted.Chosen()->line.slope, 0.5, 0.03);
}

TEST(CalibratorTest, TemperatureFindsTheSlopeAndKeepsTheMiddle) {
  const FittedCalibrators fitted = FitCalibrators(MakeLogits(20000, 0, 0.4, 2));
  const Calibrator& temperature = fitted.by_kind.at(Calibrator::Kind::kTemperature);
  EXPECT_NEAR(temperature.line.slope, 0.4, 0.03);
  EXPECT_EQ(temperature.Apply(0), 0.5);
}

TEST(CalibratorTest, EveryKindCalibratesRecordsItWasNotFittedTo) {
  const LabelledScores others = MakeLogits(20000, -0.5, 0.4, 4);
  const FittedCalibrators fitted = FitCalibrators(MakeLogits(5000, -0.5, 0.4, 3));
  const Calibrator none{.kind = Calibrator::Kind::kPlatt, .line = {}, .isotonic = {}};
  EXPECT_GT(ErrorOf(none, others), 0.1);
  EXPECT_LT(ErrorOf(fitted.by_kind.at(Calibrator::Kind::kPlatt), others), 0.03);
  EXPECT_LT(ErrorOf(fitted.by_kind.at(Calibrator::Kind::kIsotonic), others), 0.03);
}

TEST(CalibratorTest, SurvivesJsonToTheLastBit) {
  const std::map<std::string, FittedCalibrators> fitted = {
      {"chd", FitCalibrators(MakeLogits(300, -1, 0.7, 5))},
      {"kawasaki", FitCalibrators({std::vector<double>{1, 2}, std::vector<std::uint8_t>{1, 1}})}};
  const auto again = ParseCalibrators(FormatCalibrators(fitted), "a test");
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(again.at("kawasaki").reason, "there is no negative record");
  EXPECT_FALSE(again.at("kawasaki").Chosen().has_value());
  for (const auto& [kind, calibrator] : fitted.at("chd").by_kind) {
    for (const double logit : {-30.0, -1.23, 0.0, 0.4, 7.0}) {
      EXPECT_EQ(again.at("chd").by_kind.at(kind).Apply(logit), calibrator.Apply(logit));
    }
  }
}

TEST(CalibratorTest, FitsClassesThatAreSeparated) {
  const FittedCalibrators fitted =
      FitCalibrators({std::vector<double>{-2, -1, 1, 2}, std::vector<std::uint8_t>{0, 0, 1, 1}});
  ASSERT_TRUE(fitted.Chosen().has_value());
  EXPECT_LT(fitted.Chosen()->Apply(2), 0.95);
  EXPECT_GT(fitted.Chosen()->Apply(2), 0.5);
}

TEST(CalibratorTest, RefusesAModelThatRanksTheWrongWayRound) {
  const FittedCalibrators fitted = FitCalibrators(MakeLogits(2000, 0, -1, 6));
  EXPECT_FALSE(fitted.Chosen().has_value());
  EXPECT_NE(fitted.reason, "");
}

TEST(CalibratorTest, NamesTheFileOfCalibratorsThatAreNone) {
  try {
    ParseCalibrators(R"({"chd": {"record_count": 3}})", "model.json");
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kCorruptData);
    EXPECT_EQ(error.where(), "model.json");
  }
}

}  // namespace
}  // namespace pecg
