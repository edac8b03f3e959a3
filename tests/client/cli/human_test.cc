#include "client/cli/human.h"

#include <gtest/gtest.h>

#include <limits>

namespace pecg {
namespace {

TEST(HumanDuration, GrowsCoarserWithLength) {
  EXPECT_EQ(HumanDuration(absl::Milliseconds(400)), "0.4 s");
  EXPECT_EQ(HumanDuration(absl::Seconds(42)), "42 s");
  EXPECT_EQ(HumanDuration(absl::Seconds(200)), "3 min 20 s");
  EXPECT_EQ(HumanDuration(absl::Seconds(3605)), "1 h 00 min");
  EXPECT_EQ(HumanDuration(absl::Hours(99)), "4 d 3 h");
  EXPECT_EQ(HumanDuration(absl::Seconds(-5)), "0.0 s");
}

TEST(HumanAge, TellsPastAndFuture) {
  const absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  EXPECT_EQ(HumanAge(now, now), "just now");
  EXPECT_EQ(HumanAge(now - absl::Seconds(59), now), "59 s ago");
  EXPECT_EQ(HumanAge(now - absl::Minutes(59), now), "59 min ago");
  EXPECT_EQ(HumanAge(now - absl::Hours(47), now), "47 h ago");
  EXPECT_EQ(HumanAge(now - absl::Hours(48), now), "2 d ago");
  EXPECT_EQ(HumanAge(now + absl::Minutes(5), now), "in 5 min");
}

TEST(HumanBytes, UsesBinaryUnits) {
  EXPECT_EQ(HumanBytes(512), "512 B");
  EXPECT_EQ(HumanBytes(1536), "1.5 KiB");
  EXPECT_EQ(HumanBytes(12 << 20), "12 MiB");
}

TEST(HumanNumber, ShowsFourDigits) {
  EXPECT_EQ(HumanNumber(0.81234), "0.8123");
  EXPECT_EQ(HumanNumber(1.2345e-5), "1.234e-05");
  EXPECT_EQ(HumanNumber(std::numeric_limits<double>::quiet_NaN()), "nan");
}

TEST(HumanCount, GroupsThousands) {
  EXPECT_EQ(HumanCount(0), "0");
  EXPECT_EQ(HumanCount(999), "999");
  EXPECT_EQ(HumanCount(14190), "14,190");
  EXPECT_EQ(HumanCount(-1234567), "-1,234,567");
}

TEST(HumanName, KeepsTheLastPartAndShortensHashes) {
  EXPECT_EQ(HumanName("runs/12"), "12");
  EXPECT_EQ(HumanName("demo"), "demo");
  EXPECT_EQ(HumanName("splits/" + std::string(64, 'a')), std::string(12, 'a'));
}

TEST(HumanVersion, NamesTheDatasetAndTheHash) {
  EXPECT_EQ(HumanVersion("datasets/demo/versions/" + std::string(64, 'b')), "demo bbbbbbbbbbbb");
}

TEST(HumanArtifact, KeepsThePathBelowTheOutput) {
  EXPECT_EQ(HumanArtifact("runs/12/artifacts/model/model.json"), "model/model.json");
}

}  // namespace
}  // namespace pecg
