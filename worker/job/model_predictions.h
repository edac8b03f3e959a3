#ifndef PECG_WORKER_JOB_MODEL_PREDICTIONS_H_
#define PECG_WORKER_JOB_MODEL_PREDICTIONS_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/split.h"
#include "worker/evaluate/calibrator.h"

namespace pecg {

/// What one model predicted, as a training run left it in `predictions.safetensors`. Immutable.
class ModelPredictions {
 public:
  /// Reads and checks a file: `ordinal` I64 `[N]`, each once; `logit` F32 `[N, T]`, finite, T as
  /// many as the metadata's targets. `name` is what messages call it: the input's alias. Throws
  /// Error: kNotFound, kCorruptData, kDuplicate, all naming the file.
  static ModelPredictions Read(const std::filesystem::path& file, std::string_view name);

  const std::string& name() const { return name_; }
  const std::string& dataset_version() const { return dataset_version_; }
  const std::string& split() const { return split_; }
  const std::string& run() const { return run_; }  ///< `runs/{number}`.
  const std::string& code() const { return code_; }
  const std::string& variant() const { return variant_; }
  bool synthetic() const { return synthetic_; }
  SplitScheme scheme() const { return scheme_; }
  int fold() const { return fold_; }  ///< Of kCrossValidation, 0 to 3; else 0.
  const std::vector<std::string>& targets() const { return targets_; }
  std::size_t record_count() const { return row_of_ordinal_.size(); }

  /// What makes probabilities of this model's logits of a target, fitted on its inner validation;
  /// null for a file that holds none.
  const FittedCalibrators* FindCalibrators(std::string_view target) const;

  /// Column of a target; empty when there is none.
  std::optional<std::size_t> FindTarget(std::string_view target) const;

  /// Row of a record, by its position in the dataset version; empty when there is none.
  std::optional<std::size_t> FindRecord(std::int64_t ordinal) const;

  double Logit(std::size_t row, std::size_t column) const {
    return logits_[row * targets_.size() + column];
  }

 private:
  ModelPredictions() = default;

  std::string name_;
  std::string dataset_version_;
  std::string split_;
  std::string run_;
  std::string code_;
  std::string variant_;
  bool synthetic_ = false;
  SplitScheme scheme_ = SplitScheme::kPlain;
  int fold_ = 0;
  std::vector<std::string> targets_;
  std::unordered_map<std::int64_t, std::size_t> row_of_ordinal_;
  std::vector<float> logits_;  // [N, T]
  std::map<std::string, FittedCalibrators, std::less<>> calibrators_;
};

}  // namespace pecg

#endif  // PECG_WORKER_JOB_MODEL_PREDICTIONS_H_
