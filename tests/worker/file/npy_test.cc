#include "worker/file/npy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <string>

#include "tests/worker/file/error_matcher.h"
#include "tests/worker/file/test_folder.h"

namespace pecg {
namespace {

TEST(NpyTest, WritesTheHeaderOfVersionOneAlignedTo64Bytes) {
  const TestFolder folder;
  const std::array<float, 6> values = {1, 2, 3, 4, 5, 6};
  WriteNpy(folder.path() / "x.npy", values, 2, 3);
  const std::string file = Slurp(folder.path() / "x.npy");
  ASSERT_GT(file.size(), 10U);
  EXPECT_EQ(file.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  const std::size_t length =
      static_cast<unsigned char>(file[8]) + 256U * static_cast<unsigned char>(file[9]);
  EXPECT_EQ((10 + length) % 64, 0U);
  EXPECT_EQ(file.size(), 10 + length + sizeof(values));
  EXPECT_THAT(file.substr(10, length),
              testing::StartsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"));
  EXPECT_EQ(file[10 + length - 1], '\n');
  EXPECT_EQ(std::memcmp(file.data() + 10 + length, values.data(), sizeof(values)), 0);
}

TEST(NpyTest, RefusesASizeThatDoesNotFitTheValues) {
  const TestFolder folder;
  const std::array<float, 6> values = {};
  EXPECT_THAT(ErrorOf([&] { WriteNpy(folder.path() / "x.npy", values, 4, 2); }),
              IsError(Error::Kind::kBadInput, "6 values are no [4, 2] array"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace pecg
