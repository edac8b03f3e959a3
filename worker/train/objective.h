#ifndef PECG_WORKER_TRAIN_OBJECTIVE_H_
#define PECG_WORKER_TRAIN_OBJECTIVE_H_

#include "worker/model/torch.h"

namespace pecg {

/// What a step minimises, and what it is the mean of.
struct MaskedLoss {
  torch::Tensor loss;  ///< Scalar; 0 when no label is defined.
  double weight;       ///< Sum of the record weights over all defined labels.
};

/// Binary cross-entropy on logits, the mean over every (record, target) whose label is defined,
/// weighted by the record's weight; positives count `positive_weights` times in the sum, not in
/// what it is divided by. A missing label contributes nothing, to no gradient either.
/// `logits` [B, T]; `labels` [B, T] uint8, 0, 1 or kMissingLabel; `weights` [B]; `positive_weights`
/// [T]; all on one device.
MaskedLoss MaskedCrossEntropy(const torch::Tensor& logits, const torch::Tensor& labels,
                              const torch::Tensor& weights, const torch::Tensor& positive_weights);

}  // namespace pecg

#endif  // PECG_WORKER_TRAIN_OBJECTIVE_H_
