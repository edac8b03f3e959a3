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
using Points = std::map<std::pair<std::string, std::int64_t>, json>;  // (key, step) -> value.

std::int64_t ToInt(const json& value) {
  return value.is_string() ? std::stoll(value.get<std::string>()) : value.get<std::int64_t>();
}

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
    uninterrupted_ = MetricsOf(run);
    ASSERT_FALSE(uninterrupted_.empty());
  }
  static void TearDownTestSuite() { service_.reset(); }

  /// Submits a training run of some seconds; returns its number.
  static std::string Train() {
    return service_->Submit(
        "title: crash test\ndataset: demo\nsplit: " + split_ +
        "\nseed: 3\ndevice: cpu\nthreads: 1\ntrain: {variant: resnet1d, scheme: "
        "plain, targets: [abnormal_a1, chd], epochs: 6, patience: 6, "
        "base_channels: 16, batch_size: 16}\n");
  }

  /// Every point the coordinator lists for a run.
  static Points MetricsOf(const std::string& run) {
    Points points;
    for (const json& series : service_->PecgJson({"run", "metrics", run})) {
      const std::string key = series["key"];
      for (const json& point : service_->PecgJson({"run", "metrics", run, "--key", key})) {
        const bool is_new =
            points.emplace(std::pair(key, ToInt(point["step"])), point["value"]).second;
        EXPECT_TRUE(is_new) << "a point is listed twice: " << key << " " << point;
      }
    }
    return points;
  }

  static std::unique_ptr<Service> service_;
  static std::string split_;
  static Points uninterrupted_;
};

std::unique_ptr<Service> CrashRecoveryTest::service_;
std::string CrashRecoveryTest::split_;
Points CrashRecoveryTest::uninterrupted_;

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
  EXPECT_EQ(MetricsOf(run), uninterrupted_);
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
  EXPECT_EQ(MetricsOf(run), uninterrupted_);
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
  Points seen;
  std::istringstream lines(watch->out());
  for (std::string line; std::getline(lines, line);) {
    const json event = json::parse(line);
    if (!event.contains("metrics")) continue;
    for (const json& point : event["metrics"]["points"]) {
      seen.emplace(std::pair(point["key"].get<std::string>(), ToInt(point["step"])),
                   point["value"]);
    }
  }
  EXPECT_EQ(MetricsOf(run), seen);
  for (const auto& [key, value] : seen) EXPECT_EQ(uninterrupted_.at(key), value);
}

}  // namespace
}  // namespace pecg
