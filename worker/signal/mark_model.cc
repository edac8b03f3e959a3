#include "worker/signal/mark_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace pecg {
namespace {

constexpr std::size_t kHidden = 24;

/// Inputs are taken as they come; their centre and scale are worked into the first layer.
struct MarkWeights {
  std::array<std::array<float, kHidden>, kMarkInputs> first;
  std::array<float, kHidden> first_bias;
  std::array<float, kHidden> shift;
  std::array<float, kHidden> log_error;
  float shift_bias;
  float log_error_bias;
};

constexpr std::array<MarkWeights, kMarkCount> kWeights = {{
#include "worker/signal/mark_model.inc"
}};

}  // namespace

MarkEstimate EstimateMark(Mark mark, const MarkInputs& inputs) {
  const MarkWeights& weights = kWeights.at(static_cast<std::size_t>(mark));
  std::array<float, kHidden> hidden = weights.first_bias;
  for (std::size_t i = 0; i < kMarkInputs; ++i) {
    for (std::size_t h = 0; h < kHidden; ++h) hidden[h] += inputs[i] * weights.first[i][h];
  }
  float shift = weights.shift_bias;
  float log_error = weights.log_error_bias;
  for (std::size_t h = 0; h < kHidden; ++h) {
    const float unit = hidden[h] / (1 + std::abs(hidden[h]));
    shift += unit * weights.shift[h];
    log_error += unit * weights.log_error[h];
  }
  return {static_cast<double>(shift),
          std::exp(static_cast<double>(std::clamp(log_error, -6.0F, 2.0F)))};
}

}  // namespace pecg
