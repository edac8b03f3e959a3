#ifndef PECG_WORKER_RULE_FEATURE_GROUP_H_
#define PECG_WORKER_RULE_FEATURE_GROUP_H_

#include <vector>

#include "worker/rule/feature_table.h"

/// The groups FeatureTable is made of, in its order.

namespace pecg {

/// Rate, against normals and conventions, and rhythm over beats.
void AddRhythmFeatures(std::vector<Feature>* table);
/// Intervals, QTc and axes.
void AddIntervalFeatures(std::vector<Feature>* table);
/// Amplitudes, durations and shapes lead by lead, raw and as z; sums of voltages.
void AddWaveFeatures(std::vector<Feature>* table);
/// Margins of findings, rule scores, and what the recording is worth.
void AddRuleFeatures(std::vector<Feature>* table);

}  // namespace pecg

#endif  // PECG_WORKER_RULE_FEATURE_GROUP_H_
