#ifndef PECG_WORKER_REVIEW_ISSUE_OPTIONS_H_
#define PECG_WORKER_REVIEW_ISSUE_OPTIONS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "worker/review/label_issues.h"
#include "worker/review/label_quality.h"

/// What multi-class and multi-label issues have in common, for the .cc files of this room.

namespace pecg {

/// Throws Error::kBadInput for options out of range or that the filter does not know.
void CheckIssueOptions(const LabelIssueOptions& options, int class_count);

/// Throws Error::kBadInput for entropy with adjustment.
void CheckScoreOptions(QualityScore score, ThresholdAdjustment adjustment);

/// `records` by ascending score. `scores` as long as `records`.
std::vector<LabelIssue> RankedIssues(std::span<const std::uint32_t> records,
                                     std::span<const double> scores);

}  // namespace pecg

#endif  // PECG_WORKER_REVIEW_ISSUE_OPTIONS_H_
