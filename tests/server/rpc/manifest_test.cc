#include "server/rpc/manifest.h"

#include <gmock/gmock.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/delimited_message_util.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/digest/sha256.h"
#include "server/rpc/split_maker.h"
#include "tests/server/rpc/sample_index.h"

namespace pecg {
namespace {

using ::testing::ElementsAre;

constexpr int kPatientCount = 200;

class ManifestTest : public ::testing::Test {
 protected:
  ManifestTest() {
    version_.sha256 = index_.version_sha256();
    version_.target_counts = {{"chd", 0, 0, 0}, {"abnormal_a1", 0, 0, 0}};
    dealt_ = DealSplit(version_, entries_, 7, {}).value();
    for (const PatientFold& place : dealt_.patients) {
      assignments_[place.patient_id] = {place.fold, place.inner};
    }
  }

  std::vector<v1::ManifestEntry> Make(const v1::RunSpec& spec) {
    const std::string bytes = MakeManifest(spec, entries_, assignments_).value();
    google::protobuf::io::ArrayInputStream stream(bytes.data(), static_cast<int>(bytes.size()));
    std::vector<v1::ManifestEntry> manifest;
    v1::ManifestEntry entry;
    bool is_end = false;
    while (google::protobuf::util::ParseDelimitedFromZeroCopyStream(&entry, &stream, &is_end)) {
      manifest.push_back(entry);
      entry.Clear();
    }
    return manifest;
  }

  static std::map<v1::RecordRole, int> CountRoles(const std::vector<v1::ManifestEntry>& manifest) {
    std::map<v1::RecordRole, int> counts;
    for (const v1::ManifestEntry& entry : manifest) ++counts[entry.role()];
    return counts;
  }

