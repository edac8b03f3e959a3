// Kills each process in the middle of a training run: the run ends right, no acknowledged metric is
// lost or doubled, and a watch that was open goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <utility>

#include "tests/end_to_end/service.h"

namespace pecg {
namespace {

using nlohmann::json;
using std::chrono::seconds;

bool IsMetrics(const std::string& line) { return json::parse(line).contains("metrics"); }

class CrashRecoveryTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    service_ = std::make_unique<Service>();
    service_->Start();
    service_->AddSyntheticDataset("demo", 60);
    split_ = service_->Split("demo");
    const std::string run = Train();
    ASSERT_EQ(service_->Pecg({"run", "watch", run}).exit_code, 0);
    uninterrupted_ = service_->MetricsOf(run);
    ASSERT_FALSE(uninterrupted_.empty());
  }
  static void TearDownTestSuite() { service_.reset(); }

  static std::string Train() { return service_->SubmitTraining(split_); }

  static std::unique_ptr<Service> service_;
  static std::string split_;
  static MetricPoints uninterrupted_;
};

std::unique_ptr<Service> CrashRecoveryTest::service_;
std::string CrashRecoveryTest::split_;
MetricPoints CrashRecoveryTest::uninterrupted_;

/// Checks that each event of a watch came once and in order.
void ExpectInOrder(const std::string& jsonl) {
  std::istringstream lines(jsonl);
  std::int64_t last = 0;
  for (std::string line; std::getline(lines, line);) {
    const json event = json::parse(line);
    if (!event.contains("sequence")) continue;  // The run at the end.
    EXPECT_GT(ToInt(event["sequence"]), last) << line;
    last = ToInt(event["sequence"]);
  }
  EXPECT_GT(last, 0);
}

TEST_F(CrashRecoveryTest, ARunWhoseAgentIsKilledGoesOnFromItsCheckpointToTheSameMetrics) {
  const std::string run = Train();
  const auto watch = service_->StartPecg({"run", "watch", run, "-o", "jsonl"});
  ASSERT_TRUE(watch->WaitForLine(IsMetrics, seconds(60)).has_value());
  ASSERT_TRUE(watch->WaitForLine(IsMetrics, seconds(60)).has_value());
  service_->KillWorker();
  ASSERT_EQ(watch->WaitForEnd(seconds(120)), 0) << watch->err();
  ExpectInOrder(watch->out());
  EXPECT_EQ(service_->MetricsOf(run), uninterrupted_);
  const json shown = service_->PecgJson({"run", "show", run});
  EXPECT_EQ(ToInt(shown["attempt_count"]), 2);
}

TEST_F(CrashRecoveryTest, AWatchOutlivesTheCoordinatorAndTheRunLosesNothing) {
  const std::string run = Train();
  const auto watch = service_->StartPecg({"run", "watch", run, "-o", "jsonl"});
  ASSERT_TRUE(watch->WaitForLine(IsMetrics, seconds(60)).has_value());
  service_->KillCoordinator();
  service_->Start();
  ASSERT_EQ(watch->WaitForEnd(seconds(120)), 0) << watch->err();
  ExpectInOrder(watch->out());
  EXPECT_EQ(service_->MetricsOf(run), uninterrupted_);
  // The agent was there all the time: its attempt was adopted again, not repeated.
  EXPECT_EQ(ToInt(service_->PecgJson({"run", "show", run})["attempt_count"]), 1);
}

TEST_F(CrashRecoveryTest, AKilledJobFailsItsRunAndWhatItReportedStays) {
  const std::string run = Train();
  const auto watch = service_->StartPecg({"run", "watch", run, "-o", "jsonl"});
  ASSERT_TRUE(watch->WaitForLine(IsMetrics, seconds(60)).has_value());
  service_->KillJob(run + "-1");
  EXPECT_EQ(watch->WaitForEnd(seconds(60)), 7) << watch->err();
  const json shown = service_->PecgJson({"run", "show", run});
  EXPECT_EQ(shown["state"], "failed");
  EXPECT_EQ(shown["end_reason"], "signalled");
  MetricPoints seen;
  std::istringstream lines(watch->out());
  for (std::string line; std::getline(lines, line);) {
    const json event = json::parse(line);
    if (!event.contains("metrics")) continue;
    for (const json& point : event["metrics"]["points"]) {
      seen.emplace(std::pair(point["key"].get<std::string>(), ToInt(point["step"])),
                   point["value"]);
    }
  }
  EXPECT_EQ(service_->MetricsOf(run), seen);
  for (const auto& [key, value] : seen) EXPECT_EQ(uninterrupted_.at(key), value);
}

}  // namespace
}  // namespace pecg
