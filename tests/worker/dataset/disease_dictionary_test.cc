#include "worker/dataset/disease_dictionary.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "base/digest/sha256.h"
#include "worker/ecg/error.h"

namespace pecg {
namespace {

const DiseaseDictionary& Release() { return DiseaseDictionary::Release(); }

TEST(DiseaseDictionary, HasThe19KeysAndNotTheRowWithoutACode) {
  EXPECT_EQ(Release().rows().size(), 19U);
  EXPECT_EQ(Release().Find("See attribute dictionary file"), std::nullopt);
}

TEST(DiseaseDictionary, FoldsTheLineBreakInATypesName) {
  EXPECT_EQ(std::ranges::count(Release().rows(), "Congenital heart disease",
                               &DiseaseDictionary::Row::type),
            10);
}

TEST(DiseaseDictionary, KeepsPrefixesInKeys) {
  EXPECT_NE(Release().Find("(FO) Q21.1"), std::nullopt);
  EXPECT_NE(Release().Find("Q21.1"), Release().Find("(FO) Q21.1"));
  EXPECT_EQ(Release().Find("I40.0"), std::nullopt);
}

TEST(DiseaseDictionary, RefusesAKeyThatStandsTwice) {
  EXPECT_THROW(DiseaseDictionary::Parse(
                   "Disease Type,Disease Category,ICD-10 Code\na,b,Q21.0\nc,d,Q21.0\n", "f"),
               Error);
}

TEST(DiseaseDictionary, NamesAMissingColumn) {
  try {
    DiseaseDictionary::Parse("Disease Type,Disease Category\na,b\n", "f.csv");
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("ICD-10 Code"));
  }
}

TEST(ReleaseDiseaseCsv, IsTheReleasesFileByteForByte) {
  // SHA-256 of the file with MD5 0bff597c23397c0d05a937fe09807ad4, as published.
  EXPECT_EQ(Sha256Hex(ReleaseDiseaseCsv()),
            "03024f73377243a85cee1f0ae882250c00f1dd93fc34e20f75d45c26db47b3e2");
}

}  // namespace
}  // namespace pecg
