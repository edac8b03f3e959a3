#include "worker/train/objective.h"

#include <algorithm>

#include "worker/train/record_set.h"

namespace pecg {

MaskedLoss MaskedCrossEntropy(const torch::Tensor& logits, const torch::Tensor& labels,
                              const torch::Tensor& weights, const torch::Tensor& positive_weights) {
  const torch::Tensor defined = labels.ne(kMissingLabel).to(logits.dtype());  // [B, T]
  const torch::Tensor positive = labels.eq(1).to(logits.dtype());             // [B, T]
  const torch::Tensor weight = defined * weights.unsqueeze(1);                // [B, T]
  // -log sigmoid(x) = softplus(-x), -log(1 - sigmoid(x)) = softplus(x): finite for every x.
  const torch::Tensor loss = positive * positive_weights * torch::softplus(-logits) +
                             (1 - positive) * torch::softplus(logits);  // [B, T]
  const double total = weight.sum().item<float>();
  return {(loss * weight).sum() / std::max(total, 1e-12), total};
}

}  // namespace pecg
