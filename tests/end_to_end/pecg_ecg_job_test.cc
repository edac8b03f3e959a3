#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <set>

#include "pecg/v1/dataset.pb.h"
#include "pecg/v1/evaluation.pb.h"
#include "tests/end_to_end/pecg_ecg_process.h"
#include "tests/worker/job/job_testing.h"
#include "tests/worker/job/prediction_testing.h"
#include "worker/job/digest_file.h"

namespace pecg {
namespace {

namespace fs = std::filesystem;

using testing::EvaluateJobSpec;
using testing::FoldModel;
using ::testing::HasSubstr;
using testing::IsPositive;
using testing::JobEnd;
using testing::JobProcess;
using testing::MadeUpManifest;
using testing::MadeUpPredictions;
using ::testing::Not;
using testing::PerfectPlainModel;
using testing::ReadFile;
using testing::RunJobDirectory;
using testing::TemporaryFolder;
using testing::WriteFile;
using testing::WriteJob;

constexpr char kMiniDataset[] = PECG_SOURCE_DIR "/../shared/data/zzu-pecg-mini";

float PerfectLogit(int patient) { return IsPositive(patient) ? 2.0F : -2.0F; }

template <typename Message>
Message ReadMessage(const fs::path& path) {
  Message message;
  EXPECT_TRUE(message.ParseFromString(ReadFile(path))) << path;
  return message;
}

/// Artifacts by path, each checked against what lies on the disk.
std::map<std::string, v1::ArtifactReady> CheckedArtifacts(const JobEnd& end, const fs::path& root) {
  std::map<std::string, v1::ArtifactReady> artifacts;
  for (const v1::JobEvent& event : end.events) {
    if (!event.has_artifact()) continue;
    const v1::ArtifactReady& artifact = event.artifact();
    const FileDigest digest = DigestFile(root / "output" / artifact.path());
    EXPECT_EQ(digest.sha256, artifact.sha256()) << artifact.path();
    EXPECT_EQ(digest.size_bytes, artifact.size_bytes()) << artifact.path();
    artifacts[artifact.path()] = artifact;
  }
  return artifacts;
}

void ExpectNumberedWithoutGaps(const JobEnd& end) {
  for (std::size_t i = 0; i < end.events.size(); ++i) {
    EXPECT_EQ(end.events[i].sequence(), static_cast<std::int64_t>(i) + 1);
  }
}

class PecgEcgJobTest : public ::testing::Test {
 protected:
  fs::path root() const { return folder_.path(); }

  static v1::JobSpec IndexSpec(const std::string& dataset_root) {
    v1::JobSpec spec;
    spec.set_run("runs/1");
    spec.set_threads(2);
    spec.set_dataset_root(dataset_root);
    spec.set_dataset_kind("zzu_pecg");
    spec.mutable_run_spec()->set_dataset("mini");
    spec.mutable_run_spec()->mutable_index();
    return spec;
  }

  static v1::JobSpec AuditSpec() {
    v1::JobSpec spec;
    spec.set_run("runs/2");
    spec.set_threads(1);
    spec.mutable_run_spec()->set_dataset("mini");
    spec.mutable_run_spec()->mutable_audit();
    return spec;
  }

  static v1::JobSpec ReportSpec() {
    v1::JobSpec spec;
    spec.set_run("runs/3");
    spec.set_threads(1);
    spec.mutable_run_spec()->mutable_report();
    return spec;
  }

  void AddPredictions(const std::string& alias, const MadeUpPredictions& predictions) const {
    predictions.Write(root() / "input" / alias / "predictions.safetensors");
  }

  /// Runs the job and expects it to end with a result.
  JobEnd Succeed() const {
    JobEnd end = RunJobDirectory(root());
    EXPECT_EQ(end.exit_code, 0) << end.log;
    EXPECT_EQ(end.LastWordCount(), 1);
    EXPECT_TRUE(!end.events.empty() && end.events.back().has_result()) << end.log;
    ExpectNumberedWithoutGaps(end);
    return end;
  }

  /// Runs the job and expects it to fail with one `failed` event, the last one.
  v1::JobFailed Fail(int exit_code) const {
    const JobEnd end = RunJobDirectory(root());
    EXPECT_EQ(end.exit_code, exit_code) << end.log;
    EXPECT_EQ(end.LastWordCount(), 1);
    EXPECT_TRUE(!end.events.empty() && end.events.back().has_failed()) << end.log;
    return end.Failed();
  }

