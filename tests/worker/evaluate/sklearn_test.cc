// Every figure that goldens of scikit-learn 1.2.1 hold, to 1e-12.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "worker/evaluate/isotonic.h"
#include "worker/evaluate/multilabel.h"
#include "worker/evaluate/reliability.h"
#include "worker/evaluate/threshold_curve.h"

namespace pecg {
namespace {

using Json = nlohmann::json;

constexpr double kTolerance = 1e-12;

Json ReadGolden(const std::string& name) {
  std::ifstream file(PECG_SOURCE_DIR "/tests/worker/evaluate/data/sklearn_" + name + ".json");
  return Json::parse(file);
}

/// One case of the goldens; NAN, Infinity and such are spelt as strings there.
struct GoldenCase {
  Json json;
  std::vector<double> scores;
  std::vector<std::uint8_t> labels;
  std::vector<double> weights;

  LabelledScores Sample() const { return {scores, labels, weights}; }
};

std::vector<GoldenCase> BinaryCases() {
  std::vector<GoldenCase> cases;
  const Json golden = ReadGolden("binary_metrics");
  for (const Json& json : golden["cases"]) {
    cases.push_back({json, json["p"].get<std::vector<double>>(),
                     json["y"].get<std::vector<std::uint8_t>>(),
                     json.value("sample_weight", std::vector<double>())});
  }
  return cases;
}

void ExpectMeasure(const Json& golden, const Measure& measure) {
  if (golden.is_number()) {
    ASSERT_TRUE(measure.defined()) << measure.reason();
    EXPECT_NEAR(measure.value(), golden.get<double>(), kTolerance);
  } else {  // scikit-learn raises, or answers null.
    EXPECT_FALSE(measure.defined());
    EXPECT_NE(measure.reason(), "");
  }
}

class SklearnTest : public ::testing::TestWithParam<std::size_t> {
 protected:
  const GoldenCase golden_ = BinaryCases()[GetParam()];
  bool OneClass() const { return !golden_.Sample().OneClassReason().empty(); }
};

INSTANTIATE_TEST_SUITE_P(AllCases, SklearnTest, ::testing::Range(std::size_t{0}, std::size_t{14}),
                         [](const ::testing::TestParamInfo<std::size_t>& parameter) {
                           const GoldenCase golden = BinaryCases()[parameter.param];
                           return golden.json["name"].get<std::string>();
                         });

TEST(SklearnGoldensTest, AreAllThere) { EXPECT_EQ(BinaryCases().size(), 14U); }

TEST_P(SklearnTest, AurocAgrees) {
  ExpectMeasure(golden_.json["roc_auc"], ThresholdCurve(golden_.Sample()).Auroc());
}

TEST_P(SklearnTest, AveragePrecisionAgreesAndIsUndefinedForOneClass) {
  // scikit-learn answers 1 and -0 where one class is absent; here that is no figure.
  const Json golden = OneClass() ? Json() : golden_.json["average_precision"];
  ExpectMeasure(golden, ThresholdCurve(golden_.Sample()).AveragePrecision());
}

TEST_P(SklearnTest, BrierScoreAgrees) {
  ExpectMeasure(golden_.json["brier"], BrierScore(golden_.Sample()));
}

TEST_P(SklearnTest, LogLossAgrees) {
  ExpectMeasure(golden_.json["log_loss"], LogLoss(golden_.Sample()));
}

TEST_P(SklearnTest, RocCurveAgrees) {
  if (OneClass()) GTEST_SKIP() << "scikit-learn has no curve for one class";
  const Json& golden = golden_.json["roc_curve_drop_false"];
  const ThresholdCurve curve(golden_.Sample());
  ASSERT_EQ(golden["thr"].size(), curve.points().size());
  for (std::size_t i = 0; i < curve.points().size(); ++i) {
    const OperatingPoint& point = curve.points()[i];
    EXPECT_NEAR(1 - point.confusion.Specificity().value(), golden["fpr"][i].get<double>(),
                kTolerance);
    EXPECT_NEAR(point.confusion.Sensitivity().value(), golden["tpr"][i].get<double>(), kTolerance);
    // The first threshold is infinity here and 1 above the highest score in scikit-learn 1.2.
    if (i > 0) {
      EXPECT_EQ(point.threshold, golden["thr"][i].get<double>());
    }
  }
}

TEST_P(SklearnTest, PrecisionRecallCurveAgrees) {
  if (OneClass()) GTEST_SKIP() << "the goldens have no curve for one class";
  const Json& golden = golden_.json["pr_curve"];
  const ThresholdCurve curve(golden_.Sample());
  const std::size_t count = golden["thr"].size();  // From the lowest threshold up.
  ASSERT_EQ(count + 1, curve.points().size());
  for (std::size_t i = 0; i < count; ++i) {
    const OperatingPoint& point = curve.points()[count - i];
    EXPECT_EQ(point.threshold, golden["thr"][i].get<double>());
    EXPECT_NEAR(point.confusion.Precision().value(), golden["precision"][i].get<double>(),
                kTolerance);
    EXPECT_NEAR(point.confusion.Sensitivity().value(), golden["recall"][i].get<double>(),
                kTolerance);
  }
}

TEST_P(SklearnTest, SensitivityAt95PercentSpecificityComesFromTheFullCurve) {
  if (OneClass()) GTEST_SKIP() << "the goldens have no such figure for one class";
  const ThresholdCurve curve(golden_.Sample());
  ExpectMeasure(golden_.json["sens_at_95spec_drop_false"], curve.SensitivityAtSpecificity(0.95));
}

TEST_P(SklearnTest, ReliabilityCurvesAgree) {
  // calibration_curve of 1.2.1 knows no weights; the goldens hold all records, weighted 1.
  const LabelledScores sample(golden_.scores, golden_.labels);
  for (const Json& golden : golden_.json.value("calibration", Json::array())) {
    const auto binning = golden["strategy"] == "uniform" ? Binning::kUniform : Binning::kQuantile;
    const auto curve = ReliabilityCurve(sample, binning, golden["n_bins"].get<int>());
    ASSERT_EQ(curve.size(), golden["prob_true"].size()) << golden.dump();
    for (std::size_t i = 0; i < curve.size(); ++i) {
      EXPECT_NEAR(curve[i].observed_share, golden["prob_true"][i].get<double>(), kTolerance);
      EXPECT_NEAR(curve[i].mean_probability, golden["prob_pred"][i].get<double>(), kTolerance);
    }
  }
}

TEST_P(SklearnTest, ExpectedCalibrationErrorAgrees) {
  if (!golden_.json.contains("ece_10_uniform")) GTEST_SKIP() << "not among this case's goldens";
  ExpectMeasure(golden_.json["ece_10_uniform"],
                ExpectedCalibrationError({golden_.scores, golden_.labels}, Binning::kUniform, 10));
}

TEST(SklearnGoldensTest, MultilabelAveragesAgree) {
  const Json golden = ReadGolden("multilabel_metrics");
  std::vector<LabelledScores> targets;
  for (std::size_t target = 0; target < golden["Y"][0].size(); ++target) {
    std::vector<double> scores;
    std::vector<std::uint8_t> labels;
    for (std::size_t i = 0; i < golden["Y"].size(); ++i) {
      scores.push_back(golden["P"][i][target].get<double>());
      labels.push_back(golden["Y"][i][target].get<std::uint8_t>());
    }
    targets.emplace_back(scores, labels);
    const ThresholdCurve curve(targets.back());
    ExpectMeasure(golden["roc_auc_None"][target], curve.Auroc());
    ExpectMeasure(golden["ap_None"][target], curve.AveragePrecision());
  }
  const auto auroc = AverageOverTargets(
      targets, [](const LabelledScores& target) { return ThresholdCurve(target).Auroc(); });
  const auto auprc = AverageOverTargets(targets, [](const LabelledScores& target) {
    return ThresholdCurve(target).AveragePrecision();
  });
  ExpectMeasure(golden["roc_auc_macro"], auroc.macro);
  ExpectMeasure(golden["roc_auc_micro"], auroc.micro);
  ExpectMeasure(golden["roc_auc_weighted"], auroc.weighted);
  ExpectMeasure(golden["ap_macro"], auprc.macro);
  ExpectMeasure(golden["ap_micro"], auprc.micro);
  ExpectMeasure(golden["ap_weighted"], auprc.weighted);

  const std::vector<double> zeros(golden["Y"].size(), 0.5);
  targets.emplace_back(zeros, std::vector<std::uint8_t>(zeros.size(), 0));
  const auto with_empty = AverageOverTargets(
      targets, [](const LabelledScores& target) { return ThresholdCurve(target).Auroc(); });
  ExpectMeasure(golden["macro_with_empty_class"], with_empty.macro);
}

TEST(SklearnGoldensTest, AveragePrecisionOverSamplesAgrees) {
  // `samples`: each record is a sample of its targets; the AUROC of one without a positive raises.
  const Json golden = ReadGolden("multilabel_metrics");
  double sum = 0;
  bool all_defined = true;
  for (std::size_t i = 0; i < golden["Y"].size(); ++i) {
    const ThresholdCurve curve({golden["P"][i].get<std::vector<double>>(),
                                golden["Y"][i].get<std::vector<std::uint8_t>>()});
    all_defined = all_defined && curve.Auroc().defined();
    // Here one class only is no figure; scikit-learn counts 0 for no positive and 1 for no
    // negative.
    const auto labels = golden["Y"][i].get<std::vector<int>>();
    const bool any = std::ranges::find(labels, 1) != labels.end();
    const Measure precision = curve.AveragePrecision();
    sum += precision.defined() ? precision.value() : (any ? 1 : 0);
  }
  EXPECT_FALSE(all_defined);
  EXPECT_TRUE(golden["roc_auc_samples"].contains("raises"));
  EXPECT_NEAR(sum / static_cast<double>(golden["Y"].size()), golden["ap_samples"].get<double>(),
              kTolerance);
}

TEST(SklearnGoldensTest, IsotonicRegressionAgrees) {
  const Json golden = ReadGolden("isotonic");
  const auto inputs = golden["x"].get<std::vector<double>>();
  const auto targets = golden["y"].get<std::vector<double>>();
  const std::vector<double> weights(inputs.size(), 1);
  const IsotonicLine line = FitIsotonic(inputs, targets, weights);
  const auto knots = golden["X_thresholds"].get<std::vector<double>>();
  ASSERT_EQ(line.inputs, knots);
  for (std::size_t i = 0; i < knots.size(); ++i) {
    EXPECT_NEAR(line.values[i], golden["y_thresholds"][i].get<double>(), kTolerance);
  }
  for (std::size_t i = 0; i < golden["query"].size(); ++i) {
    EXPECT_NEAR(line.At(golden["query"][i].get<double>()), golden["pred"][i].get<double>(),
                kTolerance);
  }
}

}  // namespace
}  // namespace pecg
