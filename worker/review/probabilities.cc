#include "worker/review/probabilities.h"

#include <fmt/format.h>

#include "worker/ecg/error.h"

namespace pecg {
namespace {

std::int64_t RowCount(std::size_t value_count, int class_count) {
  if (class_count < 1) {
    throw Error(Error::Kind::kBadInput, fmt::format("{} classes, at least 1 needed", class_count));
  }
  if (value_count % static_cast<std::size_t>(class_count) != 0) {
    throw Error(Error::Kind::kBadInput,
                fmt::format("{} probabilities are no whole number of rows of {} classes",
                            value_count, class_count));
  }
  return static_cast<std::int64_t>(value_count) / class_count;
}

template <typename T>
bool IsProbability(T value) {
  return value >= T{0} && value <= T{1};  // False for NaN.
}

}  // namespace

Probabilities::Probabilities(std::span<const double> values, int class_count)
    : values_(values),
      record_count_(RowCount(values.size(), class_count)),
      class_count_(class_count) {}

Probabilities::Probabilities(std::span<const float> values, int class_count)
    : values_(values),
      record_count_(RowCount(values.size(), class_count)),
      class_count_(class_count) {}

void CheckProbabilities(const Probabilities& probabilities) {
  const bool all_good = probabilities.Visit([](auto values) {
    bool good = true;
    for (const auto value : values) good &= IsProbability(value);  // No early end: vectorizes.
    return good;
  });
  if (all_good) return;
  for (std::int64_t record = 0; record < probabilities.record_count(); ++record) {
    for (int k = 0; k < probabilities.class_count(); ++k) {
      const double value = probabilities.At(record, k);
      if (IsProbability(value)) continue;
      throw Error(Error::Kind::kBadInput,
                  fmt::format("a probability is not within 0 and 1: {}", value),
                  fmt::format("record {}, class {}", record, k));
    }
  }
}

}  // namespace pecg
