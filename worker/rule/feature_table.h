#ifndef PECG_WORKER_RULE_FEATURE_TABLE_H_
#define PECG_WORKER_RULE_FEATURE_TABLE_H_

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "worker/rule/interpret.h"
#include "worker/rule/rule_case.h"
#include "worker/rule/rule_score.h"
#include "worker/signal/measurements.h"

namespace pecg {

/// What a feature may look at. Nothing is owned.
struct FeatureContext {
  const RuleCase& rule_case;
  const Interpretation& interpretation;
  const std::vector<RuleScore>& scores;

  const EcgMeasurements& ecg() const { return rule_case.ecg(); }
};

/// One number that a model may learn from.
struct Feature {
  std::string name;  ///< `qrs_ms`, `r_V1_z`; letters, digits and `_`.
  std::string unit;  ///< As in NamedQuantity::unit; `z` for standard scores.
  std::string meaning;
  std::string source;  ///< `measured`, `normals` (PediatricNormals), `rules`, or a citation.
  std::function<std::optional<double>(const FeatureContext&)> value;
};

/// Every feature, in the order of the columns of features.safetensors and features.csv. Raw values
/// and literature z only: whatever is learnt from data belongs to training. docs/rules.md shows the
/// table.
std::span<const Feature> FeatureTable();

/// Computes them, `[FeatureTable().size()]`; NaN = missing. `interpretation` is that of `ecg`.
std::vector<float> ComputeFeatures(const EcgMeasurements& ecg,
                                   const Interpretation& interpretation);

}  // namespace pecg

#endif  // PECG_WORKER_RULE_FEATURE_TABLE_H_
