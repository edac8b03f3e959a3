#include "worker/ecg/lead.h"

#include <gtest/gtest.h>

namespace pecg {
namespace {

TEST(LeadTest, IsFoundByNameWhateverItsCase) {
  for (const auto* name : {"aVR", "AVR", "avr"}) EXPECT_EQ(FindLead(name), Lead::kAVR) << name;
  EXPECT_EQ(FindLead("v6"), Lead::kV6);
}

TEST(LeadTest, IsNotFoundByAPartOfItsName) {
  for (const auto* name : {"", "V", "V10", "MLII", " I", "IIII"}) {
    EXPECT_EQ(FindLead(name), std::nullopt) << name;
  }
}

TEST(LeadTest, FindsItsOwnName) {
  for (int i = 0; i < kLeadCount; ++i) {
    EXPECT_EQ(FindLead(NameOf(static_cast<Lead>(i))), static_cast<Lead>(i));
  }
}

TEST(LeadMaskTest, NineLeadLayoutLacksV2V4AndV6) {
  const LeadMask mask = LeadMask::NineLead();
  EXPECT_EQ(mask.Count(), 9);
  for (const Lead lead : {Lead::kV2, Lead::kV4, Lead::kV6}) EXPECT_FALSE(mask.Has(lead));
}

TEST(LeadMaskTest, DropsBitsThatAreNoLead) { EXPECT_EQ(LeadMask(0xFFFFFFFFU), LeadMask::All()); }

}  // namespace
}  // namespace pecg
