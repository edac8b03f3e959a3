#include "worker/train/demographic_input.h"

#include <algorithm>
#include <cmath>

namespace pecg {
namespace {

constexpr std::array<int, 7> kBandEndDays = {30, 90, 365, 1095, 2190, 3650, 5110};
constexpr double kAdultDays = 18 * 365.25;
constexpr std::size_t kFirstBand = 1;
constexpr std::size_t kUnknownAge = 9;
constexpr std::size_t kFemale = 10;
constexpr std::size_t kMale = 11;

}  // namespace

std::array<float, kDemographicInputCount> EncodeDemographics(std::optional<int> age_days, Sex sex) {
  std::array<float, kDemographicInputCount> values = {};
  if (age_days) {
    const int days = std::max(0, *age_days);
    values[0] = static_cast<float>(std::log1p(days) / std::log1p(kAdultDays));
    const auto band = std::upper_bound(kBandEndDays.begin(), kBandEndDays.end(), days - 1);
    values[kFirstBand + static_cast<std::size_t>(band - kBandEndDays.begin())] = 1;
  } else {
    values[kUnknownAge] = 1;
  }
  if (sex == Sex::kFemale) values[kFemale] = 1;
  if (sex == Sex::kMale) values[kMale] = 1;
  return values;
}

}  // namespace pecg
