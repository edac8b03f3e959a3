#ifndef PECG_WORKER_REVIEW_LABEL_HEALTH_H_
#define PECG_WORKER_REVIEW_LABEL_HEALTH_H_

#include <cstdint>
#include <span>
#include <vector>

#include "worker/review/multilabel_issues.h"
#include "worker/review/square_matrix.h"

/// How good the labels are as a whole, per class and per pair of classes. Source: as
/// confident_joint.h, section 6; counts as in cleanlab 2.9.

namespace pecg {

/// One class's labels. NaN where nothing is given or estimated to be of the class.
struct ClassQuality {
  int class_index = 0;
  std::int64_t issue_count = 0;          ///< Given the class, estimated to be another.
  std::int64_t inverse_issue_count = 0;  ///< Given another, estimated to be of the class.
  double noise = 0;          ///< Multi-class: P(true != k | given = k); multi-label: of N.
  double inverse_noise = 0;  ///< Multi-class: P(given != k | true = k); multi-label: of N.
  double quality = 0;        ///< 1 - noise.
};

/// The classes by quality, worst first; NaN last. `joint`: EstimateJoint of N = `record_count`.
std::vector<ClassQuality> RankClassesByQuality(const RealMatrix& joint, std::int64_t record_count);

/// Two classes that are given for one another.
struct OverlappingClasses {
  int given;  ///< The lower index where both directions are taken together.
  int truth;
  std::int64_t overlap_count;  ///< Estimated number of records.
  double joint_probability;
};

enum class OverlapDirection : std::uint8_t { kTogether, kSeparate };

/// All pairs of classes, those with the most overlap first.
std::vector<OverlappingClasses> FindOverlappingClasses(const RealMatrix& joint,
                                                       std::int64_t record_count,
                                                       OverlapDirection direction);

/// Estimated share of right labels, 0..1: the joint's trace.
double LabelHealth(const RealMatrix& joint);

/// How often one class's label is doubtful in one direction.
struct MultilabelClassIssues {
  int class_index;
  bool given;  ///< The label as given; the opposite is suggested.
  std::int64_t count;
  double share;  ///< Of all N records.
};

/// Both directions of every class, the most frequent first. `issues`: of FindMultilabelIssues for
/// the same `labels` `[N, K]`.
std::vector<MultilabelClassIssues> CommonMultilabelIssues(std::span<const std::uint8_t> labels,
                                                          const MultilabelIssues& issues);

/// The classes by quality, worst first. `issues`: of CommonMultilabelIssues. As in cleanlab, noise
/// is relative to all records, not to those given the class.
std::vector<ClassQuality> RankClassesByMultilabelQuality(
    std::span<const MultilabelClassIssues> issues);

/// Share of the records that are not flagged, 0..1.
double MultilabelHealth(const MultilabelIssues& issues, std::int64_t record_count);

}  // namespace pecg

#endif  // PECG_WORKER_REVIEW_LABEL_HEALTH_H_
