#ifndef PECG_WORKER_REVIEW_CLASS_MEMBERS_H_
#define PECG_WORKER_REVIEW_CLASS_MEMBERS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace pecg {

/// The label value of a record that has none: it takes no part in that problem.
inline constexpr std::uint8_t kMissingLabel = 255;

/// The records of one problem, grouped by given label and ascending within a group.
class ClassMembers {
 public:
  /// `labels` `[N]`, each within 0 and `class_count` - 1. Throws Error::kBadInput naming the first
  /// record for which that does not hold, and for more than 2^32 - 1 records.
  ClassMembers(std::span<const std::int32_t> labels, int class_count);

  /// Column `column` of `labels` `[N, column_count]`, values 0, 1 or kMissingLabel: two groups.
  static ClassMembers OfColumn(std::span<const std::uint8_t> labels, int column_count, int column);

  int class_count() const { return static_cast<int>(begin_.size()) - 1; }
  std::int64_t record_count() const { return static_cast<std::int64_t>(records_.size()); }
  std::span<const std::uint32_t> Of(int class_index) const {
    const auto k = static_cast<std::size_t>(class_index);
    return std::span(records_).subspan(begin_[k], begin_[k + 1] - begin_[k]);
  }
  std::vector<std::int64_t> Counts() const;
  /// How many classes have a record.
  int PresentClassCount() const;

 private:
  ClassMembers() = default;

  std::vector<std::size_t> begin_;      // [K + 1]
  std::vector<std::uint32_t> records_;  // Grouped.
};

}  // namespace pecg

#endif  // PECG_WORKER_REVIEW_CLASS_MEMBERS_H_
