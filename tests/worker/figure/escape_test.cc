#include "worker/figure/escape.h"

#include <gmock/gmock.h>

#include "worker/figure/utf8.h"

namespace pecg {
namespace {

TEST(EscapeMarkup, MakesMarkupHarmless) {
  EXPECT_EQ(EscapeMarkup("<b a=\"1\" c='2'>&"), "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;");
}

TEST(EscapeMarkup, KeepsLettersOfAllScripts) { EXPECT_EQ(EscapeMarkup("郑州 µV é"), "郑州 µV é"); }

TEST(EscapeMarkup, ReplacesControlCharacters) {
  EXPECT_EQ(EscapeMarkup(std::string_view("a\0b\x1B", 4)),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD");
}

TEST(EscapeMarkup, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(EscapeMarkup("a\xFF<"), "a\xEF\xBF\xBD&lt;");
}

TEST(Utf8, RefusesOverlongSurrogateAndCutSequences) {
  EXPECT_FALSE(IsUtf8("\xC0\x80"));
  EXPECT_FALSE(IsUtf8("\xE0\x80\x80"));
  EXPECT_FALSE(IsUtf8("\xED\xA0\x80"));
  EXPECT_FALSE(IsUtf8("\xF4\x90\x80\x80"));
  EXPECT_FALSE(IsUtf8("\xE9\x83"));
}

TEST(Utf8, AcceptsTheWidestCharacters) { EXPECT_TRUE(IsUtf8("\xF4\x8F\xBF\xBF\xEF\xBF\xBF")); }

TEST(Utf8, ReplacesOnlyWhatIsBad) { EXPECT_EQ(ToUtf8("a\xE9\x83z"), "a\xEF\xBF\xBD\xEF\xBF\xBDz"); }

}  // namespace
}  // namespace pecg
