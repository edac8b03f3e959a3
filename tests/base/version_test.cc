#include "base/version.h"

#include <gmock/gmock.h>

#include <regex>
#include <string>

namespace pecg {
namespace {

TEST(VersionTest, IsThreeNumbers) {
  EXPECT_TRUE(std::regex_match(std::string(ReleaseVersion()), std::regex(R"(\d+\.\d+\.\d+)")));
}

TEST(VersionTest, NamesTheCommit) {
  EXPECT_TRUE(
      std::regex_match(std::string(CodeVersion()), std::regex("unknown|[0-9a-f]{40}(-dirty)?")));
}

TEST(VersionTest, ListsLibrariesWithTheirVersions) {
  EXPECT_THAT(std::string(LibraryVersions()), testing::ContainsRegex("sqlite 3[.][0-9]+"));
}

}  // namespace
}  // namespace pecg
