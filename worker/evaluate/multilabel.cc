#include "worker/evaluate/multilabel.h"

#include <cstddef>
#include <vector>

namespace pecg {
namespace {

LabelledScores Pool(std::span<const LabelledScores> targets) {
  std::vector<double> scores;
  std::vector<std::uint8_t> labels;
  std::vector<double> weights;
  for (const LabelledScores& target : targets) {
    scores.insert(scores.end(), target.scores().begin(), target.scores().end());
    labels.insert(labels.end(), target.labels().begin(), target.labels().end());
    weights.insert(weights.end(), target.weights().begin(), target.weights().end());
  }
  return {scores, labels, weights};
}

}  // namespace

MultilabelAverages AverageOverTargets(std::span<const LabelledScores> targets,
                                      const std::function<Measure(const LabelledScores&)>& figure) {
  MultilabelAverages averages;
  if (targets.empty()) return averages;
  averages.micro = figure(Pool(targets));
  double sum = 0;
  double weighted_sum = 0;
  double weight = 0;
  for (const LabelledScores& target : targets) {
    const Measure one = figure(target);
    if (!one.defined()) {
      averages.macro = averages.weighted = one;
      return averages;
    }
    sum += one.value();
    weighted_sum += one.value() * target.positive_weight();
    weight += target.positive_weight();
  }
  averages.macro = sum / static_cast<double>(targets.size());
  averages.weighted = weighted_sum / weight;
  return averages;
}

}  // namespace pecg
