#ifndef PECG_WORKER_EVALUATE_POWER_H_
#define PECG_WORKER_EVALUATE_POWER_H_

#include "worker/evaluate/measure.h"

namespace pecg {

/// Standard error of an AUROC of `auroc` from that many independent patients, when both classes'
/// scores are exponential. Source: Hanley & McNeil, Radiology 143:29, 1982, formula 2.
double HanleyMcNeilStandardError(double auroc, double positives, double negatives);

/// Half the width of the interval to expect, before anything is evaluated: what a study of this
/// size can say at best. Undefined with fewer than two patients of a class.
Measure ExpectedHalfWidth(double auroc, double positives, double negatives, double confidence);

}  // namespace pecg

#endif  // PECG_WORKER_EVALUATE_POWER_H_
