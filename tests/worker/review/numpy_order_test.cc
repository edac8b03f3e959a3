#include "worker/review/numpy_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

namespace pecg {
namespace {

using testing::ElementsAre;

TEST(NumpyOrderTest, SumsInBlocksOfEightLanes) {
  // One addition at a time loses each of these ones; numpy.sum keeps most: 1e16 + 14.
  std::vector<double> values(16, 1.0);
  values[0] = 1e16;
  EXPECT_EQ(PairwiseSum(values), 1e16 + 14);
  EXPECT_EQ(PairwiseSum({}), 0);
}

TEST(NumpyOrderTest, SumsLikeNumPy) {
  // numpy.sum(1 / numpy.arange(1, n + 1)), NumPy 1.24.2.
  const auto harmonic = [](int count) {
    std::vector<double> values;
    for (int i = 1; i <= count; ++i) values.push_back(1.0 / i);
    return PairwiseSum(values);
  };
  EXPECT_EQ(harmonic(7), 2.5928571428571425);
  EXPECT_EQ(harmonic(100), 5.187377517639621);
  EXPECT_EQ(harmonic(1000), 7.485470860550345);
}

TEST(NumpyOrderTest, KeepsTheOrderOfEqualKeysUpToSixteen) {
  const std::vector<std::uint32_t> order = ArgsortAscending(std::vector<double>(16, 0.5));
  EXPECT_TRUE(std::ranges::is_sorted(order));
}

TEST(NumpyOrderTest, OrdersMoreEqualKeysLikeNumPy) {
  // numpy.argsort(numpy.zeros(17)) and of zeros(19), NumPy 1.24.2.
  EXPECT_THAT(ArgsortAscending(std::vector<double>(17)),
              ElementsAre(0, 14, 13, 12, 11, 10, 9, 15, 8, 6, 5, 4, 3, 2, 1, 7, 16));
  EXPECT_THAT(ArgsortAscending(std::vector<double>(19)),
              ElementsAre(0, 16, 15, 14, 13, 12, 11, 10, 17, 9, 7, 6, 5, 4, 3, 2, 1, 8, 18));
}

TEST(NumpyOrderTest, OrdersManyEqualKeysLikeNumPy) {
  // keys = (numpy.arange(1000) * 7919 % 1000) // 100 / 10; order = numpy.argsort(keys);
  // (order * numpy.arange(1, 1001)).sum(), NumPy 1.24.2: another order has another sum.
  std::vector<double> keys;
  for (int i = 0; i < 1000; ++i) keys.push_back((i * 7919 % 1000) / 100 / 10.0);
  const std::vector<std::uint32_t> order = ArgsortAscending(keys);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < order.size(); ++i) sum += order[i] * (i + 1);
  EXPECT_EQ(sum, 249453309U);
}

TEST(NumpyOrderTest, SortsAnyKeys) {
  std::mt19937_64 random(3);
  for (const int decimals : {0, 1, 3, 12}) {
    for (const int count : {0, 1, 2, 17, 100, 5000}) {
      std::uniform_real_distribution<double> uniform(-1, 1);
      std::vector<double> keys;
      for (int i = 0; i < count; ++i) {
        keys.push_back(std::nearbyint(uniform(random) * std::pow(10, decimals)));
      }
      const std::vector<std::uint32_t> order = ArgsortAscending(keys);
      EXPECT_TRUE(std::ranges::is_sorted(order, {}, [&](std::uint32_t i) { return keys[i]; }));
      std::vector<std::uint32_t> positions = order;
      std::ranges::sort(positions);
      std::vector<std::uint32_t> all(keys.size());
      std::iota(all.begin(), all.end(), 0U);
      EXPECT_EQ(positions, all);
    }
  }
}

TEST(NumpyOrderTest, SelectsWhatSortingPutsFirst) {
  std::mt19937_64 random(4);
  std::uniform_real_distribution<double> uniform(-1, 1);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> keys(random() % 700 + 1);
    const double scale = std::pow(10, round % 4);
    for (double& key : keys) key = std::nearbyint(uniform(random) * scale);
    const std::size_t count = random() % (keys.size() + 1);
    std::vector<std::uint32_t> expected = ArgsortAscending(keys);
    expected.resize(count);
    std::ranges::sort(expected);
    std::vector<std::uint32_t> selected = LowestPositions(keys, count);
    std::ranges::sort(selected);
    ASSERT_EQ(selected, expected) << "round " << round;
  }
}

TEST(NumpyOrderTest, SortsWhatMakesItsQuicksortDegenerate) {
  // Organ pipes: the median of three is close to an end again and again.
  std::vector<double> keys;
  for (int i = 0; i < 20000; ++i) keys.push_back(std::min(i, 20000 - i));
  const std::vector<std::uint32_t> order = ArgsortAscending(keys);
  EXPECT_TRUE(std::ranges::is_sorted(order, {}, [&](std::uint32_t i) { return keys[i]; }));
  std::vector<std::uint32_t> expected(order.begin(), order.begin() + 5001);
  std::ranges::sort(expected);
  std::vector<std::uint32_t> selected = LowestPositions(keys, 5001);
  std::ranges::sort(selected);
  EXPECT_EQ(selected, expected);
}

TEST(NumpyOrderTest, DescendingKeepsTheOrderOfFewEqualKeys) {
  EXPECT_THAT(ArgsortDescending(std::vector<double>{1, 2, 2, 3}), ElementsAre(3, 1, 2, 0));
}

}  // namespace
}  // namespace pecg
