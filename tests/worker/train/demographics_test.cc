#include "worker/train/demographics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "worker/ecg/error.h"
#include "worker/train/validation.h"

namespace pecg {
namespace {

RecordRow Row(std::int64_t ordinal, std::optional<int> age_days, std::uint8_t label) {
  RecordRow row;
  row.ordinal = ordinal;
  row.age_days = age_days;
  row.sex = ordinal % 2 == 0 ? Sex::kFemale : Sex::kMale;
  row.leads = LeadMask::All();
  row.labels = {label};
  return row;
}

/// Positive below one year; every third row validates.
RecordSet InfantsArePositive() {
  RecordSet records;
  for (int i = 0; i < 90; ++i) {
    records.rows.push_back(Row(i, 40 * i + 5, 40 * i + 5 < 365 ? 1 : 0));
    records.rows.back().part = i % 3 == 2 ? RecordPart::kValidate : RecordPart::kTrain;
  }
  return records;
}

TEST(DemographicsFloorTest, LearnsWhatAgeTells) {
  const RecordSet records = InfantsArePositive();
  const DemographicsFloor floor(records, {"infant"});
  const auto validate = records.PositionsOf(RecordPart::kValidate);
  const auto figures =
      ScoreValidation(records, validate, floor.Predict(records, validate), /*target_count=*/1);
  EXPECT_GT(figures.mean_auroc, 0.99);
}

TEST(DemographicsFloorTest, IsFittedToTrainingRowsOnly) {
  RecordSet records = InfantsArePositive();
  const auto train = records.PositionsOf(RecordPart::kTrain);
  const Predictions before = DemographicsFloor(records, {"infant"}).Predict(records, train);
  for (RecordRow& row : records.rows) {
    if (row.part == RecordPart::kTrain) continue;
    row.labels[0] = 1 - row.labels[0];
    row.age_days = 6000;
  }
  const Predictions after = DemographicsFloor(records, {"infant"}).Predict(records, train);
  EXPECT_EQ(before.logits, after.logits);
}

TEST(DemographicsFloorTest, AMissingLabelChangesNothing) {
  RecordSet records = InfantsArePositive();
  const auto validate = records.PositionsOf(RecordPart::kValidate);
  const DemographicsFloor without(records, {"infant"});
  // The same rows again without a label: the standardisation sees the same mean and spread.
  const std::size_t count = records.rows.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (records.rows[i].part != RecordPart::kTrain) continue;
    records.rows.push_back(records.rows[i]);
    records.rows.back().labels[0] = kMissingLabel;
  }
  const DemographicsFloor with(records, {"infant"});
  const auto expected = without.Predict(records, validate).logits;
  const auto found = with.Predict(records, validate).logits;
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-4);
}

TEST(DemographicsFloorTest, AnUnknownAgeGetsAFiniteScore) {
  RecordSet records = InfantsArePositive();
  records.rows.push_back(Row(90, std::nullopt, 1));
  const std::vector<std::size_t> position = {90};
  const Predictions predictions = DemographicsFloor(records, {"infant"}).Predict(records, position);
  EXPECT_TRUE(std::isfinite(predictions.logits[0]));
}

TEST(DemographicsFloorTest, RefusesASetWithoutTrainingRows) {
  RecordSet records;
  records.rows.push_back(Row(0, 100, 1));
  records.rows.back().part = RecordPart::kValidate;
  EXPECT_THROW(DemographicsFloor(records, {"infant"}), Error);
}

TEST(FloorFeaturesTest, TellTheLeadLayout) {
  RecordRow row = Row(0, 100, 0);
  EXPECT_EQ(FloorFeatures(row)[11], 0);
  row.leads = LeadMask::NineLead();
  EXPECT_EQ(FloorFeatures(row)[11], 1);
  EXPECT_EQ(FloorFeatures(row)[12], 0);
  row.leads = LeadMask(0x3F);
  EXPECT_EQ(FloorFeatures(row)[11], 0);
  EXPECT_EQ(FloorFeatures(row)[12], 1);
}

}  // namespace
}  // namespace pecg
