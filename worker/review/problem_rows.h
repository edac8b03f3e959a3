#ifndef PECG_WORKER_REVIEW_PROBLEM_ROWS_H_
#define PECG_WORKER_REVIEW_PROBLEM_ROWS_H_

#include <cstddef>
#include <cstdint>

/// The two shapes of one problem's probabilities, for the templates of this room: `rows(record, k)`
/// is the probability of class k, `class_count()` is K.

namespace pecg {

/// Rows as they are. T: double or float.
template <typename T>
class DenseRows {
 public:
  /// `values` `[N, class_count]`, not owned.
  DenseRows(const T* values, int class_count)
      : values_(values), stride_(static_cast<std::size_t>(class_count)) {}

  int class_count() const { return static_cast<int>(stride_); }
  double operator()(std::uint32_t record, int k) const {
    return static_cast<double>(values_[record * stride_ + static_cast<std::size_t>(k)]);
  }

 private:
  const T* values_;
  std::size_t stride_;
};

/// One class of a multi-label problem against the rest: class 1 has probability p, class 0 has 1 -
/// p.
class BinaryRows {
 public:
  /// `positive` `[N]`, not owned.
  explicit BinaryRows(const double* positive) : positive_(positive) {}

  static int class_count() { return 2; }
  double operator()(std::uint32_t record, int k) const {
    return k == 1 ? positive_[record] : 1.0 - positive_[record];
  }

 private:
  const double* positive_;
};

}  // namespace pecg

#endif  // PECG_WORKER_REVIEW_PROBLEM_ROWS_H_
