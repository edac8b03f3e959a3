#ifndef PECG_WORKER_TRAIN_PREDICTIONS_H_
#define PECG_WORKER_TRAIN_PREDICTIONS_H_

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace pecg {

/// What a model says about records.
struct Predictions {
  std::vector<std::int64_t> ordinals;  ///< [N], ascending.
  std::vector<float> logits;           ///< [N, T]; the mean over a record's crops.
};

/// Writes `predictions.safetensors` by rename: `ordinal` I64 [N], `logit` F32 [N, T], and the
/// metadata given, in which `targets` (comma-joined) is set from `targets`. No truth inside.
/// Throws Error::kDiverged naming the ordinal when a logit is not finite; kDiskFull, kIo.
void WritePredictions(const std::filesystem::path& path, const Predictions& predictions,
                      const std::vector<std::string>& targets,
                      const std::map<std::string, std::string>& metadata);

}  // namespace pecg

#endif  // PECG_WORKER_TRAIN_PREDICTIONS_H_
