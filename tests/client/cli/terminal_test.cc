#include "client/cli/terminal.h"

#include <gtest/gtest.h>

#include <map>

namespace pecg {
namespace {

Environment Variables(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? "" : found->second;
  };
}

bool HasColor(bool is_terminal, std::map<std::string, std::string> variables) {
  return ChooseStyle(ColorChoice::kAuto, is_terminal, 80, Variables(std::move(variables)))
      .has_color;
}

TEST(ChooseStyle, UsesColorOnATerminalOnly) {
  EXPECT_TRUE(HasColor(true, {{"TERM", "xterm"}}));
  EXPECT_FALSE(HasColor(false, {{"TERM", "xterm"}}));
}

TEST(ChooseStyle, HeedsTheConventions) {
  EXPECT_FALSE(HasColor(true, {{"NO_COLOR", "1"}}));
  EXPECT_TRUE(HasColor(true, {{"NO_COLOR", ""}}));
  EXPECT_FALSE(HasColor(true, {{"TERM", "dumb"}}));
  EXPECT_FALSE(HasColor(true, {{"CLICOLOR", "0"}}));
  EXPECT_TRUE(HasColor(false, {{"CLICOLOR_FORCE", "1"}}));
  EXPECT_FALSE(HasColor(false, {{"CLICOLOR_FORCE", "0"}}));
  EXPECT_FALSE(HasColor(true, {{"CLICOLOR_FORCE", "1"}, {"NO_COLOR", "1"}}));
}

TEST(ChooseStyle, LetsTheFlagDecide) {
  EXPECT_TRUE(
      ChooseStyle(ColorChoice::kAlways, false, 80, Variables({{"NO_COLOR", "1"}})).has_color);
  EXPECT_FALSE(ChooseStyle(ColorChoice::kNever, true, 80, Variables({})).has_color);
}

TEST(ChooseStyle, DrawsUnicodeWhereTheLocaleNamesUtf8) {
  const auto unicode = [](std::map<std::string, std::string> variables) {
    return ChooseStyle(ColorChoice::kAuto, true, 80, Variables(std::move(variables))).has_unicode;
  };
  EXPECT_TRUE(unicode({{"LANG", "de_DE.UTF-8"}}));
  EXPECT_TRUE(unicode({{"LANG", "C.utf8"}}));
  EXPECT_FALSE(unicode({{"LANG", "C"}}));
  EXPECT_FALSE(unicode({{"LC_ALL", "C"}, {"LANG", "de_DE.UTF-8"}}));
  EXPECT_FALSE(unicode({}));
}

TEST(ChooseStyle, DoesNotLimitTheWidthOfAFile) {
  EXPECT_EQ(ChooseStyle(ColorChoice::kAuto, false, 80, Variables({})).width, 0U);
}

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(DisplayWidth("abc"), 3U);
  EXPECT_EQ(DisplayWidth("\xC3\xA9t\xC3\xA9"), 3U);         // été
  EXPECT_EQ(DisplayWidth("e\xCC\x81"), 1U);                 // e + combining acute
  EXPECT_EQ(DisplayWidth("\xE5\xBF\x83\xE7\x94\xB5"), 4U);  // two Chinese characters
  EXPECT_EQ(DisplayWidth("\xFF\xC3"), 2U);                  // not UTF-8
}

TEST(Printable, LeavesNoControlCharacterToTheTerminal) {
  EXPECT_EQ(Printable("a\x1b[31mb\nc\x7f\xC2\x9B\xFF\xC3\xA9"), "a?[31mb c???\xC3\xA9");
}

TEST(Shorten, KeepsWholeCharactersAndMarksTheCut) {
  EXPECT_EQ(Shorten("abcdef", 6, true), "abcdef");
  EXPECT_EQ(Shorten("abcdef", 4, true), "abc\xE2\x80\xA6");
  EXPECT_EQ(Shorten("abcdef", 4, false), "abc~");
  EXPECT_EQ(Shorten("\xE5\xBF\x83\xE7\x94\xB5", 3, false), "\xE5\xBF\x83~");
}

TEST(ProgressBar, IsAsWideAsAskedAndNeverOverflows) {
  EXPECT_EQ(ProgressBar(0.5, 12, false), "[#####-----]");
  EXPECT_EQ(ProgressBar(2.0, 6, false), "[####]");
  EXPECT_EQ(ProgressBar(-1.0, 6, false), "[----]");
  EXPECT_EQ(DisplayWidth(ProgressBar(0.3, 20, true)), 20U);
}

}  // namespace
}  // namespace pecg
