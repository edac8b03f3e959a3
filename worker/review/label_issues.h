#ifndef PECG_WORKER_REVIEW_LABEL_ISSUES_H_
#define PECG_WORKER_REVIEW_LABEL_ISSUES_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "worker/review/label_quality.h"
#include "worker/review/probabilities.h"

/// Which records probably bear a wrong label. A list for people to look at, never one to delete by:
/// at the accuracies that ECGs allow, three flags of four are records that are right and hard
/// (docs/confident-learning.md).

namespace pecg {

/// Which records are flagged. C: the calibrated confident joint. All but the two kLow... then take
/// the flag back from records whose given label is the predicted one, within 1e-6.
enum class LabelFilter : std::uint8_t {
  kPruneByNoiseRate,     ///< Per given class s and other class y, the C(s, y) largest p_y - p_s.
  kPruneByClass,         ///< Per given class s, as many lowest p_s as C has off the diagonal.
  kBoth,                 ///< What the two above have in common.
  kConfidentLearning,    ///< What is confidently of another class: off the uncalibrated diagonal.
  kPredictedNeqGiven,    ///< What is predicted to be of another class.
  kLowNormalizedMargin,  ///< The lowest margins, as many as kConfidentLearning flags.
  kLowSelfConfidence,    ///< The lowest p_s, as many as kConfidentLearning flags.
};

/// `prune_by_noise_rate` and so on, as cleanlab spells them.
std::string_view NameOf(LabelFilter filter);
/// All of them, in the order of the enum.
std::span<const std::string_view> LabelFilterNames();
/// Throws Error::kBadInput for a name that is none, with the names as hint.
LabelFilter LabelFilterOf(std::string_view name);

struct LabelIssueOptions {
  LabelFilter filter_by = LabelFilter::kPruneByNoiseRate;
  QualityScore rank_by = QualityScore::kSelfConfidence;
  /// For rank_by; the filters work on the probabilities as they are.
  ThresholdAdjustment rank_adjustment = ThresholdAdjustment::kNone;
  /// Share of the estimated issues to flag, 0..1. Only for the three filters that prune.
  double issue_share = 1.0;
  /// Classes with no more records than this keep all of them. Only for the filters that prune.
  std::int64_t min_examples_per_class = 1;
  /// `[K]`: how many to flag per given class instead of the estimate (exactly so many only by
  /// kPruneByClass); empty = the estimate. Only for the filters that prune; not for multi-label.
  std::vector<std::int64_t> removed_per_class = {};
};

/// One doubtful record.
struct LabelIssue {
  std::uint32_t record;  ///< Position, from 0.
  double score;          ///< options.rank_by; lower = more doubtful.

  friend bool operator==(const LabelIssue&, const LabelIssue&) = default;
};

/// Finds doubtful labels of a multi-class problem, most doubtful first (equal scores:
/// ArgsortAscending over ascending records). `labels` `[N]`, 0..K-1, K >= 2; a class may be without
/// records. Throws Error::kBadInput for lengths that differ, a label out of range, a probability
/// that is not in 0..1, fewer than two classes among the labels, and options that are out of range
/// or that the filter does not know. Time O(N K), about O(N) beside the inputs: some 13 bytes per
/// record. Source: Northcutt, Jiang & Chuang 2021 (confident_joint.h), section 3.2.
std::vector<LabelIssue> FindLabelIssues(std::span<const std::int32_t> labels,
                                        const Probabilities& probabilities,
                                        const LabelIssueOptions& options);

}  // namespace pecg

#endif  // PECG_WORKER_REVIEW_LABEL_ISSUES_H_
