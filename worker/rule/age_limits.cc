#include "worker/rule/age_limits.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace pecg {
namespace {

constexpr double kHighestScore = 5;

std::optional<double> GeometricMean(std::optional<double> a, std::optional<double> b) {
  if (!a || !b || *a < 0 || *b < 0) return std::nullopt;
  return std::sqrt(*a * *b);
}

std::optional<double> Root(std::optional<double> value) {
  if (!value || *value < 0) return std::nullopt;
  return std::sqrt(*value);
}

bool IsAmplitude(std::string_view measurement) {
  return measurement.find("_amp_") != measurement.npos;
}

}  // namespace

std::optional<NormalRange> AgeLimits::OfBin(std::string_view measurement) const {
  for (const PediatricNormals::Row& row : PediatricNormals::Table().rows()) {
    if (row.measurement != measurement) continue;
    if (row.sex != Sex::kUnknown && row.sex != patient_.sex) continue;
    if (*patient_.age_days >= row.from_days && *patient_.age_days < row.to_days) return row.range;
  }
  return std::nullopt;
}

std::optional<NormalRange> AgeLimits::Of(std::string_view measurement) const {
  if (!patient_.age_days) return std::nullopt;
  const auto smooth = PediatricNormals::Table().At(measurement, *patient_.age_days, patient_.sex);
  if (smooth) return smooth;
  if (measurement.ends_with("_V5")) {
    const std::string stem(measurement.substr(0, measurement.size() - 1));
    const auto before = Of(stem + "4");
    const auto after = Of(stem + "6");
    if (!before || !after) return std::nullopt;
    return NormalRange{GeometricMean(before->p2, after->p2), GeometricMean(before->p50, after->p50),
                       GeometricMean(before->p98, after->p98)};
  }
  return OfBin(measurement);
}

std::optional<double> AgeLimits::Score(std::string_view measurement, double value) const {
  auto range = Of(measurement);
  if (!range) return std::nullopt;
  if (IsAmplitude(measurement) && !range->p2) {
    range->p50 = Root(range->p50);
    range->p98 = Root(range->p98);
    value = std::sqrt(std::max(value, 0.0));
  }
  const auto score = NormalScore(*range, value);
  if (!score) return std::nullopt;
  return std::clamp(*score, -kHighestScore, kHighestScore);
}

}  // namespace pecg
