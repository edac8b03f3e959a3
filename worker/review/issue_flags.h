#ifndef PECG_WORKER_REVIEW_ISSUE_FLAGS_H_
#define PECG_WORKER_REVIEW_ISSUE_FLAGS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "worker/review/class_members.h"
#include "worker/review/confident_counting.h"
#include "worker/review/label_issues.h"
#include "worker/review/numpy_order.h"
#include "worker/review/prune_counts.h"
#include "worker/review/row_score.h"

/// Templates behind label_issues.h and multilabel_issues.h, for the .cc files of this room. Rows:
/// problem_rows.h.

namespace pecg {

/// Calls `flag(position)` for the `count` lowest of `key(0)` .. `key(size - 1)`, equal ones as
/// ArgsortAscending orders them; for all if `count` is more. `scratch` is overwritten.
template <typename Key, typename Use>
void FlagLowest(std::size_t size, std::size_t count, Key key, Use flag,
                std::vector<double>* scratch) {
  scratch->resize(size);
  for (std::size_t i = 0; i < size; ++i) (*scratch)[i] = key(i);
  for (const std::uint32_t i : LowestPositions(*scratch, std::min(count, size))) flag(i);
}

/// Flags the doubtful records of one problem. Keeps scratch: one object per thread.
template <typename Rows>
class IssueFlags {
 public:
  /// `members` is not owned. `record_count`: of the whole set, also those that are in no class.
  IssueFlags(const Rows& rows, const ClassMembers& members, std::size_t record_count)
      : rows_(rows), members_(members), record_count_(record_count) {}

  /// One byte per record, 1 = doubtful.
  std::vector<std::uint8_t> Flag(const LabelIssueOptions& options) {
    switch (options.filter_by) {
      case LabelFilter::kPruneByNoiseRate:
        return Confirmed(PrunedByNoiseRate(PruneCounts(options), options));
      case LabelFilter::kPruneByClass:
        return Confirmed(PrunedByClass(PruneCounts(options), options));
      case LabelFilter::kBoth: {
        const CountMatrix counts = PruneCounts(options);
        std::vector<std::uint8_t> flags = PrunedByNoiseRate(counts, options);
        const std::vector<std::uint8_t> other = PrunedByClass(counts, options);
        std::ranges::transform(flags, other, flags.begin(), std::bit_and<std::uint8_t>());
        return Confirmed(std::move(flags));
      }
      case LabelFilter::kConfidentLearning:
        return OffDiagonal();
      case LabelFilter::kPredictedNeqGiven:
        return Confirmed(std::vector<std::uint8_t>(record_count_, 1));
      case LabelFilter::kLowNormalizedMargin:
        return Lowest(QualityScore::kNormalizedMargin);
      case LabelFilter::kLowSelfConfidence:
        break;
    }
    return Lowest(QualityScore::kSelfConfidence);
  }

 private:
  /// Takes back the flag of records whose given class is predicted.
  std::vector<std::uint8_t> Confirmed(std::vector<std::uint8_t> flags) const {
    std::vector<std::uint8_t> confirmed(record_count_);
    for (int given = 0; given < members_.class_count(); ++given) {
      for (const std::uint32_t record : members_.Of(given)) {
        if (flags[record] != 0 && !IsPredicted(rows_, record, given)) confirmed[record] = 1;
      }
    }
    return confirmed;
  }

  CountMatrix PruneCounts(const LabelIssueOptions& options) const {
    const std::vector<std::int64_t> label_counts = members_.Counts();
    const CountMatrix counts =
        CountConfidentOf(rows_, members_, ThresholdsOf(rows_, members_), [](std::uint32_t) {});
    CountMatrix prune_counts =
        KeepAtLeastPerClass(CalibrateConfidentJoint(counts, label_counts).Transposed(),
                            options.min_examples_per_class, options.issue_share);
    if (options.removed_per_class.empty()) return prune_counts;
    return SetRemovedPerClass(prune_counts, label_counts, options.removed_per_class);
  }

  /// A class too small to lose a record; one of a single record never does.
  static bool IsTooSmall(std::span<const std::uint32_t> records, const LabelIssueOptions& options) {
    return std::ssize(records) <= std::max<std::int64_t>(options.min_examples_per_class, 1);
  }

  std::vector<std::uint8_t> PrunedByClass(const CountMatrix& counts,
                                          const LabelIssueOptions& options) {
    std::vector<std::uint8_t> flags(record_count_);
    for (int given = 0; given < members_.class_count(); ++given) {
      const std::span<const std::uint32_t> records = members_.Of(given);
      const std::int64_t issue_count = std::ssize(records) - counts(given, given);
      if (IsTooSmall(records, options) || issue_count < 1) continue;
      FlagLowest(
          records.size(), static_cast<std::size_t>(issue_count),
          [&](std::size_t i) { return rows_(records[i], given); },
          [&](std::size_t i) { flags[records[i]] = 1; }, &scratch_);
    }
    return flags;
  }

  std::vector<std::uint8_t> PrunedByNoiseRate(const CountMatrix& counts,
                                              const LabelIssueOptions& options) {
    std::vector<std::uint8_t> flags(record_count_);
    for (int given = 0; given < members_.class_count(); ++given) {
      const std::span<const std::uint32_t> records = members_.Of(given);
      if (IsTooSmall(records, options)) continue;
      for (int truth = 0; truth < members_.class_count(); ++truth) {
        if (truth == given || counts(truth, given) < 1) continue;
        FlagLowest(
            records.size(), static_cast<std::size_t>(counts(truth, given)),
            [&](std::size_t i) { return rows_(records[i], given) - rows_(records[i], truth); },
            [&](std::size_t i) { flags[records[i]] = 1; }, &scratch_);
      }
    }
    return flags;
  }

  std::vector<std::uint8_t> OffDiagonal() const {
    std::vector<std::uint8_t> flags(record_count_);
    CountConfidentOf(rows_, members_, ThresholdsOf(rows_, members_),
                     [&](std::uint32_t record) { flags[record] = 1; });
    return Confirmed(std::move(flags));
  }

  std::vector<std::uint8_t> Lowest(QualityScore score) {
    std::vector<std::uint8_t> flags = OffDiagonal();
    const auto count = static_cast<std::size_t>(std::ranges::count(flags, 1));
    // What is in no class is never among the lowest: at least `count` records are in one.
    std::vector<double> scores(record_count_, std::numeric_limits<double>::infinity());
    RowScore<Rows> row_score(rows_, score, {});
    for (int given = 0; given < members_.class_count(); ++given) {
      for (const std::uint32_t record : members_.Of(given)) {
        scores[record] = row_score(record, given);
      }
    }
    std::ranges::fill(flags, std::uint8_t{0});
    for (const std::uint32_t record : LowestPositions(scores, count)) flags[record] = 1;
    return flags;
  }

  Rows rows_;
  const ClassMembers& members_;
  std::size_t record_count_;
  std::vector<double> scratch_;
};

}  // namespace pecg

#endif  // PECG_WORKER_REVIEW_ISSUE_FLAGS_H_
