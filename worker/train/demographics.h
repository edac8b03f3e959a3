#ifndef PECG_WORKER_TRAIN_DEMOGRAPHICS_H_
#define PECG_WORKER_TRAIN_DEMOGRAPHICS_H_

#include <array>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "worker/model/model_card.h"
#include "worker/train/logistic_regression.h"
#include "worker/train/predictions.h"
#include "worker/train/record_set.h"

namespace pecg {

/// F, features of the floor.
inline constexpr std::size_t kFloorFeatureCount = 13;

/// What the floor knows of a record. No waveform: log(1 + days) as a linear spline with knots at
/// 30 days, 90 days, 1, 3, 6, 10 and 14 years (8 columns); age unknown; female; male; the 9-lead
/// layout; any other layout but 12 leads.
std::array<double, kFloorFeatureCount> FloorFeatures(const RecordRow& row);

/// The floor every model is compared with: how well age, sex and lead layout alone tell the
/// targets. One L2-penalised logistic regression per target on standardised features. Everything,
/// the standardisation too, is fitted to TRAIN rows only. Deterministic; needs no LibTorch.
class DemographicsFloor {
 public:
  /// Fits one regression per target. Throws Error::kBadInput when no record trains.
  DemographicsFloor(const RecordSet& records, const std::vector<std::string>& targets);

  /// Logits of the rows at `positions`.
  Predictions Predict(const RecordSet& records, std::span<const std::size_t> positions) const;

  /// Cross-entropy on the TRAIN rows, without the penalty.
  double train_loss() const { return train_loss_; }

  ModelCard Card() const;
  /// `mean`, `scale` F64 [F]; `coefficient` F64 [T, F]; `intercept` F64 [T]: logit =
  /// intercept + coefficient . (features - mean) / scale.
  void WriteWeights(const std::filesystem::path& path) const;

 private:
  std::array<double, kFloorFeatureCount> StandardFeatures(const RecordRow& row) const;

  std::vector<std::string> targets_;
  std::vector<double> mean_;           // [F]
  std::vector<double> scale_;          // [F]
  std::vector<LogisticModel> models_;  // [T]
  double train_loss_ = 0;
};

}  // namespace pecg

#endif  // PECG_WORKER_TRAIN_DEMOGRAPHICS_H_
