#ifndef PECG_WORKER_REVIEW_PROBABILITIES_H_
#define PECG_WORKER_REVIEW_PROBABILITIES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <variant>

namespace pecg {

/// Predicted probabilities `[N, K]`, row-major, float64 or float32: a view that copies nothing, so
/// what it was made from must outlive it. float32 is widened value by value and all arithmetic is
/// done in double. Multi-class: a row is a distribution over K classes. Multi-label: K independent
/// probabilities. They must come from models that never saw the record's patient; nothing here can
/// check that.
class Probabilities {
 public:
  /// `class_count` = K >= 1. Throws Error::kBadInput if `values` is not a whole number of rows.
  Probabilities(std::span<const double> values, int class_count);
  Probabilities(std::span<const float> values, int class_count);

  std::int64_t record_count() const { return record_count_; }
  int class_count() const { return class_count_; }

  /// Calls `use` with the span of the values, double or float.
  template <typename Use>
  decltype(auto) Visit(Use&& use) const {
    return std::visit(std::forward<Use>(use), values_);
  }

  double At(std::int64_t record, int class_index) const {
    const auto position = static_cast<std::size_t>(record * class_count_ + class_index);
    return Visit([&](auto values) { return static_cast<double>(values[position]); });
  }

 private:
  std::variant<std::span<const double>, std::span<const float>> values_;
  std::int64_t record_count_;
  int class_count_;
};

/// Throws Error::kBadInput naming the first record and class whose probability is not within 0..1,
/// NaN included. Rows need not sum to 1: that is for the reader of the file to check, who knows how
/// many digits were written.
void CheckProbabilities(const Probabilities& probabilities);

}  // namespace pecg

#endif  // PECG_WORKER_REVIEW_PROBABILITIES_H_
