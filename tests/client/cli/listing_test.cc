#include "client/cli/listing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_detail.h"
#include "pecg/v1/metric.pb.h"
#include "pecg/v1/run.pb.h"

namespace pecg {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'795'367'000);

Listing Runs() {
  Listing listing(v1::Run::descriptor(), {{"name", "RUN", CellKind::kName},
                                          {"state", "STATE", CellKind::kText},
                                          {"spec.title", "TITLE", CellKind::kText},
                                          {"progress.done", "DONE", CellKind::kCount},
                                          {"create_time", "CREATED", CellKind::kAge}});
  v1::Run run;
  run.set_name("runs/12");
  run.set_state(v1::RUN_STATE_RUNNING);
  run.mutable_spec()->set_title(
      "resnet on every child of the release, one-cycle, seed 3, \"second\" try, with nine leads, "
      "kept");
  run.mutable_spec()->set_seed(9'007'199'254'740'993);
  run.mutable_progress()->set_done(12345);
  run.mutable_create_time()->set_seconds(1'795'366'880);
  listing.Add(run);
  run.Clear();
  run.set_name("runs/7");
  run.set_state(v1::RUN_STATE_FAILED);
  run.mutable_spec()->set_title("\xE5\xBF\x83\xE7\x94\xB5");
  listing.Add(run);
  return listing;
}

std::string Formatted(const OutputOptions& options, size_t width = 0, bool has_unicode = true) {
  Style style;
  style.width = width;
  style.has_unicode = has_unicode;
  const auto text = Runs().Format(options, style, kNow);
  EXPECT_TRUE(text.ok()) << text.status();
  return text.value_or("");
}

TEST(Listing, FitsATableInto80Columns) {
  EXPECT_EQ(Formatted({}, 80),
            "RUN  STATE    TITLE                                              DONE  CREATED\n"
            "12   running  resnet on every child of the release, one-cycl\xE2\x80\xA6  12,345  2 "
            "min ago\n"
            "7    failed   \xE5\xBF\x83\xE7\x94\xB5                                                "
            "  -  -\n");
}

TEST(Listing, FitsATableInto120Columns) {
  EXPECT_EQ(Formatted({}, 120, /*has_unicode=*/false),
            "RUN  STATE    TITLE                                                                   "
            "                   DONE  CREATED\n"
            "12   running  resnet on every child of the release, one-cycle, seed 3, \"second\" "
            "try, with nine leads~  12,345  2 min ago\n"
            "7    failed   \xE5\xBF\x83\xE7\x94\xB5                                                "
            "                                          -  -\n");
}

TEST(Listing, CutsNothingInAFile) {
  EXPECT_THAT(Formatted({}), testing::HasSubstr("with nine leads, kept  12,345"));
}

TEST(Listing, LeavesTheHeaderOut) {
  OutputOptions options;
  options.with_header = false;
  EXPECT_THAT(Formatted(options), testing::StartsWith("12  running"));
}

TEST(Listing, WritesExactJson) {
  OutputOptions options;
  options.format = OutputFormat::kJson;
  const auto json = nlohmann::json::parse(Formatted(options));
  ASSERT_EQ(json.size(), 2U);
  EXPECT_EQ(json[0]["name"], "runs/12");
  EXPECT_EQ(json[0]["state"], "running");
  EXPECT_EQ(json[0]["create_time"], "2026-11-22T17:01:20Z");
  EXPECT_EQ(json[0]["spec"]["seed"].get<int64_t>(), 9'007'199'254'740'993);
  EXPECT_TRUE(json[1]["create_time"].is_null());
}

TEST(Listing, WritesAnEmptyArrayForAnEmptyList) {
  OutputOptions options;
  options.format = OutputFormat::kJson;
  const Listing empty(v1::Run::descriptor(), {{"name", "RUN", CellKind::kName}});
  EXPECT_EQ(*empty.Format(options, Style(), kNow), "[]\n");
  EXPECT_EQ(*empty.Format({}, Style(), kNow), "");
}

TEST(Listing, WritesOneObjectPerLine) {
  OutputOptions options;
  options.format = OutputFormat::kJsonl;
  options.columns = {"name", "spec.seed"};
  EXPECT_EQ(Formatted(options),
            "{\"name\":\"runs/12\",\"spec.seed\":9007199254740993}\n"
            "{\"name\":\"runs/7\",\"spec.seed\":0}\n");
}

TEST(Listing, QuotesCsvWhereNeeded) {
  OutputOptions options;
  options.format = OutputFormat::kCsv;
  options.columns = {"name", "spec.title"};
  EXPECT_EQ(
      Formatted(options),
      "name,spec.title\n"
      "runs/12,\"resnet on every child of the release, one-cycle, seed 3, \"\"second\"\" try, "
      "with nine leads, kept\"\n"
      "runs/7,\xE5\xBF\x83\xE7\x94\xB5\n");
}

TEST(Listing, KeepsAllDigitsOfANumber) {
  Listing listing(v1::MetricPoint::descriptor(), {{"value", "VALUE", CellKind::kNumber}});
  v1::MetricPoint point;
  point.set_value(0.1 + 0.2);
  listing.Add(point);
  OutputOptions options;
  options.format = OutputFormat::kCsv;
  EXPECT_EQ(*listing.Format(options, Style(), kNow), "value\n0.30000000000000004\n");
  EXPECT_EQ(*listing.Format({}, Style(), kNow), "VALUE\n  0.3\n");
}

TEST(Listing, RefusesAnUnknownColumnAndNamesTheNearest) {
  OutputOptions options;
  options.columns = {"stat"};
  const auto text = Runs().Format(options, Style(), kNow);
  EXPECT_EQ(text.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(DetailOf(text.status()).hint, "did you mean \"state\"?");
}

TEST(Listing, LetsNoControlCharacterThrough) {
  Listing listing(v1::Run::descriptor(), {{"spec.title", "TITLE", CellKind::kText}});
  v1::Run run;
  run.mutable_spec()->set_title("\x1b[2J");
  listing.Add(run);
  EXPECT_EQ(*listing.Format({}, Style(), kNow), "TITLE\n?[2J\n");
}

}  // namespace
}  // namespace pecg
