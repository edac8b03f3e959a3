// pecg-ecg judges a synthetic dataset as a job, and by its commands.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "pecg/v1/dataset.pb.h"
#include "tests/end_to_end/pecg_ecg_process.h"
#include "tests/worker/job/job_testing.h"
#include "worker/file/safetensors.h"

namespace pecg {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;
using testing::JobEnd;
using testing::ReadFile;
using testing::RunJobDirectory;
using testing::TemporaryFolder;
using testing::WriteFile;
using testing::WriteJob;

constexpr int kRecordCount = 24;

std::vector<nlohmann::json> Lines(const fs::path& file) {
  std::istringstream text(ReadFile(file));
  std::vector<nlohmann::json> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

/// A synthetic dataset and its index, made once.
class RulesJobTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    const testing::CommandEnd made =
        testing::RunCommand({"synthesize", "--out", Dataset().string(), "--records",
                             std::to_string(kRecordCount), "--seed", "5"});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    v1::JobSpec spec = Spec();
    spec.mutable_run_spec()->mutable_index();
    WriteJob(folder_->path() / "index", spec);
    ASSERT_EQ(RunJobDirectory(folder_->path() / "index").exit_code, 0);
    ASSERT_TRUE(index_.ParseFromString(ReadFile(IndexFile())));
  }
  static void TearDownTestSuite() { delete folder_; }

  static fs::path Dataset() { return folder_->path() / "data"; }
  static fs::path IndexFile() { return folder_->path() / "index" / "output" / "index.binpb"; }

  static v1::JobSpec Spec() {
    v1::JobSpec spec;
    spec.set_run("runs/1");
    spec.set_threads(2);
    spec.set_dataset_root(Dataset().string());
    spec.set_dataset_kind("zzu_pecg");
    spec.set_synthetic(true);
    spec.mutable_run_spec()->set_dataset("demo");
    return spec;
  }

  static v1::JobSpec RulesSpec() {
    v1::JobSpec spec = Spec();
    spec.mutable_run_spec()->mutable_rules();
    spec.mutable_run_spec()->set_dataset_version(index_.version_sha256());
    for (const std::string& target : index_.targets()) spec.add_targets(target);
    for (const std::string& name : index_.statement_names()) spec.add_statement_names(name);
    return spec;
  }

  /// Every record but the last, which stands for the locked test.
  static std::vector<v1::ManifestEntry> Manifest() {
    std::vector<v1::ManifestEntry> manifest;
    for (int i = 0; i + 1 < index_.entries_size(); ++i) {
      const v1::IndexEntry& entry = index_.entries(i);
      v1::ManifestEntry row;
      row.set_ordinal(i);
      row.set_record_id(entry.record_id());
      row.set_patient_ordinal(i);
      row.set_first_exam(true);
      row.set_targets(entry.targets());
      row.set_statement_bits(entry.statement_bits());
      manifest.push_back(row);
    }
    return manifest;
  }

  static void PutIndex(const fs::path& job) {
    WriteFile(job / "input" / "index" / "index.binpb", ReadFile(IndexFile()));
  }

  inline static TemporaryFolder* folder_ = nullptr;
  inline static v1::Index index_;
};

TEST_F(RulesJobTest, JudgesEveryRecordWithoutLookingAtLabels) {
  const fs::path job = folder_->path() / "plain";
  WriteJob(job, RulesSpec());
  PutIndex(job);
  const JobEnd end = RunJobDirectory(job);
  ASSERT_EQ(end.exit_code, 0) << end.log;
  EXPECT_EQ(Lines(job / "output" / "findings.jsonl").size(),
            static_cast<std::size_t>(index_.entries_size()));
  EXPECT_FALSE(fs::exists(job / "output" / "rules.txt"));
  EXPECT_FALSE(fs::exists(job / "output" / "disagreements.jsonl"));
}

