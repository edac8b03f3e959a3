#ifndef PECG_WORKER_TRAIN_ADAMW_H_
#define PECG_WORKER_TRAIN_ADAMW_H_

#include <cstdint>
#include <vector>

#include "worker/model/tensor_file.h"

namespace pecg {

/// AdamW (Loshchilov & Hutter, "Decoupled Weight Decay Regularization", ICLR 2019):
///
///   m = b1 m + (1 - b1) g,   v = b2 v + (1 - b2) g^2
///   p = p (1 - lr wd) - lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)
///
/// with b1 = 0.9, b2 = 0.999, eps = 1e-8. Biases, norm scales and other one-dimensional parameters
/// do not decay. Not torch::optim::AdamW, whose state is kept under names that differ between
/// LibTorch versions: here the moments go into a checkpoint under the parameters' names.
class AdamW {
 public:
  /// `parameters` share the network's memory.
  AdamW(std::vector<NamedTensor> parameters, double weight_decay);

  /// Takes one step along the gradients. `lr` at least 0. A parameter without a gradient stays.
  void Step(double lr);

  std::int64_t step_count() const { return step_count_; }
  void set_step_count(std::int64_t count) { step_count_ = count; }

  /// The moments, as `first.<parameter>` and `second.<parameter>`; they share this object's memory.
  std::vector<NamedTensor> State() const;

 private:
  struct Slot {
    NamedTensor parameter;
    torch::Tensor first_moment;
    torch::Tensor second_moment;
  };

  std::vector<Slot> slots_;
  double weight_decay_;
  std::int64_t step_count_ = 0;
};

/// Scales the gradients of `parameters` down so that their joint norm is at most `max_norm`.
/// Returns the norm before; not finite when a gradient is not, and then nothing is scaled.
double ClipGradients(const std::vector<NamedTensor>& parameters, double max_norm);

}  // namespace pecg

#endif  // PECG_WORKER_TRAIN_ADAMW_H_
