#include "worker/learn/train_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "base/yaml.h"
#include "worker/ecg/error.h"

namespace pecg {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

v1::JobSpec SpecWithTargets() {
  v1::JobSpec spec;
  for (const char* name : {"chd", "kawasaki", "abnormal_a1", "abnormal_clear"}) {
    spec.add_targets(name);
  }
  spec.mutable_run_spec()->mutable_train()->set_variant("resnet1d");
  return spec;
}

v1::ManifestEntry Entry(int ordinal, v1::RecordRole role, const std::string& targets) {
  v1::ManifestEntry entry;
  entry.set_ordinal(ordinal);
  entry.set_record_id("P" + std::to_string(ordinal));
  entry.set_role(role);
  entry.set_targets(targets);
  entry.set_weight(1);
  return entry;
}

/// 25 training positives of chd, 5 of kawasaki, 20 abnormal; 40 records.
std::vector<v1::ManifestEntry> Manifest() {
  std::vector<v1::ManifestEntry> manifest;
  for (int i = 0; i < 40; ++i) {
    const std::string targets = {static_cast<char>(i < 25), static_cast<char>(i >= 35),
                                 static_cast<char>(i % 2), '\xff'};
    manifest.push_back(Entry(i, v1::RECORD_ROLE_TRAIN, targets));
  }
  return manifest;
}

Error ErrorOf(const v1::JobSpec& spec) {
  try {
    ChooseTargets(spec, Manifest());
  } catch (const Error& error) {
    return error;
  }
  return Error(Error::Kind::kIo, "no error was thrown");
}

TEST(ChooseTargetsTest, TakesDiseasesWithEnoughPositivesAndNormalityByDefault) {
  EXPECT_THAT(ChooseTargets(SpecWithTargets(), Manifest()), ElementsAre(0, 2));
}

TEST(ChooseTargetsTest, ALowerLimitTakesMore) {
  v1::JobSpec spec = SpecWithTargets();
  spec.mutable_run_spec()->mutable_train()->set_min_positive_count(5);
  EXPECT_THAT(ChooseTargets(spec, Manifest()), ElementsAre(0, 1, 2));
}

TEST(ChooseTargetsTest, CountsTrainingRecordsOnly) {
  std::vector<v1::ManifestEntry> manifest = Manifest();
  for (int i = 0; i < 10; ++i)
    manifest[static_cast<std::size_t>(i)].set_role(v1::RECORD_ROLE_VALIDATE);
  EXPECT_THAT(ChooseTargets(SpecWithTargets(), manifest), ElementsAre(2));
}

TEST(ChooseTargetsTest, KeepsTheOrderThatWasAskedFor) {
  v1::JobSpec spec = SpecWithTargets();
  spec.mutable_run_spec()->mutable_train()->add_targets("kawasaki");
  spec.mutable_run_spec()->mutable_train()->add_targets("chd");
  EXPECT_THAT(ChooseTargets(spec, Manifest()), ElementsAre(1, 0));
}

TEST(ChooseTargetsTest, SuggestsTheNameThatWasMeant) {
  v1::JobSpec spec = SpecWithTargets();
  spec.mutable_run_spec()->mutable_train()->add_targets("kawasak");
  const Error error = ErrorOf(spec);
  EXPECT_EQ(error.kind(), Error::Kind::kBadInput);
  EXPECT_EQ(error.where(), "train.targets");
  EXPECT_THAT(error.hint(), HasSubstr("kawasaki"));
}

TEST(ChooseTargetsTest, RefusesATargetWithoutBothClasses) {
  v1::JobSpec spec = SpecWithTargets();
  spec.mutable_run_spec()->mutable_train()->add_targets("abnormal_clear");
  EXPECT_THAT(ErrorOf(spec).message(), HasSubstr("0 positives and 0 negatives"));
}

TEST(ChooseTargetsTest, RefusesATargetThatStandsTwice) {
  v1::JobSpec spec = SpecWithTargets();
  spec.mutable_run_spec()->mutable_train()->add_targets("chd");
  spec.mutable_run_spec()->mutable_train()->add_targets("chd");
  EXPECT_THAT(ErrorOf(spec).message(), HasSubstr("twice"));
}

TEST(ToRowsTest, TakesTheLabelsOfTheChosenTargets) {
  const std::vector<std::size_t> targets = {3, 0};
  const auto rows = ToRows(Manifest(), targets);
  ASSERT_EQ(rows.size(), 40U);
  EXPECT_THAT(rows[0].labels, ElementsAre(kMissingLabel, 1));
}

TEST(ToRowsTest, LeavesRecordsWithoutARoleOut) {
  std::vector<v1::ManifestEntry> manifest = Manifest();
  manifest[3].set_role(v1::RECORD_ROLE_UNSPECIFIED);
  EXPECT_EQ(ToRows(manifest, std::vector<std::size_t>{0}).size(), 39U);
}

TEST(ToRowsTest, NamesTheRecordWithALabelThatIsNone) {
  std::vector<v1::ManifestEntry> manifest = Manifest();
  manifest[3].set_targets(std::string("\x02\x00\x00\x00", 4));
  try {
    ToRows(manifest, std::vector<std::size_t>{0});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.where(), "record P3");
  }
}

TEST(ToTrainSettingsTest, AnEmptySpecHasTheDefaults) {
  TrainSettings expected;
  expected.targets = {"chd"};
  expected.network.variant = "";
  expected.network.target_count = 1;
  EXPECT_EQ(ToJson(ToTrainSettings(v1::RunSpec(), {"chd"})), ToJson(expected));
}

TEST(ToTrainSettingsTest, TheExampleFileSpellsTheDefaultsOut) {
  v1::RunSpec spec;
  const absl::Status status = ReadYamlFile(PECG_SOURCE_DIR "/deploy/train.yaml", &spec);
  ASSERT_TRUE(status.ok()) << status;
  TrainSettings expected;
  expected.targets = {"chd"};
  EXPECT_EQ(ToJson(ToTrainSettings(spec, {"chd"})), ToJson(expected));
}

TEST(ToTrainSettingsTest, TheExampleFileNamesEveryField) {
  v1::RunSpec spec;
  ASSERT_TRUE(ReadYamlFile(PECG_SOURCE_DIR "/deploy/train.yaml", &spec).ok());
  const std::string written = [] {
    std::ifstream file(PECG_SOURCE_DIR "/deploy/train.yaml");
    return std::string(std::istreambuf_iterator<char>(file), {});
  }();
  const auto* descriptor = v1::TrainSpec::descriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    EXPECT_THAT(written, HasSubstr("\n  " + descriptor->field(i)->name() + ":"));
  }
}

TEST(ToTrainSettingsTest, AZeroThatWasWrittenIsNoDefaultWhereZeroMeansSomething) {
  v1::RunSpec spec;
  ASSERT_TRUE(YamlToMessage("train: {dropout: 0, noise_mv: 0, weight_decay: 0}", "t", &spec).ok());
  const TrainSettings settings = ToTrainSettings(spec, {"chd"});
  EXPECT_EQ(settings.network.dropout, 0);
  EXPECT_EQ(settings.augment.noise_mv, 0);
  EXPECT_EQ(settings.weight_decay, 0);
}

}  // namespace
}  // namespace pecg
