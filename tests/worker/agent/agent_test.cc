#include "worker/agent/agent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "tests/worker/agent/agent_testing.h"
#include "tests/worker/agent/fake_coordinator.h"
#include "worker/agent/channel.h"
#include "worker/agent/worker_config.h"

namespace pecg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr AttemptId kId = {7, 1, 70};

class AgentTest : public ::testing::Test {
 protected:
  AgentTest() : home_(*Home::Find(folder_ / "home")) {
    EXPECT_TRUE(home_.CreateForWorker().ok());
    WriteToken("secret");
    Spill(home_.WorkerConfigPath(), "worker: w-1\ndatasets: {demo: " + folder_.path() + "}\n");
  }

  void WriteToken(const std::string& token) {
    Spill(home_.WorkerTokenPath(), token);
    chmod(home_.WorkerTokenPath().c_str(), 0600);
  }

  void StartCoordinator(FakeCoordinator::Options options = {}) {
    coordinator_.reset();
    coordinator_ = std::make_unique<FakeCoordinator>(home_.SocketPath(), &database_, options);
  }

  void StartAgent() {
    auto agent = Agent::Start({.home = home_,
                               .address = "unix:" + home_.SocketPath(),
                               .token_path = home_.WorkerTokenPath(),
                               .find_program = [](std::string_view) { return FAKE_JOB_PATH; }});
    ASSERT_TRUE(agent.ok()) << agent.status();
    agent_ = *std::move(agent);
  }

  void AwaitHello() {
    ASSERT_TRUE(Eventually([&] { return coordinator_->hello().has_value(); }));
  }

  void Lease(const std::string& script, const AttemptId& id = kId) {
    v1::SessionResponse response;
    v1::Lease* const lease = response.mutable_lease();
    *lease->mutable_attempt() = ToMessage(id);
    v1::RunSpec* const spec = lease->mutable_job_spec()->mutable_run_spec();
    spec->set_dataset("demo");
    spec->mutable_index();
    spec->set_title(script);
    coordinator_->Say(response);
  }

  v1::EndReason AwaitEnd(const AttemptId& id = kId) {
    EXPECT_TRUE(Eventually([&] {
      const auto events = database_.Events(id);
      return !events.empty() && events.back().has_ended();
    }));
    const auto events = database_.Events(id);
    return events.empty() ? v1::END_REASON_UNSPECIFIED : events.back().ended().reason();
  }

  bool AwaitLog(const std::string& text, const AttemptId& id = kId) {
    return Eventually([&] {
      std::string log;
      for (const v1::AttemptEvent& event : database_.Events(id)) log += event.log().data();
      return log.find(text) != std::string::npos;
    });
  }

  /// Steps of the job's metric points, in the order they were committed.
  std::vector<int64_t> MetricSteps() const {
    std::vector<int64_t> steps;
    for (const v1::AttemptEvent& event : database_.Events(kId)) {
      for (const v1::MetricPoint& point : event.job().metrics().points()) {
        steps.push_back(point.step());
      }
    }
    return steps;
  }

  std::string JobPath(const std::string& name) const { return home_.JobDir(7, 1) + "/" + name; }

  TemporaryFolder folder_;
  const Home home_;
  FakeDatabase database_;
  std::unique_ptr<FakeCoordinator> coordinator_;
  std::unique_ptr<Agent> agent_;
};

TEST_F(AgentTest, SaysWhoItIsAndWhatItHas) {
  StartCoordinator();
  StartAgent();
  AwaitHello();
  const v1::WorkerHello hello = *coordinator_->hello();
  EXPECT_EQ(hello.worker(), "w-1");
  EXPECT_EQ(hello.devices(0).name(), "cpu");
  EXPECT_THAT(hello.datasets(), ElementsAre("demo"));
  EXPECT_FALSE(hello.process_uid().empty());
  EXPECT_TRUE(Eventually([&] { return coordinator_->heartbeat_count() >= 2; }));
}

TEST_F(AgentTest, CarriesARunFromItsLeaseToItsCommittedEnd) {
  StartCoordinator();
  StartAgent();
  AwaitHello();
  Lease("log hello; metric 1; artifact index.bin content; result index.bin");
  EXPECT_EQ(AwaitEnd(), v1::END_REASON_COMPLETED);
  EXPECT_TRUE(database_.Content(Sha256Hex("content")).has_value());
  EXPECT_THAT(MetricSteps(), ElementsAre(1));
  EXPECT_TRUE(Eventually([&] { return !std::filesystem::exists(home_.JobDir(7, 1)); }));
  EXPECT_TRUE(Eventually([&] { return coordinator_->heartbeat().held_size() == 0; }));
}

