#include "base/yaml.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <string>

#include "base/error_detail.h"
#include "pecg/v1/metric.pb.h"
#include "pecg/v1/run_spec.pb.h"
#include "pecg/v1/worker.pb.h"

namespace pecg {
namespace {

using google::protobuf::util::MessageDifferencer;
using testing::HasSubstr;

ErrorDetail Refused(const std::string& text, google::protobuf::Message* message) {
  const absl::Status status = YamlToMessage(text, "train.yaml", message);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text << " -> " << status;
  return DetailOf(status);
}

ErrorDetail RefusedSpec(const std::string& text) {
  v1::RunSpec spec;
  return Refused(text, &spec);
}

v1::RunSpec Spec(const std::string& text) {
  v1::RunSpec spec;
  const absl::Status status = YamlToMessage(text, "train.yaml", &spec);
  EXPECT_TRUE(status.ok()) << status;
  return spec;
}

TEST(YamlToMessage, ReadsScalarsEnumsListsAndNestedMessages) {
  const v1::RunSpec spec = Spec(
      "title: first try\n"
      "dataset: demo\n"
      "split: 12345678\n"
      "seed: -7\n"
      "device: cpu\n"
      "time_limit: 1h30m0.5s\n"
      "unlock_test: true\n"
      "inputs:\n"
      "  - alias: floor\n"
      "    run: runs/3\n"
      "  - {alias: predictions, run: runs/4}\n"
      "train:\n"
      "  variant: \"resnet1d\"\n"
      "  targets: [chd, kawasaki]\n"
      "  scheme: cross_validation\n"
      "  lr: 1e-3\n");
  EXPECT_EQ(spec.title(), "first try");
  EXPECT_EQ(spec.split(), "12345678");
  EXPECT_EQ(spec.seed(), -7);
  EXPECT_EQ(spec.device(), v1::DEVICE_CPU);
  EXPECT_EQ(spec.time_limit().seconds(), 5400);
  EXPECT_EQ(spec.time_limit().nanos(), 500'000'000);
  EXPECT_TRUE(spec.unlock_test());
  ASSERT_EQ(spec.inputs_size(), 2);
  EXPECT_EQ(spec.inputs(1).run(), "runs/4");
  EXPECT_EQ(spec.train().variant(), "resnet1d");
  EXPECT_THAT(spec.train().targets(), testing::ElementsAre("chd", "kawasaki"));
  EXPECT_EQ(spec.train().scheme(), v1::SCHEME_CROSS_VALIDATION);
  EXPECT_EQ(spec.train().lr(), 1e-3);
}

TEST(YamlToMessage, TellsAnOptionalZeroFromAnAbsentOne) {
  EXPECT_TRUE(Spec("train: {dropout: 0}").train().has_dropout());
  EXPECT_FALSE(Spec("train: {}").train().has_dropout());
}

TEST(YamlToMessage, ChoosesAMemberOfAOneofByAnEmptyMessage) {
  EXPECT_EQ(Spec("audit: {}").job_case(), v1::RunSpec::kAudit);
}

TEST(YamlToMessage, ReadsMapsAndTimes) {
  v1::WorkerConfig config;
  ASSERT_TRUE(
      YamlToMessage("datasets:\n  zzu: /data/zzu\n  demo: /data/demo\n", "w", &config).ok());
  EXPECT_EQ(config.datasets().at("demo"), "/data/demo");
  v1::MetricPoint point;
  ASSERT_TRUE(YamlToMessage("time: 2026-11-22T18:00:00.25+01:00", "w", &point).ok());
  EXPECT_EQ(point.time().seconds(), 1795366800);
  EXPECT_EQ(point.time().nanos(), 250'000'000);
}

TEST(YamlToMessage, TakesEmptyTextForAnEmptyMessage) {
  EXPECT_EQ(Spec("").ByteSizeLong(), 0U);
  EXPECT_EQ(Spec("# nothing\n").ByteSizeLong(), 0U);
}

TEST(YamlToMessage, SkipsAByteOrderMark) {
  EXPECT_EQ(Spec("\xEF\xBB\xBFtitle: \"\xC3\xA9 \\\"quoted\\\"\"").title(), "\xC3\xA9 \"quoted\"");
}

TEST(YamlToMessage, LeavesTheMessageAsItWasOnAnError) {
  v1::RunSpec spec = Spec("title: before");
  EXPECT_FALSE(YamlToMessage("title: after\nnonsense: 1", "x", &spec).ok());
  EXPECT_EQ(spec.title(), "before");
}

struct Refusal {
  const char* text;
  const char* where;
  const char* what;
  const char* hint;
};

class YamlRefusalTest : public testing::TestWithParam<Refusal> {};

TEST_P(YamlRefusalTest, NamesThePlaceTheFieldAndWhatWouldBeRight) {
  const ErrorDetail detail = RefusedSpec(GetParam().text);
  EXPECT_EQ(detail.where, GetParam().where);
  EXPECT_EQ(detail.what, GetParam().what);
  EXPECT_THAT(detail.hint, HasSubstr(GetParam().hint));
}

INSTANTIATE_TEST_SUITE_P(
    Fields, YamlRefusalTest,
    testing::Values(
        Refusal{"dataset: demo\ntrain:\n  learnig_rate: 1\n  lr: 1\n", "train.yaml:3:3",
                "unknown field train.learnig_rate", "fields here: variant, targets"},
        Refusal{"train:\n  epocs: 3\n", "train.yaml:2:3", "unknown field train.epocs",
                "did you mean \"epochs\"?"},
        Refusal{"dataset: demo\nlr: 1e-3\n", "train.yaml:2:1", "unknown field lr",
                "did you mean \"train.lr\"?"},
        Refusal{"audit: {deep: 1}\n", "train.yaml:1:9", "unknown field audit.deep", "write {}"},
        Refusal{"seed: 1\ntitle: a\nseed: 1\n", "train.yaml:3:1", "seed is given twice",
                "first at train.yaml:1:1"},
        Refusal{"train: {}\nindex: {}\n", "train.yaml:2:1", "train and index exclude each other",
                "train is at train.yaml:1:1"},
        Refusal{"seed: 1.0\n", "train.yaml:1:7", "seed is not a whole number: \"1.0\"", "digits"},
        Refusal{"seed: 0x10\n", "train.yaml:1:7", "seed is not a whole number: \"0x10\"", "digits"},
        Refusal{"seed: '5'\n", "train.yaml:1:7", "seed is not a whole number: \"5\"",
                "without quotation marks"},
        Refusal{"seed: 9223372036854775808\n", "train.yaml:1:7",
                "seed is out of range: 9223372036854775808", "-9223372036854775808 to"},
        Refusal{"threads: 2147483648\n", "train.yaml:1:10", "threads is out of range: 2147483648",
                "-2147483648 to 2147483647"},
        Refusal{"train:\n  lr: fast\n", "train.yaml:2:7", "train.lr is not a number: \"fast\"",
                "1e-3"},
        Refusal{"train:\n  lr: .nan\n", "train.yaml:2:7", "train.lr is not a number: \".nan\"",
                "finite"},
        Refusal{"train:\n  lr: 1e999\n", "train.yaml:2:7", "train.lr is out of range: 1e999",
                "1.79"},
        Refusal{"train:\n  lr: [1, 2]\n", "train.yaml:2:7", "train.lr is one number, not a list",
                "write one value"},
        Refusal{"unlock_test: yes\n", "train.yaml:1:14",
                "unlock_test is neither true nor false: \"yes\"", "write true or false"},
        Refusal{"device: gpu\n", "train.yaml:1:9", "device has an unknown value: \"gpu\"",
                "cpu, mps, cuda"},
        Refusal{"train: {scheme: cross_validaton}\n", "train.yaml:1:17",
                "train.scheme has an unknown value: \"cross_validaton\"",
                "did you mean \"cross_validation\"?"},
        Refusal{"time_limit: 90\n", "train.yaml:1:13", "time_limit is not a duration: \"90\"",
                "90s, 15m, 2h"},
        Refusal{"time_limit: 99999999h\n", "train.yaml:1:13",
                "time_limit is out of range: 99999999h", "10000 years"},
        Refusal{"train:\n", "train.yaml:1:1", "train has no value", "write {} for its defaults"},
        Refusal{"title:\nseed: 1\n", "train.yaml:1:1", "title has no value", "give a value"},
        Refusal{"title: null\n", "train.yaml:1:1", "title has no value", "give a value"},
        Refusal{"train: 5\n", "train.yaml:1:8", "train is not a map", "field: value"},
        Refusal{"train:\n  targets: chd\n", "train.yaml:2:12", "train.targets is not a list",
                "[a, b]"},
        Refusal{"inputs:\n  - alias: a\n    runn: x\n", "train.yaml:3:5",
                "unknown field inputs[0].runn", "did you mean \"run\"?"},
        Refusal{"- a\n", "train.yaml:1:1", "the text is not a map", "field: value"}));

INSTANTIATE_TEST_SUITE_P(
    Syntax, YamlRefusalTest,
    testing::Values(Refusal{"title: &a x\n", "train.yaml:1:8",
                            "an anchor (`&name`) is not supported", "write the value out"},
                    Refusal{"a: &a [1]\nb: [*a, *a]\n", "train.yaml:1:4",
                            "an anchor (`&name`) is not supported", "write the value out"},
                    Refusal{"title: !!str x\n", "train.yaml:1:8",
                            "a tag is not supported: tag:yaml.org,2002:str", "remove it"},
                    Refusal{"title: a\n---\ntitle: b\n", "train.yaml:2:1",
                            "a second document or text after the end of the first", "one document"},
                    Refusal{"[a, b]: c\n", "train.yaml:1:1",
                            "a key must be a name, not a list or a map", "key: value"},
                    Refusal{"title: a\xff\n", "train.yaml:1:9", "not UTF-8 text", "UTF-8"},
                    Refusal{"title: \"a\n", "train.yaml:1:8",
                            "not valid YAML: a quotation mark is not closed", "close it"},
                    Refusal{"title: 'it''s\nseed: 1\n", "train.yaml:1:8",
                            "not valid YAML: a quotation mark is not closed", "close it"},
                    Refusal{"title: [a, b\n", "train.yaml:2:1",
                            "not valid YAML: end of sequence flow not found", "brackets"},
                    Refusal{"title: a\n  b: c\n", "train.yaml:2:4",
                            "not valid YAML: illegal map value", "indentation"}));

TEST(YamlToMessage, RefusesATwiceGivenMapKey) {
  v1::WorkerConfig config;
  const ErrorDetail detail = Refused("datasets:\n  zzu: /a\n  zzu: /b\n", &config);
  EXPECT_EQ(detail.where, "train.yaml:3:3");
  EXPECT_EQ(detail.what, "datasets.zzu is given twice");
}

TEST(YamlToMessage, RefusesAMapKeyThatCouldNotBeWritten) {
  v1::WorkerConfig config;
  EXPECT_EQ(Refused("datasets: {" + std::string(201, 'a') + ": /a}", &config).what,
            "a key has 201 bytes");
}

TEST(YamlToMessage, RefusesAnAliasBeforeItIsExpanded) {
  std::string bomb = "title: x\ntrain:\n  targets: [*a, *a]\n";
  EXPECT_THAT(RefusedSpec(bomb).where, HasSubstr("train.yaml:3:"));
}

TEST(YamlToMessage, RefusesNestingWithoutEnd) {
  const std::string deep = "train: " + std::string(5000, '[') + std::string(5000, ']');
  EXPECT_THAT(RefusedSpec(deep).what, HasSubstr("nested deeper than 32 levels"));
}

TEST(YamlToMessage, RefusesMoreThanItsSizeLimit) {
  EXPECT_THAT(RefusedSpec("title: " + std::string(kMaxYamlByteCount, 'a')).what,
              HasSubstr("bytes are too many"));
}

TEST(YamlToMessage, MakesOneLineForLogsOfTheThreeParts) {
  v1::RunSpec spec;
  EXPECT_EQ(YamlToMessage("device: gpu", "train.yaml", &spec).message(),
            "train.yaml:1:9: device has an unknown value: \"gpu\" (did you mean \"cpu\"? one of: "
            "cpu, mps, cuda)");
}

TEST(ReadYamlFile, NamesTheFileThatIsMissing) {
  v1::RunSpec spec;
  const absl::Status status = ReadYamlFile("/nowhere/train.yaml", &spec);
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr("/nowhere/train.yaml"));
}

TEST(ReadYamlFile, ReadsAFile) {
  const std::string path = testing::TempDir() + "/yaml_test_spec.yaml";
  std::ofstream(path) << "title: a\r\nseed: 3\r\n";
  v1::RunSpec spec;
  ASSERT_TRUE(ReadYamlFile(path, &spec).ok());
  EXPECT_EQ(spec.title(), "a");
  EXPECT_EQ(spec.seed(), 3);
}

TEST(SetField, SetsWhatTheFieldHolds) {
  v1::RunSpec spec = Spec("train: {variant: resnet1d, targets: [chd]}");
  ASSERT_TRUE(SetField(&spec, "train.lr", "1e-3").ok());
  ASSERT_TRUE(SetField(&spec, "train.targets", "[kawasaki, chd]").ok());
  ASSERT_TRUE(SetField(&spec, "title", "a: b, [c]").ok());
  ASSERT_TRUE(SetField(&spec, "time_limit", "90s").ok());
  ASSERT_TRUE(SetField(&spec, "inputs", "[{alias: a, run: runs/1}]").ok());
  EXPECT_EQ(spec.train().lr(), 1e-3);
  EXPECT_EQ(spec.train().variant(), "resnet1d");
  EXPECT_THAT(spec.train().targets(), testing::ElementsAre("kawasaki", "chd"));
  EXPECT_EQ(spec.title(), "a: b, [c]");
  EXPECT_EQ(spec.time_limit().seconds(), 90);
  EXPECT_EQ(spec.inputs(0).run(), "runs/1");
}

TEST(SetField, ReplacesAMapEntryAndKeepsTheOthers) {
  v1::WorkerConfig config;
  (*config.mutable_datasets())["zzu"] = "/a";
  (*config.mutable_datasets())["demo"] = "/b";
  ASSERT_TRUE(SetField(&config, "datasets.zzu", "/c").ok());
  EXPECT_EQ(config.datasets().at("zzu"), "/c");
  EXPECT_EQ(config.datasets().at("demo"), "/b");
  EXPECT_EQ(config.datasets_size(), 2);
}

TEST(SetField, ReplacesAMessageAsAWhole) {
  v1::RunSpec spec = Spec("train: {lr: 1, epochs: 3}");
  ASSERT_TRUE(SetField(&spec, "train", "{epochs: 5}").ok());
  EXPECT_EQ(spec.train().lr(), 0);
  EXPECT_EQ(spec.train().epochs(), 5);
}

TEST(SetField, RefusesAsTheFileWouldAndChangesNothing) {
  v1::RunSpec spec = Spec("train: {lr: 1}");
  const v1::RunSpec before = spec;
  const ErrorDetail typed = DetailOf(SetField(&spec, "train.lr", "abc"));
  EXPECT_EQ(typed.where, "--set train.lr");
  EXPECT_EQ(typed.what, "train.lr is not a number: \"abc\"");
  const ErrorDetail unknown = DetailOf(SetField(&spec, "train.lrr", "1"));
  EXPECT_EQ(unknown.what, "unknown field train.lrr");
  EXPECT_THAT(unknown.hint, HasSubstr("did you mean \"lr\"?"));
  EXPECT_EQ(DetailOf(SetField(&spec, "evaluate.confidence", "0.9")).what,
            "train and evaluate exclude each other");
  EXPECT_EQ(DetailOf(SetField(&spec, "inputs.0.run", "runs/1")).what,
            "inputs has no fields of its own");
  EXPECT_EQ(DetailOf(SetField(&spec, "seed.x", "1")).what, "seed has no fields of its own");
  EXPECT_EQ(DetailOf(SetField(&spec, "seed", "")).what, "seed has no value");
  EXPECT_TRUE(MessageDifferencer::Equals(spec, before));
}

TEST(SetField, RefusesTextThatIsNotUtf8) {
  v1::RunSpec spec;
  EXPECT_EQ(DetailOf(SetField(&spec, "title", "caf\xe9")).what, "not UTF-8 text");
  v1::WorkerConfig config;
  EXPECT_EQ(DetailOf(SetField(&config, "datasets.\xe9", "/a")).what, "not UTF-8 text");
}

TEST(ApplyOverride, SplitsAtTheFirstEqualsSign) {
  v1::RunSpec spec;
  ASSERT_TRUE(ApplyOverride(&spec, "title=a=b").ok());
  EXPECT_EQ(spec.title(), "a=b");
  EXPECT_EQ(DetailOf(ApplyOverride(&spec, "title")).what, "not an assignment: title");
}

TEST(MessageToYaml, WritesWhatPeopleWrite) {
  EXPECT_EQ(MessageToYaml(Spec("{title: 'say \"hi\": #1', split: 0012, seed: 4, device: mps, "
                               "time_limit: 90m, inputs: [{alias: a, run: runs/1}, {}], "
                               "train: {targets: [chd, 'true'], lr: 0.003, dropout: 0}}")),
            "title: \"say \\\"hi\\\": #1\"\n"
            "split: \"0012\"\n"
            "seed: 4\n"
            "device: mps\n"
            "time_limit: 1h30m\n"
            "inputs:\n"
            "  - alias: a\n"
            "    run: runs/1\n"
            "  - {}\n"
            "train:\n"
            "  targets: [chd, \"true\"]\n"
            "  lr: 0.003\n"
            "  dropout: 0\n");
  EXPECT_EQ(MessageToYaml(Spec("audit: {}")), "audit: {}\n");
  EXPECT_EQ(MessageToYaml(v1::RunSpec()), "{}\n");
}

TEST(MessageToYaml, IsReadBackAsTheSameMessage) {
  v1::SessionRequest request;  // Nested messages, lists, times, 64-bit numbers, bytes, a oneof.
  auto* events = request.mutable_events();
  events->mutable_attempt()->set_fence(9'007'199'254'740'993);
  auto* log = events->add_events()->mutable_log();
  log->set_data(std::string("\0\xff\n bytes", 9));
  auto* point = events->add_events()->mutable_job()->mutable_metrics()->add_points();
  point->set_key("- : '\"\\ \t\n\x01 \xc3\xa4");
  point->set_value(0.1 + 0.2);
  point->mutable_time()->set_seconds(-1);
  point->mutable_time()->set_nanos(999'999'999);
  v1::SessionRequest read;
  const std::string text = MessageToYaml(request);
  const absl::Status status = YamlToMessage(text, "text", &read);
  ASSERT_TRUE(status.ok()) << status << "\n" << text;
  EXPECT_TRUE(MessageDifferencer::Equals(request, read)) << text;
}

}  // namespace
}  // namespace pecg
