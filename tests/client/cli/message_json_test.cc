#include "client/cli/message_json.h"

#include <gtest/gtest.h>

#include <limits>

#include "pecg/v1/metric.pb.h"
#include "pecg/v1/run.pb.h"
#include "pecg/v1/worker.pb.h"

namespace pecg {
namespace {

TEST(MessageToJson, WritesDefaultsAndNullsForWhatIsUnset) {
  const auto json = MessageToJson(v1::RunSpec());
  EXPECT_EQ(json["title"], "");
  EXPECT_EQ(json["seed"], 0);
  EXPECT_TRUE(json["device"].is_null());
  EXPECT_TRUE(json["time_limit"].is_null());
  EXPECT_EQ(json["inputs"].dump(), "[]");
  EXPECT_FALSE(json.contains("train"));  // A member of a oneof.
}

TEST(MessageToJson, TellsAnOptionalZeroFromAnAbsentOne) {
  v1::RunSpec spec;
  spec.mutable_train()->set_dropout(0);
  const auto json = MessageToJson(spec);
  EXPECT_EQ(json["train"]["dropout"], 0);
  EXPECT_TRUE(json["train"]["weight_decay"].is_null());
}

TEST(MessageToJson, WritesTimesDurationsAndBytes) {
  v1::RunSpec spec;
  spec.mutable_time_limit()->set_seconds(90);
  EXPECT_EQ(MessageToJson(spec)["time_limit"], 90.0);
  v1::RunEvent event;
  event.mutable_create_time()->set_seconds(1'795'366'800);
  event.mutable_create_time()->set_nanos(250'000'000);
  event.mutable_log()->set_data("hi\xff");
  const auto json = MessageToJson(event);
  EXPECT_EQ(json["create_time"], "2026-11-22T17:00:00.25Z");
  EXPECT_EQ(json["log"]["data"], "aGn/");
}

TEST(MessageToJson, WritesNumbersThatAreNotFiniteAsText) {
  v1::MetricPoint point;
  point.set_value(std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(MessageToJson(point)["value"], "NaN");
  point.set_value(-std::numeric_limits<double>::infinity());
  EXPECT_EQ(MessageToJson(point)["value"], "-Infinity");
}

TEST(MessageToJson, SortsMaps) {
  v1::WorkerConfig config;
  (*config.mutable_datasets())["b"] = "/b";
  (*config.mutable_datasets())["a"] = "/a";
  EXPECT_EQ(MessageToJson(config)["datasets"].dump(), R"({"a":"/a","b":"/b"})");
}

}  // namespace
}  // namespace pecg
