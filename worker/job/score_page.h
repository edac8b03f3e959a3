#ifndef PECG_WORKER_JOB_SCORE_PAGE_H_
#define PECG_WORKER_JOB_SCORE_PAGE_H_

#include <span>
#include <string>

#include "worker/evaluate/evaluation.h"

namespace pecg {

/// The figures of one column of a table of scores.
struct ScoredTarget {
  std::string name;
  TargetFigures figures;
};

/// The name of a figure where scores are compared with other scores instead of a floor:
/// `versus_auroc`, `auroc_over_versus`.
std::string VersusName(std::string name);

/// The page of `pecg-ecg score`: one self-contained HTML file with a table and charts per target.
/// `scores` and `versus` name the files; the latter is empty when nothing is compared.
std::string ScorePage(std::span<const ScoredTarget> targets, const EvaluationOptions& options,
                      const std::string& scores, const std::string& versus);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_SCORE_PAGE_H_