TEST_F(AgentTest, UploadsAndDownloadsContentsOfManyPieces) {
  StartCoordinator();
  StartAgent();
  AwaitHello();
  const std::string content(1'000'000, 'x');
  database_.Put("manifest" + content);
  v1::SessionResponse response;
  v1::Lease* const lease = response.mutable_lease();
  *lease->mutable_attempt() = ToMessage(kId);
  lease->mutable_job_spec()->mutable_run_spec()->set_dataset("demo");
  lease->mutable_job_spec()->mutable_run_spec()->mutable_index();
  lease->mutable_job_spec()->mutable_run_spec()->set_title("artifact big " + content +
                                                           "; result big");
  lease->mutable_manifest()->set_sha256(Sha256Hex("manifest" + content));
  lease->mutable_manifest()->set_size_bytes(static_cast<int64_t>(content.size()) + 8);
  coordinator_->Say(response);
  EXPECT_EQ(AwaitEnd(), v1::END_REASON_COMPLETED);
  EXPECT_TRUE(database_.Content(Sha256Hex(content)).has_value());
}

TEST_F(AgentTest, LosesAndDoublesNoEventWhenTheCoordinatorRestarts) {
  StartCoordinator();
  StartAgent();
  AwaitHello();
  Lease(
      "metric 1; log one; await two; metric 2; metric 3; log three; await four; metric 4; result");
  ASSERT_TRUE(AwaitLog("one"));
  coordinator_.reset();
  Spill(JobPath("two"), "");  // The job goes on while nobody listens.
  StartCoordinator();
  ASSERT_TRUE(AwaitLog("three"));
  Spill(JobPath("four"), "");
  EXPECT_EQ(AwaitEnd(), v1::END_REASON_COMPLETED);
  EXPECT_THAT(MetricSteps(), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(database_.gap_count(), 0);
}

TEST_F(AgentTest, LosesAndDoublesNoEventOverManyBrokenSessions) {
  StartCoordinator({.die_after_event_count = 1});
  StartAgent();
  AwaitHello();
  std::string script;
  std::vector<int64_t> expected;
  for (int i = 1; i <= 40; ++i) {
    script += "metric " + std::to_string(i) + "; ";
    expected.push_back(i);
    if (i % 10 == 0) script += "log " + std::to_string(i) + "; await go" + std::to_string(i) + "; ";
  }
  Lease(script + "result");
  for (const char* mark : {"10", "20", "30", "40"}) {
    ASSERT_TRUE(AwaitLog(mark));
    Spill(JobPath(std::string("go") + mark), "");
  }
  EXPECT_EQ(AwaitEnd(), v1::END_REASON_COMPLETED);
  EXPECT_EQ(MetricSteps(), expected);
  EXPECT_EQ(database_.gap_count(), 0);
}

TEST_F(AgentTest, SendsAgainWhatWasTakenButNeverAcknowledged) {
  StartCoordinator({.commits = false});
  StartAgent();
  AwaitHello();
  Lease("metric 1; result");
  EXPECT_EQ(AwaitEnd(), v1::END_REASON_COMPLETED);
  EXPECT_TRUE(std::filesystem::exists(home_.JobDir(7, 1)));
  StartCoordinator();  // It knows from its database what it has committed.
  EXPECT_TRUE(Eventually([&] { return !std::filesystem::exists(home_.JobDir(7, 1)); }));
  EXPECT_THAT(MetricSteps(), ElementsAre(1));
}

TEST_F(AgentTest, ReportsAnEndThatHappenedWhileTheCoordinatorWasAway) {
  StartCoordinator();
  StartAgent();
  AwaitHello();
  Lease("log ready; await go; metric 1; result");
  ASSERT_TRUE(AwaitLog("ready"));
  const pid_t job = std::stoi(Slurp(JobPath("job.pid")));
  coordinator_.reset();
  Spill(JobPath("go"), "");
  ASSERT_TRUE(Eventually([&] { return kill(job, 0) != 0; }));
  StartCoordinator();
  EXPECT_EQ(AwaitEnd(), v1::END_REASON_COMPLETED);
}

TEST_F(AgentTest, KillsAttemptsThatANewSessionDoesNotAdopt) {
  StartCoordinator();
  StartAgent();
  AwaitHello();
  Lease("ignore_term; log ready; await never");
  ASSERT_TRUE(AwaitLog("ready"));
  StartCoordinator({.adopts = false});
  AwaitHello();
  EXPECT_EQ(coordinator_->hello()->held_size(), 1);
  EXPECT_TRUE(Eventually([&] { return !std::filesystem::exists(home_.JobDir(7, 1)); }));
}

TEST_F(AgentTest, KillsAnAttemptWhoseLeaseIsLost) {
  StartCoordinator();
  StartAgent();
  AwaitHello();
  Lease("ignore_term; log ready; await never");
  ASSERT_TRUE(AwaitLog("ready"));
  v1::SessionResponse lost;
  *lost.mutable_lease_lost() = ToMessage(kId);
  coordinator_->Say(lost);
  EXPECT_TRUE(Eventually([&] { return !std::filesystem::exists(home_.JobDir(7, 1)); }));
}

TEST_F(AgentTest, IgnoresALossThatCarriesAnotherFence) {
  StartCoordinator();
  StartAgent();
  AwaitHello();
  Lease("log ready; await go; result");
  ASSERT_TRUE(AwaitLog("ready"));
  v1::SessionResponse lost;
  *lost.mutable_lease_lost() = ToMessage({7, 1, 69});
  coordinator_->Say(lost);
  Spill(JobPath("go"), "");
  EXPECT_EQ(AwaitEnd(), v1::END_REASON_COMPLETED);
}

TEST_F(AgentTest, StopsAnAttemptAsAsked) {
  StartCoordinator();
  StartAgent();
  AwaitHello();
  Lease("log ready; wait");
  ASSERT_TRUE(AwaitLog("ready"));
  v1::SessionResponse stop;
  *stop.mutable_stop()->mutable_attempt() = ToMessage(kId);
  stop.mutable_stop()->set_reason(v1::END_REASON_USER_CANCELLED);
  stop.mutable_stop()->mutable_grace()->set_seconds(4);
  coordinator_->Say(stop);
  EXPECT_EQ(AwaitEnd(), v1::END_REASON_USER_CANCELLED);
}

TEST_F(AgentTest, RunsTwoAttemptsAtTheSameTime) {
  StartCoordinator();
  StartAgent();
  AwaitHello();
  const AttemptId other = {8, 1, 71};
  Lease("log ready; await go; result");
  Lease("log ready; result", other);
  EXPECT_EQ(AwaitEnd(other), v1::END_REASON_COMPLETED);
  ASSERT_TRUE(AwaitLog("ready"));
  Spill(JobPath("go"), "");
  EXPECT_EQ(AwaitEnd(), v1::END_REASON_COMPLETED);
}

TEST_F(AgentTest, KeepsTryingUntilTheCoordinatorIsThere) {
  StartAgent();
  StartCoordinator();
  AwaitHello();
}

TEST_F(AgentTest, ConnectsOnceItsTokenIsTheRightOne) {
  WriteToken("wrong");
  StartCoordinator();
  StartAgent();
  ASSERT_TRUE(Eventually([&] { return coordinator_->refused_count() >= 1; }));
  EXPECT_FALSE(coordinator_->hello().has_value());
  WriteToken("secret");
  AwaitHello();
}

TEST_F(AgentTest, TellsTheCoordinatorAtOnceOfADatasetMappedMeanwhile) {
  StartCoordinator();
  StartAgent();
  AwaitHello();
  ASSERT_TRUE(MapDataset(home_.WorkerConfigPath(), "zzu", folder_.path()).ok());
  agent_->Reload();
  EXPECT_TRUE(Eventually([&] { return coordinator_->heartbeat().datasets_size() == 2; }));
}

TEST_F(AgentTest, KeepsItsDatasetsWhenTheConfigurationIsBroken) {
  StartCoordinator();
  StartAgent();
  AwaitHello();
  Spill(home_.WorkerConfigPath(), "datasets: [no, map]\n");
  agent_->Reload();
  const int seen = coordinator_->heartbeat_count();
  ASSERT_TRUE(Eventually([&] { return coordinator_->heartbeat_count() > seen + 1; }));
  EXPECT_THAT(coordinator_->heartbeat().datasets(), ElementsAre("demo"));
}

TEST_F(AgentTest, DrainsWithACheckpointSoThatTheRunGoesOnElsewhere) {
  StartCoordinator();
  StartAgent();
  AwaitHello();
  Lease("log ready; wait");
  ASSERT_TRUE(AwaitLog("ready"));
  agent_->Drain(absl::Seconds(20), absl::Seconds(5));
  agent_->Wait();
  EXPECT_EQ(AwaitEnd(), v1::END_REASON_PREEMPTED);
  EXPECT_TRUE(database_.Content(Sha256Hex("weights of step 99")).has_value());
  EXPECT_TRUE(Eventually([&] { return coordinator_->heartbeat().draining(); }));
}

TEST_F(AgentTest, GivesBackALeaseThatArrivesWhileItDrains) {
  StartCoordinator();
  StartAgent();
  AwaitHello();
  Lease("ignore_term; log ready; await never");
  ASSERT_TRUE(AwaitLog("ready"));
  agent_->Drain(absl::Minutes(1), absl::Seconds(5));
  const AttemptId late = {8, 1, 71};
  Lease("wait", late);
  EXPECT_EQ(AwaitEnd(late), v1::END_REASON_PREEMPTED);
  agent_->Quit();
  agent_->Wait();
}

TEST_F(AgentTest, EndsItsDrainWithoutACoordinator) {
  StartAgent();
  agent_->Drain(absl::Seconds(1), absl::Seconds(1));
  agent_->Wait();
}

TEST_F(AgentTest, RefusesASecondAgentInTheSameHome) {
  StartAgent();
  const auto second = Agent::Start({.home = home_,
                                    .address = "unix:" + home_.SocketPath(),
                                    .token_path = home_.WorkerTokenPath(),
                                    .find_program = [](std::string_view) { return ""; }});
  EXPECT_TRUE(absl::IsAlreadyExists(second.status()));
}

TEST_F(AgentTest, RefusesAnAddressBeyondThisMachine) {
  for (const char* address :
       {"example.com:7470", "0.0.0.0:7470", "localhost", "https://localhost:1"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(MakeChannel(address, "token").status())) << address;
  }
  EXPECT_TRUE(MakeChannel("localhost:7470", "token").ok());
}

TEST_F(AgentTest, FindsNoAgentToReloadWhereNoneRuns) {
  Spill(home_.WorkerPidPath(), "1\n");
  EXPECT_FALSE(SignalReload(home_));
}

/// The program itself, which looks for pecg-ecg beside its own executable.
class WorkerProgramTest : public AgentTest {
 protected:
  WorkerProgramTest() : program_(folder_ / "bin/pecg-worker") {
    std::filesystem::create_directories(folder_ / "bin");
    std::filesystem::copy_file(WORKER_PATH, program_);
    std::filesystem::copy_file(FAKE_JOB_PATH, folder_ / "bin/pecg-ecg");
  }
  ~WorkerProgramTest() override { End(SIGKILL); }

  pid_t Spawn(const std::vector<std::string>& arguments) {
    const pid_t pid = fork();
    if (pid != 0) return pid;
    std::vector<std::string> words = {program_, "--home", home_.dir()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    execv(argv[0], argv.data());
    _exit(99);
  }
  static int ExitCode(pid_t pid) {
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  int End(int signal) {
    if (worker_ == 0) return 0;
    kill(worker_, signal);
    return ExitCode(std::exchange(worker_, 0));
  }

  const std::string program_;
  pid_t worker_ = 0;
};

TEST_F(WorkerProgramTest, MapsADatasetWhileAWorkerRunsAndTellsTheCoordinator) {
  StartCoordinator();
  worker_ = Spawn({});
  AwaitHello();
  EXPECT_EQ(ExitCode(Spawn({"map-dataset", "zzu", folder_.path()})), 0);
  EXPECT_TRUE(Eventually([&] { return coordinator_->heartbeat().datasets_size() == 2; }));
  EXPECT_EQ(ExitCode(Spawn({"map-dataset", "gone", folder_ / "gone"})), 3);
}

TEST_F(WorkerProgramTest, RefusesToRunTwiceInOneHome) {
  StartCoordinator();
  worker_ = Spawn({});
  AwaitHello();
  EXPECT_EQ(ExitCode(Spawn({})), 4);
}

TEST_F(WorkerProgramTest, DrainsAtSigterm) {
  StartCoordinator();
  worker_ = Spawn({});
  AwaitHello();
  Lease("log ready; wait");
  ASSERT_TRUE(AwaitLog("ready"));
  EXPECT_EQ(End(SIGTERM), 0);
  EXPECT_EQ(AwaitEnd(), v1::END_REASON_PREEMPTED);
}

TEST_F(WorkerProgramTest, EndsTheJobsOfAnAgentThatWasKilledWhenItStartsAgain) {
  StartCoordinator();
  worker_ = Spawn({});
  AwaitHello();
  Lease("ignore_term; log ready; await never");  // Blind to its lifeline, too.
  ASSERT_TRUE(AwaitLog("ready"));
  const std::string first_uid = coordinator_->hello()->process_uid();
  const pid_t job = std::stoi(Slurp(JobPath("job.pid")));
  End(SIGKILL);
  EXPECT_EQ(kill(job, 0), 0);
  worker_ = Spawn({});
  ASSERT_TRUE(Eventually([&] { return coordinator_->hello()->process_uid() != first_uid; }));
  EXPECT_THAT(coordinator_->hello()->held(), IsEmpty());
  // Deleted, so the job has given its lock back: it is dead.
  EXPECT_FALSE(std::filesystem::exists(home_.JobDir(7, 1)));
}

}  // namespace
}  // namespace pecg
