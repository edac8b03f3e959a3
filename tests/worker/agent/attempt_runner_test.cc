#include "worker/agent/attempt_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/worker/agent/agent_testing.h"

namespace pecg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kAllBytes = int64_t{1} << 30;

class AttemptRunnerTest : public ::testing::Test {
 protected:
  AttemptRunnerTest() : cache_(folder_ / "cache", &blobs_) {
    environment_.jobs_dir = folder_ / "jobs";
    environment_.resources.find_program = [this](std::string_view) { return program_; };
    environment_.resources.cache_dir = folder_ / "cache/jobs";
    environment_.resources.datasets = {{"demo", folder_.path()}};
    environment_.resources.threads = 2;
    environment_.resources.devices.emplace_back().set_name("cpu");
    environment_.resources.devices.back().set_kind(v1::DEVICE_CPU);
    environment_.blobs = &blobs_;
    environment_.cache = &cache_;
    environment_.clock = Clock::System();
    environment_.oom_kill_count = [this] { return oom_kill_count_++; };
  }

  static v1::Lease MakeLease(const std::string& script) {
    v1::Lease lease;
    lease.mutable_job_spec()->mutable_run_spec()->set_dataset("demo");
    lease.mutable_job_spec()->mutable_run_spec()->mutable_index();
    lease.mutable_job_spec()->mutable_run_spec()->set_title(script);
    return lease;
  }

  void Start(const v1::Lease& lease) {
    runner_.emplace(AttemptId{7, 1, 70}, lease, environment_, [] {});
  }
  void Start(const std::string& script) { Start(MakeLease(script)); }

  std::vector<v1::AttemptEvent> Events() const { return *runner_->EventsAfter(0, kAllBytes); }

  bool HasEvent(v1::AttemptEvent::KindCase kind) const {
    for (const v1::AttemptEvent& event : Events()) {
      if (event.kind_case() == kind) return true;
    }
    return false;
  }

  /// Waits for the attempt's last event.
  v1::AttemptEnded AwaitEnd() {
    EXPECT_TRUE(Eventually([&] {
      const auto events = Events();
      return !events.empty() && events.back().has_ended();
    }));
    const auto events = Events();
    for (size_t i = 0; i < events.size(); ++i) {
      EXPECT_EQ(events[i].sequence(), static_cast<int64_t>(i) + 1);
    }
    return events.empty() ? v1::AttemptEnded() : events.back().ended();
  }

  std::string LogText() const {
    std::string text;
    for (const v1::AttemptEvent& event : Events()) {
      if (!event.has_log()) continue;
      EXPECT_EQ(event.log().offset(), static_cast<int64_t>(text.size()));
      text += event.log().data();
    }
    return text;
  }

  std::string JobPath(const std::string& name) const { return folder_ / ("jobs/7-1/" + name); }

  TemporaryFolder folder_;
  std::string program_ = FAKE_JOB_PATH;
  FakeBlobStore blobs_;
  ContentCache cache_;
  RunnerEnvironment environment_;
  std::atomic<int64_t> oom_kill_count_ = 0;
  std::optional<AttemptRunner> runner_;
};

TEST_F(AttemptRunnerTest, ReportsEachStepOfAJobThatSucceeds) {
  Start("log hello; metric 1; artifact a/b.txt content; result a/b.txt");
  EXPECT_EQ(AwaitEnd().reason(), v1::END_REASON_COMPLETED) << AwaitEnd().message();
  EXPECT_TRUE(HasEvent(v1::AttemptEvent::kPreparing));
  EXPECT_TRUE(HasEvent(v1::AttemptEvent::kStarted));
  EXPECT_EQ(LogText(), "hello\n");
  EXPECT_TRUE(blobs_.Has("content"));
  for (const v1::AttemptEvent& event : Events()) {
    EXPECT_TRUE(!event.has_artifact() || event.artifact().artifact().path() == "a/b.txt");
  }
  EXPECT_TRUE(HasEvent(v1::AttemptEvent::kArtifact));
}

TEST_F(AttemptRunnerTest, DeletesTheDirectoryOnlyWhenTheEndIsCommitted) {
  Start("result");
  AwaitEnd();
  EXPECT_TRUE(std::filesystem::exists(JobPath("spool.binpb")));
  EXPECT_FALSE(runner_->over());
  runner_->Commit(runner_->durable_sequence());
  EXPECT_TRUE(Eventually([&] { return runner_->over(); }));
  EXPECT_FALSE(std::filesystem::exists(JobPath("")));
}

