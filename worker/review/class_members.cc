#include "worker/review/class_members.h"

#include <fmt/format.h>

#include <array>
#include <limits>

#include "worker/ecg/error.h"

namespace pecg {
namespace {

[[noreturn]] void RefuseLabel(std::size_t record, std::int64_t label, int class_count) {
  throw Error(Error::Kind::kBadInput,
              fmt::format("a label is not within 0 and {}: {}", class_count - 1, label),
              fmt::format("record {}", record));
}

void CheckRecordCount(std::size_t count) {
  if (count <= std::numeric_limits<std::uint32_t>::max()) return;
  throw Error(Error::Kind::kBadInput, fmt::format("too many records: {}", count));
}

}  // namespace

ClassMembers::ClassMembers(std::span<const std::int32_t> labels, int class_count) {
  CheckRecordCount(labels.size());
  const auto count = static_cast<std::size_t>(class_count);
  begin_.resize(count + 1);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] < 0 || labels[i] >= class_count) RefuseLabel(i, labels[i], class_count);
    ++begin_[static_cast<std::size_t>(labels[i]) + 1];
  }
  for (std::size_t k = 0; k < count; ++k) begin_[k + 1] += begin_[k];
  std::vector<std::size_t> next(begin_.begin(), begin_.end() - 1);
  records_.resize(labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    records_[next[static_cast<std::size_t>(labels[i])]++] = static_cast<std::uint32_t>(i);
  }
}

ClassMembers ClassMembers::OfColumn(std::span<const std::uint8_t> labels, int column_count,
                                    int column) {
  const auto stride = static_cast<std::size_t>(column_count);
  const std::size_t count = labels.size() / stride;
  CheckRecordCount(count);
  const auto label_of = [&](std::size_t record) {
    return labels[record * stride + static_cast<std::size_t>(column)];
  };
  std::array<std::size_t, 2> counts{};
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t label = label_of(i);
    if (label == kMissingLabel) continue;
    if (label > 1) RefuseLabel(i, label, 2);
    ++counts[label];
  }
  ClassMembers members;
  members.begin_ = {0, counts[0], counts[0] + counts[1]};
  members.records_.resize(counts[0] + counts[1]);
  std::array<std::size_t, 2> next = {0, counts[0]};
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t label = label_of(i);
    if (label <= 1) members.records_[next[label]++] = static_cast<std::uint32_t>(i);
  }
  return members;
}

std::vector<std::int64_t> ClassMembers::Counts() const {
  std::vector<std::int64_t> counts;
  for (int k = 0; k < class_count(); ++k) {
    counts.push_back(static_cast<std::int64_t>(Of(k).size()));
  }
  return counts;
}

int ClassMembers::PresentClassCount() const {
  int present = 0;
  for (int k = 0; k < class_count(); ++k) present += Of(k).empty() ? 0 : 1;
  return present;
}

}  // namespace pecg
