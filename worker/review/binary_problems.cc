#include "worker/review/binary_problems.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "worker/ecg/error.h"

namespace pecg {
namespace {

constexpr int kColumnsAtATime = 8;

void CheckMultilabel(std::span<const std::uint8_t> labels, const Probabilities& probabilities) {
  const auto stride = static_cast<std::size_t>(probabilities.class_count());
  const auto record_count = static_cast<std::size_t>(probabilities.record_count());
  if (labels.size() != record_count * stride) {
    throw Error(Error::Kind::kBadInput, fmt::format("{} labels for {} records of {} classes",
                                                    labels.size(), record_count, stride));
  }
  if (record_count == 0) throw Error(Error::Kind::kBadInput, "no record");
  CheckProbabilities(probabilities);
  std::vector<std::uint8_t> seen(stride);  // Bit 0: a label 0; bit 1: a label 1.
  for (std::size_t record = 0; record < record_count; ++record) {
    for (std::size_t k = 0; k < stride; ++k) {
      const std::uint8_t label = labels[record * stride + k];
      if (label <= 1) {
        seen[k] |= static_cast<std::uint8_t>(label + 1);
      } else if (label != kMissingLabel) {
        throw Error(Error::Kind::kBadInput, fmt::format("a label is neither 0 nor 1: {}", label),
                    fmt::format("record {}, class {}", record, k));
      }
    }
  }
  if (std::ranges::find(seen, 3) == seen.end()) {
    throw Error(Error::Kind::kBadInput, "no class has both labels 0 and 1");
  }
}

/// Copies columns `first` .. `first + count - 1` one after the other: `[count, N]`.
void GatherColumns(const Probabilities& probabilities, int first, int count,
                   std::vector<double>* columns) {
  const auto record_count = static_cast<std::size_t>(probabilities.record_count());
  const auto stride = static_cast<std::size_t>(probabilities.class_count());
  columns->resize(record_count * static_cast<std::size_t>(count));
  probabilities.Visit([&](auto values) {
    for (std::size_t record = 0; record < record_count; ++record) {
      const auto* row = values.data() + record * stride + static_cast<std::size_t>(first);
      for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        (*columns)[i * record_count + record] = static_cast<double>(row[i]);
      }
    }
  });
}

}  // namespace

void ForEachBinaryProblem(
    std::span<const std::uint8_t> labels, const Probabilities& probabilities,
    const std::function<void(int, const BinaryRows&, const ClassMembers&)>& use) {
  CheckMultilabel(labels, probabilities);
  const int class_count = probabilities.class_count();
  std::vector<double> columns;
  for (int first = 0; first < class_count; first += kColumnsAtATime) {
    const int count = std::min(kColumnsAtATime, class_count - first);
    GatherColumns(probabilities, first, count, &columns);
    for (int i = 0; i < count; ++i) {
      const BinaryRows rows(columns.data() +
                            static_cast<std::size_t>(i * probabilities.record_count()));
      use(first + i, rows, ClassMembers::OfColumn(labels, class_count, first + i));
    }
  }
}

}  // namespace pecg
