#ifndef PECG_WORKER_REVIEW_SQUARE_MATRIX_H_
#define PECG_WORKER_REVIEW_SQUARE_MATRIX_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace pecg {

/// K x K numbers, row-major. Rows are given labels and columns true labels, unless said otherwise.
template <typename T>
class SquareMatrix {
 public:
  explicit SquareMatrix(int size)
      : size_(size), values_(static_cast<std::size_t>(size) * static_cast<std::size_t>(size)) {}
  /// `values` `[size * size]`, row-major.
  SquareMatrix(int size, std::vector<T> values) : size_(size), values_(std::move(values)) {}

  int size() const { return size_; }
  std::span<const T> values() const { return values_; }
  T& operator()(int row, int column) { return values_[Position(row, column)]; }
  T operator()(int row, int column) const { return values_[Position(row, column)]; }

  std::vector<T> Row(int row) const {
    const auto begin = values_.begin() + static_cast<std::ptrdiff_t>(Position(row, 0));
    return std::vector<T>(begin, begin + size_);
  }
  std::vector<T> Column(int column) const {
    std::vector<T> values;
    values.reserve(static_cast<std::size_t>(size_));
    for (int row = 0; row < size_; ++row) values.push_back((*this)(row, column));
    return values;
  }
  std::vector<T> Diagonal() const {
    std::vector<T> values;
    values.reserve(static_cast<std::size_t>(size_));
    for (int k = 0; k < size_; ++k) values.push_back((*this)(k, k));
    return values;
  }
  SquareMatrix Transposed() const {
    SquareMatrix transposed(size_);
    for (int i = 0; i < size_; ++i) {
      for (int j = 0; j < size_; ++j) transposed(i, j) = (*this)(j, i);
    }
    return transposed;
  }

  friend bool operator==(const SquareMatrix&, const SquareMatrix&) = default;

 private:
  std::size_t Position(int row, int column) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(size_) +
           static_cast<std::size_t>(column);
  }

  int size_;
  std::vector<T> values_;
};

using CountMatrix = SquareMatrix<std::int64_t>;
using RealMatrix = SquareMatrix<double>;

}  // namespace pecg

#endif  // PECG_WORKER_REVIEW_SQUARE_MATRIX_H_
