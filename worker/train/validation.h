#ifndef PECG_WORKER_TRAIN_VALIDATION_H_
#define PECG_WORKER_TRAIN_VALIDATION_H_

#include <optional>
#include <span>
#include <vector>

#include "worker/train/predictions.h"
#include "worker/train/record_set.h"

namespace pecg {

/// Figures on the inner validation records: for stopping, not for reports (those come from
/// worker/evaluate, by patient and with intervals).
struct ValidationFigures {
  double loss = 0;             ///< Cross-entropy without positive weights; NaN without labels.
  std::vector<double> aurocs;  ///< Per target, over records; NaN where a class is absent.
  double mean_auroc = 0;       ///< Over the targets that have one; NaN if none has.

  /// What early stopping maximises: the mean AUROC, or minus the loss when there is none; absent
  /// when there is neither.
  std::optional<double> Figure() const;
};

/// Scores predictions of the rows at `positions`, `predictions` in their order.
ValidationFigures ScoreValidation(const RecordSet& records, std::span<const std::size_t> positions,
                                  const Predictions& predictions, std::size_t target_count);

}  // namespace pecg

#endif  // PECG_WORKER_TRAIN_VALIDATION_H_
