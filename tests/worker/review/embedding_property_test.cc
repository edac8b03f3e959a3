#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include "worker/ecg/error.h"
#include "worker/review/embedding_neighbors.h"
#include "worker/review/near_duplicates.h"
#include "worker/review/outliers.h"

namespace pecg {
namespace {

using testing::ElementsAre;

std::vector<double> RandomEmbeddings(int count, int dimension) {
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  std::vector<double> values(static_cast<std::size_t>(count * dimension));
  for (double& value : values) value = normal(random);
  return values;
}

double PlainDistance(std::span<const double> a, std::span<const double> b,
                     EmbeddingDistance distance) {
  double square = 0;
  double dot = 0;
  double length_a = 0;
  double length_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    square += (a[i] - b[i]) * (a[i] - b[i]);
    dot += a[i] * b[i];
    length_a += a[i] * a[i];
    length_b += b[i] * b[i];
  }
  return distance == EmbeddingDistance::kEuclidean ? std::sqrt(square)
                                                   : 1 - dot / std::sqrt(length_a * length_b);
}

TEST(EmbeddingNeighborsTest, FindsWhatSortingAllDistancesFinds) {
  for (const EmbeddingDistance distance :
       {EmbeddingDistance::kCosine, EmbeddingDistance::kEuclidean}) {
    // More than two tiles of rows, and a dimension that is no multiple of the lanes.
    const std::vector<double> values = RandomEmbeddings(150, 11);
    const EmbeddingNeighbors neighbors = FindEmbeddingNeighbors(values, 11, 7, distance);
    for (std::size_t i = 0; i < 150; ++i) {
      std::vector<std::pair<double, std::uint32_t>> all;
      for (std::uint32_t j = 0; j < 150; ++j) {
        if (j == i) continue;
        all.emplace_back(PlainDistance(std::span(values).subspan(i * 11, 11),
                                       std::span(values).subspan(j * 11, 11), distance),
                         j);
      }
      std::ranges::sort(all);
      for (std::size_t k = 0; k < 7; ++k) {
        EXPECT_EQ(neighbors.RecordsOf(i)[k], all[k].second);
        EXPECT_NEAR(neighbors.DistancesOf(i)[k], all[k].first, 1e-12);
      }
    }
  }
}

TEST(EmbeddingNeighborsTest, EqualVectorsAreAtDistanceZeroInOrder) {
  std::vector<double> values = RandomEmbeddings(20, 5);
  for (const std::size_t copy : {3U, 9U, 12U}) {
    std::copy_n(values.begin() + 5, 5, values.begin() + static_cast<std::ptrdiff_t>(copy * 5));
  }
  const EmbeddingNeighbors neighbors =
      FindEmbeddingNeighbors(values, 5, 3, EmbeddingDistance::kCosine);
  EXPECT_THAT(neighbors.RecordsOf(1), ElementsAre(3, 9, 12));
  EXPECT_THAT(neighbors.DistancesOf(1), ElementsAre(0, 0, 0));
}

TEST(EmbeddingNeighborsTest, RefusesWhatHasNoNeighbours) {
  const std::vector<double> values = {1, 2, 3, 4};
  const auto find = [&](int dimension, int count) {
    return FindEmbeddingNeighbors(values, dimension, count, EmbeddingDistance::kEuclidean);
  };
  EXPECT_THROW(find(2, 2), Error);
  EXPECT_THROW(find(2, 0), Error);
  EXPECT_THROW(find(3, 1), Error);
  EXPECT_NO_THROW(find(2, 1));
  const std::vector<double> bad = {1, std::numeric_limits<double>::quiet_NaN()};
  EXPECT_THROW(FindEmbeddingNeighbors(bad, 1, 1, EmbeddingDistance::kEuclidean), Error);
}

TEST(NearDuplicatesTest, RelationIsSymmetric) {
  const std::vector<double> values = RandomEmbeddings(200, 2);
  const NearDuplicates found =
      FindNearDuplicates(FindEmbeddingNeighbors(values, 2, 1, EmbeddingDistance::kEuclidean), 0.9);
  EXPECT_FALSE(found.records.empty());
  for (std::uint32_t i = 0; i < 200; ++i) {
    for (const std::uint32_t j : found.sets[i]) {
      EXPECT_TRUE(std::ranges::count(found.sets[j], i) == 1);
    }
  }
}

TEST(NearDuplicatesTest, SetOfEqualRecordsIsAllDuplicates) {
  const std::vector<double> values(12, 1.5);
  const EmbeddingNeighbors neighbors =
      FindEmbeddingNeighbors(values, 2, 2, EmbeddingDistance::kEuclidean);
  const NearDuplicates found = FindNearDuplicates(neighbors);
  EXPECT_EQ(found.records.size(), 6U);
  EXPECT_THAT(found.scores, testing::Each(0.0));
  EXPECT_THAT(FindEmbeddingOutliers(neighbors, EmbeddingDistance::kEuclidean).scores,
              testing::Each(1.0));
}

TEST(OutliersTest, FarRecordIsOne) {
  std::vector<double> values = RandomEmbeddings(100, 2);
  values[20] = 40;
  const EmbeddingOutliers outliers =
      FindEmbeddingOutliers(FindEmbeddingNeighbors(values, 2, 5, EmbeddingDistance::kEuclidean),
                            EmbeddingDistance::kEuclidean);
  EXPECT_THAT(outliers.records, testing::Contains(10));
  EXPECT_EQ(std::ranges::min_element(outliers.scores) - outliers.scores.begin(), 10);
}

TEST(OutliersTest, CertainPredictionIsTypicalAndUniformOneIsNot) {
  const std::vector<double> values = {1, 0, 0, 1.0 / 3, 1.0 / 3, 1.0 / 3};
  const Probabilities probabilities(std::span<const double>(values), 3);
  const std::vector<double> entropy =
      PredictionOutlierScores(probabilities, {}, OutlierScore::kEntropy);
  EXPECT_DOUBLE_EQ(entropy[0], 1);
  EXPECT_NEAR(entropy[1], 0, 1e-15);
}

}  // namespace
}  // namespace pecg
