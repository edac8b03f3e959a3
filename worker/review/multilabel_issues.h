#ifndef PECG_WORKER_REVIEW_MULTILABEL_ISSUES_H_
#define PECG_WORKER_REVIEW_MULTILABEL_ISSUES_H_

#include <cstdint>
#include <span>
#include <vector>

#include "worker/review/confident_joint.h"
#include "worker/review/label_issues.h"
#include "worker/review/probabilities.h"
#include "worker/review/square_matrix.h"

/// Confident learning where a record may belong to any number of classes: K problems of one class
/// against the rest, with probabilities [1 - p, p]. Source: Thyagarajan et al. 2022
/// (aggregate_scores.h).
///
/// In this header `labels` is `[N, K]`, row-major, 0, 1 or kMissingLabel (no label: the record
/// takes no part in that class). Every function throws Error::kBadInput for sizes that differ,
/// another label, a probability not in 0..1, no record at all, and if no class has both labels 0
/// and 1. A class with one of them only is worked on: what can be confused with nothing is
/// confidently right, so that only the filters that compare predictions flag anything in it.
/// cleanlab refuses such a class in part.

namespace pecg {

/// One doubtful record.
struct MultilabelIssue {
  std::uint32_t record;  ///< Position, from 0.
  double score;          ///< options.rank_by per class, pooled over classes; lower = more doubtful.
  /// The classes whose given label is doubtful, ascending. For the two kLow... filters, which flag
  /// records as a whole, those that the same filter flags class by class; if there is none, the
  /// class with the lowest self-confidence.
  std::vector<int> classes;
};

struct MultilabelIssues {
  std::vector<MultilabelIssue> ranked;             ///< Most doubtful first.
  std::vector<std::vector<LabelIssue>> per_class;  ///< `[K]`, each most doubtful first.
};

/// Finds doubtful labels. A record is flagged if one of its classes is; the two kLow... filters
/// flag the records with the lowest pooled self-confidence, as many as kConfidentLearning flags.
/// Scores are pooled by exponential moving average with alpha 0.8. `options.removed_per_class` must
/// be empty. Time O(N K log K).
MultilabelIssues FindMultilabelIssues(std::span<const std::uint8_t> labels,
                                      const Probabilities& probabilities,
                                      const LabelIssueOptions& options);

/// The number of records that kConfidentLearning flags.
std::int64_t CountMultilabelIssues(std::span<const std::uint8_t> labels,
                                   const Probabilities& probabilities);

/// The confident joint of one class against the rest.
struct BinaryJoint {
  std::vector<double> thresholds;  ///< `[2]`: without the class, with it.
  ConfidentCounts confident;
  CountMatrix calibrated;
  RealMatrix joint;
};

/// `[K]`: one per class.
std::vector<BinaryJoint> EstimateBinaryJoints(std::span<const std::uint8_t> labels,
                                              const Probabilities& probabilities);

/// Scores every label against its class's rest: `[N, K]`, row-major, NaN where there is no label.
std::vector<double> MultilabelQualityScores(std::span<const std::uint8_t> labels,
                                            const Probabilities& probabilities, QualityScore score,
                                            ThresholdAdjustment adjustment);

}  // namespace pecg

#endif  // PECG_WORKER_REVIEW_MULTILABEL_ISSUES_H_