TEST_F(AttemptRunnerTest, GivesTheJobItsSpecManifestInputsAndCheckpoint) {
  v1::Lease lease = MakeLease("await go; result");
  lease.mutable_manifest()->set_sha256(blobs_.Put("manifest"));
  lease.mutable_manifest()->set_size_bytes(8);
  auto* input = lease.add_inputs();
  input->set_path("model/weights/w.bin");
  input->set_sha256(blobs_.Put("weights"));
  input->set_size_bytes(7);
  auto* resume = lease.add_resume();
  resume->set_path("list.json");
  resume->set_sha256(blobs_.Put("{}"));
  resume->set_size_bytes(2);
  Start(lease);
  ASSERT_TRUE(Eventually([&] { return HasEvent(v1::AttemptEvent::kStarted); }));
  EXPECT_EQ(Slurp(JobPath("manifest.binpb")), "manifest");
  EXPECT_EQ(Slurp(JobPath("input/model/weights/w.bin")), "weights");
  EXPECT_EQ(Slurp(JobPath("resume/list.json")), "{}");
  v1::JobSpec spec;
  ASSERT_TRUE(spec.ParseFromString(Slurp(JobPath("spec.binpb"))));
  EXPECT_EQ(spec.dataset_root(), folder_.path());
  EXPECT_EQ(spec.cache_dir(), folder_ / "cache/jobs");
  EXPECT_EQ(spec.threads(), 2);
  EXPECT_EQ(spec.device(), "cpu");
  Spill(JobPath("go"), "");
  EXPECT_EQ(AwaitEnd().reason(), v1::END_REASON_COMPLETED);
}

TEST_F(AttemptRunnerTest, EndsWithoutAJobWhenTheCoordinatorLacksAnInput) {
  v1::Lease lease = MakeLease("result");
  auto* input = lease.add_inputs();
  input->set_path("a/b");
  input->set_sha256(Sha256Hex("nobody has it"));
  Start(lease);
  EXPECT_EQ(AwaitEnd().reason(), v1::END_REASON_DATA_MISSING);
  EXPECT_FALSE(HasEvent(v1::AttemptEvent::kStarted));
}

TEST_F(AttemptRunnerTest, RefusesAnInputOutsideItsFolder) {
  v1::Lease lease = MakeLease("result");
  auto* input = lease.add_inputs();
  input->set_path("../../escaped");
  input->set_sha256(blobs_.Put("x"));
  input->set_size_bytes(1);
  Start(lease);
  EXPECT_EQ(AwaitEnd().reason(), v1::END_REASON_JOB_ERROR);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "jobs/escaped"));
}

TEST_F(AttemptRunnerTest, SaysDataMissingForADatasetThatIsMappedNowhere) {
  v1::Lease lease = MakeLease("result");
  lease.mutable_job_spec()->mutable_run_spec()->set_dataset("other");
  Start(lease);
  EXPECT_EQ(AwaitEnd().reason(), v1::END_REASON_DATA_MISSING);
  EXPECT_THAT(AwaitEnd().message(), HasSubstr("map-dataset other"));
}

TEST_F(AttemptRunnerTest, SaysWhatTheJobSaysWhenItFails) {
  Start("fail diverged; exit 1");
  EXPECT_EQ(AwaitEnd().reason(), v1::END_REASON_DIVERGED);
  EXPECT_EQ(AwaitEnd().message(), "field.x: it broke (mend it)");
  EXPECT_EQ(AwaitEnd().exit_code(), 1);
}

TEST_F(AttemptRunnerTest, SaysWhichSignalEndedACrashedJob) {
  Start("log before; raise 11");
  EXPECT_EQ(AwaitEnd().reason(), v1::END_REASON_SIGNALLED);
  EXPECT_EQ(AwaitEnd().signal(), SIGSEGV);
  EXPECT_EQ(LogText(), "before\n");
}

TEST_F(AttemptRunnerTest, SaysOutOfMemoryWhenTheSystemKilledForMemory) {
  Start("raise 9");
  EXPECT_EQ(AwaitEnd().reason(), v1::END_REASON_OUT_OF_MEMORY);
}

TEST_F(AttemptRunnerTest, SaysSignalledWhenTheSystemKilledNothing) {
  environment_.oom_kill_count = [] { return int64_t{0}; };
  Start("raise 9");
  EXPECT_EQ(AwaitEnd().reason(), v1::END_REASON_SIGNALLED);
}

