#ifndef PECG_WORKER_TRAIN_TRAINER_H_
#define PECG_WORKER_TRAIN_TRAINER_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "worker/model/model_card.h"
#include "worker/train/predictions.h"
#include "worker/train/record_set.h"
#include "worker/train/settings.h"
#include "worker/train/validation.h"

namespace pecg {

/// What a finished epoch gave. Every number but `seconds` is reproducible.
struct EpochReport {
  int epoch = 0;  ///< From 1.
  int epoch_count = 0;
  std::int64_t step = 0;  ///< Optimiser steps done.
  double train_loss = 0;  ///< Mean over the epoch, as minimised.
  double lr = 0;          ///< Of the last step.
  ValidationFigures validation;
  bool best = false;  ///< The best epoch so far; its weights are kept.
  int epochs_without_better = 0;
  double seconds = 0;  ///< Wall time, validation included; since the start after a resume.
};

/// One file of a checkpoint: `write` writes it at a path it is given.
struct StateFile {
  std::string_view name;
  std::function<void(const std::filesystem::path&)> write;
};

/// Who is told about a training. Every function may be empty; all are called on the thread that
/// called Train or Predict.
struct TrainObserver {
  /// Asked between two steps; true ends the work after a checkpoint.
  std::function<bool()> stop_requested;
  /// `done` of `total` steps (`steps`) or records (`records`), and one line about what happens.
  std::function<void(std::string_view unit, std::int64_t done, std::int64_t total,
                     const std::string& note)>
      on_progress;
  std::function<void(const EpochReport&)> on_epoch;
  /// The state at `step` is worth keeping: to be written before the call returns.
  std::function<void(std::int64_t step, std::span<const StateFile> files)> on_checkpoint;
};

/// Where to compute.
struct ComputeSettings {
  std::string device = "cpu";  ///< `cpu`, `mps`, `cuda:0`.
  int threads = 1;             ///< CPU threads.
};

/// Trains one network on the TRAIN records and keeps the weights of the epoch with the best figure
/// on the VALIDATE records (see validation.h). Without such records the last epoch's weights are
/// kept.
///
/// On the CPU the same settings, records and thread count give the same bits, also when the
/// training was stopped and resumed in between, after any step. On MPS and CUDA they are the same
/// within rounding.
///
/// Not thread-safe. Errors: Error::kBadInput (settings, device), kDiverged when a loss or a
/// gradient is no longer finite, kOutOfMemory, kDevice.
class Trainer {
 public:
  /// `settings.network.target_count` is set here. `records` is not owned and outlives this; its
  /// labels are in the order of `settings.targets`. Throws Error::kBadInput when no record trains.
  Trainer(TrainSettings settings, const ComputeSettings& compute, const RecordSet* records);
  ~Trainer();
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  /// Continues from a checkpoint's folder. Errors as ReadProgress and AssignTensors.
  void Resume(const std::filesystem::path& folder);

  /// Trains to the end. Returns false when it was asked to stop; a checkpoint was written then.
  bool Train(const TrainObserver& observer);

  /// Predicts records with the kept weights: mean logit over all half-overlapping crops. Returns
  /// false when it was asked to stop; a checkpoint was written then.
  bool Predict(std::span<const std::size_t> positions, const TrainObserver& observer,
               Predictions* predictions);

  /// Optimiser steps done.
  std::int64_t step() const;
  /// Epoch of the kept weights, from 1; 0 before the first one has ended.
  int best_epoch() const;
  /// Number of trainable values.
  std::int64_t parameter_count() const;

  /// The card of the kept weights, without provenance.
  ModelCard Card() const;
  /// Writes the kept weights as safetensors.
  void WriteWeights(const std::filesystem::path& path) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pecg

#endif  // PECG_WORKER_TRAIN_TRAINER_H_
