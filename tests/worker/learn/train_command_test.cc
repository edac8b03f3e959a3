// Runs `pecg-learn train` on a folder.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "worker/file/safetensors.h"
#include "worker/model/model_card.h"
#include "worker/synthetic/synthesize.h"

namespace pecg {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

struct Outcome {
  int exit_code = 0;
  std::string text;  ///< stdout and stderr.
};

class TrainCommandTest : public testing::Test {
 protected:
  /// One made-up dataset for all tests.
  static void SetUpTestSuite() {
    data_ =
        new fs::path(fs::path(testing::TempDir()) / fmt::format("train_command_data_{}", getpid()));
    fs::remove_all(*data_);
    SynthesisOptions options;
    options.out = *data_;
    options.record_count = 60;
    options.seed = 1;
    Synthesize(options);
  }
  static void TearDownTestSuite() {
    fs::remove_all(*data_);
    delete data_;
  }

  void SetUp() override {
    root_ = fs::path(testing::TempDir()) /
            (std::string("train_") + testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(root_);
    fs::create_directories(root_);
    WriteSpec(
        "dataset: demo\n"
        "device: cpu\n"
        "threads: 1\n"
        "train:\n"
        "  variant: resnet1d\n"
        "  targets: [abnormal_a1]\n"
        "  epochs: 2\n"
        "  base_channels: 2\n"
        "  blocks_per_stage: 1\n"
        "  rate_hz: 50\n");
  }
  void TearDown() override { fs::remove_all(root_); }

  void WriteSpec(const std::string& yaml) const { std::ofstream(root_ / "train.yaml") << yaml; }

  Outcome Train(const std::string& further = "") const {
    const std::string command = PECG_BINARY_DIR "/bin/pecg-learn train --spec " +
                                (root_ / "train.yaml").string() + " --data " + data_->string() +
                                " --out " + (root_ / "out").string() + " " + further + " 2>&1";
    Outcome outcome;
    std::FILE* pipe = ::popen(command.c_str(), "r");
    for (int letter = std::fgetc(pipe); letter != EOF; letter = std::fgetc(pipe)) {
      outcome.text += static_cast<char>(letter);
    }
    const int status = ::pclose(pipe);
    outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return outcome;
  }

  std::string ReadOut(const std::string& name) const {
    std::ifstream file(root_ / "out" / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  static fs::path* data_;
  fs::path root_;
};

fs::path* TrainCommandTest::data_ = nullptr;

TEST_F(TrainCommandTest, PrintsEachEpochAndLeavesModelAndPredictions) {
  const Outcome outcome = Train();
  ASSERT_EQ(outcome.exit_code, 0) << outcome.text;
  EXPECT_THAT(outcome.text, HasSubstr("60 records (synthetic)"));
  EXPECT_THAT(outcome.text, HasSubstr("epoch   2/2"));
  EXPECT_EQ(ReadModelCard(root_ / "out/model").provenance.at("synthetic"), "true");
  const auto file = SafetensorsFile::Read(root_ / "out/predictions.safetensors");
  EXPECT_GT(file.Values<std::int64_t>("ordinal").size(), 5U);
  EXPECT_THAT(ReadOut("metrics.jsonl"), HasSubstr("\"key\": \"validate.all.loss\", \"step\": 2,"));
  EXPECT_THAT(ReadOut("split.csv"), testing::StartsWith("patient_id,fold,inner\n"));
}

TEST_F(TrainCommandTest, TheSpecItLeavesIsCompleteAndOverridden) {
  ASSERT_EQ(Train("--set train.epochs=1 --set seed=5").exit_code, 0);
  const std::string spec = ReadOut("spec.yaml");
  EXPECT_THAT(spec, HasSubstr("seed: 5"));
  EXPECT_THAT(spec, HasSubstr("epochs: 1"));
  EXPECT_THAT(spec, HasSubstr("dataset_version: "));
  EXPECT_THAT(spec, HasSubstr("split: "));
}

TEST_F(TrainCommandTest, GoesOnFromACheckpointThatIsFinished) {
  ASSERT_EQ(Train().exit_code, 0);
  const auto first = SafetensorsFile::Read(root_ / "out/predictions.safetensors");
  const Outcome again = Train("--resume");
  ASSERT_EQ(again.exit_code, 0) << again.text;
  EXPECT_THAT(again.text, HasSubstr("resumed at step 2"));
  const auto second = SafetensorsFile::Read(root_ / "out/predictions.safetensors");
  EXPECT_EQ(first.Values<float>("logit"), second.Values<float>("logit"));
}

TEST_F(TrainCommandTest, SaysThatThereIsNothingToResume) {
  const Outcome outcome = Train("--resume");
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_THAT(outcome.text, HasSubstr("hint: start without --resume"));
}

TEST_F(TrainCommandTest, AnUnknownFieldIsNamedWithItsPlace) {
  WriteSpec("train:\n  variant: resnet1d\n  learning_rate: 0.1\n");
  const Outcome outcome = Train();
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.text, HasSubstr("learning_rate"));
  EXPECT_THAT(outcome.text, HasSubstr("train.yaml:3:"));
}

TEST_F(TrainCommandTest, NeverUnlocksTheTest) {
  const Outcome outcome = Train("--set unlock_test=true");
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.text, HasSubstr("where: unlock_test"));
}

TEST_F(TrainCommandTest, RefusesAFolderOfAnotherVersion) {
  const Outcome outcome = Train("--set dataset_version=ffffffffffff");
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.text, HasSubstr("where: dataset_version"));
}

TEST_F(TrainCommandTest, AFolderThatIsNotThereIsMissingData) {
  fs::path* const data = data_;
  fs::path nowhere = root_ / "nowhere";
  data_ = &nowhere;
  const Outcome outcome = Train();
  data_ = data;
  EXPECT_EQ(outcome.exit_code, 3) << outcome.text;
}

}  // namespace
}  // namespace pecg
