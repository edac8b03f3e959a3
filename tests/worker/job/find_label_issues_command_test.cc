#include "worker/job/find_label_issues_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "worker/ecg/error.h"

namespace pecg {
namespace {

namespace fs = std::filesystem;

class FindLabelIssuesCommandTest : public testing::Test {
 protected:
  FindLabelIssuesCommandTest() {
    std::string name = (fs::temp_directory_path() / "pecg_issues_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp: " + name);
    folder_ = name;
    command_.labels = folder_ / "labels.csv";
    command_.probabilities = folder_ / "probs.csv";
    command_.out = folder_ / "issues.csv";
    command_.options.filter_by = LabelFilter::kPredictedNeqGiven;
  }
  ~FindLabelIssuesCommandTest() override { fs::remove_all(folder_); }

  static void Write(const fs::path& path, std::string_view text) { std::ofstream(path) << text; }

  std::string Issues() const {
    std::ostringstream text;
    text << std::ifstream(command_.out).rdbuf();
    return text.str();
  }

  fs::path folder_;
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
  EXPECT_THAT(Issues(), testing::StartsWith("record,rank,score,classes\r\na,1,"));
  EXPECT_THAT(Issues(), testing::EndsWith(",vsd;asd\r\n"));
}

TEST_F(FindLabelIssuesCommandTest, LeavesNoFileBehindWhenTheInputIsBad) {
  Write(command_.labels, "record,label\na,0\nb,1\n");
  Write(command_.probabilities, "record,vsd,asd\na,0.75,0.25\nb,0.75,7\n");
  EXPECT_THROW(FindLabelIssuesInFiles(command_), Error);
  for (const auto& entry : fs::directory_iterator(folder_)) {
    EXPECT_THAT(entry.path().filename().string(), testing::AnyOf("labels.csv", "probs.csv"));
  }
}

}  // namespace
}  // namespace pecg
