#ifndef PECG_WORKER_TRAIN_CHECKPOINT_H_
#define PECG_WORKER_TRAIN_CHECKPOINT_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace pecg {

/// Where a training stands between two steps; with the tensors (weights, moments, best weights) and
/// the settings it is all that training needs to go on, because random numbers are functions of
/// (seed, epoch, record, step).
struct TrainProgress {
  int epoch = 0;           ///< From 0: the one being done, or to be done next.
  std::int64_t batch = 0;  ///< Batches of the epoch that are done; all = validation is next.
  std::int64_t step = 0;   ///< Optimiser steps done.
  double loss_sum = 0;     ///< Of the epoch so far, weighted.
  double loss_weight = 0;
  std::optional<double> best_figure;  ///< Absent before the first epoch's validation.
  int best_epoch = 0;
  int epochs_without_better = 0;
  bool finished = false;  ///< No further epoch: predictions are next.

  friend bool operator==(const TrainProgress&, const TrainProgress&) = default;
};

/// Files of a checkpoint.
inline constexpr std::string_view kCheckpointTensorsFile = "state.safetensors";
inline constexpr std::string_view kCheckpointProgressFile = "progress.json";

/// Writes `progress.json` at `path`, by rename; numbers read back to the same bits.
/// `settings_json`: ToJson of the settings. Throws Error::kDiskFull, kIo.
void WriteProgress(const std::filesystem::path& path, const TrainProgress& progress,
                   const std::string& settings_json);

/// Reads what WriteProgress wrote into `folder`. Throws Error::kNotFound; kCorruptData; kBadInput
/// naming the first setting that differs from `settings_json`; kUnsupported for a later format.
TrainProgress ReadProgress(const std::filesystem::path& folder, const std::string& settings_json);

}  // namespace pecg

#endif  // PECG_WORKER_TRAIN_CHECKPOINT_H_
