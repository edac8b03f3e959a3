#include "worker/job/prediction_join.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/worker/job/job_testing.h"
#include "tests/worker/job/prediction_testing.h"
#include "worker/evaluate/calibrator.h"

namespace pecg {
namespace {

using testing::ErrorOf;
using testing::EvaluateJobSpec;
using testing::FoldModel;
using ::testing::HasSubstr;
using testing::IsPositive;
using testing::MadeUpManifest;
using testing::MadeUpPredictions;
using testing::PerfectPlainModel;
using testing::TemporaryFolder;
using testing::WriteJob;

class PredictionJoinTest : public ::testing::Test {
 protected:
  void AddInput(const std::string& alias, const MadeUpPredictions& predictions) {
    predictions.Write(folder_.path() / "input" / alias / "predictions.safetensors");
  }

  PredictionJoin Join(bool unlock_test = false) {
    WriteJob(folder_.path(), spec_, MadeUpManifest(unlock_test));
    return JoinPredictions(JobDirectory::Open(folder_.path()));
  }

  /// The message of the error that joining throws, and nothing else about it.
  std::string JoinError(bool unlock_test = false) {
    const auto error = ErrorOf([&] { Join(unlock_test); });
    return error.has_value() ? error->message() : "";
  }

  TemporaryFolder folder_;
  v1::JobSpec spec_ = EvaluateJobSpec();
};

TEST_F(PredictionJoinTest, TakesTheValidationRecordsOfThePlainScheme) {
  AddInput("predictions", PerfectPlainModel());
  const PredictionJoin join = Join();

  ASSERT_EQ(join.role_targets.size(), 1U);
  EXPECT_EQ(join.role_targets[0].role, "validate");
  EXPECT_EQ(join.role_targets[0].target, "chd");
  EXPECT_EQ(join.role_targets[0].records.size(), 16U);  // Fold 0: 8 of 40 patients, 2 records each.
  for (const ScoredRecord& record : join.role_targets[0].records) {
    EXPECT_EQ(record.label, IsPositive(record.patient) ? 1 : 0);
    EXPECT_EQ(record.score, IsPositive(record.patient) ? 2.0 : -2.0);
  }
}

TEST_F(PredictionJoinTest, CountsEachRecordOutOfFoldOnce) {
  for (int fold = 0; fold < kFoldCount; ++fold) {
    AddInput("predictions_" + std::to_string(fold), FoldModel(fold, [](int) { return 0.0F; }));
  }
  const PredictionJoin join = Join();

  std::vector<std::string> roles;
  for (const RoleTarget& role_target : join.role_targets) roles.push_back(role_target.role);
  EXPECT_THAT(roles, ::testing::ElementsAre("validate", "oof"));
  EXPECT_EQ(join.role_targets[1].records.size(), 64U);  // All of the four folds.
}

TEST_F(PredictionJoinTest, PairsEachModelWithTheFloorOfItsFold) {
  for (const int fold : {0, 1}) {
    const std::string number = std::to_string(fold);
    AddInput("predictions_" + number, FoldModel(fold, [](int) { return 1.0F; }));
    AddInput("floor_" + number,
             FoldModel(fold, [=](int) { return 100.0F + static_cast<float>(fold); }));
  }
  for (const RoleTarget& role_target : Join().role_targets) {
    for (const ScoredRecord& record : role_target.records) {
      EXPECT_EQ(record.floor_score, 100.0 + record.fold);
    }
  }
}

TEST_F(PredictionJoinTest, LeavesRecordsWithoutTheTargetsTruthOut) {
  AddInput("predictions", PerfectPlainModel());
  std::vector<v1::ManifestEntry> manifest = MadeUpManifest(/*unlock_test=*/false);
  manifest[0].set_targets("\xFF");
  WriteJob(folder_.path(), spec_, manifest);

  const PredictionJoin join = JoinPredictions(JobDirectory::Open(folder_.path()));
  EXPECT_EQ(join.role_targets[0].records.size(), 15U);
}

TEST_F(PredictionJoinTest, DoesNotLookAtTestPredictionsWhileTheTestIsLocked) {
  MadeUpPredictions model = PerfectPlainModel();
  const std::size_t validation_count = model.ordinals.size();
  model.PredictRoles(SplitScheme::kPlain, 0, {RecordRole::kTest}, [](int) { return 0.0F; });
  AddInput("predictions", model);
  const PredictionJoin join = Join(/*unlock_test=*/false);

  EXPECT_EQ(join.role_targets.size(), 1U);
  EXPECT_EQ(join.test_record_count, 0);
  EXPECT_EQ(join.unused_prediction_count,
            static_cast<std::int64_t>(model.ordinals.size() - validation_count));
}

TEST_F(PredictionJoinTest, TakesTheTestWhenItIsUnlocked) {
  MadeUpPredictions model = PerfectPlainModel();
  model.PredictRoles(SplitScheme::kPlain, 0, {RecordRole::kTest}, [](int) { return 0.0F; });
  AddInput("predictions", model);
  const PredictionJoin join = Join(/*unlock_test=*/true);

  ASSERT_EQ(join.role_targets.size(), 2U);
  EXPECT_EQ(join.role_targets[1].role, "test");
  EXPECT_EQ(join.test_record_count, 16);
}

TEST_F(PredictionJoinTest, RefusesARecordWithoutAPrediction) {
  MadeUpPredictions model = PerfectPlainModel();
  const std::int64_t lost = model.ordinals.back();
  model.ordinals.pop_back();
  model.logits.pop_back();
  AddInput("predictions", model);

  EXPECT_THAT(JoinError(), ::testing::AllOf(HasSubstr("predictions"), HasSubstr("validate record"),
                                            HasSubstr(std::to_string(lost))));
}

TEST_F(PredictionJoinTest, RefusesATestWithoutPredictionsAndSaysHow) {
  AddInput("predictions", PerfectPlainModel());
  const auto error = ErrorOf([&] { Join(/*unlock_test=*/true); });

  ASSERT_TRUE(error.has_value());
  EXPECT_THAT(error->hint(), HasSubstr("unlock_test"));
}

TEST_F(PredictionJoinTest, RefusesAnotherDatasetVersionNamingBoth) {
  MadeUpPredictions model = PerfectPlainModel();
  model.metadata["dataset_version"] = "version-b";
  AddInput("predictions", model);

  EXPECT_THAT(JoinError(), ::testing::AllOf(HasSubstr("version-a"), HasSubstr("version-b")));
}

TEST_F(PredictionJoinTest, RefusesAnotherSplitNamingBoth) {
  MadeUpPredictions model = PerfectPlainModel();
  model.metadata["split"] = "split-b";
  AddInput("predictions", model);

  EXPECT_THAT(JoinError(), ::testing::AllOf(HasSubstr("split-a"), HasSubstr("split-b")));
}

TEST_F(PredictionJoinTest, RefusesATargetTheManifestLacksNamingBoth) {
  MadeUpPredictions model = PerfectPlainModel();
  model.metadata["targets"] = "kawasaki";
  AddInput("predictions", model);

  EXPECT_THAT(JoinError(), ::testing::AllOf(HasSubstr("kawasaki"), HasSubstr("chd")));
}

TEST_F(PredictionJoinTest, RefusesTwoModelsOfOneFold) {
  AddInput("predictions_0", FoldModel(2, [](int) { return 0.0F; }));
  AddInput("predictions_1", FoldModel(2, [](int) { return 0.0F; }));

  EXPECT_THAT(JoinError(), HasSubstr("both of fold 2"));
}

TEST_F(PredictionJoinTest, TakesSeveralRunsOfAFoldAsSeeds) {
  for (const int seed : {0, 1}) {
    MadeUpPredictions model = FoldModel(2, [](int) { return 0.0F; });
    model.metadata["run"] = "runs/" + std::to_string(20 + seed);
    AddInput("predictions_" + std::to_string(seed), model);
  }
  std::set<int> seeds;
  const auto joined = Join();
  for (const ScoredRecord& record : joined.role_targets[0].records) seeds.insert(record.seed);
  EXPECT_THAT(seeds, ::testing::ElementsAre(0, 1));
}

TEST_F(PredictionJoinTest, RefusesFoldsWithDifferentNumbersOfSeeds) {
  AddInput("predictions_0", FoldModel(0, [](int) { return 0.0F; }));
  AddInput("predictions_1", FoldModel(1, [](int) { return 0.0F; }));
  MadeUpPredictions again = FoldModel(1, [](int) { return 0.0F; });
  again.metadata["run"] = "runs/99";
  AddInput("predictions_2", again);

  EXPECT_THAT(JoinError(), HasSubstr("fold 0 has 1 models, fold 1 has 2"));
}

TEST_F(PredictionJoinTest, CalibratesWhatTheCalibratorWasNotFittedTo) {
  FittedCalibrators fitted;
  fitted.by_kind.emplace(Calibrator::Kind::kPlatt,
                         Calibrator{.kind = Calibrator::Kind::kPlatt,
                                    .line = {.intercept = -1, .slope = 0.5},
                                    .isotonic = {}});
  MadeUpPredictions model = FoldModel(2, [](int) { return 4.0F; });
  model.metadata["calibrators"] = FormatCalibrators({{"chd", fitted}});
  AddInput("predictions_2", model);
  const PredictionJoin join = Join();

  ASSERT_EQ(join.role_targets.size(), 2U);
  EXPECT_FALSE(join.role_targets[0].records.front().calibrated.has_value());
  EXPECT_EQ(join.role_targets[0].calibration_reason, "the calibrator was fitted on these records");
  EXPECT_EQ(join.role_targets[1].records.front().calibrated, Sigmoid(1));
}

TEST_F(PredictionJoinTest, RefusesModelsOfDifferentSchemes) {
  AddInput("predictions_0", PerfectPlainModel());
  AddInput("predictions_1", FoldModel(1, [](int) { return 0.0F; }));

  EXPECT_THAT(JoinError(), HasSubstr("different schemes"));
}

TEST_F(PredictionJoinTest, RefusesAFloorOfAnotherFold) {
  AddInput("predictions_0", FoldModel(0, [](int) { return 0.0F; }));
  AddInput("floor_0", FoldModel(1, [](int) { return 0.0F; }));

  EXPECT_THAT(JoinError(), ::testing::AllOf(HasSubstr("predictions_0"), HasSubstr("floor_0")));
}

TEST_F(PredictionJoinTest, RefusesToEvaluateNothing) {
  EXPECT_THAT(JoinError(), HasSubstr("nothing to evaluate"));
}

}  // namespace
}  // namespace pecg
