#ifndef PECG_WORKER_LEARN_TRAINING_H_
#define PECG_WORKER_LEARN_TRAINING_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pecg/v1/job.pb.h"
#include "worker/train/trainer.h"

namespace pecg {

/// What a training needs to know: the same for a job directory and for a folder by hand.
struct TrainingTask {
  v1::JobSpec spec;  ///< run_spec.train, dataset_root, threads, device, targets, lineage.
  std::vector<v1::ManifestEntry> manifest;           ///< By ordinal.
  std::optional<std::filesystem::path> resume_from;  ///< Folder of a checkpoint.
};

/// Where a training puts what it makes, and who can stop it. All calls come from the thread that
/// called RunTraining, but StopRequested, which may come from any.
class TrainingHost {
 public:
  virtual ~TrainingHost() = default;

  /// One line for people, without patients and records.
  virtual void Note(const std::string& line) = 0;
  virtual void Progress(std::string_view unit, std::int64_t done, std::int64_t total,
                        const std::string& note) = 0;
  /// An epoch ended; `points` are its metrics.
  virtual void Epoch(const EpochReport& report, const v1::MetricPoints& points) = 0;
  /// Puts an artifact at `path`, of type `type`; `write` makes the file appear by rename.
  virtual void Artifact(std::string_view path, std::string_view type,
                        const std::function<void(const std::filesystem::path&)>& write) = 0;
  /// Keeps a checkpoint.
  virtual void Checkpoint(std::int64_t step, std::span<const StateFile> files) = 0;
  virtual bool StopRequested() const = 0;
};

/// Trains what the spec says, and leaves `predictions.safetensors` (for every VALIDATE, HELD_OUT
/// and TEST record), `model/model.json` and `model/weights.safetensors`. Throws Error, and
/// JobStopped after a checkpoint when it was asked to stop.
void RunTraining(const TrainingTask& task, TrainingHost* host);

}  // namespace pecg

#endif  // PECG_WORKER_LEARN_TRAINING_H_
