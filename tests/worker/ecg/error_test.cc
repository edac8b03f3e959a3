#include "worker/ecg/error.h"

#include <gtest/gtest.h>

#include <string>

namespace pecg {
namespace {

TEST(ErrorTest, SaysWhereWhatAndHintInOneLine) {
  const Error error(Error::Kind::kCorruptData, "checksum differs", "r.dat", "copy it again");
  EXPECT_STREQ(error.what(), "r.dat: checksum differs (copy it again)");
  EXPECT_EQ(error.message(), "checksum differs");
}

TEST(ErrorTest, LeavesOutWhatIsEmpty) {
  EXPECT_STREQ(Error(Error::Kind::kIo, "failed").what(), "failed");
}

TEST(ErrorTest, SpellsEveryKind) {
  EXPECT_EQ(std::string(NameOf(Error::Kind::kBadInput)), "bad_input");
  EXPECT_EQ(std::string(NameOf(Error::Kind::kDevice)), "device_error");
}

}  // namespace
}  // namespace pecg
