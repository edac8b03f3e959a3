#include "worker/job/find_label_issues_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "tests/worker/job/job_testing.h"
#include "worker/ecg/error.h"

namespace pecg {
namespace {

namespace fs = std::filesystem;

class FindLabelIssuesCommandTest : public ::testing::Test {
 protected:
  FindLabelIssuesCommandTest() {
    command_.labels = folder_.path() / "labels.csv";
    command_.probabilities = folder_.path() / "probs.csv";
    command_.out = folder_.path() / "issues.csv";
    command_.options.filter_by = LabelFilter::kPredictedNeqGiven;
  }

  static void Write(const fs::path& path, std::string_view text) { std::ofstream(path) << text; }

  std::string Issues() const {
    std::ostringstream text;
    text << std::ifstream(command_.out).rdbuf();
    return text.str();
  }

  testing::TemporaryFolder folder_;
  FindLabelIssuesCommand command_;
};

TEST_F(FindLabelIssuesCommandTest, WritesRecordsInOrderWithTheGivenClass) {
  Write(command_.labels, "record,label\na,0\nb,1\nc,1\n");
  Write(command_.probabilities, "record,vsd,asd\nc,0.9,0.1\na,0.75,0.25\nb,0.75,0.25\n");
  FindLabelIssuesInFiles(command_);
  EXPECT_EQ(Issues(), "record,rank,score,classes\r\nc,1,0.1,asd\r\nb,2,0.25,asd\r\n");
}

TEST_F(FindLabelIssuesCommandTest, NamesEveryDoubtfulClassOfAMultilabelRecord) {
  command_.multilabel = true;
  Write(command_.labels, "record,vsd,asd\na,1,1\nb,0,0\n");
  Write(command_.probabilities, "record,vsd,asd\na,0.25,0.125\nb,0.25,0.125\n");
  FindLabelIssuesInFiles(command_);
  EXPECT_THAT(Issues(), ::testing::StartsWith("record,rank,score,classes\r\na,1,"));
  EXPECT_THAT(Issues(), ::testing::EndsWith(",vsd;asd\r\n"));
}

TEST_F(FindLabelIssuesCommandTest, LeavesNoFileBehindWhenTheInputIsBad) {
  Write(command_.labels, "record,label\na,0\nb,1\n");
  Write(command_.probabilities, "record,vsd,asd\na,0.75,0.25\nb,0.75,7\n");
  EXPECT_THROW(FindLabelIssuesInFiles(command_), Error);
  for (const auto& entry : fs::directory_iterator(folder_.path())) {
    EXPECT_THAT(entry.path().filename().string(), ::testing::AnyOf("labels.csv", "probs.csv"));
  }
}

}  // namespace
}  // namespace pecg
