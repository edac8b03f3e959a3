#include "worker/agent/device_probe.h"

#include <absl/status/status.h>
#include <gtest/gtest.h>

#include "worker/agent/program_output.h"

namespace pecg {
namespace {

constexpr char kTwoGpus[] = "0, NVIDIA H200, 143771\n1, NVIDIA GeForce RTX 4090, 24564\n";

TEST(DeviceProbeTest, AlwaysFindsTheCpuWithItsMemory) {
  const auto devices = ProbeDevices();
  ASSERT_FALSE(devices.empty());
  EXPECT_EQ(devices.front().name(), "cpu");
  EXPECT_EQ(devices.front().kind(), v1::DEVICE_CPU);
  EXPECT_GT(devices.front().memory_bytes(), 0);
}

TEST(DeviceProbeTest, NumbersGpusFromZero) {
  const auto devices = ParseNvidiaSmi(kTwoGpus, std::nullopt);
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_EQ(devices[0].name(), "cuda:0");
  EXPECT_EQ(devices[0].kind(), v1::DEVICE_CUDA);
  EXPECT_EQ(devices[0].model(), "NVIDIA H200");
  EXPECT_EQ(devices[0].memory_bytes(), int64_t{143771} << 20);
  EXPECT_EQ(devices[1].name(), "cuda:1");
}

TEST(DeviceProbeTest, ShowsOnlyTheGpusThatAreVisibleToJobs) {
  const auto devices = ParseNvidiaSmi(kTwoGpus, "1");
  ASSERT_EQ(devices.size(), 1U);
  EXPECT_EQ(devices[0].name(), "cuda:0");
  EXPECT_EQ(devices[0].model(), "NVIDIA GeForce RTX 4090");
}

TEST(DeviceProbeTest, ShowsNoGpuWhenNoneIsVisible) {
  EXPECT_TRUE(ParseNvidiaSmi(kTwoGpus, "").empty());
  EXPECT_TRUE(ParseNvidiaSmi(kTwoGpus, "-1").empty());
}

TEST(DeviceProbeTest, CountsVisibleGpusThatAreNamedByUuid) {
  EXPECT_EQ(ParseNvidiaSmi(kTwoGpus, "GPU-1234,MIG-5678").size(), 2U);
}

TEST(DeviceProbeTest, LeavesOutLinesThatAreNoGpu) {
  EXPECT_TRUE(ParseNvidiaSmi("No devices were found\n", std::nullopt).empty());
  const auto shared = ParseNvidiaSmi("0, NVIDIA GB10, [N/A]\n", std::nullopt);
  ASSERT_EQ(shared.size(), 1U);
  EXPECT_EQ(shared[0].memory_bytes(), 0);
}

TEST(ProgramOutputTest, ReturnsWhatAProgramSays) {
  EXPECT_EQ(*ProgramOutput({"sh", "-c", "echo out; echo err >&2"}, absl::Seconds(10)), "out\n");
}

TEST(ProgramOutputTest, KillsAProgramThatTakesTooLong) {
  EXPECT_EQ(ProgramOutput({"sleep", "100"}, absl::Milliseconds(20)).status().code(),
            absl::StatusCode::kDeadlineExceeded);
}

TEST(ProgramOutputTest, SaysWhenAProgramFailsOrIsMissing) {
  EXPECT_EQ(ProgramOutput({"false"}, absl::Seconds(10)).status().code(),
            absl::StatusCode::kUnknown);
  EXPECT_TRUE(absl::IsNotFound(ProgramOutput({"pecg-no-such"}, absl::Seconds(10)).status()));
}

}  // namespace
}  // namespace pecg
