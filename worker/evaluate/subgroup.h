#ifndef PECG_WORKER_EVALUATE_SUBGROUP_H_
#define PECG_WORKER_EVALUATE_SUBGROUP_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "worker/evaluate/evaluation.h"

namespace pecg {

/// Fewer patients than this could be recognised: their number is not told.
inline constexpr std::int64_t kFewestTold = 5;
/// With fewer positive (or negative) patients an AUROC says next to nothing, and is not computed.
inline constexpr std::int64_t kFewestForAuroc = 10;

/// Records of one group of patients.
struct Subgroup {
  std::string family;  ///< What the groups are made by: `age`.
  std::string name;    ///< `0-30 d`.
  std::vector<ScoredRecord> records;
};

/// Figures of one group.
struct SubgroupFigures {
  std::string family;
  std::string name;
  /// Absent: 1 to 4, or a number from which 1 to 4 could be worked out.
  std::optional<std::int64_t> patient_count;
  std::optional<std::int64_t> positive_count;
  Estimate auroc;
  std::optional<Estimate> floor_auroc;  ///< Absent unless every record has a floor score.
};

/// Evaluates groups; those of one family must follow each other. Where a family has one group alone
/// whose number is not told, that of its next smallest group is not told either, since the rest is
/// the difference from the whole. Throws as EvaluateTarget.
std::vector<SubgroupFigures> EvaluateSubgroups(const std::vector<Subgroup>& groups,
                                               const EvaluationOptions& options);

/// `<5` for a number that is not told, else the number.
std::string CountText(std::optional<std::int64_t> count);

}  // namespace pecg

#endif  // PECG_WORKER_EVALUATE_SUBGROUP_H_
