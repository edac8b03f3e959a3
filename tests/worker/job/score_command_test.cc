#include "worker/job/score_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/worker/job/job_testing.h"
#include "worker/job/split_check_command.h"

namespace pecg {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using testing::ErrorOf;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

class ScoreCommandTest : public ::testing::Test {
 protected:
  std::filesystem::path Write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = folder_.path() / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  /// 40 records of 20 patients; `sick` is scored well, `all` has one class only.
  ScoreCommand MadeUp() {
    std::string labels = "record,sick,all\n";
    std::string scores = "all,record,sick\n";  // Another order of columns,
    std::string patients = "patient,record\n";
    for (int i = 0; i < 40; ++i) {
      labels += "r" + std::to_string(i) + (i % 4 < 2 ? ",1,1\n" : ",0,1\n");
    }
    for (int i = 39; i >= 0; --i) {  // and of rows.
      const double score = (i * 7 % 20) / 40.0 + (i % 4 < 2 ? 0.4 : 0);
      scores += "0.5,r" + std::to_string(i) + "," + std::to_string(score) + "\n";
      patients += "p" + std::to_string(i / 2) + ",r" + std::to_string(i) + "\n";
    }
    ScoreCommand command;
    command.labels = Write("labels.csv", labels);
    command.scores = Write("scores.csv", scores);
    command.patients = Write("patients.csv", patients);
    command.bootstrap_count = 200;
    return command;
  }

  static nlohmann::json Run(const ScoreCommand& command) {
    return nlohmann::json::parse(ScoreFiles(command));
  }

