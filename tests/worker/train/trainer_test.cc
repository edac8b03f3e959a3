#include "worker/train/trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <filesystem>
#include <limits>

#include "tests/worker/train/tone_records.h"
#include "worker/ecg/error.h"
#include "worker/train/checkpoint.h"
#include "worker/train/demographic_input.h"

namespace pecg {
namespace {

const ComputeSettings kCompute{.device = "cpu", .threads = 2};

/// Everything reproducible that a training said.
struct Transcript {
  std::vector<std::vector<std::uint64_t>> epochs;  // Bits of the numbers.
  std::vector<float> logits;
  int best_epoch = 0;
};

std::vector<std::uint64_t> BitsOf(const EpochReport& report) {
  std::vector<double> numbers = {static_cast<double>(report.epoch),
                                 static_cast<double>(report.step),
                                 report.train_loss,
                                 report.lr,
                                 report.validation.loss,
                                 report.validation.mean_auroc,
                                 report.best ? 1.0 : 0.0};
  numbers.insert(numbers.end(), report.validation.aurocs.begin(), report.validation.aurocs.end());
  std::vector<std::uint64_t> bits;
  for (const double number : numbers) bits.push_back(std::bit_cast<std::uint64_t>(number));
  return bits;
}

class TrainerTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }

  /// Trains and predicts; when asked to stop at the `stop_at`-th question, goes on with a new
  /// trainer from the checkpoint, and stops no more.
  Transcript Run(const TrainSettings& settings, int stop_at) {
    Transcript transcript;
    int questions = 0;
    TrainObserver observer;
    observer.stop_requested = [&] { return ++questions == stop_at; };
    observer.on_epoch = [&](const EpochReport& report) {
      transcript.epochs.push_back(BitsOf(report));
    };
    observer.on_checkpoint = [&](std::int64_t, std::span<const StateFile> files) {
      for (const StateFile& file : files) file.write(folder_ / file.name);
    };
    auto trainer = std::make_unique<Trainer>(settings, kCompute, &records_);
    while (!Finish(trainer.get(), observer, &transcript)) {
      trainer = std::make_unique<Trainer>(settings, kCompute, &records_);
      trainer->Resume(folder_);
    }
    question_count_ = questions;
    return transcript;
  }

  bool Finish(Trainer* trainer, const TrainObserver& observer, Transcript* transcript) {
    Predictions predictions;
    const auto held_out = records_.PositionsOf(RecordPart::kHeldOut);
    if (!trainer->Train(observer)) return false;
    if (!trainer->Predict(held_out, observer, &predictions)) return false;
    transcript->logits = predictions.logits;
    transcript->best_epoch = trainer->best_epoch();
    return true;
  }

  RecordSet records_ = ToneRecords(44, 50, 6);
  std::filesystem::path folder_;
  int question_count_ = 0;
};

TEST_F(TrainerTest, LearnsATinySetByHeart) {
  TrainSettings settings = ToneSettings();
  settings.epochs = 12;
  settings.patience = 12;
  Trainer trainer(settings, kCompute, &records_);
  ASSERT_TRUE(trainer.Train({}));
  const auto train = records_.PositionsOf(RecordPart::kTrain);
  const auto validate = records_.PositionsOf(RecordPart::kValidate);
  Predictions predictions;
  ASSERT_TRUE(trainer.Predict(train, {}, &predictions));
  EXPECT_GT(ScoreValidation(records_, train, predictions, 2).aurocs[0], 0.999);
  ASSERT_TRUE(trainer.Predict(validate, {}, &predictions));
  EXPECT_GT(ScoreValidation(records_, validate, predictions, 2).aurocs[0], 0.95);
}

TEST_F(TrainerTest, TheSameSeedGivesTheSameBits) {
  const Transcript first = Run(ToneSettings(), 0);
  const Transcript second = Run(ToneSettings(), 0);
  EXPECT_EQ(first.epochs, second.epochs);
  EXPECT_EQ(first.logits, second.logits);
}

TEST_F(TrainerTest, AnotherSeedGivesOtherNumbers) {
  TrainSettings settings = ToneSettings();
  const Transcript first = Run(settings, 0);
  settings.seed = 12;
  EXPECT_NE(first.epochs, Run(settings, 0).epochs);
}

