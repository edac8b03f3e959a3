#include "client/cli/field_reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_detail.h"

namespace pecg {
namespace {

using testing::HasSubstr;

std::string Explained(const std::string& path) {
  const auto text = ExplainField(path, 80);
  EXPECT_TRUE(text.ok()) << text.status();
  return text.value_or("");
}

TEST(ExplainField, PrintsTheCommentOfAKeyOfTheSpec) {
  EXPECT_EQ(Explained("train.lr"),
            "train.lr  (number)\n\n  Peak learning rate of the one-cycle schedule; 0 = 0.003.\n");
}

TEST(ExplainField, ListsTheValuesOfAnEnum) {
  EXPECT_THAT(Explained("run.state"), HasSubstr("\n  cancelling\n      Cancelled by somebody"));
  EXPECT_THAT(Explained("end_reason"), HasSubstr("\n  worker_lost\n"));
  EXPECT_THAT(Explained("train.scheme"), HasSubstr("cross_validation"));
}

TEST(ExplainField, ListsTheFieldsOfTheSpecOfAKeyAndOfAMessage) {
  EXPECT_THAT(Explained(""), HasSubstr("\n  unlock_test  (true or false)\n"));
  EXPECT_THAT(Explained("train"), HasSubstr("\n  nine_lead_probability  (number)\n"));
  EXPECT_THAT(Explained("dataset_version.patient_count"), HasSubstr("distinct patients"));
  EXPECT_THAT(Explained("inputs.alias"), HasSubstr("folder below `input/`"));
}

TEST(ExplainField, GuessesWhatWasMeant) {
  const auto hint = [](const std::string& path) {
    return DetailOf(ExplainField(path, 80).status()).hint;
  };
  EXPECT_EQ(hint("lr"), "did you mean \"train.lr\"?");
  EXPECT_EQ(hint("train.lrr"), "did you mean \"train.lr\"?");
  EXPECT_EQ(hint("datset"), "did you mean \"dataset\"?");
  EXPECT_EQ(ExplainField("xyzzy.q", 80).status().code(), absl::StatusCode::kNotFound);
}

TEST(ExplainField, StaysWithinTheWidth) {
  for (const size_t width : {60U, 80U}) {
    std::istringstream lines(*ExplainField("train", width));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), width) << line;
  }
}

}  // namespace
}  // namespace pecg
