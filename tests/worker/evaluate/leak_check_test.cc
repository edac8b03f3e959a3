#include "worker/evaluate/leak_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pecg {
namespace {

using ::testing::ElementsAre;

TEST(LeakCheckTest, FindsNothingInASplitByPatient) {
  const std::vector<PlacedRecord> rows = {
      {"a1", "train", "a", "s1"}, {"a2", "train", "a", "s2"}, {"b1", "test", "b", "s3"}};
  const LeakReport report = CheckForLeaks(rows);
  EXPECT_FALSE(report.HasLeaks());
  EXPECT_EQ(report.patient_count, 2);
  EXPECT_THAT(report.parts, ElementsAre("train", "test"));
}

TEST(LeakCheckTest, FindsAPatientInTwoParts) {
  const std::vector<PlacedRecord> rows = {
      {"a1", "train", "a", ""}, {"b1", "train", "b", ""}, {"a2", "test", "a", ""}};
  const LeakReport report = CheckForLeaks(rows);
  ASSERT_EQ(report.patients.size(), 1U);
  EXPECT_EQ(report.patients[0].what, "a");
  EXPECT_THAT(report.patients[0].records, ElementsAre("a1", "a2"));
  EXPECT_TRUE(report.records.empty());
}

TEST(LeakCheckTest, FindsWindowsOfOneRecordInTwoPartsButNotInOne) {
  const std::vector<PlacedRecord> rows = {{"a1", "train", "", ""},
                                          {"a1", "train", "", ""},
                                          {"b1", "train", "", ""},
                                          {"b1", "test", "", ""}};
  const LeakReport report = CheckForLeaks(rows);
  ASSERT_EQ(report.records.size(), 1U);
  EXPECT_EQ(report.records[0].what, "b1");
  EXPECT_EQ(report.unknown_patient_count, 4);
}

TEST(LeakCheckTest, FindsEqualSignalsOfDifferentRecordsAcrossParts) {
  const std::vector<PlacedRecord> rows = {{"a1", "train", "a", "same"},
                                          {"b1", "test", "b", "same"},
                                          {"c1", "test", "c", "other"},
                                          {"d1", "test", "d", "other"}};
  const LeakReport report = CheckForLeaks(rows);
  ASSERT_EQ(report.signals.size(), 1U);
  EXPECT_THAT(report.signals[0].records, ElementsAre("a1", "b1"));
}

}  // namespace
}  // namespace pecg
