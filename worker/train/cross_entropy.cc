#include "worker/train/cross_entropy.h"

#include <algorithm>
#include <cmath>

namespace pecg {

void CrossEntropySum::Add(std::span<const float> logits, std::span<const std::uint8_t> labels,
                          double record_weight) {
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (labels[i] == kMissingLabel) continue;
    const auto logit = static_cast<double>(logits[i]);
    const double signed_logit = labels[i] == 1 ? -logit : logit;
    loss += record_weight *
            (std::max(signed_logit, 0.0) + std::log1p(std::exp(-std::abs(signed_logit))));
    weight += record_weight;
  }
}

std::vector<float> PositiveWeights(const RecordSet& records, std::span<const std::size_t> positions,
                                   std::size_t target_count, double cap) {
  std::vector<float> weights(target_count, 1.0F);
  for (std::size_t target = 0; target < target_count; ++target) {
    double positive = 0;
    double negative = 0;
    for (const std::size_t position : positions) {
      const RecordRow& row = records.rows[position];
      if (row.labels[target] == 1) positive += row.weight;
      if (row.labels[target] == 0) negative += row.weight;
    }
    if (positive > 0) {
      weights[target] = static_cast<float>(std::clamp(std::sqrt(negative / positive), 1.0, cap));
    }
  }
  return weights;
}

}  // namespace pecg
