#include "worker/review/embedding_neighbors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "worker/ecg/error.h"

namespace pecg {
namespace {

constexpr std::size_t kLanes = 8;
/// Rows compared with one another while they are in the cache.
constexpr std::size_t kTileRows = 64;

/// Sum of `term(a[i], b[i])`, in eight interleaved sums so that it vectorizes.
template <typename Term>
double SumOver(std::span<const double> a, std::span<const double> b, Term term) {
  std::array<double, kLanes> lane{};
  const std::size_t whole = a.size() - a.size() % kLanes;
  for (std::size_t i = 0; i < whole; i += kLanes) {
    for (std::size_t j = 0; j < kLanes; ++j) lane[j] += term(a[i + j], b[i + j]);
  }
  double sum = 0;
  for (const double part : lane) sum += part;
  for (std::size_t i = whole; i < a.size(); ++i) sum += term(a[i], b[i]);
  return sum;
}

double DotProduct(std::span<const double> a, std::span<const double> b) {
  return SumOver(a, b, [](double x, double y) { return x * y; });
}

double SquaredDistance(std::span<const double> a, std::span<const double> b) {
  return SumOver(a, b, [](double x, double y) { return (x - y) * (x - y); });
}

class NeighborSearch {
 public:
  /// `rows` `[N, dimension]`; scaled to length 1 for the cosine.
  NeighborSearch(std::vector<double> rows, std::size_t dimension, int neighbor_count,
                 EmbeddingDistance distance)
      : rows_(std::move(rows)),
        dimension_(dimension),
        record_count_(rows_.size() / dimension),
        k_(static_cast<std::size_t>(neighbor_count)),
        distance_(distance) {
    if (distance_ == EmbeddingDistance::kCosine) Normalize();
    neighbors_.neighbor_count = neighbor_count;
    neighbors_.records.resize(record_count_ * k_);
    neighbors_.distances.assign(record_count_ * k_, std::numeric_limits<double>::infinity());
  }

  EmbeddingNeighbors Find() && {
    for (std::size_t a = 0; a < record_count_; a += kTileRows) {
      for (std::size_t b = a; b < record_count_; b += kTileRows) CompareTiles(a, b);
    }
    return std::move(neighbors_);
  }

 private:
  std::span<const double> Row(std::size_t record) const {
    return std::span(rows_).subspan(record * dimension_, dimension_);
  }

  void Normalize() {
    for (std::size_t record = 0; record < record_count_; ++record) {
      const std::span<double> row = std::span(rows_).subspan(record * dimension_, dimension_);
      const double length = std::sqrt(DotProduct(row, row));
      if (length == 0) continue;
      for (double& value : row) value /= length;
    }
  }

  void CompareTiles(std::size_t first_a, std::size_t first_b) {
    const std::size_t end_a = std::min(first_a + kTileRows, record_count_);
    const std::size_t end_b = std::min(first_b + kTileRows, record_count_);
    for (std::size_t a = first_a; a < end_a; ++a) {
      for (std::size_t b = std::max(first_b, a + 1); b < end_b; ++b) {
        const double distance = DistanceOf(a, b);
        Offer(a, b, distance);
        Offer(b, a, distance);
      }
    }
  }

  double DistanceOf(std::size_t a, std::size_t b) const {
    if (distance_ == EmbeddingDistance::kEuclidean) {
      return std::sqrt(SquaredDistance(Row(a), Row(b)));
    }
    const double distance = std::clamp(1 - DotProduct(Row(a), Row(b)), 0.0, 2.0);
    const bool may_be_equal = distance < 1e-12 || distance == 1;
    return may_be_equal && std::ranges::equal(Row(a), Row(b)) ? 0 : distance;
  }

  /// Puts `other` among the nearest of `record` if it is one.
  void Offer(std::size_t record, std::size_t other, double distance) {
    const std::size_t begin = record * k_;
    std::size_t place = begin + k_;
    const auto comes_before = [&](std::size_t at) {
      const double there = neighbors_.distances[at];
      return distance < there || (distance == there && other < neighbors_.records[at]);
    };
    if (!comes_before(place - 1)) return;
    for (--place; place > begin && comes_before(place - 1); --place) {
      neighbors_.distances[place] = neighbors_.distances[place - 1];
      neighbors_.records[place] = neighbors_.records[place - 1];
    }
    neighbors_.distances[place] = distance;
    neighbors_.records[place] = static_cast<std::uint32_t>(other);
  }

  std::vector<double> rows_;
  std::size_t dimension_;
  std::size_t record_count_;
  std::size_t k_;
  EmbeddingDistance distance_;
  EmbeddingNeighbors neighbors_;
};

template <typename T>
EmbeddingNeighbors Find(std::span<const T> embeddings, int dimension, int neighbor_count,
                        EmbeddingDistance distance) {
  if (dimension < 1 || embeddings.size() % static_cast<std::size_t>(dimension) != 0) {
    throw Error(Error::Kind::kBadInput,
                fmt::format("{} values are no whole number of embeddings of dimension {}",
                            embeddings.size(), dimension));
  }
  const auto width = static_cast<std::size_t>(dimension);
  const std::size_t record_count = embeddings.size() / width;
  if (neighbor_count < 1 || static_cast<std::size_t>(neighbor_count) >= record_count) {
    throw Error(Error::Kind::kBadInput,
                fmt::format("{} neighbours among {} records", neighbor_count, record_count), "",
                "ask for fewer than there are records");
  }
  const auto bad = std::ranges::find_if(embeddings, [](T value) { return !std::isfinite(value); });
  if (bad != embeddings.end()) {
    throw Error(
        Error::Kind::kBadInput, "an embedding is not finite",
        fmt::format("record {}", static_cast<std::size_t>(bad - embeddings.begin()) / width));
  }
  std::vector<double> rows(embeddings.begin(), embeddings.end());
  return NeighborSearch(std::move(rows), width, neighbor_count, distance).Find();
}

}  // namespace

EmbeddingDistance DefaultEmbeddingDistance(int dimension) {
  return dimension > 3 ? EmbeddingDistance::kCosine : EmbeddingDistance::kEuclidean;
}

EmbeddingNeighbors FindEmbeddingNeighbors(std::span<const double> embeddings, int dimension,
                                          int neighbor_count, EmbeddingDistance distance) {
  return Find(embeddings, dimension, neighbor_count, distance);
}

EmbeddingNeighbors FindEmbeddingNeighbors(std::span<const float> embeddings, int dimension,
                                          int neighbor_count, EmbeddingDistance distance) {
  return Find(embeddings, dimension, neighbor_count, distance);
}

}  // namespace pecg