TEST_F(AttemptRunnerTest, KillsAJobThatWritesGarbage) {
  Start("metric 1; garbage; wait");
  EXPECT_EQ(AwaitEnd().reason(), v1::END_REASON_JOB_ERROR);
  EXPECT_THAT(AwaitEnd().message(), HasSubstr("descriptor 3"));
  EXPECT_FALSE(std::filesystem::exists(JobPath("stopped")));
}

TEST_F(AttemptRunnerTest, FailsTheAttemptForAnArtifactThatIsNotWhatWasAnnounced) {
  Start("lie a.txt; result");
  EXPECT_EQ(AwaitEnd().reason(), v1::END_REASON_JOB_ERROR);
  EXPECT_FALSE(HasEvent(v1::AttemptEvent::kArtifact));
}

TEST_F(AttemptRunnerTest, FailsTheAttemptForAnArtifactThatIsALink) {
  Spill(folder_ / "secret", "secret");
  Start("link a.txt " + folder_ / "secret" + "; result");
  EXPECT_EQ(AwaitEnd().reason(), v1::END_REASON_JOB_ERROR);
  EXPECT_FALSE(blobs_.Has("secret"));
}

TEST_F(AttemptRunnerTest, FailsTheAttemptForAResultThatNamesAFileNeverAnnounced) {
  Start("result index.binpb");
  EXPECT_EQ(AwaitEnd().reason(), v1::END_REASON_JOB_ERROR);
  EXPECT_THAT(AwaitEnd().message(), HasSubstr("index.binpb"));
}

TEST_F(AttemptRunnerTest, WaitsWithTheEndUntilTheCoordinatorTakesTheArtifact) {
  blobs_.Answer(absl::UnavailableError("restarting"));
  Start("artifact a.txt content; result");
  ASSERT_TRUE(Eventually([&] { return blobs_.write_count() >= 2; }));
  EXPECT_FALSE(Events().back().has_ended());
  blobs_.Answer(absl::OkStatus());
  EXPECT_EQ(AwaitEnd().reason(), v1::END_REASON_COMPLETED);
  EXPECT_TRUE(blobs_.Has("content"));
}

TEST_F(AttemptRunnerTest, SaysDiskFullWhenTheCoordinatorsDiskIs) {
  blobs_.Answer(absl::ResourceExhaustedError("no space left"));
  Start("artifact a.txt content; result");
  EXPECT_EQ(AwaitEnd().reason(), v1::END_REASON_DISK_FULL);
}

TEST_F(AttemptRunnerTest, UploadsCheckpointsAndKeepsTwo) {
  Start("checkpoint 10; checkpoint 20; checkpoint 30; await go; result");
  ASSERT_TRUE(Eventually([&] { return blobs_.Has("weights of step 30"); }));
  EXPECT_TRUE(Eventually([&] { return !std::filesystem::exists(JobPath("checkpoint/10")); }));
  EXPECT_TRUE(std::filesystem::exists(JobPath("checkpoint/20")));
  EXPECT_TRUE(std::filesystem::exists(JobPath("checkpoint/30")));
  Spill(JobPath("go"), "");
  AwaitEnd();
  std::vector<int64_t> steps;
  for (const v1::AttemptEvent& event : Events()) {
    if (!event.has_checkpoint()) continue;
    steps.push_back(event.checkpoint().step());
    ASSERT_EQ(event.checkpoint().files_size(), 2);
    EXPECT_EQ(event.checkpoint().files(0).path(), "weights");
    EXPECT_EQ(event.checkpoint().files(1).path(), "list.json");
  }
  EXPECT_THAT(steps, ElementsAre(10, 20, 30));
}

TEST_F(AttemptRunnerTest, LetsAStoppedJobWriteItsLastCheckpoint) {
  Start("log ready; wait");
  ASSERT_TRUE(Eventually([&] { return LogText() == "ready\n"; }));
  runner_->Stop(v1::END_REASON_PREEMPTED, absl::Seconds(20));
  EXPECT_EQ(AwaitEnd().reason(), v1::END_REASON_PREEMPTED);
  EXPECT_EQ(AwaitEnd().exit_code(), 75);
  EXPECT_TRUE(HasEvent(v1::AttemptEvent::kStopping));
  EXPECT_TRUE(HasEvent(v1::AttemptEvent::kCheckpoint));
  EXPECT_TRUE(blobs_.Has("weights of step 99"));
}

TEST_F(AttemptRunnerTest, KillsAJobThatIgnoresItsStopWhenTheGraceHasPassed) {
  Start("ignore_term; log ready; await never");
  ASSERT_TRUE(Eventually([&] { return LogText() == "ready\n"; }));
  runner_->Stop(v1::END_REASON_USER_CANCELLED, absl::Milliseconds(50));
  EXPECT_EQ(AwaitEnd().reason(), v1::END_REASON_USER_CANCELLED);
  EXPECT_EQ(AwaitEnd().signal(), SIGKILL);
}

