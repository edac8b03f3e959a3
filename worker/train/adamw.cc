#include "worker/train/adamw.h"

#include <cmath>
#include <utility>

namespace pecg {
namespace {

constexpr double kFirstDecay = 0.9;
constexpr double kSecondDecay = 0.999;
constexpr double kEpsilon = 1e-8;

}  // namespace

AdamW::AdamW(std::vector<NamedTensor> parameters, double weight_decay)
    : weight_decay_(weight_decay) {
  for (NamedTensor& parameter : parameters) {
    const torch::Tensor value = parameter.second.detach();
    slots_.push_back({std::move(parameter), torch::zeros_like(value), torch::zeros_like(value)});
  }
}

void AdamW::Step(double lr) {
  const torch::NoGradGuard no_grad;
  ++step_count_;
  const auto t = static_cast<double>(step_count_);
  const double first_correction = 1 - std::pow(kFirstDecay, t);
  const double second_correction = 1 - std::pow(kSecondDecay, t);
  for (Slot& slot : slots_) {
    torch::Tensor& value = slot.parameter.second;
    const torch::Tensor gradient = value.grad();
    if (!gradient.defined()) continue;
    if (value.dim() > 1) value.mul_(1 - lr * weight_decay_);
    slot.first_moment.mul_(kFirstDecay).add_(gradient, 1 - kFirstDecay);
    slot.second_moment.mul_(kSecondDecay).addcmul_(gradient, gradient, 1 - kSecondDecay);
    const torch::Tensor scale =
        slot.second_moment.sqrt().div_(std::sqrt(second_correction)).add_(kEpsilon);
    value.addcdiv_(slot.first_moment, scale, -lr / first_correction);
  }
}

std::vector<NamedTensor> AdamW::State() const {
  std::vector<NamedTensor> state;
  for (const Slot& slot : slots_) {
    state.emplace_back("first." + slot.parameter.first, slot.first_moment);
    state.emplace_back("second." + slot.parameter.first, slot.second_moment);
  }
  return state;
}

double ClipGradients(const std::vector<NamedTensor>& parameters, double max_norm) {
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> norms;
  for (const NamedTensor& parameter : parameters) {
    const torch::Tensor gradient = parameter.second.grad();
    if (gradient.defined()) norms.push_back(gradient.norm());
  }
  if (norms.empty()) return 0;
  const double norm = torch::stack(norms).norm().item<float>();
  if (!std::isfinite(norm) || norm <= max_norm) return norm;
  for (const NamedTensor& parameter : parameters) {
    torch::Tensor gradient = parameter.second.grad();
    if (gradient.defined()) gradient.mul_(max_norm / norm);
  }
  return norm;
}

}  // namespace pecg
