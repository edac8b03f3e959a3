#include "worker/train/crop_batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "tests/worker/train/tone_records.h"
#include "worker/train/demographic_input.h"

namespace pecg {
namespace {

class CropCutterTest : public testing::Test {
 protected:
  std::vector<float> SignalRow(const CropBatch& batch, std::size_t row) const {
    const auto size = static_cast<std::size_t>(12 * preprocessor_.crop_sample_count());
    const auto begin = batch.signal.begin() + static_cast<std::ptrdiff_t>(row * size);
    return {begin, begin + static_cast<std::ptrdiff_t>(size)};
  }

  /// Lead masks of one crop of each of 40 records in 50 epochs.
  std::vector<LeadMask> DrawMasks() const {
    const CropCutter cutter(&records_, &settings_, &preprocessor_);
    std::vector<std::size_t> all(40);
    std::iota(all.begin(), all.end(), 0);
    std::vector<LeadMask> masks;
    for (int epoch = 0; epoch < 50; ++epoch) {
      const CropBatch batch = cutter.CutForTraining(epoch, all);
      for (std::size_t row = 0; row < all.size(); ++row) {
        LeadMask mask;
        for (std::size_t lead = 0; lead < 12; ++lead) {
          if (batch.lead_mask[row * 12 + lead] == 1) mask.Add(static_cast<Lead>(lead));
        }
        masks.push_back(mask);
      }
    }
    return masks;
  }

  RecordSet records_ = ToneRecords(40, 50, 6);
  TrainSettings settings_ = ToneSettings();
  Preprocessor preprocessor_{settings_.input};
};

TEST_F(CropCutterTest, ACropDoesNotDependOnTheBatchItIsIn) {
  const CropCutter cutter(&records_, &settings_, &preprocessor_);
  const std::vector<std::size_t> together = {3, 7, 20};
  const std::vector<std::size_t> alone = {7};
  const CropBatch batch = cutter.CutForTraining(2, together);
  EXPECT_EQ(SignalRow(batch, 1), SignalRow(cutter.CutForTraining(2, alone), 0));
}

TEST_F(CropCutterTest, EpochsShowDifferentCrops) {
  const CropCutter cutter(&records_, &settings_, &preprocessor_);
  const std::vector<std::size_t> one = {7};
  EXPECT_NE(cutter.CutForTraining(0, one).signal, cutter.CutForTraining(1, one).signal);
}

TEST_F(CropCutterTest, TheOrderIsAPermutationThatChangesWithTheEpoch) {
  const CropCutter cutter(&records_, &settings_, &preprocessor_);
  const std::vector<std::size_t> positions = {4, 5, 6, 7, 8, 9, 10, 11};
  const auto order = cutter.OrderOf(0, positions);
  EXPECT_THAT(order, testing::UnorderedElementsAreArray(positions));
  EXPECT_EQ(order, cutter.OrderOf(0, positions));
  EXPECT_NE(order, cutter.OrderOf(1, positions));
}

TEST_F(CropCutterTest, HidesLeadsAsOftenAsAsked) {
  settings_.augment.nine_lead_probability = 0.3;
  settings_.augment.lead_dropout_probability = 0;
  const auto masks = DrawMasks();
  const auto nine = std::ranges::count(masks, LeadMask::NineLead());
  EXPECT_EQ(std::ranges::count(masks, LeadMask::All()) + nine, 2000);
  EXPECT_NEAR(static_cast<double>(nine), 600, 6 * 20.5);  // Six standard deviations.
}

TEST_F(CropCutterTest, LeadDropoutHidesOneLeadAnyOfThem) {
  settings_.augment.nine_lead_probability = 0;
  settings_.augment.lead_dropout_probability = 1;
  std::uint32_t hidden = 0;
  for (const LeadMask mask : DrawMasks()) {
    EXPECT_EQ(mask.Count(), 11);
    hidden |= ~mask.bits() & 0xFFFU;
  }
  EXPECT_EQ(hidden, 0xFFFU);
}

TEST_F(CropCutterTest, AHiddenLeadHoldsNoSignalAndNoNoise) {
  settings_.augment.nine_lead_probability = 1;
  const CropCutter cutter(&records_, &settings_, &preprocessor_);
  const std::vector<std::size_t> one = {7};
  const CropBatch batch = cutter.CutForTraining(0, one);
  EXPECT_EQ(batch.lead_mask[7], 0);
  for (std::size_t i = 700; i < 800; ++i) ASSERT_EQ(batch.signal[i], 0);
}

TEST_F(CropCutterTest, PredictionShowsAllLeadsWithoutNoise) {
  const CropCutter cutter(&records_, &settings_, &preprocessor_);
  const std::vector<std::size_t> positions = {7};
  const std::vector<CropPlace> places = cutter.PlacesOf(positions);
  EXPECT_EQ(places.size(), 5U);  // 6 s in crops of 2 s, every second.
  const CropBatch batch = cutter.Cut(places);
  EXPECT_EQ(batch.signal, cutter.Cut(places).signal);
  EXPECT_THAT(batch.lead_mask, testing::Each(1.0F));
}

TEST_F(CropCutterTest, DemographicsAreHiddenAsWhole) {
  settings_.network.demographic_count = kDemographicInputCount;
  settings_.augment.demographic_dropout_probability = 1;
  const CropCutter cutter(&records_, &settings_, &preprocessor_);
  const std::vector<std::size_t> one = {7};
  const auto unknown = EncodeDemographics(std::nullopt, Sex::kUnknown);
  EXPECT_THAT(cutter.CutForTraining(0, one).demographics, testing::ElementsAreArray(unknown));
  const std::vector<CropPlace> place = {{7, 0}};
  const auto known = EncodeDemographics(700, Sex::kUnknown);
  EXPECT_THAT(cutter.Cut(place).demographics, testing::ElementsAreArray(known));
}

TEST(EncodeDemographicsTest, EveryAgeFallsIntoOneBand) {
  for (const int days : {0, 30, 31, 90, 91, 364, 365, 366, 4000, 5110, 5111, 9000}) {
    const auto values = EncodeDemographics(days, Sex::kMale);
    EXPECT_EQ(std::accumulate(values.begin() + 1, values.begin() + 9, 0.0F), 1) << days;
    EXPECT_EQ(values[9], 0) << days;
    EXPECT_EQ(values[11], 1) << days;
  }
  EXPECT_EQ(EncodeDemographics(30, Sex::kMale)[1], 1);
  EXPECT_EQ(EncodeDemographics(31, Sex::kMale)[2], 1);
  EXPECT_EQ(EncodeDemographics(std::nullopt, Sex::kMale)[9], 1);
}

TEST(BatchQueueTest, GivesTheBatchesInOrder) {
  BatchQueue queue(3, 40, 4, [](std::int64_t batch) {
    CropBatch made;
    made.count = batch;
    return made;
  });
  for (std::int64_t batch = 3; batch < 40; ++batch) EXPECT_EQ(queue.Next().count, batch);
}

TEST(BatchQueueTest, PassesOnWhatTheMakerThrows) {
  BatchQueue queue(0, 2, 2, [](std::int64_t batch) -> CropBatch {
    if (batch == 1) throw std::runtime_error("bad batch");
    return {};
  });
  queue.Next();
  EXPECT_THROW(queue.Next(), std::runtime_error);
}

}  // namespace
}  // namespace pecg
