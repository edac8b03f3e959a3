#include "worker/evaluate/isotonic.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "worker/ecg/error.h"

namespace pecg {
namespace {

/// Records of neighbouring inputs that share one value.
struct Block {
  double first_input = 0;
  double last_input = 0;
  double weight = 0;
  double sum = 0;  // Of weight * target.

  double Mean() const { return sum / weight; }
};

void Check(std::span<const double> inputs, std::span<const double> targets,
           std::span<const double> weights) {
  const auto finite = [](std::span<const double> values) {
    return std::ranges::all_of(values, [](double value) { return std::isfinite(value); });
  };
  if (inputs.empty() || inputs.size() != targets.size() || inputs.size() != weights.size() ||
      !finite(inputs) || !finite(targets) || !finite(weights)) {
    throw Error(Error::Kind::kBadInput,
                "isotonic regression needs records, each with a finite input, target and weight");
  }
}

/// One block per distinct input, ascending.
std::vector<Block> PoolEqualInputs(std::span<const double> inputs, std::span<const double> targets,
                                   std::span<const double> weights) {
  std::vector<std::size_t> order(inputs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order,
                           [&](std::size_t a, std::size_t b) { return inputs[a] < inputs[b]; });
  std::vector<Block> blocks;
  for (const std::size_t i : order) {
    if (weights[i] <= 0) continue;
    if (blocks.empty() || blocks.back().last_input < inputs[i]) {
      blocks.push_back({inputs[i], inputs[i], 0, 0});
    }
    blocks.back().weight += weights[i];
    blocks.back().sum += weights[i] * targets[i];
  }
  return blocks;
}

std::vector<Block> PoolViolators(const std::vector<Block>& blocks) {
  std::vector<Block> pooled;
  for (const Block& block : blocks) {
    pooled.push_back(block);
    while (pooled.size() > 1 && pooled[pooled.size() - 2].Mean() >= pooled.back().Mean()) {
      const Block last = pooled.back();
      pooled.pop_back();
      pooled.back().last_input = last.last_input;
      pooled.back().weight += last.weight;
      pooled.back().sum += last.sum;
    }
  }
  return pooled;
}

}  // namespace

double IsotonicLine::At(double input) const {
  if (input <= inputs.front()) return values.front();
  if (input >= inputs.back()) return values.back();
  const auto above =
      static_cast<std::size_t>(std::ranges::upper_bound(inputs, input) - inputs.begin());
  const std::size_t below = above - 1;
  const double slope = (values[above] - values[below]) / (inputs[above] - inputs[below]);
  return values[below] + slope * (input - inputs[below]);
}

IsotonicLine FitIsotonic(std::span<const double> inputs, std::span<const double> targets,
                         std::span<const double> weights) {
  Check(inputs, targets, weights);
  IsotonicLine line;
  for (const Block& block : PoolViolators(PoolEqualInputs(inputs, targets, weights))) {
    line.inputs.push_back(block.first_input);
    line.values.push_back(block.Mean());
    if (block.last_input == block.first_input) continue;
    line.inputs.push_back(block.last_input);
    line.values.push_back(block.Mean());
  }
  if (line.inputs.empty()) {
    throw Error(Error::Kind::kBadInput, "isotonic regression needs a record of positive weight");
  }
  return line;
}

}  // namespace pecg
