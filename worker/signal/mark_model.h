#ifndef PECG_WORKER_SIGNAL_MARK_MODEL_H_
#define PECG_WORKER_SIGNAL_MARK_MODEL_H_

#include "worker/signal/mark_description.h"

namespace pecg {

/// Where a mark lies and how sure that is, in widths of the wave.
struct MarkEstimate {
  double shift = 0;           ///< From the anchor, later is positive.
  double expected_error = 0;  ///< Typical |error| of the shift; > 0.
};

/// Estimates a mark from its surroundings, see DescribeMark: one hidden layer of softsign units per
/// kind of mark. The weights (mark_model.inc) were fitted by tests/bench/rules/fit_marks on LUDB
/// records 1 to 100; what that gives on records it was not fitted on is in docs/rules.md. Source of
/// the marks: Kalyakulina et al., IEEE Access 8:186181 (2020).
MarkEstimate EstimateMark(Mark mark, const MarkInputs& inputs);

}  // namespace pecg

#endif  // PECG_WORKER_SIGNAL_MARK_MODEL_H_
