#include "worker/train/counter_rng.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace pecg {
namespace {

using testing::ElementsAre;

// Known answers of Random123, kat_vectors, "philox4x32 10".
TEST(PhiloxTest, GivesTheKnownAnswers) {
  EXPECT_THAT(Philox4x32({0, 0, 0, 0}, {0, 0}),
              ElementsAre(0x6627e8d5U, 0xe169c58dU, 0xbc57ac4cU, 0x9b00dbd8U));
  constexpr std::uint32_t kOnes = 0xffffffffU;
  EXPECT_THAT(Philox4x32({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}),
              ElementsAre(0x408f276dU, 0x41c83b0eU, 0xa20bc7c6U, 0x6d5451fdU));
}

std::vector<std::uint32_t> First(CounterRng rng) {
  std::vector<std::uint32_t> values;
  for (int i = 0; i < 6; ++i) values.push_back(rng.NextBits());
  return values;
}

TEST(CounterRngTest, EqualNamesGiveEqualStreams) {
  EXPECT_EQ(First(CounterRng(1, RandomPurpose::kCrop, 2, 3)),
            First(CounterRng(1, RandomPurpose::kCrop, 2, 3)));
}

TEST(CounterRngTest, EveryPartOfTheNameChangesTheStream) {
  const auto stream = First(CounterRng(1, RandomPurpose::kCrop, 2, 3));
  EXPECT_NE(stream, First(CounterRng(9, RandomPurpose::kCrop, 2, 3)));
  EXPECT_NE(stream, First(CounterRng(1, RandomPurpose::kNoise, 2, 3)));
  EXPECT_NE(stream, First(CounterRng(1, RandomPurpose::kCrop, 9, 3)));
  EXPECT_NE(stream, First(CounterRng(1, RandomPurpose::kCrop, 2, 9)));
}

TEST(CounterRngTest, NumbersBelowACountAreSpreadEvenly) {
  CounterRng rng(5, RandomPurpose::kOrder, 0, 0);
  std::vector<int> counts(7, 0);
  for (int i = 0; i < 70000; ++i) ++counts[rng.NextBelow(7)];
  // Six standard deviations of a binomial count.
  for (const int count : counts) EXPECT_NEAR(count, 10000, 6 * 93);
}

TEST(CounterRngTest, NormalDeviatesHaveTheSpreadAskedFor) {
  CounterRng rng(5, RandomPurpose::kNoise, 0, 0);
  std::vector<float> values(100001, 1.0F);
  rng.AddNormal(2.0F, values);
  double sum = 0;
  double squares = 0;
  for (const float value : values) {
    sum += value - 1;
    squares += (value - 1) * (value - 1);
  }
  const auto count = static_cast<double>(values.size());
  EXPECT_NEAR(sum / count, 0, 0.04);
  EXPECT_NEAR(std::sqrt(squares / count), 2, 0.04);
}

}  // namespace
}  // namespace pecg
