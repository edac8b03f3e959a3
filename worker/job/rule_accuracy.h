#ifndef PECG_WORKER_JOB_RULE_ACCURACY_H_
#define PECG_WORKER_JOB_RULE_ACCURACY_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pecg/v1/job.pb.h"
#include "pecg/v1/metric.pb.h"
#include "worker/evaluate/evaluation.h"
#include "worker/rule/interpret.h"

namespace pecg {

/// What is kept of one judged record of the dataset version; empty vectors: it could not be read.
struct RuleOutcome {
  std::vector<float> features;     ///< As FeatureTable().
  std::vector<Evidence> findings;  ///< As FindingKinds().
  std::vector<float> scores;       ///< As ComputeRuleScores; NaN = could not be judged.
};

/// How well one finding agrees with the readers' statements that mean it, over the records that
/// carry any statement. Counts are of records.
struct FindingAccuracy {
  std::string_view code;
  std::string role;  ///< `oof` or `test`.
  std::int64_t coded_count = 0;
  std::int64_t found_count = 0;
  std::int64_t both_count = 0;
  std::int64_t judged_count = 0;  ///< Yes or no.
  std::int64_t record_count = 0;
  Estimate auroc;  ///< Of the margin; first ECG of each patient, records that were judged.

  double sensitivity() const;
  double specificity() const;
};

/// How well a rule score ranks a target.
struct ScoreAccuracy {
  std::string target;
  std::string role;
  std::int64_t patient_count = 0;
  std::int64_t positive_count = 0;
  double scored_share = 0;  ///< Records with a score; the others are left out.
  Estimate auroc;
  Estimate auprc;
};

/// A feature over the records that readers called normal (A1 or A2).
struct NormalSpread {
  std::string feature;
  std::string unit;
  std::int64_t record_count = 0;
  double p2 = 0;
  double p50 = 0;
  double p98 = 0;
};

struct RuleAccuracy {
  std::vector<FindingAccuracy> findings;
  std::vector<ScoreAccuracy> scores;
  std::vector<NormalSpread> normals;  ///< Without the locked test.
};

struct RuleAccuracyOptions {
  EvaluationOptions evaluation;
  int threads = 1;
};

/// Compares outcomes with the truth of a manifest. `outcomes` by ordinal; nothing was fitted, so
/// every record of the four folds counts as out of fold (`oof`), those of the locked test as
/// `test`. Findings without a statement and targets without a score are left out, as are those of
/// which a role has one class only.
RuleAccuracy CompareWithTruth(std::span<const RuleOutcome> outcomes,
                              std::span<const v1::ManifestEntry> manifest, const v1::JobSpec& spec,
                              const RuleAccuracyOptions& options);

/// Whether a record carries a statement that means `kind`; empty when it carries none at all.
std::optional<bool> IsCoded(const FindingKind& kind, const v1::ManifestEntry& entry,
                            const v1::JobSpec& spec);

/// Keys `<role>.<target>.auroc`, `..._lower`, `..._upper`, `auprc` and so on for scores, and
/// `<role>.finding_<code>.auroc`, `sensitivity`, `specificity` for findings; step 0.
v1::MetricPoints MetricsOf(const RuleAccuracy& accuracy);

/// Tables for people; `data` names what the figures are from, `synthetic` or `real` included.
std::string RuleAccuracyText(const RuleAccuracy& accuracy, std::string_view data);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_RULE_ACCURACY_H_
