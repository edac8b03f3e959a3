#include "worker/agent/launch_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/worker/agent/agent_testing.h"

namespace pecg {
namespace {

class LaunchPlanTest : public ::testing::Test {
 protected:
  LaunchPlanTest() {
    resources_.find_program = [](std::string_view name) { return "/bin/" + std::string(name); };
    resources_.datasets = {{"demo", folder_.path()}, {"gone", folder_ / "gone"}};
    resources_.threads = 6;
    AddDevice("cpu", v1::DEVICE_CPU);
    spec_.mutable_run_spec()->set_dataset("demo");
    spec_.mutable_run_spec()->mutable_train();
  }

  void AddDevice(const std::string& name, v1::Device kind) {
    resources_.devices.emplace_back().set_name(name);
    resources_.devices.back().set_kind(kind);
  }

  LaunchPlan Plan() { return std::get<LaunchPlan>(PlanLaunch(spec_, resources_)); }
  v1::EndReason Reason() { return std::get<Fault>(PlanLaunch(spec_, resources_)).reason; }

  TemporaryFolder folder_;
  WorkerResources resources_;
  v1::JobSpec spec_;
};

TEST_F(LaunchPlanTest, StartsLearnForTrainingAndEcgForTheRest) {
  EXPECT_EQ(Plan().program, "/bin/pecg-learn");
  spec_.mutable_run_spec()->mutable_index();
  EXPECT_EQ(Plan().program, "/bin/pecg-ecg");
  spec_.mutable_run_spec()->mutable_evaluate();
  EXPECT_EQ(Plan().program, "/bin/pecg-ecg");
}

TEST_F(LaunchPlanTest, RefusesAKindItDoesNotKnow) {
  spec_.mutable_run_spec()->clear_job();
  EXPECT_EQ(Reason(), v1::END_REASON_INVALID_SPEC);
}

TEST_F(LaunchPlanTest, GivesAllThreadsUnlessTheSpecSays) {
  EXPECT_EQ(Plan().spec.threads(), 6);
  spec_.mutable_run_spec()->set_threads(2);
  EXPECT_EQ(Plan().spec.threads(), 2);
}

TEST_F(LaunchPlanTest, NeedsTheFolderOfADatasetWhoseRecordsAreRead) {
  EXPECT_EQ(Plan().spec.dataset_root(), folder_.path());
  spec_.mutable_run_spec()->set_dataset("gone");
  EXPECT_EQ(Reason(), v1::END_REASON_DATA_MISSING);
  spec_.mutable_run_spec()->set_dataset("unknown");
  EXPECT_EQ(Reason(), v1::END_REASON_DATA_MISSING);
}

TEST_F(LaunchPlanTest, NeedsNoFolderForAJobThatReadsNoRecords) {
  spec_.mutable_run_spec()->mutable_report();
  spec_.mutable_run_spec()->set_dataset("unknown");
  EXPECT_EQ(Plan().spec.dataset_root(), "");
}

TEST_F(LaunchPlanTest, TakesTheBestDeviceWhereTheSpecIsOpen) {
  AddDevice("cuda:0", v1::DEVICE_CUDA);
  EXPECT_EQ(Plan().spec.device(), "cuda:0");
  spec_.mutable_run_spec()->set_device(v1::DEVICE_CPU);
  EXPECT_EQ(Plan().spec.device(), "cpu");
}

TEST_F(LaunchPlanTest, RefusesADeviceThatIsNotHere) {
  spec_.set_device("cuda:7");
  EXPECT_EQ(Reason(), v1::END_REASON_DEVICE_ERROR);
  spec_.clear_device();
  spec_.mutable_run_spec()->set_device(v1::DEVICE_MPS);
  EXPECT_EQ(Reason(), v1::END_REASON_DEVICE_ERROR);
}

}  // namespace
}  // namespace pecg
