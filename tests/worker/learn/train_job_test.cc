// Runs the real pecg-learn on real job directories.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/util/delimited_message_util.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pecg/v1/job.pb.h"
#include "tests/worker/train/tone_files.h"
#include "worker/file/safetensors.h"
#include "worker/job/checkpoint_folder.h"
#include "worker/model/model_card.h"

namespace pecg {
namespace {

namespace fs = std::filesystem;

/// pecg-learn at work on a job directory; killed if it is still there at the end.
class JobProcess {
 public:
  explicit JobProcess(const fs::path& directory) {
    std::array<int, 2> events = {};
    std::array<int, 2> lifeline = {};
    if (::pipe(events.data()) != 0 || ::pipe(lifeline.data()) != 0) std::abort();
    const std::string program = PECG_BINARY_DIR "/bin/pecg-learn";
    process_ = ::fork();
    if (process_ == 0) {
      // Out of the way of descriptors 0 and 3 first.
      const int events_end = ::fcntl(events[1], F_DUPFD, 20);
      const int lifeline_end = ::fcntl(lifeline[0], F_DUPFD, 20);
      for (const int end : {events[0], events[1], lifeline[0], lifeline[1]}) ::close(end);
      ::dup2(events_end, 3);
      ::dup2(lifeline_end, 0);
      ::close(events_end);
      ::close(lifeline_end);
      ::execl(program.c_str(), program.c_str(), "job", directory.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(events[1]);
    ::close(lifeline[0]);
    lifeline_ = lifeline[1];
    stream_ = std::make_unique<google::protobuf::io::FileInputStream>(events[0]);
    stream_->SetCloseOnDelete(true);
  }

  ~JobProcess() {
    EndLifeline();
    if (process_ > 0) {
      ::kill(process_, SIGKILL);
      ::waitpid(process_, nullptr, 0);
    }
  }
  JobProcess(const JobProcess&) = delete;
  JobProcess& operator=(const JobProcess&) = delete;

  /// The next event; empty once the job has ended.
  std::optional<v1::JobEvent> Read() {
    v1::JobEvent event;
    if (!google::protobuf::util::ParseDelimitedFromZeroCopyStream(&event, stream_.get(), nullptr)) {
      return std::nullopt;
    }
    return event;
  }

  std::vector<v1::JobEvent> ReadAll() {
    std::vector<v1::JobEvent> events;
    while (auto event = Read()) events.push_back(*std::move(event));
    return events;
  }

  void Terminate() const { ::kill(process_, SIGTERM); }

  void EndLifeline() {
    if (lifeline_ >= 0) ::close(lifeline_);
    lifeline_ = -1;
  }

  /// The exit code, or minus the signal that ended it.
  int Wait() {
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t process_ = -1;
  int lifeline_ = -1;
  std::unique_ptr<google::protobuf::io::FileInputStream> stream_;
};

/// Metric points by key and step, as bits.
using Points = std::map<std::pair<std::string, std::int64_t>, std::uint64_t>;

void AddPoints(const std::vector<v1::JobEvent>& events, Points* points) {
  for (const v1::JobEvent& event : events) {
    for (const v1::MetricPoint& point : event.metrics().points()) {
      (*points)[{point.key(), point.step()}] = std::bit_cast<std::uint64_t>(point.value());
    }
  }
}

class TrainJobTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(testing::TempDir()) /
            (std::string("job_") + testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(root_);
    fs::create_directories(root_ / "data");
    for (int i = 0; i < 32; ++i) {
      const std::string name = "P" + std::to_string(i);
      v1::ManifestEntry entry;
      entry.set_ordinal(3 * i);
      entry.set_record_id(name);
      entry.set_path(name);
      entry.set_signal_sha256(WriteToneRecord(root_ / "data", name, 4, i % 3 == 0));
      entry.set_lead_mask(0xFFF);
      entry.set_age_days(i * 100);
      entry.set_sex(v1::SEX_FEMALE);
      entry.set_role(i % 4 == 1   ? v1::RECORD_ROLE_VALIDATE
                     : i % 8 == 6 ? v1::RECORD_ROLE_HELD_OUT
                                  : v1::RECORD_ROLE_TRAIN);
      entry.set_targets(std::string(1, static_cast<char>(i % 3 == 0)));
      entry.set_weight(1);
      manifest_.push_back(entry);
    }
    spec_.set_dataset_root((root_ / "data").string());
    spec_.set_threads(1);
    spec_.set_device("cpu");
    spec_.set_run("runs/7");
    spec_.set_run_uid("uid-7");
    spec_.add_targets("tone");
    spec_.set_synthetic(true);
    spec_.mutable_run_spec()->set_dataset("tones");
    train().set_variant("resnet1d");
    train().set_min_positive_count(1);
    train().set_epochs(3);
    train().set_batch_size(8);
    train().set_base_channels(4);
    train().set_blocks_per_stage(1);
    train().set_crop_seconds(2);
    train().set_rate_hz(50);
  }
  void TearDown() override { fs::remove_all(root_); }

  v1::TrainSpec& train() { return *spec_.mutable_run_spec()->mutable_train(); }

  /// Writes a new job directory.
  fs::path MakeJob(const std::string& name) {
    const fs::path directory = root_ / name;
    fs::create_directories(directory / "output");
    fs::create_directories(directory / "checkpoint");
    std::ofstream(directory / "spec.binpb", std::ios::binary) << spec_.SerializeAsString();
    std::ofstream file(directory / "manifest.binpb", std::ios::binary);
    for (const v1::ManifestEntry& entry : manifest_) {
      google::protobuf::util::SerializeDelimitedToOstream(entry, &file);
    }
    return directory;
  }

  /// Reads until an epoch has ended.
  static std::vector<v1::JobEvent> ReadUntilMetrics(JobProcess* job) {
    std::vector<v1::JobEvent> events;
    while (auto event = job->Read()) {
      events.push_back(*event);
      if (event->has_metrics()) return events;
    }
    ADD_FAILURE() << "the job ended before its first epoch";
    return events;
  }

  static std::optional<Checkpoint> NewestCheckpoint(const fs::path& directory) {
    std::optional<Checkpoint> newest;
    for (const auto& entry : fs::directory_iterator(directory / "checkpoint")) {
      const auto checkpoint = FindCheckpoint(entry.path());
      if (checkpoint && (!newest || checkpoint->step > newest->step)) newest = checkpoint;
    }
    return newest;
  }

  fs::path root_;
  v1::JobSpec spec_;
  std::vector<v1::ManifestEntry> manifest_;
};

TEST_F(TrainJobTest, LeavesPredictionsForEveryRecordItDidNotTrainOn) {
  const fs::path directory = MakeJob("whole");
  JobProcess job(directory);
  const auto events = job.ReadAll();
  ASSERT_EQ(job.Wait(), 0);
  ASSERT_FALSE(events.empty());
  EXPECT_TRUE(events.back().has_result());
  EXPECT_EQ(events.back().result().lineage().device(), "cpu");

  const auto file = SafetensorsFile::Read(directory / "output/predictions.safetensors");
  std::vector<std::int64_t> expected;
  for (const v1::ManifestEntry& entry : manifest_) {
    if (entry.role() != v1::RECORD_ROLE_TRAIN) expected.push_back(entry.ordinal());
  }
  EXPECT_EQ(file.Values<std::int64_t>("ordinal"), expected);
  EXPECT_EQ(file.Values<float>("logit").size(), expected.size());
  EXPECT_EQ(file.Metadata("targets"), "tone");
  EXPECT_EQ(file.Metadata("scheme"), "plain");
  EXPECT_EQ(file.Metadata("run"), "runs/7");
  EXPECT_EQ(file.Metadata("synthetic"), "true");
  EXPECT_EQ(ReadModelCard(directory / "output/model").targets, std::vector<std::string>{"tone"});
}

TEST_F(TrainJobTest, AnnouncesMetricsCheckpointsAndArtifacts) {
  JobProcess job(MakeJob("events"));
  const auto events = job.ReadAll();
  ASSERT_EQ(job.Wait(), 0);
  Points points;
  AddPoints(events, &points);
  // Three steps an epoch: 20 training records in batches of at most 8.
  for (const char* key : {"train.all.loss", "train.all.lr", "validate.all.loss",
                          "validate.tone.auroc", "validate.mean.auroc"}) {
    for (const std::int64_t step : {3, 6, 9}) {
      EXPECT_TRUE(points.contains({key, step})) << key << " " << step;
    }
  }
  std::vector<std::string> artifacts;
  std::vector<std::int64_t> checkpoints;
  for (const v1::JobEvent& event : events) {
    if (event.has_artifact()) artifacts.push_back(event.artifact().path());
    if (event.has_checkpoint()) checkpoints.push_back(event.checkpoint().step());
  }
  EXPECT_THAT(artifacts, testing::ElementsAre("predictions.safetensors", "model/model.json",
                                              "model/weights.safetensors"));
  EXPECT_THAT(checkpoints, testing::ElementsAre(3, 6, 9));
}

TEST_F(TrainJobTest, AStoppedJobLeavesACheckpointAndItsSuccessorTheSameNumbers) {
  train().set_epochs(40);
  train().set_patience(40);
  JobProcess whole(MakeJob("whole"));
  Points expected;
  AddPoints(whole.ReadAll(), &expected);
  ASSERT_EQ(whole.Wait(), 0);

  const fs::path first = MakeJob("first");
  Points found;
  {
    JobProcess job(first);
    AddPoints(ReadUntilMetrics(&job), &found);
    job.Terminate();
    AddPoints(job.ReadAll(), &found);
    ASSERT_EQ(job.Wait(), 75);
  }
  ASSERT_LT(found.size(), expected.size());
  const auto checkpoint = NewestCheckpoint(first);
  ASSERT_TRUE(checkpoint.has_value());
  const fs::path second = MakeJob("second");
  fs::copy(checkpoint->folder, second / "resume", fs::copy_options::recursive);
  JobProcess job(second);
  AddPoints(job.ReadAll(), &found);
  ASSERT_EQ(job.Wait(), 0);
  EXPECT_EQ(found, expected);
  EXPECT_EQ(
      SafetensorsFile::Read(root_ / "whole/output/predictions.safetensors").Values<float>("logit"),
      SafetensorsFile::Read(second / "output/predictions.safetensors").Values<float>("logit"));
}

TEST_F(TrainJobTest, StopsWhenTheLifelineEnds) {
  train().set_epochs(1000);
  train().set_patience(1000);
  const fs::path directory = MakeJob("orphan");
  JobProcess job(directory);
  ReadUntilMetrics(&job);
  job.EndLifeline();
  const auto events = job.ReadAll();
  EXPECT_EQ(job.Wait(), 75);
  EXPECT_TRUE(NewestCheckpoint(directory).has_value());
  for (const v1::JobEvent& event : events) {
    EXPECT_FALSE(event.has_result() || event.has_failed());
  }
}

TEST_F(TrainJobTest, TheFloorNeedsNoSignal) {
  train().set_variant("demographics");
  fs::remove_all(root_ / "data");
  fs::create_directories(root_ / "data");
  const fs::path directory = MakeJob("floor");
  JobProcess job(directory);
  const auto events = job.ReadAll();
  ASSERT_EQ(job.Wait(), 0);
  Points points;
  AddPoints(events, &points);
  EXPECT_TRUE(points.contains({"validate.tone.auroc", 1}));
  EXPECT_EQ(SafetensorsFile::Read(directory / "output/predictions.safetensors").Metadata("variant"),
            "demographics");
}

TEST_F(TrainJobTest, AMissingRecordEndsItAsMissingData) {
  fs::remove(root_ / "data/P9.dat");
  JobProcess job(MakeJob("missing"));
  const auto events = job.ReadAll();
  EXPECT_EQ(job.Wait(), 3);
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.back().failed().kind(), "data_missing");
  EXPECT_THAT(events.back().failed().what(), testing::HasSubstr("P9"));
}

TEST_F(TrainJobTest, ABadSettingEndsItAsABadSpec) {
  train().set_lr(-1);
  JobProcess job(MakeJob("bad_lr"));
  const auto events = job.ReadAll();
  EXPECT_EQ(job.Wait(), 2);
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.back().failed().where(), "train.lr");
}

TEST_F(TrainJobTest, AnUnknownVariantEndsItAsABadSpec) {
  train().set_variant("resnet2d");
  JobProcess job(MakeJob("bad_variant"));
  const auto events = job.ReadAll();
  EXPECT_EQ(job.Wait(), 2);
  ASSERT_FALSE(events.empty());
  EXPECT_THAT(events.back().failed().hint(), testing::HasSubstr("resnet1d"));
}

}  // namespace
}  // namespace pecg
