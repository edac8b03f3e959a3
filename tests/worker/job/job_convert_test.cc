#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/worker/job/job_testing.h"
#include "worker/job/convert.h"

namespace pecg {
namespace {

using testing::ErrorOf;

Index MadeUpIndex() {
  IndexEntry entry;
  entry.record_id = "P00001_E01";
  entry.patient_id = "P00001";
  entry.exam = 1;
  entry.path = "Child_ecg/P00001/P00001_E01";
  entry.signal_sha256 = std::string(64, 'a');
  entry.age_days = 0;
  entry.sex = Sex::kFemale;
  entry.rate_hz = 500;
  entry.sample_count = 5000;
  entry.leads = LeadMask::NineLead();
  entry.icd_codes = {"(FO) Q21.1"};
  entry.statements = {"A1", "D30+Modifier308"};
  entry.targets = {1, kTargetMissing};
  entry.statement_bits = {0x81};
  entry.sqi[3][2] = 0.5F;
  entry.sqi_source = SqiSource::kComputed;
  entry.rail_fraction[7] = 0.25F;
  entry.flat_fraction[11] = std::numeric_limits<float>::quiet_NaN();
  entry.acquisition_time = "2017-01-02 03:04:05";
  entry.comment = "quiet";
  entry.attributes = {{.name = "strat_fold", .value = "3"}};
  Index index;
  index.kind = "zzu_pecg";
  index.version_sha256 = std::string(64, 'b');
  index.targets_sha256 = std::string(64, 'c');
  index.targets = {"chd", "chd_strict"};
  index.statement_names = {"Sinus rhythm"};
  index.synthetic = true;
  index.entries = {entry};
  index.failures = {
      {.path = "x.hea", .line = 3, .kind = "corrupt_data", .what = "short", .hint = "copy again"}};
  return index;
}

TEST(ConvertTest, AnIndexSurvivesTheWayThroughItsMessage) {
  const v1::Index message = ToMessage(MadeUpIndex());

  EXPECT_EQ(ToMessage(FromMessage(message)).SerializeAsString(), message.SerializeAsString());
  EXPECT_EQ(FromMessage(message).entries[0].attributes, MadeUpIndex().entries[0].attributes);
  EXPECT_EQ(message.entries(0).age_days(), 0);
  EXPECT_TRUE(message.entries(0).has_age_days());
  EXPECT_EQ(message.entries(0).lead_mask(), 0x57F);
  EXPECT_EQ(message.entries(0).sqi(3 * 3 + 2), 0.5F);
  EXPECT_TRUE(std::isnan(message.entries(0).flat_fraction(11)));
}

TEST(ConvertTest, AnEntryWithoutQualityIndicesHasNaNs) {
  Index index = MadeUpIndex();
  index.entries[0].sqi_source = SqiSource::kNone;
  const v1::Index message = ToMessage(index);

  EXPECT_EQ(message.entries(0).sqi_size(), 0);
  EXPECT_TRUE(std::isnan(FromMessage(message).entries[0].sqi[0][0]));
}

TEST(ConvertTest, AnUnknownAgeStaysUnknown) {
  Index index = MadeUpIndex();
  index.entries[0].age_days.reset();

  EXPECT_FALSE(FromMessage(ToMessage(index)).entries[0].age_days.has_value());
}

TEST(ConvertTest, RefusesAnEntryWithOtherTargetsThanTheIndex) {
  v1::Index message = ToMessage(MadeUpIndex());
  message.mutable_entries(0)->set_targets("\1");

  const auto error = ErrorOf([&] { FromMessage(message); });
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->kind(), Error::Kind::kCorruptData);
  EXPECT_EQ(error->where(), "record P00001_E01");
}

TEST(ConvertTest, EverySchemeIsFoundByItsName) {
  for (const SplitScheme scheme :
       {SplitScheme::kPlain, SplitScheme::kCrossValidation, SplitScheme::kFinal}) {
    EXPECT_EQ(SchemeFromName(NameOf(scheme)), scheme);
  }
  EXPECT_EQ(FromMessage(v1::SCHEME_UNSPECIFIED), SplitScheme::kPlain);
  EXPECT_TRUE(ErrorOf([] { SchemeFromName("loo"); }).has_value());
}

TEST(ConvertTest, EveryRoleSurvivesTheWayThroughItsMessage) {
  for (const RecordRole role : {RecordRole::kNone, RecordRole::kTrain, RecordRole::kValidate,
                                RecordRole::kHeldOut, RecordRole::kTest}) {
    EXPECT_EQ(FromMessage(ToMessage(role)), role);
  }
}

TEST(ConvertTest, EverySexSurvivesTheWayThroughItsMessage) {
  for (const Sex sex : {Sex::kUnknown, Sex::kFemale, Sex::kMale}) {
    EXPECT_EQ(FromMessage(ToMessage(sex)), sex);
  }
}

}  // namespace
}  // namespace pecg