TEST_F(TrainerTest, AResumedTrainingGivesTheSameBitsWhereverItWasStopped) {
  TrainSettings settings = ToneSettings();
  settings.epochs = 3;
  const Transcript whole = Run(settings, 0);
  ASSERT_EQ(whole.epochs.size(), 3U);
  const int last_question = question_count_;
  ASSERT_GT(last_question, 20);
  // Every seventh question: in and between epochs, in validation and in prediction.
  for (int stop_at = 1; stop_at <= last_question; stop_at += 7) {
    const Transcript resumed = Run(settings, stop_at);
    ASSERT_EQ(resumed.epochs, whole.epochs) << "stopped at question " << stop_at;
    ASSERT_EQ(resumed.logits, whole.logits) << "stopped at question " << stop_at;
    ASSERT_EQ(resumed.best_epoch, whole.best_epoch) << "stopped at question " << stop_at;
  }
}

TEST_F(TrainerTest, StopsWhenValidationGetsNoBetterAndKeepsTheBestWeights) {
  TrainSettings settings = ToneSettings();
  settings.epochs = 60;
  settings.patience = 3;
  std::vector<EpochReport> reports;
  TrainObserver observer;
  observer.on_epoch = [&](const EpochReport& report) { reports.push_back(report); };
  Trainer trainer(settings, kCompute, &records_);
  ASSERT_TRUE(trainer.Train(observer));
  ASSERT_LT(reports.size(), 60U);
  EXPECT_EQ(reports.back().epochs_without_better, 3);
  EXPECT_EQ(trainer.best_epoch(), static_cast<int>(reports.size()) - 3);
  // The kept weights score as they did in their epoch.
  const auto validate = records_.PositionsOf(RecordPart::kValidate);
  Predictions predictions;
  ASSERT_TRUE(trainer.Predict(validate, {}, &predictions));
  EXPECT_EQ(ScoreValidation(records_, validate, predictions, 2).mean_auroc,
            reports[reports.size() - 4].validation.mean_auroc);
}

TEST_F(TrainerTest, WithoutValidationTheLastEpochIsKept) {
  for (RecordRow& row : records_.rows) row.part = RecordPart::kTrain;
  Trainer trainer(ToneSettings(), kCompute, &records_);
  ASSERT_TRUE(trainer.Train({}));
  EXPECT_EQ(trainer.best_epoch(), 4);
}

TEST_F(TrainerTest, ALossThatIsNotFiniteEndsTheTraining) {
  records_.rows[0].weight = std::numeric_limits<double>::infinity();
  Trainer trainer(ToneSettings(), kCompute, &records_);
  try {
    trainer.Train({});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kDiverged);
    EXPECT_THAT(error.hint(), testing::HasSubstr("train.lr"));
  }
}

TEST_F(TrainerTest, RefusesACheckpointOfOtherSettings) {
  Run(ToneSettings(), 3);
  TrainSettings other = ToneSettings();
  other.lr = 0.02;
  Trainer trainer(other, kCompute, &records_);
  try {
    trainer.Resume(folder_);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kBadInput);
    EXPECT_THAT(error.message(), testing::HasSubstr("lr"));
  }
}

TEST_F(TrainerTest, RefusesACheckpointThatIsCutShort) {
  Run(ToneSettings(), 3);
  std::filesystem::resize_file(folder_ / kCheckpointTensorsFile, 5000);
  Trainer trainer(ToneSettings(), kCompute, &records_);
  try {
    trainer.Resume(folder_);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kCorruptData);
  }
}

TEST_F(TrainerTest, RefusesAnUnknownDevice) {
  try {
    Trainer trainer(ToneSettings(), {.device = "tpu", .threads = 1}, &records_);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kBadInput);
    EXPECT_EQ(error.where(), "device");
  }
}

TEST_F(TrainerTest, RefusesToTrainOnNothing) {
  for (RecordRow& row : records_.rows) row.part = RecordPart::kValidate;
  EXPECT_THROW(Trainer(ToneSettings(), kCompute, &records_), Error);
}

TEST_F(TrainerTest, NamesTheSettingThatIsOutOfRange) {
  TrainSettings settings = ToneSettings();
  settings.lr = -1;
  try {
    Trainer trainer(settings, kCompute, &records_);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.where(), "train.lr");
  }
}

TEST_F(TrainerTest, RefusesCropsTooShortToLearnFrom) {
  TrainSettings settings = ToneSettings();
  settings.input.crop_seconds = 0.5;
  try {
    Trainer trainer(settings, kCompute, &records_);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.where(), "train.crop_seconds");
  }
}

TEST_F(TrainerTest, TakesAgeAndSexWhenAsked) {
  TrainSettings settings = ToneSettings();
  settings.epochs = 1;
  const std::int64_t blind = Trainer(settings, kCompute, &records_).parameter_count();
  settings.network.demographic_count = kDemographicInputCount;
  Trainer trainer(settings, kCompute, &records_);
  EXPECT_GT(trainer.parameter_count(), blind);
  EXPECT_TRUE(trainer.Train({}));
}

}  // namespace
}  // namespace pecg
