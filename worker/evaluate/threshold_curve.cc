#include "worker/evaluate/threshold_curve.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace pecg {
namespace {

/// A share that should be met exactly is met although its parts were summed in floating point.
constexpr double kRounding = 1e-12;

Measure Share(double part, double rest, const char* reason) {
  return part + rest > 0 ? Measure(part / (part + rest)) : Measure::Undefined(reason);
}

/// Sensitivity and specificity of a sample that has both classes.
double SensitivityOf(const OperatingPoint& point) { return point.confusion.Sensitivity().value(); }
double SpecificityOf(const OperatingPoint& point) { return point.confusion.Specificity().value(); }

}  // namespace

Measure Confusion::Sensitivity() const {
  return Share(true_positives, false_negatives, "there is no positive record");
}

Measure Confusion::Specificity() const {
  return Share(true_negatives, false_positives, "there is no negative record");
}

Measure Confusion::Precision() const {
  return Share(true_positives, false_positives, "no record is called positive");
}

Measure Confusion::F1() const {
  if (true_positives + false_negatives == 0) {
    return Measure::Undefined("there is no positive record");
  }
  return 2 * true_positives / (2 * true_positives + false_positives + false_negatives);
}

Measure Confusion::YoudenIndex() const {
  const Measure sensitivity = Sensitivity();
  const Measure specificity = Specificity();
  if (!sensitivity.defined()) return sensitivity;
  if (!specificity.defined()) return specificity;
  return sensitivity.value() + specificity.value() - 1;
}

Measure PositivePredictiveValue(double sensitivity, double specificity, double prevalence) {
  return Share(sensitivity * prevalence, (1 - specificity) * (1 - prevalence),
               "no record is called positive");
}

Measure NegativePredictiveValue(double sensitivity, double specificity, double prevalence) {
  return Share(specificity * (1 - prevalence), (1 - sensitivity) * prevalence,
               "no record is called negative");
}

ThresholdCurve::ThresholdCurve(const LabelledScores& sample)
    : one_class_reason_(sample.OneClassReason()) {
  Confusion counts{.true_positives = 0,
                   .false_positives = 0,
                   .false_negatives = sample.positive_weight(),
                   .true_negatives = sample.negative_weight()};
  points_.push_back({std::numeric_limits<double>::infinity(), counts});
  const std::vector<std::uint32_t> order = sample.Descending();
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::uint32_t record = order[i];
    (sample.labels()[record] != 0 ? counts.true_positives : counts.false_positives) +=
        sample.weights()[record];
    const double score = sample.scores()[record];
    if (i + 1 < order.size() && sample.scores()[order[i + 1]] == score) continue;
    counts.false_negatives = std::max(0.0, sample.positive_weight() - counts.true_positives);
    counts.true_negatives = std::max(0.0, sample.negative_weight() - counts.false_positives);
    points_.push_back({score, counts});
  }
}

Measure ThresholdCurve::Auroc() const {
  if (!one_class_reason_.empty()) return Measure::Undefined(one_class_reason_);
  double ordered = 0;  // Weight of pairs ordered right.
  for (std::size_t i = 1; i < points_.size(); ++i) {
    const Confusion& before = points_[i - 1].confusion;
    const Confusion& here = points_[i].confusion;
    ordered += (here.false_positives - before.false_positives) * 0.5 *
               (here.true_positives + before.true_positives);
  }
  const Confusion& all = points_.back().confusion;
  return ordered / (all.true_positives * all.false_positives);
}

Measure ThresholdCurve::AveragePrecision() const {
  if (!one_class_reason_.empty()) return Measure::Undefined(one_class_reason_);
  double sum = 0;  // Of (positives gained) * precision.
  for (std::size_t i = 1; i < points_.size(); ++i) {
    const Confusion& here = points_[i].confusion;
    const double gained = here.true_positives - points_[i - 1].confusion.true_positives;
    if (gained > 0) {
      sum += gained * (here.true_positives / (here.true_positives + here.false_positives));
    }
  }
  return sum / points_.back().confusion.true_positives;
}

Confusion ThresholdCurve::At(double threshold) const {
  // The first point has the threshold infinity, which is at or above any other one.
  const auto below = std::ranges::partition_point(
      points_, [&](const OperatingPoint& point) { return point.threshold >= threshold; });
  return below == points_.begin() ? points_.front().confusion : std::prev(below)->confusion;
}

const OperatingPoint* ThresholdCurve::AtSpecificity(double least) const {
  if (!one_class_reason_.empty()) return nullptr;
  const OperatingPoint* best = &points_.front();
  for (const OperatingPoint& point : points_) {
    if (SpecificityOf(point) < least - kRounding) break;
    if (SensitivityOf(point) > SensitivityOf(*best)) best = &point;
  }
  return best;
}

const OperatingPoint* ThresholdCurve::AtSensitivity(double least) const {
  if (!one_class_reason_.empty()) return nullptr;
  for (const OperatingPoint& point : points_) {
    if (SensitivityOf(point) >= least - kRounding) return &point;
  }
  return &points_.back();
}

const OperatingPoint* ThresholdCurve::AtYouden() const {
  if (!one_class_reason_.empty()) return nullptr;
  return &*std::ranges::max_element(points_, {}, [](const OperatingPoint& point) {
    return point.confusion.YoudenIndex().value();
  });
}

Measure ThresholdCurve::SensitivityAtSpecificity(double least) const {
  const OperatingPoint* point = AtSpecificity(least);
  return point == nullptr ? Measure::Undefined(one_class_reason_) : point->confusion.Sensitivity();
}

Measure ThresholdCurve::SpecificityAtSensitivity(double least) const {
  const OperatingPoint* point = AtSensitivity(least);
  return point == nullptr ? Measure::Undefined(one_class_reason_) : point->confusion.Specificity();
}

Measure ThresholdCurve::HighestYoudenIndex() const {
  const OperatingPoint* point = AtYouden();
  return point == nullptr ? Measure::Undefined(one_class_reason_) : point->confusion.YoudenIndex();
}

}  // namespace pecg
