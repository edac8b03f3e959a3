#include "worker/review/numpy_order.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <numeric>
#include <utility>

namespace pecg {
namespace {

constexpr std::size_t kLanes = 8;
constexpr std::size_t kBlock = 128;
constexpr std::ptrdiff_t kInsertionSortCount = 16;

double PlainSum(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

double BlockSum(std::span<const double> values) {
  std::array<double, kLanes> lane{};
  std::copy_n(values.begin(), kLanes, lane.begin());
  const std::size_t whole = values.size() - values.size() % kLanes;
  for (std::size_t i = kLanes; i < whole; i += kLanes) {
    for (std::size_t j = 0; j < kLanes; ++j) lane[j] += values[i + j];
  }
  double sum =
      ((lane[0] + lane[1]) + (lane[2] + lane[3])) + ((lane[4] + lane[5]) + (lane[6] + lane[7]));
  for (const double value : values.subspan(whole)) sum += value;
  return sum;
}

/// Sorts positions by their keys; see ArgsortAscending.
class PositionSorter {
 public:
  explicit PositionSorter(std::span<const double> keys) : keys_(keys) {}

  /// Sorts [first, last]; `depth`: how many more partitions before the range counts as degenerate.
  void Sort(std::uint32_t* first, std::uint32_t* last, int depth) const {
    while (last - first >= kInsertionSortCount) {
      std::uint32_t* const pivot = Partition(first, last);
      --depth;
      const auto [big_first, big_last, small_first, small_last] =
          pivot - first < last - pivot ? Halves{pivot + 1, last, first, pivot - 1}
                                       : Halves{first, pivot - 1, pivot + 1, last};
      if (depth < 0) {
        SortStably(big_first, big_last);
      } else {
        Sort(big_first, big_last, depth);
      }
      first = small_first;
      last = small_last;
    }
    SortByInsertion(first, last);
  }

  /// Sorts [first, last] as far as is needed for what comes before `cut` to be there.
  void Select(std::uint32_t* first, std::uint32_t* last, const std::uint32_t* cut,
              int depth) const {
    while (last - first >= kInsertionSortCount) {
      std::uint32_t* const pivot = Partition(first, last);
      --depth;
      if (cut == pivot || cut == pivot + 1) return;
      const bool left_is_small = pivot - first < last - pivot;
      const bool goes_left = cut < pivot;
      (goes_left ? last : first) = goes_left ? pivot - 1 : pivot + 1;
      if (depth < 0 && left_is_small != goes_left) return SortStably(first, last);
    }
    SortByInsertion(first, last);
  }

 private:
  struct Halves {
    std::uint32_t* big_first;
    std::uint32_t* big_last;
    std::uint32_t* small_first;
    std::uint32_t* small_last;
  };

  bool Less(std::uint32_t a, std::uint32_t b) const { return keys_[a] < keys_[b]; }

  /// Splits [first, last] around the median of three and returns where that ended up.
  std::uint32_t* Partition(std::uint32_t* first, std::uint32_t* last) const {
    std::uint32_t* const middle = first + (last - first) / 2;
    if (Less(*middle, *first)) std::swap(*middle, *first);
    if (Less(*last, *middle)) std::swap(*last, *middle);
    if (Less(*middle, *first)) std::swap(*middle, *first);
    std::uint32_t* const parked = last - 1;
    std::swap(*middle, *parked);
    const double pivot = keys_[*parked];
    std::uint32_t* low = first;
    std::uint32_t* high = parked;
    while (true) {
      do ++low;
      while (keys_[*low] < pivot);
      do --high;
      while (pivot < keys_[*high]);
      if (low >= high) break;
      std::swap(*low, *high);
    }
    std::swap(*low, *parked);
    return low;
  }

  void SortByInsertion(std::uint32_t* first, const std::uint32_t* last) const {
    for (std::uint32_t* next = first + 1; next <= last; ++next) {
      const std::uint32_t moved = *next;
      std::uint32_t* place = next;
      for (; place > first && Less(moved, place[-1]); --place) *place = place[-1];
      *place = moved;
    }
  }

  void SortStably(std::uint32_t* first, std::uint32_t* last) const {
    std::sort(first, last + 1, [this](std::uint32_t a, std::uint32_t b) {
      return std::pair(keys_[a], a) < std::pair(keys_[b], b);
    });
  }

  std::span<const double> keys_;
};

std::vector<std::uint32_t> Positions(std::size_t count) {
  std::vector<std::uint32_t> positions(count);
  std::iota(positions.begin(), positions.end(), 0U);
  return positions;
}

/// How many partitions deep the quicksort may go.
int DepthFor(std::size_t count) { return 2 * (static_cast<int>(std::bit_width(count)) - 1); }

}  // namespace

double PairwiseSum(std::span<const double> values) {
  if (values.size() < kLanes) return PlainSum(values);
  if (values.size() <= kBlock) return BlockSum(values);
  std::size_t half = values.size() / 2;
  half -= half % kLanes;
  return PairwiseSum(values.first(half)) + PairwiseSum(values.subspan(half));
}

std::vector<std::uint32_t> ArgsortAscending(std::span<const double> keys) {
  std::vector<std::uint32_t> order = Positions(keys.size());
  if (keys.size() < 2) return order;
  PositionSorter(keys).Sort(order.data(), order.data() + order.size() - 1, DepthFor(keys.size()));
  return order;
}

std::vector<std::uint32_t> LowestPositions(std::span<const double> keys, std::size_t count) {
  std::vector<std::uint32_t> order = Positions(keys.size());
  if (count > 0 && count < keys.size()) {
    PositionSorter(keys).Select(order.data(), order.data() + order.size() - 1, order.data() + count,
                                DepthFor(keys.size()));
  }
  order.resize(count);
  return order;
}

std::vector<std::uint32_t> ArgsortDescending(std::span<const double> keys) {
  const std::vector<double> reversed(keys.rbegin(), keys.rend());
  std::vector<std::uint32_t> order = ArgsortAscending(reversed);
  std::ranges::reverse(order);
  const auto last = static_cast<std::uint32_t>(keys.size());
  for (std::uint32_t& position : order) position = last - 1 - position;
  return order;
}

}  // namespace pecg