TEST_F(RulesJobTest, WritesOneRowOfFeaturesPerRecord) {
  const fs::path job = folder_->path() / "features";
  WriteJob(job, RulesSpec());
  PutIndex(job);
  ASSERT_EQ(RunJobDirectory(job).exit_code, 0);
  const SafetensorsFile file = SafetensorsFile::Read(job / "output" / "features.safetensors");
  const auto names = nlohmann::json::parse(ReadFile(job / "output" / "features.json"));
  const auto& shape = file.Find("value").shape;
  ASSERT_EQ(shape.size(), 2U);
  EXPECT_EQ(shape[0], index_.entries_size());
  EXPECT_EQ(shape[1], static_cast<std::int64_t>(names["features"].size()));
  EXPECT_EQ(file.Metadata("feature_set"), names["feature_set"]);
  EXPECT_EQ(file.Metadata("dataset_version"), index_.version_sha256());
  EXPECT_EQ(file.Metadata("synthetic"), "true");
  EXPECT_EQ(file.Values<std::int64_t>("ordinal").back(), index_.entries_size() - 1);
  const std::vector<float> values = file.Values<float>("value");
  EXPECT_GT(std::count_if(values.begin(), values.end(), [](float v) { return std::isfinite(v); }),
            static_cast<std::ptrdiff_t>(values.size() / 2));
}

TEST_F(RulesJobTest, ComparesWithTheLabelsOfItsManifestAlone) {
  const fs::path job = folder_->path() / "compared";
  v1::JobSpec spec = RulesSpec();
  spec.mutable_run_spec()->set_split("abc");
  WriteJob(job, spec, Manifest());
  PutIndex(job);
  const JobEnd end = RunJobDirectory(job);
  ASSERT_EQ(end.exit_code, 0) << end.log;
  EXPECT_THAT(ReadFile(job / "output" / "rules.txt"), HasSubstr("synthetic"));
  const std::string locked = index_.entries(index_.entries_size() - 1).record_id();
  for (const nlohmann::json& line : Lines(job / "output" / "disagreements.jsonl")) {
    EXPECT_NE(line["record"], locked);
    EXPECT_FALSE(line["criteria"].empty()) << line.dump();
  }
  std::set<std::string> keys;
  for (const v1::JobEvent& event : end.events) {
    for (const v1::MetricPoint& point : event.metrics().points()) keys.insert(point.key());
  }
  EXPECT_TRUE(keys.contains("oof.abnormal_a1.auroc"));
  EXPECT_TRUE(keys.contains("oof.finding_C21.sensitivity"));
}

TEST_F(RulesJobTest, ListsARecordThatCannotBeRead) {
  const fs::path job = folder_->path() / "damaged";
  v1::Index index = index_;
  index.mutable_entries(3)->set_path("Child_ecg/nowhere");
  WriteJob(job, RulesSpec());
  WriteFile(job / "input" / "index" / "index.binpb", index.SerializeAsString());
  ASSERT_EQ(RunJobDirectory(job).exit_code, 0);
  const auto failures = Lines(job / "output" / "failures.jsonl");
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(failures[0]["path"], "Child_ecg/nowhere");
  EXPECT_EQ(Lines(job / "output" / "findings.jsonl").size(),
            static_cast<std::size_t>(index_.entries_size() - 1));
}

TEST_F(RulesJobTest, TheFeaturesCommandWritesACsvWithOneRowPerRecord) {
  const fs::path out = folder_->path() / "features.csv";
  const testing::CommandEnd end = testing::RunCommand(
      {"features", Dataset().string(), "--dataset", "zzu_pecg", "--out", out.string()});
  ASSERT_EQ(end.exit_code, 0) << end.err;
  const std::string text = ReadFile(out);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), index_.entries_size() + 1);
  EXPECT_THAT(text, ::testing::StartsWith("record_id,age_days,sex,heart_rate_bpm,heart_rate_z,"));
}

TEST_F(RulesJobTest, InterpretGoesOnBehindARecordThatCannotBeRead) {
  const std::string record = (Dataset() / index_.entries(0).path()).string();
  const fs::path sheets = folder_->path() / "sheets";
  const testing::CommandEnd end =
      testing::RunCommand({"interpret", (Dataset() / "nowhere").string(), record, "--svg",
                           sheets.string(), "--output", "jsonl"});
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.err, HasSubstr("nowhere"));
  const auto json = nlohmann::json::parse(end.out);
  EXPECT_EQ(json["record"], record);
  EXPECT_FALSE(json["age_days"].is_null()) << "the header says it";
  EXPECT_TRUE(fs::exists(sheets / (fs::path(record).filename().string() + ".svg")));
}

}  // namespace
}  // namespace pecg
