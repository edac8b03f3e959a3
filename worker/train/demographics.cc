#include "worker/train/demographics.h"

#include <algorithm>
#include <cmath>

#include "worker/ecg/error.h"
#include "worker/file/safetensors.h"
#include "worker/train/cross_entropy.h"

namespace pecg {
namespace {

/// On standardised features: the strength scikit-learn calls C = 1.
constexpr double kL2 = 1;
constexpr std::array<double, 7> kKnotDays = {30, 90, 365, 1095, 2190, 3650, 5110};
constexpr std::size_t kAgeUnknown = 1 + kKnotDays.size();

}  // namespace

std::array<double, kFloorFeatureCount> FloorFeatures(const RecordRow& row) {
  std::array<double, kFloorFeatureCount> features = {};
  if (row.age_days) {
    const double log_age = std::log1p(std::max(0, *row.age_days));
    features[0] = log_age;
    for (std::size_t i = 0; i < kKnotDays.size(); ++i) {
      features[1 + i] = std::max(0.0, log_age - std::log1p(kKnotDays[i]));
    }
  } else {
    features[kAgeUnknown] = 1;
  }
  features[kAgeUnknown + 1] = row.sex == Sex::kFemale ? 1 : 0;
  features[kAgeUnknown + 2] = row.sex == Sex::kMale ? 1 : 0;
  const bool nine_lead = row.leads == LeadMask::NineLead();
  features[kAgeUnknown + 3] = nine_lead ? 1 : 0;
  features[kAgeUnknown + 4] = !nine_lead && row.leads != LeadMask::All() ? 1 : 0;
  return features;
}

DemographicsFloor::DemographicsFloor(const RecordSet& records,
                                     const std::vector<std::string>& targets)
    : targets_(targets), mean_(kFloorFeatureCount, 0.0), scale_(kFloorFeatureCount, 0.0) {
  const std::vector<std::size_t> train = records.PositionsOf(RecordPart::kTrain);
  if (train.empty()) {
    throw Error(Error::Kind::kBadInput, "no record is there to train on", "",
                "check the split and the scheme");
  }
  const auto count = static_cast<double>(train.size());
  for (const std::size_t position : train) {
    const auto features = FloorFeatures(records.rows[position]);
    for (std::size_t j = 0; j < features.size(); ++j) mean_[j] += features[j] / count;
  }
  for (const std::size_t position : train) {
    const auto features = FloorFeatures(records.rows[position]);
    for (std::size_t j = 0; j < features.size(); ++j) {
      scale_[j] += (features[j] - mean_[j]) * (features[j] - mean_[j]) / count;
    }
  }
  // A column that does not vary says nothing: its standardised value is 0 where it is as trained.
  for (double& scale : scale_) scale = scale > 1e-12 ? std::sqrt(scale) : 1;

  for (std::size_t target = 0; target < targets.size(); ++target) {
    LogisticData data;
    data.feature_count = kFloorFeatureCount;
    for (const std::size_t position : train) {
      const RecordRow& row = records.rows[position];
      if (row.labels[target] == kMissingLabel) continue;
      const auto features = StandardFeatures(row);
      data.features.insert(data.features.end(), features.begin(), features.end());
      data.labels.push_back(row.labels[target]);
      data.weights.push_back(row.weight);
    }
    models_.push_back(FitLogistic(data, kL2));
  }

  const Predictions fitted = Predict(records, train);
  CrossEntropySum sum;
  for (std::size_t i = 0; i < train.size(); ++i) {
    const RecordRow& row = records.rows[train[i]];
    sum.Add(std::span(fitted.logits).subspan(i * targets.size(), targets.size()), row.labels,
            row.weight);
  }
  train_loss_ = sum.Mean();
}

std::array<double, kFloorFeatureCount> DemographicsFloor::StandardFeatures(
    const RecordRow& row) const {
  auto features = FloorFeatures(row);
  for (std::size_t j = 0; j < features.size(); ++j) {
    features[j] = (features[j] - mean_[j]) / scale_[j];
  }
  return features;
}

Predictions DemographicsFloor::Predict(const RecordSet& records,
                                       std::span<const std::size_t> positions) const {
  Predictions predictions;
  for (const std::size_t position : positions) {
    const RecordRow& row = records.rows[position];
    const auto features = StandardFeatures(row);
    predictions.ordinals.push_back(row.ordinal);
    for (const LogisticModel& model : models_) {
      predictions.logits.push_back(static_cast<float>(model.LogitOf(features)));
    }
  }
  return predictions;
}

ModelCard DemographicsFloor::Card() const {
  ModelCard card;
  card.network.variant = "demographics";
  card.network.target_count = static_cast<int>(targets_.size());
  card.targets = targets_;
  return card;
}

void DemographicsFloor::WriteWeights(const std::filesystem::path& path) const {
  std::vector<double> coefficients;
  std::vector<double> intercepts;
  for (const LogisticModel& model : models_) {
    coefficients.insert(coefficients.end(), model.coefficients.begin(), model.coefficients.end());
    intercepts.push_back(model.intercept);
  }
  const auto features = static_cast<std::int64_t>(kFloorFeatureCount);
  const auto targets = static_cast<std::int64_t>(targets_.size());
  SafetensorsWriter writer;
  writer.Add("mean", {features}, std::span<const double>(mean_));
  writer.Add("scale", {features}, std::span<const double>(scale_));
  writer.Add("coefficient", {targets, features}, std::span<const double>(coefficients));
  writer.Add("intercept", {targets}, std::span<const double>(intercepts));
  writer.Write(path);
}

}  // namespace pecg
