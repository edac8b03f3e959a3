#ifndef PECG_WORKER_TRAIN_SETTINGS_H_
#define PECG_WORKER_TRAIN_SETTINGS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "worker/model/input_format.h"
#include "worker/model/network_config.h"

namespace pecg {

/// Random changes made to training crops only.
struct AugmentSettings {
  double nine_lead_probability = 0.3;     ///< That a 12-lead crop is shown without V2, V4, V6.
  double lead_dropout_probability = 0.1;  ///< That one further lead is hidden.
  double noise_mv = 0.01;                 ///< Standard deviation of white noise, millivolts.
  /// That age and sex are hidden from a network that takes them.
  double demographic_dropout_probability = 0.2;
};

/// Everything a training run can be told; TrainSpec with its defaults filled in.
struct TrainSettings {
  NetworkConfig network;  ///< `target_count` is set from `targets` by the trainer.
  InputFormat input;
  AugmentSettings augment;
  std::vector<std::string> targets;  ///< Names, in the order of RecordRow::targets.

  std::uint64_t seed = 0;
  int epochs = 30;                 ///< Passes over the training records at most.
  int batch_size = 64;             ///< Crops per optimiser step.
  double lr = 0.003;               ///< Peak learning rate.
  double weight_decay = 0.01;      ///< Decoupled, per step, times the learning rate.
  double warmup_fraction = 0.25;   ///< Share of the steps that warm up.
  double max_gradient_norm = 1.0;  ///< Gradients are scaled down to this norm.
  int patience = 8;                ///< Epochs without a better figure before training stops.
  double max_positive_weight = 1;  ///< Cap of sqrt(negatives / positives); 1 = no weighting.
  int checkpoint_every_epochs = 1;
};

/// Throws Error::kBadInput naming the first field out of its range, as `train.lr`.
void CheckTrainSettings(const TrainSettings& settings);

/// The settings as one line of JSON with sorted keys: equal texts mean equal training. Stored in
/// checkpoints, so that a checkpoint of other settings is refused.
std::string ToJson(const TrainSettings& settings);

}  // namespace pecg

#endif  // PECG_WORKER_TRAIN_SETTINGS_H_
