#include "client/cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/error_detail.h"

namespace pecg {
namespace {

using testing::HasSubstr;

/// Splits as a shell does an example: single quotes, and an end at `>`, `&&` and `)`.
std::vector<std::string> ShellWords(std::string text) {
  const size_t substitution = text.find("<(");
  if (substitution != std::string::npos) text = text.substr(substitution + 2);
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  for (const char c : text + " ") {
    if (c == '\'') {
      quoted = !quoted;
    } else if (!quoted && (c == ' ' || c == ')')) {
      if (word == ">" || word == "&&") break;
      if (!word.empty()) words.push_back(word);
      word.clear();
    } else {
      word += c;
    }
  }
  return words;
}

CommandLine Parsed(const std::string& text) {
  const auto line = ParseCommandLine(ShellWords(text));
  EXPECT_TRUE(line.ok()) << text << ": " << line.status();
  return line.value_or(CommandLine());
}

ErrorDetail Refused(const std::string& text) {
  const auto line = ParseCommandLine(ShellWords(text));
  EXPECT_EQ(line.status().code(), absl::StatusCode::kInvalidArgument) << text;
  return DetailOf(line.status());
}

TEST(HelpExamples, AreAllUnderstood) {
  ASSERT_GT(HelpExamples().size(), 30U);
  for (const std::string& example : HelpExamples()) {
    std::vector<std::string> words = ShellWords(example);
    ASSERT_FALSE(words.empty()) << example;
    ASSERT_EQ(words[0], "pecg") << example;
    words.erase(words.begin());
    const auto line = ParseCommandLine(words);
    EXPECT_TRUE(line.ok()) << example << ": " << line.status();
    EXPECT_NE(line->command, "") << example;
  }
}

TEST(HelpPages, ShowExamplesAndTheWholeCommand) {
  for (const std::string& command : CommandNames()) {
    const CommandLine line = Parsed(command + " --help");
    EXPECT_THAT(line.text, HasSubstr("Usage: pecg " + command));
    EXPECT_THAT(line.text, HasSubstr("Examples:\n  "));
  }
}

TEST(HelpPages, AreShownForAGroupAndForNothing) {
  EXPECT_THAT(Parsed("").text, HasSubstr("pecg run submit -f deploy/train.yaml"));
  EXPECT_THAT(Parsed("run").text, HasSubstr("watch"));
}

TEST(ParseCommandLine, ReadsASubmit) {
  const CommandLine line = Parsed(
      "run submit -f a.yaml --set train.lr=1e-3 --set 'title=a b' --detach -o json --timeout 90s");
  EXPECT_EQ(line.command, "run submit");
  EXPECT_EQ(line.spec_path, "a.yaml");
  EXPECT_THAT(line.overrides, testing::ElementsAre("train.lr=1e-3", "title=a b"));
  EXPECT_TRUE(line.detach);
  EXPECT_EQ(line.output.format, OutputFormat::kJson);
  EXPECT_EQ(line.timeout, absl::Seconds(90));
}

TEST(ParseCommandLine, KeepsANameThatIsACommandElsewhere) {
  EXPECT_EQ(Parsed("dataset show run").name, "run");
}

TEST(ParseCommandLine, ReadsColumnsAndLimit) {
  const CommandLine line = Parsed("run ls --columns name,spec.title --no-headers --limit 5");
  EXPECT_THAT(line.output.columns, testing::ElementsAre("name", "spec.title"));
  EXPECT_FALSE(line.output.with_header);
  EXPECT_EQ(line.limit, 5);
}

TEST(ParseCommandLine, GuessesACommand) {
  EXPECT_EQ(Refused("rn submit").hint, "did you mean \"pecg run\"?");
  EXPECT_EQ(Refused("run submti").hint, "did you mean \"pecg run submit\"?");
  EXPECT_EQ(Refused("frobnicate").hint, "pecg --help");
}

TEST(ParseCommandLine, GuessesAFlag) {
  EXPECT_EQ(Refused("run ls --colums name").hint, "did you mean \"--columns\"?");
}

TEST(ParseCommandLine, RefusesWhatIsMissingOrIllTyped) {
  EXPECT_EQ(Refused("run show").hint, "pecg run show --help");
  EXPECT_THAT(Refused("run ls -o xml").what, HasSubstr("\"xml\" is none of table, json"));
  EXPECT_THAT(Refused("split create --dataset a --seed x").what, HasSubstr("x"));
  EXPECT_THAT(Refused("run watch 1 --timeout 5").what, HasSubstr("not a duration: \"5\""));
  EXPECT_THAT(Refused("run artifacts 1 --get a").what, HasSubstr("--out"));
  EXPECT_THAT(Refused("run submit --wait --detach").what, HasSubstr("excludes"));
}

TEST(AsksForJson, SeesEveryFormOfTheFlag) {
  EXPECT_TRUE(AsksForJson({"run", "ls", "-o", "json"}));
  EXPECT_TRUE(AsksForJson({"run", "ls", "-ojsonl"}));
  EXPECT_TRUE(AsksForJson({"run", "ls", "--output=json"}));
  EXPECT_FALSE(AsksForJson({"run", "ls", "-o", "csv"}));
  EXPECT_FALSE(AsksForJson({"run", "show", "json"}));
}

}  // namespace
}  // namespace pecg
