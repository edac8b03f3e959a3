#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "worker/ecg/record.h"

namespace pecg {
namespace {

using testing::ElementsAre;

TEST(EcgRecordTest, GivesTheSamplesOfEachLeadThatIsPresent) {
  EcgRecord record;
  record.leads = LeadMask();
  record.leads.Add(Lead::kII);
  record.leads.Add(Lead::kV3);
  record.sample_count = 2;
  record.samples_mv = {1, 2, 3, 4};
  EXPECT_THAT(record.LeadSamples(Lead::kII), ElementsAre(1, 2));
  EXPECT_THAT(record.LeadSamples(Lead::kV3), ElementsAre(3, 4));
  EXPECT_TRUE(record.LeadSamples(Lead::kV2).empty());
}

}  // namespace
}  // namespace pecg
