#include "worker/train/settings.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "worker/ecg/error.h"

namespace pecg {
namespace {

void CheckRange(const char* field, double value, double lowest, double highest) {
  if (value >= lowest && value <= highest) return;  // False for NaN too.
  throw Error(Error::Kind::kBadInput, fmt::format("{} is out of range: {}", field, value),
              fmt::format("train.{}", field), fmt::format("{} to {}", lowest, highest));
}

void CheckInputFormat(const InputFormat& input) {
  CheckRange("rate_hz", input.rate_hz, 20, 1000);
  CheckRange("crop_seconds", input.crop_seconds, 0.5, 120);
  CheckRange("scale_mv", input.scale_mv, 1e-3, 100);
  CheckRange("clip_mv", input.clip_mv, 0.1, 100);
  // Networks halve time up to four times and need two samples then.
  constexpr double kMinSampleCount = 32;
  if (input.crop_seconds * input.rate_hz < kMinSampleCount) {
    throw Error(Error::Kind::kBadInput,
                fmt::format("a crop holds {:.0f} samples, too few to learn from",
                            input.crop_seconds * input.rate_hz),
                "train.crop_seconds", fmt::format("crop_seconds * rate_hz >= {}", kMinSampleCount));
  }
}

/// CheckNetworkConfig, with the fields called as the spec calls them.
void CheckNetwork(const NetworkConfig& network) {
  try {
    CheckNetworkConfig(network);
  } catch (const Error& error) {
    throw Error(error.kind(), error.message(), "train." + error.where(), error.hint());
  }
}

}  // namespace

void CheckTrainSettings(const TrainSettings& settings) {
  CheckInputFormat(settings.input);
  CheckRange("epochs", settings.epochs, 1, 100000);
  CheckRange("batch_size", settings.batch_size, 1, 65536);
  CheckRange("lr", settings.lr, 1e-9, 10);
  CheckRange("weight_decay", settings.weight_decay, 0, 10);
  CheckRange("warmup_fraction", settings.warmup_fraction, 0, 1);
  CheckRange("max_gradient_norm", settings.max_gradient_norm, 1e-6, 1e9);
  CheckRange("patience", settings.patience, 1, 100000);
  CheckRange("max_positive_weight", settings.max_positive_weight, 1, 1000);
  CheckRange("checkpoint_every_epochs", settings.checkpoint_every_epochs, 1, 100000);
  const AugmentSettings& augment = settings.augment;
  CheckRange("nine_lead_probability", augment.nine_lead_probability, 0, 1);
  CheckRange("lead_dropout_probability", augment.lead_dropout_probability, 0, 1);
  CheckRange("noise_mv", augment.noise_mv, 0, 10);
  CheckRange("demographic_dropout_probability", augment.demographic_dropout_probability, 0, 1);
  if (settings.targets.empty()) {
    throw Error(Error::Kind::kBadInput, "there is no target to train for", "train.targets",
                "name at least one target, or lower min_positive_count");
  }
  CheckNetwork(settings.network);
}

std::string ToJson(const TrainSettings& settings) {
  const NetworkConfig& network = settings.network;
  const InputFormat& input = settings.input;
  const AugmentSettings& augment = settings.augment;
  const nlohmann::json json = {
      {"variant", network.variant},
      {"base_channels", network.base_channels},
      {"blocks_per_stage", network.blocks_per_stage},
      {"kernel_size", network.kernel_size},
      {"dropout", network.dropout},
      {"demographic_count", network.demographic_count},
      {"rate_hz", input.rate_hz},
      {"crop_seconds", input.crop_seconds},
      {"scale_mv", input.scale_mv},
      {"clip_mv", input.clip_mv},
      {"nine_lead_probability", augment.nine_lead_probability},
      {"lead_dropout_probability", augment.lead_dropout_probability},
      {"noise_mv", augment.noise_mv},
      {"demographic_dropout_probability", augment.demographic_dropout_probability},
      {"targets", settings.targets},
      {"seed", settings.seed},
      {"epochs", settings.epochs},
      {"batch_size", settings.batch_size},
      {"lr", settings.lr},
      {"weight_decay", settings.weight_decay},
      {"warmup_fraction", settings.warmup_fraction},
      {"max_gradient_norm", settings.max_gradient_norm},
      {"patience", settings.patience},
      {"max_positive_weight", settings.max_positive_weight},
      {"checkpoint_every_epochs", settings.checkpoint_every_epochs},
  };
  return json.dump();
}

}  // namespace pecg
