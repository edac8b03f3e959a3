#ifndef PECG_WORKER_TRAIN_SCHEDULE_H_
#define PECG_WORKER_TRAIN_SCHEDULE_H_

#include <cstdint>

namespace pecg {

/// The one-cycle learning rate (Smith & Topin, arXiv:1708.07120) with cosine ramps, in PyTorch's
/// terms div_factor 25 and final_div_factor 1e4: from peak/25 up to the peak during the warm-up,
/// then down to peak/250000 at the last step. Immutable; a function of the step alone.
class OneCycle {
 public:
  /// `step_count` at least 1; `warmup_fraction` 0 to 1.
  OneCycle(double peak, std::int64_t step_count, double warmup_fraction);

  /// `step` 0 .. step_count - 1: the learning rate of that optimiser step.
  double At(std::int64_t step) const;

 private:
  double peak_;
  double last_step_;
  double warmup_end_;  // Step of the peak; may lie between two steps.
};

}  // namespace pecg

#endif  // PECG_WORKER_TRAIN_SCHEDULE_H_