  TemporaryFolder folder_;
};

TEST_F(PecgEcgJobTest, IndexesADatasetAndAuditsTheIndex) {
  if (!fs::exists(kMiniDataset)) GTEST_SKIP() << "no ZZU-pECG sample at " << kMiniDataset;
  WriteJob(root(), IndexSpec(kMiniDataset));
  const JobEnd end = Succeed();

  EXPECT_THAT(end.Result().typed_paths(), ::testing::ElementsAre("index.binpb"));
  EXPECT_FALSE(end.Result().lineage().targets_sha256().empty());
  EXPECT_EQ(CheckedArtifacts(end, root()).at("index.binpb").type(), "index");
  const auto index = ReadMessage<v1::Index>(root() / "output/index.binpb");
  EXPECT_EQ(index.entries_size(), 23);
  EXPECT_EQ(index.failures_size(), 0);

  const TemporaryFolder audit;
  fs::create_directories(audit.path() / "input/index");
  fs::copy_file(root() / "output/index.binpb", audit.path() / "input/index/index.binpb");
  WriteJob(audit.path(), AuditSpec());
  const JobEnd audit_end = RunJobDirectory(audit.path());
  ASSERT_EQ(audit_end.exit_code, 0) << audit_end.log;
  const auto artifacts = CheckedArtifacts(audit_end, audit.path());
  for (const char* path : {"audit.json", "audit.html", "audit.txt"}) {
    EXPECT_EQ(artifacts.at(path).type(), "audit");
  }
  const auto json = nlohmann::json::parse(ReadFile(audit.path() / "output/audit.json"));
  EXPECT_EQ(json["record_count"], 23);
}

TEST_F(PecgEcgJobTest, ReportsTheLastRecordOfAnIndexRun) {
  if (!fs::exists(kMiniDataset)) GTEST_SKIP() << "no ZZU-pECG sample at " << kMiniDataset;
  WriteJob(root(), IndexSpec(kMiniDataset));

  v1::Progress last;
  for (const v1::JobEvent& event : Succeed().events) {
    if (event.has_progress()) last = event.progress();
  }
  EXPECT_EQ(last.unit(), "records");
  EXPECT_EQ(last.done(), 23);
  EXPECT_EQ(last.total(), 23);
}

TEST_F(PecgEcgJobTest, KeepsRecordsOutOfTheLog) {
  if (!fs::exists(kMiniDataset)) GTEST_SKIP() << "no ZZU-pECG sample at " << kMiniDataset;
  WriteJob(root(), IndexSpec(kMiniDataset));

  EXPECT_THAT(Succeed().log, Not(HasSubstr("P0")));
}

TEST_F(PecgEcgJobTest, EvaluatesAPerfectModelBesideAFloorThatKnowsNothing) {
  AddPredictions("predictions", PerfectPlainModel());
  MadeUpPredictions floor = PerfectPlainModel();
  for (float& logit : floor.logits) logit = 0;
  floor.metadata["run"] = "runs/8";
  AddPredictions("floor", floor);
  v1::JobSpec spec = EvaluateJobSpec();
  spec.set_test_look_count(2);
  WriteJob(root(), spec, MadeUpManifest(/*unlock_test=*/false));
  const JobEnd end = Succeed();

  EXPECT_THAT(end.Result().typed_paths(), ::testing::ElementsAre("evaluation.binpb"));
  EXPECT_EQ(CheckedArtifacts(end, root()).at("evaluation.binpb").type(), "evaluation");
  const auto evaluation = ReadMessage<v1::Evaluation>(root() / "output/evaluation.binpb");
  EXPECT_THAT(evaluation.runs(), ::testing::ElementsAre("runs/7"));
  EXPECT_EQ(evaluation.data(), "demo version-a synthetic");
  EXPECT_EQ(evaluation.variant(), "resnet1d");
  EXPECT_EQ(evaluation.test_look_count(), 2);
  ASSERT_EQ(evaluation.targets_size(), 1);
  const v1::TargetEvaluation& figures = evaluation.targets(0);
  EXPECT_EQ(figures.role(), "validate");
  EXPECT_EQ(figures.patient_count(), 8);
  EXPECT_EQ(figures.positive_count(), 4);
  EXPECT_EQ(figures.auroc().value(), 1.0);
  EXPECT_EQ(figures.auprc().value(), 1.0);
  EXPECT_EQ(figures.floor_auroc().value(), 0.5);
  EXPECT_EQ(figures.auroc_over_floor().value(), 0.5);
  EXPECT_EQ(figures.folds_size(), 0);
}

TEST_F(PecgEcgJobTest, WritesTheFiguresAsMetricPoints) {
  AddPredictions("predictions", PerfectPlainModel());
  WriteJob(root(), EvaluateJobSpec(), MadeUpManifest(/*unlock_test=*/false));

  std::map<std::string, double> values;
  for (const v1::JobEvent& event : Succeed().events) {
    for (const v1::MetricPoint& point : event.metrics().points()) {
      values[point.key()] = point.value();
    }
  }
  EXPECT_EQ(values.at("validate.chd.auroc"), 1.0);
  // Four patients of each class leave doubt, though every resample ranks perfectly.
  EXPECT_LT(values.at("validate.chd.auroc_lower"), 0.95);
  EXPECT_EQ(values.at("validate.chd.auroc_upper"), 1.0);
  EXPECT_TRUE(values.contains("validate.chd.brier"));
  EXPECT_FALSE(values.contains("validate.chd.calibrated_ece"));
  EXPECT_FALSE(values.contains("validate.chd.floor_auroc"));
}

TEST_F(PecgEcgJobTest, AveragesTheFoldsInsteadOfPoolingTheirScores) {
  // Fold 1 ranks the wrong way round, and on a scale that would drown the others if pooled.
  AddPredictions("predictions_0", FoldModel(0, PerfectLogit));
  AddPredictions("predictions_1",
                 FoldModel(1, [](int patient) { return -1000.0F * PerfectLogit(patient); }));
  AddPredictions("predictions_2", FoldModel(2, PerfectLogit));
  AddPredictions("predictions_3", FoldModel(3, PerfectLogit));
  WriteJob(root(), EvaluateJobSpec(), MadeUpManifest(/*unlock_test=*/false));
  Succeed();

  const auto evaluation = ReadMessage<v1::Evaluation>(root() / "output/evaluation.binpb");
  const auto oof = std::ranges::find(evaluation.targets(), "oof", &v1::TargetEvaluation::role);
  ASSERT_NE(oof, evaluation.targets().end());
  EXPECT_EQ(oof->patient_count(), 32);
  EXPECT_DOUBLE_EQ(oof->auroc().value(), 0.75);
  ASSERT_EQ(oof->folds_size(), 4);
  EXPECT_EQ(oof->folds(0).auroc().value(), 1.0);
  EXPECT_EQ(oof->folds(1).auroc().value(), 0.0);
  EXPECT_EQ(oof->folds(1).patient_count(), 8);
}

TEST_F(PecgEcgJobTest, CountsATestPatientOnceThoughEveryFoldScoredThem) {
  for (int fold = 0; fold < kFoldCount; ++fold) {
    MadeUpPredictions model = FoldModel(fold, PerfectLogit);
    model.PredictRoles(SplitScheme::kCrossValidation, fold, {RecordRole::kTest}, PerfectLogit);
    AddPredictions("predictions_" + std::to_string(fold), model);
  }
  v1::JobSpec spec = EvaluateJobSpec();
  spec.mutable_run_spec()->set_unlock_test(true);
  WriteJob(root(), spec, MadeUpManifest(/*unlock_test=*/true));
  Succeed();

  const auto evaluation = ReadMessage<v1::Evaluation>(root() / "output/evaluation.binpb");
  const auto test = std::ranges::find(evaluation.targets(), "test", &v1::TargetEvaluation::role);
  ASSERT_NE(test, evaluation.targets().end());
  EXPECT_EQ(test->patient_count(), 8);
  EXPECT_EQ(test->positive_count(), 4);
}

TEST_F(PecgEcgJobTest, EvaluatesTheSameWithAnyNumberOfThreads) {
  std::set<std::string> contents;
  for (const int threads : {1, 4}) {
    for (int fold = 0; fold < kFoldCount; ++fold) {
      AddPredictions("predictions_" + std::to_string(fold), FoldModel(fold, PerfectLogit));
    }
    v1::JobSpec spec = EvaluateJobSpec();
    spec.set_threads(threads);
    WriteJob(root(), spec, MadeUpManifest(/*unlock_test=*/false));
    Succeed();
    contents.insert(ReadFile(root() / "output/evaluation.binpb"));
  }
  EXPECT_EQ(contents.size(), 1U);
}

TEST_F(PecgEcgJobTest, ReportsAnEvaluation) {
  AddPredictions("predictions", PerfectPlainModel());
  WriteJob(root(), EvaluateJobSpec(), MadeUpManifest(/*unlock_test=*/false));
  Succeed();
  const TemporaryFolder report;
  fs::create_directories(report.path() / "input/baseline");
  fs::copy_file(root() / "output/evaluation.binpb",
                report.path() / "input/baseline/evaluation.binpb");
  WriteJob(report.path(), ReportSpec());

  const JobEnd end = RunJobDirectory(report.path());
  ASSERT_EQ(end.exit_code, 0) << end.log;
  EXPECT_EQ(CheckedArtifacts(end, report.path()).at("report.html").type(), "report");
  const std::string page = ReadFile(report.path() / "output/report.html");
  EXPECT_THAT(page, HasSubstr("baseline: resnet1d"));
  EXPECT_THAT(page, HasSubstr("Synthetic data"));
}

TEST_F(PecgEcgJobTest, RefusesAKindOfAnotherProgram) {
  v1::JobSpec spec = ReportSpec();
  spec.mutable_run_spec()->mutable_train();
  WriteJob(root(), spec);
  const v1::JobFailed failed = Fail(2);

  EXPECT_EQ(failed.kind(), "invalid_spec");
  EXPECT_THAT(failed.what(), HasSubstr("train"));
}

TEST_F(PecgEcgJobTest, RefusesAFolderWithoutASpec) { EXPECT_EQ(Fail(2).kind(), "invalid_spec"); }

TEST_F(PecgEcgJobTest, SaysThatTheDatasetsFolderIsNotThere) {
  WriteJob(root(), IndexSpec((root() / "gone").string()));

  EXPECT_EQ(Fail(3).kind(), "data_missing");
}

TEST_F(PecgEcgJobTest, SaysThatAnInputIsNotThere) {
  WriteJob(root(), AuditSpec());

  EXPECT_EQ(Fail(3).kind(), "data_missing");
}

TEST_F(PecgEcgJobTest, SaysThatAnInputIsBroken) {
  WriteFile(root() / "input/index/index.binpb", "no protobuf");
  WriteJob(root(), AuditSpec());

  EXPECT_EQ(Fail(3).kind(), "corrupt_data");
}

TEST_F(PecgEcgJobTest, RefusesPredictionsOfAnotherSplit) {
  MadeUpPredictions model = PerfectPlainModel();
  model.metadata["split"] = "split-b";
  AddPredictions("predictions", model);
  WriteJob(root(), EvaluateJobSpec(), MadeUpManifest(/*unlock_test=*/false));

  EXPECT_THAT(Fail(2).what(), ::testing::AllOf(HasSubstr("split-a"), HasSubstr("split-b")));
}

TEST_F(PecgEcgJobTest, RefusesAReportOfNothing) {
  WriteJob(root(), ReportSpec());

  EXPECT_EQ(Fail(2).kind(), "invalid_spec");
}

/// An evaluation of many minutes: it can only end in time if it is stopped.
class PecgEcgStopTest : public PecgEcgJobTest {
 protected:
  PecgEcgStopTest() {
    constexpr int kTargetCount = 2000;
    v1::JobSpec spec = EvaluateJobSpec();
    spec.mutable_run_spec()->mutable_evaluate()->set_bootstrap_count(100000);
    spec.clear_targets();
    MadeUpPredictions model = PerfectPlainModel();
    model.metadata["targets"].clear();
    for (int t = 0; t < kTargetCount; ++t) {
      const std::string name = "target_" + std::to_string(t);
      spec.add_targets(name);
      model.metadata["targets"] += (t > 0 ? "," : "") + name;
    }
    std::vector<v1::ManifestEntry> manifest = MadeUpManifest(/*unlock_test=*/false);
    for (v1::ManifestEntry& entry : manifest) {
      entry.set_targets(std::string(kTargetCount, entry.targets().front()));
    }
    AddPredictions("predictions", model);
    WriteJob(root(), spec, manifest);
  }

  static void ExpectStopped(const JobEnd& end) {
    EXPECT_EQ(end.exit_code, 75) << end.log;
    EXPECT_EQ(end.LastWordCount(), 0);
  }
};

TEST_F(PecgEcgStopTest, StopsOnSigterm) {
  JobProcess job(root());
  job.WaitForEvent();
  job.Signal(SIGTERM);

  ExpectStopped(job.Wait());
}

TEST_F(PecgEcgStopTest, StopsWhenTheAgentIsGone) {
  JobProcess job(root());
  job.WaitForEvent();
  job.EndLifeline();

  ExpectStopped(job.Wait());
}

}  // namespace
}  // namespace pecg
