// Datasets of every kind through a whole service.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/end_to_end/service.h"
#include "tests/worker/dataset/ptb_xl_folder.h"

namespace pecg {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

TEST(DatasetKindsTest, PtbXlIsIndexedWithoutAFailureAndAudited) {
  const auto root = SharedData("ptb-xl-dev");
  PECG_SKIP_WITHOUT(root);
  Service service;
  service.Start();
  const Finished added =
      service.Pecg({"dataset", "add", "ptb", "--kind", "ptb_xl", "--dir", root.string()});
  ASSERT_EQ(added.exit_code, 0) << added.out << added.err;
  const std::string shown = service.Pecg({"dataset", "show", "ptb"}).out;
  EXPECT_THAT(shown, HasSubstr("400 records, 369 patients, 0 not readable"));
  EXPECT_THAT(shown, ContainsRegex("norm +243 +157 +0"));
  EXPECT_EQ(service.Pecg({"dataset", "audit", "ptb"}).exit_code, 0);
  EXPECT_NE(service.Split("ptb"), "");
}

TEST(DatasetKindsTest, AKindThatNoWorkerKnowsFailsWithTheListOfThoseThereAre) {
  PtbXlFolder folder;
  Service service;
  service.Start();
  const Finished added =
      service.Pecg({"dataset", "add", "x", "--kind", "ptb_xs", "--dir", folder.root().string()});
  EXPECT_NE(added.exit_code, 0);
  EXPECT_THAT(added.err, HasSubstr("no such kind of dataset: ptb_xs"));
}

}  // namespace
}  // namespace pecg
