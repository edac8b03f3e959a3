#ifndef PECG_WORKER_EVALUATE_MULTILABEL_H_
#define PECG_WORKER_EVALUATE_MULTILABEL_H_

#include <functional>
#include <span>

#include "worker/evaluate/labelled_scores.h"
#include "worker/evaluate/measure.h"

namespace pecg {

/// One figure over several targets, as scikit-learn's `average` names them. Undefined where one of
/// its parts is, with that part's reason: leaving out targets would change what is averaged.
struct MultilabelAverages {
  Measure macro = Measure::Undefined("there is no target");  ///< Mean over targets.
  Measure weighted = macro;  ///< Mean over targets, weighted by their positives.
  Measure micro = macro;     ///< All (record, target) pairs as one sample.
};

/// Averages `figure` (for example the AUROC) over targets.
MultilabelAverages AverageOverTargets(std::span<const LabelledScores> targets,
                                      const std::function<Measure(const LabelledScores&)>& figure);

}  // namespace pecg

#endif  // PECG_WORKER_EVALUATE_MULTILABEL_H_
