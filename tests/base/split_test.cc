#include "base/split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace pecg {
namespace {

std::vector<SplitGroup> MakeGroups(int count) {
  std::vector<SplitGroup> groups;
  for (int i = 0; i < count; ++i) {
    SplitGroup group{"P" + std::to_string(i), 1 + (i % 7 == 0 ? i % 5 : 0), {}};
    if (i % 50 == 0) group.strata.push_back(0);
    group.strata.push_back(1 + i % 3);
    groups.push_back(std::move(group));
  }
  return groups;
}

TEST(SplitTest, SpreadsEveryStratumOverTheFolds) {
  const auto groups = MakeGroups(1000);
  const auto assignments = DealIntoFolds(groups, 4, 1);
  std::map<int, std::map<int, int>> count;  // [stratum][fold]
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (const int stratum : groups[i].strata) ++count[stratum][assignments[i].fold];
  }
  for (int fold = 0; fold <= kTestFold; ++fold) {
    EXPECT_EQ(count[0][fold], 4);
    for (int stratum = 1; stratum < 4; ++stratum) EXPECT_NEAR(count[stratum][fold], 66.7, 2);
  }
}

TEST(SplitTest, DoesNotDependOnTheOrderOfTheGroups) {
  auto groups = MakeGroups(300);
  const auto forward = DealIntoFolds(groups, 4, 9);
  std::ranges::reverse(groups);
  auto backward = DealIntoFolds(groups, 4, 9);
  std::ranges::reverse(backward);
  EXPECT_EQ(forward, backward);
}

TEST(SplitTest, AnotherSeedDealsOtherwise) {
  const auto groups = MakeGroups(300);
  EXPECT_EQ(DealIntoFolds(groups, 4, 1), DealIntoFolds(groups, 4, 1));
  EXPECT_NE(DealIntoFolds(groups, 4, 1), DealIntoFolds(groups, 4, 2));
}

TEST(SplitTest, DealsTheSameOnEveryMachine) {
  // Pinned: a change here changes every split that users have made.
  const auto assignments = DealIntoFolds(MakeGroups(12), 4, 42);
  std::ostringstream text;
  for (const auto& a : assignments) text << a.fold << a.inner << ' ';
  EXPECT_EQ(text.str(), "00 01 02 10 11 31 30 40 22 20 21 12 ");
}

TEST(SplitTest, DealsFewerGroupsThanFolds) {
  const auto assignments = DealIntoFolds(MakeGroups(2), 4, 1);
  ASSERT_EQ(assignments.size(), 2U);
  EXPECT_NE(assignments[0].fold, assignments[1].fold);
  EXPECT_TRUE(DealIntoFolds({}, 0, 1).empty());
}

TEST(SplitTest, GivesRolesBySchemeAndLocksTheTest) {
  using enum RecordRole;
  EXPECT_EQ(RoleOf(SplitScheme::kPlain, 0, {0, 3}), kValidate);
  EXPECT_EQ(RoleOf(SplitScheme::kPlain, 0, {2, 3}), kTrain);
  EXPECT_EQ(RoleOf(SplitScheme::kCrossValidation, 2, {2, 3}), kHeldOut);
  EXPECT_EQ(RoleOf(SplitScheme::kCrossValidation, 2, {1, 2}), kValidate);
  EXPECT_EQ(RoleOf(SplitScheme::kCrossValidation, 2, {1, 3}), kTrain);
  EXPECT_EQ(RoleOf(SplitScheme::kFinal, 0, {1, 7}), kValidate);
  EXPECT_EQ(RoleOf(SplitScheme::kFinal, 0, {1, 6}), kTrain);
  for (const auto scheme :
       {SplitScheme::kPlain, SplitScheme::kCrossValidation, SplitScheme::kFinal}) {
    EXPECT_EQ(RoleOf(scheme, 0, {kTestFold, 0}), kTest);
  }
}

/// The 11,636 real patients of the release, with the earlier prototype's labels as strata.
class RealPatientsTest : public ::testing::Test {
 protected:
  static constexpr const char* kIndex = PECG_SOURCE_DIR "/../shared/data/zzu-stats/records_index.csv";

  void SetUp() override {
    std::ifstream file(kIndex);
    if (!file) GTEST_SKIP() << "needs " << kIndex;
    std::string line;
    std::getline(file, line);
    names_ = {"chd", "myocarditis", "cardiomyopathy", "abnormal", "leads:12"};
    std::map<std::string, int> age_stratum;
    std::map<std::string, std::size_t> position;
    while (std::getline(file, line)) {
      std::vector<std::string> cell;
      std::istringstream row(line);
      for (std::string text; std::getline(row, text, ',');) cell.push_back(text);
      ASSERT_EQ(cell.size(), 18U) << line;
      const auto [found, is_new] = position.try_emplace(cell[1], groups_.size());
      if (is_new) groups_.push_back({cell[1], 0, {}});
      SplitGroup& group = groups_[found->second];
      ++group.record_count;
      const auto add = [&](int stratum) {
        if (std::ranges::count(group.strata, stratum) == 0) group.strata.push_back(stratum);
      };
      if (is_new) {
        const auto [age, new_age] =
            age_stratum.try_emplace(cell[4], static_cast<int>(names_.size()));
        if (new_age) names_.push_back("age:" + cell[4]);
        add(age->second);
      }
      if (cell[15] == "True") add(0);
      if (cell[16] == "True") add(1);
      if (cell[17] == "True") add(2);
      if (cell[8] == "True") add(3);
      if (cell[5] == "True") add(4);
    }
    assignments_ = DealIntoFolds(groups_, static_cast<int>(names_.size()), 42);
  }

  std::vector<SplitGroup> groups_;
  std::vector<std::string> names_;
  std::vector<SplitAssignment> assignments_;
};

TEST_F(RealPatientsTest, EveryFoldIsWithinOnePointOfTwentyPercent) {
  ASSERT_EQ(groups_.size(), 11636U);
  std::array<double, 5> patients{};
  std::array<double, 5> records{};
  double all_records = 0;
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    const auto fold = static_cast<std::size_t>(assignments_[i].fold);
    patients[fold] += 1;
    records[fold] += static_cast<double>(groups_[i].record_count);
    all_records += static_cast<double>(groups_[i].record_count);
  }
  for (std::size_t fold = 0; fold < 5; ++fold) {
    EXPECT_NEAR(patients[fold] / static_cast<double>(groups_.size()), 0.2, 0.01);
    EXPECT_NEAR(records[fold] / all_records, 0.2, 0.01);
  }
}

TEST_F(RealPatientsTest, EveryStratumIsWithinTwoPointsInEveryFoldAndSpreadOverIt) {
  for (std::size_t stratum = 0; stratum < names_.size(); ++stratum) {
    std::array<double, 5> members{};
    std::array<double, 5> size{};
    double whole = 0;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      const auto fold = static_cast<std::size_t>(assignments_[i].fold);
      size[fold] += 1;
      if (std::ranges::count(groups_[i].strata, static_cast<int>(stratum)) == 0) continue;
      members[fold] += 1;
      whole += 1;
    }
    for (std::size_t fold = 0; fold < 5; ++fold) {
      EXPECT_NEAR(members[fold] / size[fold], whole / static_cast<double>(groups_.size()), 0.02)
          << names_[stratum];
      // A fifth of the stratum itself, as near as whole patients allow.
      EXPECT_NEAR(members[fold], whole / 5, std::max(2.0, 0.02 * whole)) << names_[stratum];
    }
  }
}

}  // namespace
}  // namespace pecg
