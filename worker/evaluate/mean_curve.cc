#include "worker/evaluate/mean_curve.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "worker/evaluate/labelled_scores.h"
#include "worker/evaluate/threshold_curve.h"

namespace pecg {
namespace {

constexpr int kStepCount = 100;

/// Ordinate of one part's curve at an abscissa.
using CurveAt = std::function<double(const std::vector<OperatingPoint>& points, double x)>;

FigureCurve MeanCurve(std::string name, std::span<const ScoredPart> parts, int first_step,
                      const CurveAt& at) {
  std::vector<ThresholdCurve> curves;
  for (const ScoredPart& part : parts) {
    const LabelledScores sample(part.sample.scores, part.sample.labels, part.sample.weights);
    if (sample.OneClassReason().empty()) curves.emplace_back(sample);
  }
  FigureCurve mean{.name = std::move(name)};
  if (curves.empty()) return mean;
  for (int step = first_step; step <= kStepCount; ++step) {
    const double x = step / static_cast<double>(kStepCount);
    double sum = 0;
    for (const ThresholdCurve& curve : curves) sum += at(curve.points(), x);
    mean.x.push_back(x);
    mean.y.push_back(sum / static_cast<double>(curves.size()));
  }
  return mean;
}

double FalsePositiveRate(const OperatingPoint& point) {
  return 1 - point.confusion.Specificity().value();
}
double Sensitivity(const OperatingPoint& point) { return point.confusion.Sensitivity().value(); }

/// On the ROC curve, linear between its points; where it rises straight up, the top.
double SensitivityAt(const std::vector<OperatingPoint>& points, double rate) {
  const auto above = std::ranges::find_if(
      points, [&](const OperatingPoint& point) { return FalsePositiveRate(point) > rate; });
  if (above == points.begin()) return 0;
  const OperatingPoint& below = *std::prev(above);
  if (above == points.end()) return Sensitivity(below);
  const double width = FalsePositiveRate(*above) - FalsePositiveRate(below);
  const double share = (rate - FalsePositiveRate(below)) / width;
  return Sensitivity(below) + share * (Sensitivity(*above) - Sensitivity(below));
}

double PrecisionAt(const std::vector<OperatingPoint>& points, double sensitivity) {
  constexpr double kRounding = 1e-12;
  const auto reached = std::ranges::find_if(points, [&](const OperatingPoint& point) {
    return Sensitivity(point) >= sensitivity - kRounding;
  });
  const OperatingPoint& point = reached == points.end() ? points.back() : *reached;
  return point.confusion.Precision().value();
}

}  // namespace

FigureCurve MeanRocCurve(std::span<const ScoredPart> parts) {
  return MeanCurve("roc", parts, 0, SensitivityAt);
}

FigureCurve MeanPrecisionRecallCurve(std::span<const ScoredPart> parts) {
  return MeanCurve("precision_recall", parts, 1, PrecisionAt);
}

}  // namespace pecg
