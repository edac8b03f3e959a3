#include "worker/agent/attempt_folder.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "tests/worker/agent/agent_testing.h"
#include "worker/agent/job_process.h"

namespace pecg {
namespace {

/// Starts the fake job in `folder` as an agent would.
std::unique_ptr<JobProcess> StartJob(const AttemptFolder& folder, const std::string& script) {
  EXPECT_TRUE(folder.Create().ok());
  v1::JobSpec spec;
  spec.mutable_run_spec()->set_title(script);
  Spill(folder.SpecPath(), spec.SerializeAsString());
  auto process = JobProcess::Start({.program = FAKE_JOB_PATH,
                                    .arguments = {"job", folder.dir()},
                                    .working_directory = folder.dir(),
                                    .lock_path = folder.LockPath(),
                                    .pid_path = folder.PidPath(),
                                    .on_exit = [] {}});
  EXPECT_TRUE(process.ok()) << process.status();
  return *std::move(process);
}

TEST(ClearLeftoversTest, KillsTheJobOfAFormerAgentAndDeletesItsFolder) {
  TemporaryFolder root;
  const AttemptFolder folder(root / "7-1");
  const auto job = StartJob(folder, "ignore_term; await never");
  EXPECT_TRUE(ClearLeftovers(root.path(), absl::Seconds(10)).ok());
  EXPECT_FALSE(std::filesystem::exists(folder.dir()));
  ASSERT_TRUE(Eventually([&] { return job->exit().has_value(); }));
  EXPECT_EQ(job->exit()->signal, SIGKILL);
}

TEST(ClearLeftoversTest, KillsWhatADeadJobHasLeftBehindToo) {
  TemporaryFolder root;
  const AttemptFolder folder(root / "7-1");
  // The job's own process is killed, but not by an agent, which would kill the group as well.
  const auto job = StartJob(folder, "child; await never");
  EXPECT_TRUE(ClearLeftovers(root.path(), absl::Seconds(10)).ok());
  EXPECT_FALSE(std::filesystem::exists(folder.dir()));
}

TEST(ClearLeftoversTest, DeletesFoldersWhoseJobHasEnded) {
  TemporaryFolder root;
  const AttemptFolder folder(root / "7-1");
  const auto job = StartJob(folder, "exit 0");
  ASSERT_TRUE(Eventually([&] { return job->exit().has_value(); }));
  Spill(root / "8-2/spec.binpb", "never started");
  EXPECT_TRUE(ClearLeftovers(root.path(), absl::Seconds(10)).ok());
  EXPECT_TRUE(std::filesystem::is_empty(root.path()));
}

TEST(ClearLeftoversTest, LeavesTheFolderOfAJobThatDoesNotEnd) {
  TemporaryFolder root;
  const AttemptFolder folder(root / "7-1");
  const auto job = StartJob(folder, "await never");
  std::filesystem::remove(folder.PidPath());  // Nobody knows whom to kill.
  EXPECT_FALSE(ClearLeftovers(root.path(), absl::Milliseconds(50)).ok());
  EXPECT_TRUE(std::filesystem::exists(folder.dir()));
}

TEST(ClearLeftoversTest, IsContentWithoutAFolder) {
  TemporaryFolder root;
  EXPECT_TRUE(ClearLeftovers(root / "jobs", absl::Seconds(1)).ok());
}

TEST(JobProcessTest, RefusesAFolderWhoseJobStillRuns) {
  TemporaryFolder root;
  const AttemptFolder folder(root / "7-1");
  const auto job = StartJob(folder, "await never");
  const auto second = JobProcess::Start({.program = FAKE_JOB_PATH,
                                         .arguments = {},
                                         .working_directory = folder.dir(),
                                         .lock_path = folder.LockPath(),
                                         .pid_path = folder.PidPath(),
                                         .on_exit = [] {}});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(JobProcessTest, TellsTheJobThatTheAgentIsGoneThroughItsLifeline) {
  TemporaryFolder root;
  const AttemptFolder folder(root / "7-1");
  // As in a shell whose parent dies: an agent process of its own, killed with SIGKILL.
  v1::JobSpec spec;
  spec.mutable_run_spec()->set_title("log ready; wait");
  ASSERT_TRUE(folder.Create().ok());
  Spill(folder.SpecPath(), spec.SerializeAsString());
  const pid_t agent = fork();
  if (agent == 0) {
    execl(LIFELINE_AGENT_PATH, LIFELINE_AGENT_PATH, FAKE_JOB_PATH, folder.dir().c_str(), nullptr);
    _exit(1);
  }
  ASSERT_TRUE(Eventually([&] { return std::filesystem::exists(folder.dir() + "/ready"); }));
  kill(agent, SIGKILL);
  waitpid(agent, nullptr, 0);
  EXPECT_TRUE(Eventually([&] { return std::filesystem::exists(folder.dir() + "/stopped"); }));
  EXPECT_TRUE(Eventually(
      [&] { return std::filesystem::exists(folder.CheckpointDir() + "/99/list.json"); }));
}

TEST(AttemptFolderTest, KeepsTheTwoNewestCheckpointsAndTheUnfinished) {
  TemporaryFolder root;
  const AttemptFolder folder(root / "7-1");
  for (const char* step : {"9", "10", "100", "200", "not-a-step"}) {
    Spill(folder.CheckpointDir() + "/" + step + "/list.json", "{}");
  }
  folder.KeepTwoCheckpoints(100);
  for (const char* kept : {"10", "100", "200", "not-a-step"}) {
    EXPECT_TRUE(std::filesystem::exists(folder.CheckpointDir() + "/" + kept)) << kept;
  }
  EXPECT_FALSE(std::filesystem::exists(folder.CheckpointDir() + "/9"));
}

}  // namespace
}  // namespace pecg