TEST_F(AttemptRunnerTest, TakesACancelOverAPreemption) {
  Start("ignore_term; log ready; await never");
  ASSERT_TRUE(Eventually([&] { return LogText() == "ready\n"; }));
  runner_->Stop(v1::END_REASON_PREEMPTED, absl::Minutes(10));
  runner_->Stop(v1::END_REASON_USER_CANCELLED, absl::Milliseconds(10));
  EXPECT_EQ(AwaitEnd().reason(), v1::END_REASON_USER_CANCELLED);
}

TEST_F(AttemptRunnerTest, StopsWhilePreparing) {
  v1::Lease lease = MakeLease("result");
  lease.mutable_manifest()->set_sha256(blobs_.Put("manifest"));
  lease.mutable_manifest()->set_size_bytes(8);
  blobs_.Answer(absl::UnavailableError("away"));
  Start(lease);
  ASSERT_TRUE(Eventually([&] { return blobs_.read_count() >= 1; }));
  runner_->Stop(v1::END_REASON_USER_CANCELLED, absl::Seconds(4));
  EXPECT_EQ(AwaitEnd().reason(), v1::END_REASON_USER_CANCELLED);
  EXPECT_FALSE(HasEvent(v1::AttemptEvent::kStarted));
}

TEST_F(AttemptRunnerTest, KillsTheJobAndForgetsItWhenTheLeaseIsLost) {
  Start("log ready; wait");
  ASSERT_TRUE(Eventually([&] { return LogText() == "ready\n"; }));
  runner_->Abandon();
  EXPECT_TRUE(Eventually([&] { return runner_->over(); }));
  EXPECT_FALSE(std::filesystem::exists(JobPath("")));
  EXPECT_TRUE(Events().empty());
}

TEST_F(AttemptRunnerTest, AbandonsAnAttemptWhoseUploadNeverEnds) {
  blobs_.Answer(absl::UnavailableError("away"));
  Start("artifact a.txt content; result");
  ASSERT_TRUE(Eventually([&] { return blobs_.write_count() >= 1; }));
  runner_->Abandon();
  EXPECT_TRUE(Eventually([&] { return runner_->over(); }));
}

TEST_F(AttemptRunnerTest, EndsEvenIfAProcessTheJobHasLeftHoldsItsPipes) {
  Start("child; result");
  EXPECT_EQ(AwaitEnd().reason(), v1::END_REASON_COMPLETED);
}

TEST_F(AttemptRunnerTest, SaysOperatorStopWhenSomebodyElseStoppedTheJob) {
  Start("log ready; wait");
  ASSERT_TRUE(Eventually([&] { return LogText() == "ready\n"; }));
  kill(std::stoi(Slurp(JobPath("job.pid"))), SIGTERM);
  EXPECT_EQ(AwaitEnd().reason(), v1::END_REASON_OPERATOR_STOP);
}

TEST_F(AttemptRunnerTest, SaysWhichProgramIsMissing) {
  environment_.resources.find_program = [](std::string_view name) -> absl::StatusOr<std::string> {
    return absl::NotFoundError("no program " + std::string(name));
  };
  Start("result");
  EXPECT_EQ(AwaitEnd().reason(), v1::END_REASON_JOB_ERROR);
  EXPECT_EQ(AwaitEnd().message(), "no program pecg-ecg");
}

TEST_F(AttemptRunnerTest, GivesUpSilentlyWhereNoFolderCanBeMade) {
  Spill(folder_ / "jobs", "a file where the folder should be");
  Start("result");
  EXPECT_TRUE(Eventually([&] { return runner_->over(); }));
  EXPECT_TRUE(runner_->abandoned());
}

TEST_F(AttemptRunnerTest, RunsTheShellJobOfTheDocumentation) {
  const std::string page = Slurp(PECG_SOURCE_DIR "/docs/job-directory.md");
  const size_t start = page.find("#!/bin/sh");
  ASSERT_NE(start, std::string::npos);
  program_ = folder_ / "job.sh";
  Spill(program_, page.substr(start, page.find("```", start) - start));
  chmod(program_.c_str(), 0700);
  Start("unused");
  EXPECT_EQ(AwaitEnd().reason(), v1::END_REASON_COMPLETED) << AwaitEnd().message();
  EXPECT_THAT(LogText(), HasSubstr("spec.binpb"));
}

}  // namespace
}  // namespace pecg
