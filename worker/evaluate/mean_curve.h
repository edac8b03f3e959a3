#ifndef PECG_WORKER_EVALUATE_MEAN_CURVE_H_
#define PECG_WORKER_EVALUATE_MEAN_CURVE_H_

#include <span>

#include "worker/evaluate/evaluation.h"
#include "worker/evaluate/figure_column.h"

namespace pecg {

/// The ROC curve: sensitivity over 1 - specificity at 0, 0.01, ..., 1, the mean over the parts'
/// curves at each of them (vertical averaging), as the AUROC is the mean over the parts. Parts with
/// one class only are left out; without any other the curve is empty. Source: Fawcett, Pattern
/// Recognit. Lett. 27:861, 2006.
FigureCurve MeanRocCurve(std::span<const ScoredPart> parts);

/// Precision over sensitivity at 0.01, 0.02, ..., 1, likewise: at each, the precision at the
/// highest threshold that reaches that sensitivity.
FigureCurve MeanPrecisionRecallCurve(std::span<const ScoredPart> parts);

}  // namespace pecg

#endif  // PECG_WORKER_EVALUATE_MEAN_CURVE_H_