  TemporaryFolder folder_;
};

TEST_F(ScoreCommandTest, PrintsFiguresWithIntervals) {
  const auto json = Run(MadeUp())["targets"]["sick"];
  EXPECT_EQ(json["n"], 40);
  EXPECT_EQ(json["positives"], 20);
  EXPECT_EQ(json["patients"], 20);
  EXPECT_GT(json["auroc"]["value"].get<double>(), 0.8);
  EXPECT_LT(json["auroc"]["low"].get<double>(), json["auroc"]["value"].get<double>());
  EXPECT_GT(json["auroc"]["high"].get<double>(), json["auroc"]["value"].get<double>());
  EXPECT_TRUE(json["brier"]["value"].is_number());
  EXPECT_TRUE(json["f1_at_0.5"]["value"].is_number());
}

TEST_F(ScoreCommandTest, SaysNullAndWhyForOneClass) {
  const auto json = Run(MadeUp())["targets"]["all"];
  EXPECT_TRUE(json["auroc"]["value"].is_null());
  EXPECT_EQ(json["auroc"]["reason"], "there is no negative record");
  EXPECT_TRUE(json["auroc"]["low"].is_null());
}

TEST_F(ScoreCommandTest, SaysNullAndWhyForScoresThatAreNoProbabilities) {
  ScoreCommand command = MadeUp();
  command.labels = Write("l.csv", "record,x\na,1\nb,0\nc,1\nd,0\n");
  command.scores = Write("s.csv", "record,x\na,3.5\nb,-1\nc,0.2\nd,0.1\n");
  command.patients.clear();
  const auto json = Run(command)["targets"]["x"];
  EXPECT_EQ(json["auroc"]["value"], 1.0);
  EXPECT_TRUE(json["brier"]["value"].is_null());
  EXPECT_THAT(json["brier"]["reason"].get<std::string>(), HasSubstr("lies outside 0..1"));
}

TEST_F(ScoreCommandTest, IsTheSameForTheSameSeed) {
  ScoreCommand command = MadeUp();
  EXPECT_EQ(ScoreFiles(command), ScoreFiles(command));
  const auto first = Run(command)["targets"]["sick"]["auroc"]["low"];
  command.seed = 1;
  EXPECT_NE(first, Run(command)["targets"]["sick"]["auroc"]["low"]);
}

TEST_F(ScoreCommandTest, ComparesWithOtherScoresPaired) {
  ScoreCommand command = MadeUp();
  command.versus = command.scores;
  const auto json = Run(command)["targets"]["sick"];
  EXPECT_EQ(json["auroc_over_versus"]["value"], 0.0);
  EXPECT_EQ(json["auroc_over_versus"]["p"], 1.0);
  EXPECT_EQ(json["versus_auroc"]["value"], json["auroc"]["value"]);
}

TEST_F(ScoreCommandTest, WritesAPage) {
  ScoreCommand command = MadeUp();
  command.out = folder_.path() / "page.html";
  ScoreFiles(command);
  std::ifstream file(command.out);
  const std::string page((std::istreambuf_iterator<char>(file)), {});
  EXPECT_THAT(page, HasSubstr("ROC curve"));
  EXPECT_THAT(page, HasSubstr("sick"));
}

TEST_F(ScoreCommandTest, LeavesRecordsWithoutALabelOut) {
  ScoreCommand command = MadeUp();
  command.labels = Write("l.csv", "record,x\na,1\nb,0\nc,\n");
  command.scores = Write("s.csv", "record,x\na,0.9\nb,0.1\nc,\n");
  command.patients.clear();
  EXPECT_EQ(Run(command)["targets"]["x"]["n"], 2);
}

/// Place and text of what is thrown when one file holds `text`.
struct Refusal {
  const char* file;
  const char* text;
  const char* where;
  const char* message;
};

TEST_F(ScoreCommandTest, NamesFileAndLineOfWhatDoesNotFit) {
  const std::vector<Refusal> refusals = {
      {"s.csv", "record,x\na,0.5\nb,nan\n", "s.csv:3", "no finite number"},
      {"s.csv", "record,x\na,0.5\nb,inf\n", "s.csv:3", "no finite number"},
      {"s.csv", "record,x\na,0.5\nb,\n", "s.csv:3", "holds no score"},
      {"s.csv", "record,y\na,0.5\nb,0.1\n", "s.csv", "no column named x"},
      {"s.csv", "record,x\na,0.5\nc,0.1\n", "l.csv:3", "record b is not in"},
      {"s.csv", "record,x\na,0.5\nb,0.1\nc,0.1\n", "s.csv:4", "record c is not in"},
      {"s.csv", "record,x\na,0.5\nb,0.1\na,0.1\n", "s.csv:4", "comes twice"},
      {"l.csv", "record,x\na,1\nb,2\n", "l.csv:3", "must hold 0, 1 or nothing: 2"},
      {"l.csv", "x\n1\n", "l.csv", "no column named record"},
      {"p.csv", "record,patient\na,1\n", "l.csv:3", "the patient of record b is not known"},
      {"p.csv", "record,patient\na,1\nb,2\na,2\n", "p.csv:4", "comes twice"},
      {"p.csv", "record,patient\na,1\nb,\n", "p.csv:3", "has no patient"},
  };
  for (const Refusal& refusal : refusals) {
    SCOPED_TRACE(refusal.text);
    ScoreCommand command;
    command.labels = Write("l.csv", "record,x\na,1\nb,0\n");
    command.scores = Write("s.csv", "record,x\na,0.5\nb,0.1\n");
    command.patients = Write("p.csv", "record,patient\na,1\nb,2\n");
    Write(refusal.file, refusal.text);
    const auto error = ErrorOf([&] { ScoreFiles(command); });
    ASSERT_TRUE(error.has_value());
    EXPECT_THAT(error->where(), EndsWith(refusal.where));
    EXPECT_THAT(error->message(), HasSubstr(refusal.message));
  }
}

TEST_F(ScoreCommandTest, SplitCheckReadsSplitsPartsAndTheIndex) {
  SplitCheckCommand command;
  command.split = Write("split.csv", "record,fold,note\na1,0,x\na2,1,x\nb1,1,\n");
  command.patients = Write("p.csv", "record,patient\na1,A\na2,A\nb1,B\n");
  const LeakReport report = CheckSplit(command);
  ASSERT_EQ(report.patients.size(), 1U);
  EXPECT_THAT(report.patients[0].parts, ElementsAre("0", "1"));
  EXPECT_THAT(LeakText(report), HasSubstr("LEAKS"));

  SplitCheckCommand parts;
  parts.parts = {"train=" + Write("train.csv", "record,p\na1,0.1\nb1,0.2\n").string(),
                 "test=" + Write("test.csv", "record,p\nc1,0.3\n").string()};
  parts.index = Write("index.jsonl", R"({"record_id":"a1","patient_id":"A","signal_sha256":"s"})"
                                     "\n"
                                     R"({"record_id":"b1","patient_id":"B","signal_sha256":"t"})"
                                     "\n"
                                     R"({"record_id":"c1","patient_id":"C","signal_sha256":"s"})"
                                     "\n");
  const auto json = nlohmann::json::parse(LeakJson(CheckSplit(parts)));
  EXPECT_EQ(json["leaks"], true);
  EXPECT_EQ(json["equal_signals"][0]["records"], nlohmann::json({"a1", "c1"}));
  EXPECT_EQ(json["shared_patients"].size(), 0U);
}

TEST_F(ScoreCommandTest, SplitCheckRefusesARecordWhosePatientIsNotKnown) {
  SplitCheckCommand command;
  command.split = Write("split.csv", "record,fold\na1,0\nb1,1\n");
  command.patients = Write("p.csv", "record,patient\na1,A\n");
  const auto error = ErrorOf([&] { CheckSplit(command); });
  ASSERT_TRUE(error.has_value());
  EXPECT_THAT(error->message(), HasSubstr("record b1 is not known"));
}

}  // namespace
}  // namespace pecg