  const v1::Index index_ = MakeSampleIndex(kPatientCount);
  const std::vector<v1::IndexEntry> entries_{index_.entries().begin(), index_.entries().end()};
  DatasetVersion version_;
  DealtSplit dealt_;
  std::map<std::string, SplitAssignment> assignments_;
};

v1::RunSpec TrainWith(v1::Scheme scheme, int fold) {
  v1::RunSpec spec;
  spec.mutable_train()->set_scheme(scheme);
  spec.mutable_train()->set_fold(fold);
  return spec;
}

TEST_F(ManifestTest, APatientIsNeverInTwoRoles) {
  for (const v1::Scheme scheme :
       {v1::SCHEME_PLAIN, v1::SCHEME_CROSS_VALIDATION, v1::SCHEME_FINAL}) {
    v1::RunSpec spec = TrainWith(scheme, scheme == v1::SCHEME_CROSS_VALIDATION ? 2 : 0);
    spec.set_unlock_test(true);
    std::map<int, std::set<v1::RecordRole>> roles;
    for (const v1::ManifestEntry& entry : Make(spec)) {
      roles[entry.patient_ordinal()].insert(entry.role());
    }
    EXPECT_EQ(roles.size(), static_cast<size_t>(kPatientCount));
    for (const auto& [patient, of_patient] : roles) EXPECT_EQ(of_patient.size(), 1U);
  }
}

TEST_F(ManifestTest, TheTestIsLeftOutUnlessUnlocked) {
  for (const v1::ManifestEntry& entry : Make(TrainWith(v1::SCHEME_PLAIN, 0))) {
    EXPECT_NE(entry.fold(), kTestFold);
  }
}

TEST_F(ManifestTest, CrossValidationHoldsItsFoldOutAndStopsOnAnInnerGroup) {
  for (const v1::ManifestEntry& entry : Make(TrainWith(v1::SCHEME_CROSS_VALIDATION, 2))) {
    const v1::RecordRole expected = entry.fold() == 2    ? v1::RECORD_ROLE_HELD_OUT
                                    : entry.inner() == 2 ? v1::RECORD_ROLE_VALIDATE
                                                         : v1::RECORD_ROLE_TRAIN;
    EXPECT_EQ(entry.role(), expected);
  }
}

TEST_F(ManifestTest, AnEvaluationGetsAllFoldsWithoutRoles) {
  v1::RunSpec spec;
  spec.mutable_evaluate();
  const std::map<v1::RecordRole, int> roles = CountRoles(Make(spec));
  EXPECT_EQ(
      roles,
      (std::map<v1::RecordRole, int>{{v1::RECORD_ROLE_UNSPECIFIED, 2 * kPatientCount * 4 / 5}}));
}

TEST_F(ManifestTest, ARulesRunGetsOneWithASplitOnlyAndThenWithoutTheTest) {
  v1::RunSpec spec;
  spec.mutable_rules();
  EXPECT_FALSE(NeedsManifest(spec));
  spec.set_split(dealt_.split.sha256);
  EXPECT_TRUE(NeedsManifest(spec));
  for (const v1::ManifestEntry& entry : Make(spec)) EXPECT_NE(entry.fold(), kTestFold);
}

TEST_F(ManifestTest, TheFirstExamIsTheEarliestRecording) {
  std::vector<v1::IndexEntry> entries(entries_.begin(), entries_.begin() + 2);
  entries[0].set_acquisition_time("2020-05-01 10:00:00");
  entries[1].set_acquisition_time("2019-05-01 10:00:00");
  v1::RunSpec spec;
  spec.mutable_evaluate();
  spec.set_unlock_test(true);
  const std::string bytes = MakeManifest(spec, entries, assignments_).value();
  google::protobuf::io::ArrayInputStream stream(bytes.data(), static_cast<int>(bytes.size()));
  v1::ManifestEntry first;
  v1::ManifestEntry second;
  bool is_end = false;
  google::protobuf::util::ParseDelimitedFromZeroCopyStream(&first, &stream, &is_end);
  google::protobuf::util::ParseDelimitedFromZeroCopyStream(&second, &stream, &is_end);
  EXPECT_FALSE(first.first_exam());
  EXPECT_TRUE(second.first_exam());
}

TEST_F(ManifestTest, TheSameSpecGivesTheSameBytes) {
  const v1::RunSpec spec = TrainWith(v1::SCHEME_FINAL, 0);
  EXPECT_EQ(MakeManifest(spec, entries_, assignments_).value(),
            MakeManifest(spec, entries_, assignments_).value());
}

TEST_F(ManifestTest, APatientWithoutAPlaceIsAnError) {
  assignments_.erase("P00001");
  EXPECT_EQ(MakeManifest(TrainWith(v1::SCHEME_PLAIN, 0), entries_, assignments_).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(ManifestTest, ASplitDependsOnItsSeed) {
  EXPECT_EQ(DealSplit(version_, entries_, 7, {})->split.sha256, dealt_.split.sha256);
  EXPECT_NE(DealSplit(version_, entries_, 8, {})->split.sha256, dealt_.split.sha256);
}

TEST_F(ManifestTest, ASplitSpreadsEveryStratumEvenly) {
  v1::Split details;
  ASSERT_TRUE(details.ParseFromString(dealt_.split.details));
  EXPECT_THAT(details.strata_targets(), ElementsAre("chd"));
  ASSERT_EQ(details.parts_size(), 5);
  for (const v1::SplitPart& part : details.parts()) {
    EXPECT_EQ(part.patient_count(), kPatientCount / 5);
    EXPECT_EQ(part.record_count(), 2 * kPatientCount / 5);
    for (const v1::StratumShare& share : part.strata()) {
      EXPECT_NEAR(share.share(), share.whole_share(), 0.04) << share.stratum();
    }
  }
}

TEST_F(ManifestTest, ListsAgesFromYoungToOld) {
  std::vector<v1::IndexEntry> entries(entries_.begin(), entries_.end());
  entries[0].clear_age_days();
  entries[1].clear_age_days();
  v1::Split details;
  ASSERT_TRUE(details.ParseFromString(DealSplit(version_, entries, 7, {})->split.details));
  std::vector<std::string> ages;
  for (const v1::StratumShare& share : details.parts(0).strata()) {
    if (share.stratum().rfind("age:", 0) == 0) ages.push_back(share.stratum());
  }
  EXPECT_THAT(ages, ElementsAre("age:0-30d", "age:1-3mo", "age:3-6mo", "age:6-12mo", "age:1-3y",
                                "age:3-5y", "age:5-8y", "age:8-12y", "age:12-15y", "age:unknown"));
}

TEST_F(ManifestTest, ASplitOfUnknownTargetsIsRefused) {
  EXPECT_EQ(DealSplit(version_, entries_, 7, {"chf"}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(VersionSha256Test, CoversTheDocumentedText) {
  v1::Index index;
  v1::IndexEntry* entry = index.add_entries();
  entry->set_record_id("P00001_E01");
  entry->set_patient_id("P00001");
  entry->set_signal_sha256("ab");
  entry->set_age_days(30);
  entry->set_sex(v1::SEX_FEMALE);
  entry->add_icd_codes("(FO) Q21.1");
  entry->add_icd_codes("I40.9");
  entry->add_statements("A1");
  v1::IndexEntry* unknown = index.add_entries();
  unknown->set_record_id("P00002_E01");
  unknown->set_patient_id("P00002");
  unknown->set_signal_sha256("cd");
  EXPECT_EQ(VersionSha256(index), Sha256Hex("P00001_E01|P00001|ab|30|F|(FO) Q21.1;I40.9|A1\n"
                                            "P00002_E01|P00002|cd||||\n"));
}

}  // namespace
}  // namespace pecg
