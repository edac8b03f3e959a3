#include "base/ids.h"

#include <gmock/gmock.h>

#include <array>
#include <regex>
#include <set>

namespace pecg {
namespace {

TEST(UuidTest, HasTheFormOfVersion7) {
  const std::regex form("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  EXPECT_TRUE(std::regex_match(NewUuidV7(absl::FromUnixMillis(1763837000123)), form));
}

TEST(UuidTest, BeginsWithTheMilliseconds) {
  // 0x019aac5f2c7b = 1763836767355.
  EXPECT_EQ(NewUuidV7(absl::FromUnixMillis(0x019aac5f2c7b)).substr(0, 13), "019aac5f-2c7b");
}

TEST(UuidTest, SortsByTime) {
  EXPECT_LT(NewUuidV7(absl::FromUnixMillis(1000)), NewUuidV7(absl::FromUnixMillis(1001)));
}

TEST(UuidTest, DiffersWithinAMillisecond) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(NewUuidV7(absl::FromUnixMillis(1)));
  EXPECT_EQ(ids.size(), 1000U);
}

TEST(TokenTest, HasThePrefixAnd64Digits) {
  EXPECT_TRUE(std::regex_match(NewToken(), std::regex("pecg_[0-9a-f]{64}")));
  EXPECT_NE(NewToken(), NewToken());
}

TEST(TokenTest, IsRecognisedByItsForm) {
  EXPECT_TRUE(IsTokenShaped(NewToken()));
  EXPECT_FALSE(IsTokenShaped(""));
  EXPECT_FALSE(IsTokenShaped(NewToken() + "0"));
  EXPECT_FALSE(IsTokenShaped("pecg_" + std::string(64, 'G')));
  EXPECT_FALSE(IsTokenShaped("abcd_" + std::string(64, '0')));
}

TEST(RandomTest, FillsMoreThanOneSystemCallGives) {
  std::array<std::byte, 700> bytes{};
  FillRandom(bytes);
  // 256 zero bytes in a row do not happen by chance.
  const auto is_zero = [](std::byte byte) { return byte == std::byte{0}; };
  EXPECT_FALSE(std::all_of(bytes.begin() + 444, bytes.end(), is_zero));
}

TEST(ConstantTimeEqualsTest, ComparesContentAndLength) {
  EXPECT_TRUE(ConstantTimeEquals("", ""));
  EXPECT_TRUE(ConstantTimeEquals("secret", "secret"));
  EXPECT_FALSE(ConstantTimeEquals("secret", "secreu"));
  EXPECT_FALSE(ConstantTimeEquals("secret", "secre"));
  EXPECT_FALSE(ConstantTimeEquals("xecret", "secret"));
}

}  // namespace
}  // namespace pecg
