#include "client/cli/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/client/cli/fake_coordinator.h"

namespace pecg {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// The program against a fake coordinator on a real socket.
class ProgramTest : public testing::Test {
 protected:
  ProgramTest() {
    WriteTestToken(home_);
    std::ofstream(home_ + "/train.yaml") << "dataset: demo\nsplit: abc\ntrain: {epochs: 3}\n";
  }

  void Start() {
    server_ = std::make_unique<FakeServer>("unix:" + home_ + "/pecgd.sock",
                                           std::vector<grpc::Service*>{&runs_, &datasets_});
  }

  int Run(std::vector<std::string> arguments) {
    out_.str("");
    err_.str("");
    Session::Streams streams;
    streams.in = &in_;
    streams.out = &out_;
    streams.err = &err_;
    arguments.insert(arguments.end(), {"--home", home_});
    return RunProgram(
        arguments, streams, [](const char*) { return std::string(); },
        /*detect_styles=*/false);
  }

  std::string SpecPath() const { return home_ + "/train.yaml"; }

  const std::string home_ = MakeTestHome();
  FakeEventLog log_;
  FakeRunService runs_{&log_};
  v1::DatasetService::Service datasets_;
  std::istringstream in_;
  std::ostringstream out_;
  std::ostringstream err_;
  std::unique_ptr<FakeServer> server_;
};

TEST_F(ProgramTest, SaysHowToStartACoordinatorWhenNoneAnswers) {
  EXPECT_EQ(Run({"run", "ls"}), 6);
  EXPECT_THAT(err_.str(), HasSubstr("error: no coordinator answers\n"));
  EXPECT_THAT(err_.str(), HasSubstr("start one with `pecgd`"));
  EXPECT_EQ(out_.str(), "");
}

TEST_F(ProgramTest, WritesAnEmptyListAsAnEmptyArray) {
  Start();
  EXPECT_EQ(Run({"run", "ls", "-o", "json"}), 0);
  EXPECT_EQ(out_.str(), "[]\n");
  EXPECT_EQ(Run({"run", "ls"}), 0);
  EXPECT_EQ(out_.str(), "");
  EXPECT_THAT(err_.str(), HasSubstr("no runs; submit one"));
}

TEST_F(ProgramTest, TurnsPagesUpToTheLimit) {
  Start();
  for (const char* name : {"runs/1", "runs/2", "runs/3"}) runs_.runs[name].set_name(name);
  EXPECT_EQ(Run({"run", "ls", "-o", "csv", "--columns", "name", "--no-headers"}), 0);
  EXPECT_EQ(out_.str(), "runs/1\nruns/2\nruns/3\n");
  EXPECT_EQ(Run({"run", "ls", "-o", "csv", "--columns", "name", "--no-headers", "--limit", "2"}),
            0);
  EXPECT_EQ(out_.str(), "runs/1\nruns/2\n");
}

TEST_F(ProgramTest, WritesErrorsAsJsonForPrograms) {
  Start();
  EXPECT_EQ(Run({"run", "show", "99", "-o", "json"}), 3);
  const auto error = nlohmann::json::parse(err_.str())["error"];
  EXPECT_EQ(error["code"], "NOT_FOUND");
  EXPECT_EQ(error["exit_code"], 3);
  EXPECT_EQ(error["message"], "run not found: runs/99");
  EXPECT_EQ(error["hint"], "pecg run ls");
}

TEST_F(ProgramTest, RefusesABadSpecWithItsPlaceAndSendsNothing) {
  Start();
  std::ofstream(SpecPath()) << "dataset: demo\ntrain:\n  lrr: 1\n";
  EXPECT_EQ(Run({"run", "submit", "-f", SpecPath()}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("error: unknown field train.lrr\n  where: " + SpecPath() +
                                    ":3:3\n  hint: did you mean \"lr\"?\n"));
  EXPECT_THAT(runs_.RequestIds(), ElementsAre());
}

TEST_F(ProgramTest, PrintsTheResolvedSpecOfADryRun) {
  Start();
  EXPECT_EQ(Run({"run", "submit", "-f", SpecPath(), "--dry-run", "--set", "train.lr=1e-3"}), 0);
  EXPECT_EQ(out_.str(), "dataset: demo\nsplit: abc\ntrain:\n  epochs: 3\n  lr: 0.001\n");
  EXPECT_THAT(runs_.RequestIds(), ElementsAre());
}

TEST_F(ProgramTest, RepeatsAnUnansweredSubmitWithTheSameId) {
  Start();
  runs_.create_failures = {{grpc::StatusCode::UNAVAILABLE, "draining"}};
  EXPECT_EQ(Run({"run", "submit", "-f", SpecPath(), "--detach"}), 0) << err_.str();
  EXPECT_EQ(out_.str(), "runs/7\n");
  ASSERT_EQ(runs_.RequestIds().size(), 2U);
  EXPECT_EQ(runs_.RequestIds()[0], runs_.RequestIds()[1]);
  EXPECT_TRUE(std::filesystem::is_empty(home_ + "/pending"));
}

TEST_F(ProgramTest, NamesTheRequestOfARefusedSubmit) {
  Start();
  runs_.create_failures = {{grpc::StatusCode::INVALID_ARGUMENT, "split does not exist"}};
  EXPECT_EQ(Run({"run", "submit", "-f", SpecPath()}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("  request: " + runs_.RequestIds()[0] + "\n"));
}

TEST_F(ProgramTest, WaitsForTheRunAndExitsAsItEnded) {
  Start();
  log_.Append(ProgressEvent(1));
  log_.End(EndedRun(v1::RUN_STATE_FAILED));
  EXPECT_EQ(Run({"run", "submit", "-f", SpecPath()}), 7);
  EXPECT_EQ(out_.str(), "runs/7\n");
  EXPECT_THAT(err_.str(), HasSubstr("run 7 failed"));
  log_.End(EndedRun(v1::RUN_STATE_CANCELLED));
  EXPECT_EQ(Run({"run", "submit", "-f", SpecPath()}), 8);
  log_.End(EndedRun(v1::RUN_STATE_SUCCEEDED));
  EXPECT_EQ(Run({"run", "submit", "-f", SpecPath()}), 0);
}

TEST_F(ProgramTest, StopsWaitingWhenTheTimeIsOver) {
  Start();
  runs_.runs["runs/7"].set_name("runs/7");
  EXPECT_EQ(Run({"run", "watch", "7", "--timeout", "50ms"}), 9);
  EXPECT_THAT(err_.str(), HasSubstr("run 7 goes on. Watch it again: pecg run watch 7"));
}

TEST_F(ProgramTest, WatchesAsJsonLines) {
  Start();
  runs_.runs["runs/7"].set_name("runs/7");
  log_.Append(ProgressEvent(3));
  log_.End(EndedRun(v1::RUN_STATE_SUCCEEDED));
  EXPECT_EQ(Run({"run", "watch", "7", "-o", "jsonl"}), 0);
  std::istringstream lines(out_.str());
  std::string event;
  std::string run;
  std::getline(lines, event);
  std::getline(lines, run);
  EXPECT_EQ(nlohmann::json::parse(event)["progress"]["done"], 3);
  EXPECT_EQ(nlohmann::json::parse(run)["state"], "succeeded");
}

TEST_F(ProgramTest, RefusesARunThatIsNoNumber) {
  Start();
  EXPECT_EQ(Run({"run", "show", "abc"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("not a run: \"abc\""));
}

TEST_F(ProgramTest, FindsAHelpTopicAndACommandsPage) {
  EXPECT_EQ(Run({"help", "exit-codes"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("130  interrupted"));
  EXPECT_EQ(Run({"help", "run", "submit"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("Usage: pecg run submit"));
  EXPECT_EQ(Run({"help", "exit-code"}), 3);
  EXPECT_THAT(err_.str(), HasSubstr("did you mean \"exit-codes\"?"));
}

TEST_F(ProgramTest, DoctorTellsWhatIsWrongAndHowToMendIt) {
  EXPECT_EQ(Run({"doctor"}), 1);
  EXPECT_THAT(out_.str(), HasSubstr("ok  home " + home_ + " is yours alone\n"));
  EXPECT_THAT(out_.str(), HasSubstr("!!  no coordinator answers"));
  EXPECT_THAT(out_.str(), HasSubstr("    hint: start one with `pecgd`"));
}

}  // namespace
}  // namespace pecg
