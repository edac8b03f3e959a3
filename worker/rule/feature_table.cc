#include "worker/rule/feature_table.h"

#include <cmath>
#include <limits>

#include "worker/rule/feature_group.h"

namespace pecg {

std::span<const Feature> FeatureTable() {
  static const std::vector<Feature> table = [] {
    std::vector<Feature> features;
    AddRhythmFeatures(&features);
    AddIntervalFeatures(&features);
    AddWaveFeatures(&features);
    AddRuleFeatures(&features);
    return features;
  }();
  return table;
}

std::vector<float> ComputeFeatures(const EcgMeasurements& ecg,
                                   const Interpretation& interpretation) {
  const RuleCase rule_case(ecg, interpretation.patient);
  const std::vector<RuleScore> scores = ComputeRuleScores(interpretation);
  const FeatureContext context{rule_case, interpretation, scores};
  std::vector<float> values;
  values.reserve(FeatureTable().size());
  for (const Feature& feature : FeatureTable()) {
    const auto value = feature.value(context);
    const bool is_usable = value && std::isfinite(*value);
    values.push_back(is_usable ? static_cast<float>(*value)
                               : std::numeric_limits<float>::quiet_NaN());
  }
  return values;
}

}  // namespace pecg
