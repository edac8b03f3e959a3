#include "base/did_you_mean.h"

#include <gtest/gtest.h>

namespace pecg {
namespace {

TEST(EditDistance, CountsASwapOfNeighboursOnce) {
  EXPECT_EQ(EditDistance("submti", "submit"), 1U);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3U);
  EXPECT_EQ(EditDistance("", "abc"), 3U);
  EXPECT_EQ(EditDistance("same", "same"), 0U);
}

TEST(ClosestName, FindsATypo) {
  EXPECT_EQ(ClosestName("submti", {"show", "submit"}), "submit");
  EXPECT_EQ(ClosestName("DATASET", {"run", "dataset"}), "dataset");
}

TEST(ClosestName, FindsABeginning) {
  EXPECT_EQ(ClosestName("zzu", {"demo", "zzu-v2-long-name"}), "zzu-v2-long-name");
}

TEST(ClosestName, FindsNothingWhenNothingIsNear) {
  EXPECT_EQ(ClosestName("learning_rate", {"lr", "epochs"}), "");
  EXPECT_EQ(ClosestName("", {"a"}), "");
}

}  // namespace
}  // namespace pecg
