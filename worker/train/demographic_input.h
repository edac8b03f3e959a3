#ifndef PECG_WORKER_TRAIN_DEMOGRAPHIC_INPUT_H_
#define PECG_WORKER_TRAIN_DEMOGRAPHIC_INPUT_H_

#include <array>
#include <optional>

#include "worker/ecg/record.h"

namespace pecg {

/// Values that age and sex become beside a network's signal.
inline constexpr int kDemographicInputCount = 12;

/// Encodes age and sex: log(1 + days) scaled to about 0..1, one of 8 age bands (up to 30 days,
/// 90 days, 1, 3, 6, 10, 14 years, older), age unknown, female, male. An unknown age or sex is all
/// 0 but for its flag, as is everything in training when they are hidden.
std::array<float, kDemographicInputCount> EncodeDemographics(std::optional<int> age_days, Sex sex);

}  // namespace pecg

#endif  // PECG_WORKER_TRAIN_DEMOGRAPHIC_INPUT_H_
