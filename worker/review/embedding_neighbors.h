#ifndef PECG_WORKER_REVIEW_EMBEDDING_NEIGHBORS_H_
#define PECG_WORKER_REVIEW_EMBEDDING_NEIGHBORS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace pecg {

enum class EmbeddingDistance : std::uint8_t {
  kCosine,  ///< 1 - cos of the angle, 0..2; a vector of zeros is 1 from everything.
  kEuclidean,
};

/// Cosine above three dimensions, Euclidean up to three, as cleanlab chooses.
EmbeddingDistance DefaultEmbeddingDistance(int dimension);

/// The k nearest other records of each record, nearest first (equal distances: lower position
/// first).
struct EmbeddingNeighbors {
  int neighbor_count = 0;              ///< k
  std::vector<std::uint32_t> records;  ///< `[N, k]`, row-major.
  std::vector<double> distances;       ///< `[N, k]`, row-major; 0 exactly for equal vectors.

  std::size_t record_count() const {
    return records.size() / static_cast<std::size_t>(neighbor_count);
  }
  std::span<const std::uint32_t> RecordsOf(std::size_t record) const {
    const auto k = static_cast<std::size_t>(neighbor_count);
    return std::span(records).subspan(record * k, k);
  }
  std::span<const double> DistancesOf(std::size_t record) const {
    const auto k = static_cast<std::size_t>(neighbor_count);
    return std::span(distances).subspan(record * k, k);
  }
};

/// Finds them exactly, by comparing every pair: time O(N^2 dimension), one thread, extra memory one
/// copy of `embeddings` in double. `embeddings` `[N, dimension]`, row-major. Throws
/// Error::kBadInput for a value that is not finite, no whole number of rows, and unless 1 <=
/// neighbor_count < N.
EmbeddingNeighbors FindEmbeddingNeighbors(std::span<const double> embeddings, int dimension,
                                          int neighbor_count, EmbeddingDistance distance);
EmbeddingNeighbors FindEmbeddingNeighbors(std::span<const float> embeddings, int dimension,
                                          int neighbor_count, EmbeddingDistance distance);

}  // namespace pecg

#endif  // PECG_WORKER_REVIEW_EMBEDDING_NEIGHBORS_H_
