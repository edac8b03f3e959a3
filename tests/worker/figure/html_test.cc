#include "worker/figure/html.h"

#include <gmock/gmock.h>

#include "tests/worker/figure/markup_check.h"
#include "worker/ecg/error.h"

namespace pecg {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

HtmlPage PageOfEverything() {
  HtmlPage page("Title <1>", "Sub & title");
  page.AddNotice("Watch \"out\"");
  page.AddSection("First");
  page.AddSubheading("Part");
  page.AddParagraph("a < b");
  page.AddList({"one", "<script>alert(1)</script>"});
  page.AddSection("Second & last");
  page.AddTable({.caption = "Some",
                 .columns = {{"Name", false}, {"Count", true}},
                 .rows = {{"x<y", "3"}, {"&", "4"}}});
  page.AddFigure("<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>\n", "A figure");
  return page;
}

TEST(HtmlPage, IsWellFormed) { EXPECT_EQ(MarkupCheck::Complaint(PageOfEverything().Finish()), ""); }

TEST(HtmlPage, EscapesEveryText) {
  const std::string html = PageOfEverything().Finish();
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, HasSubstr("<title>Title &lt;1&gt;</title>"));
  EXPECT_THAT(html, HasSubstr("<td>x&lt;y</td><td class=\"number\">3</td>"));
}

TEST(HtmlPage, LoadsNothingFromElsewhere) {
  const std::string html = PageOfEverything().Finish();
  EXPECT_THAT(html, Not(HasSubstr("src=")));
  EXPECT_THAT(html, Not(HasSubstr("url(")));
  EXPECT_THAT(html, Not(HasSubstr("@import")));
}

TEST(HtmlPage, ListsItsSections) {
  const std::string html = PageOfEverything().Finish();
  EXPECT_THAT(html, HasSubstr("<a href=\"#s2\">Second &amp; last</a>"));
  EXPECT_THAT(html, HasSubstr("<section id=\"s2\">"));
}

TEST(HtmlPage, IsWellFormedWhenEmpty) {
  EXPECT_EQ(MarkupCheck::Complaint(HtmlPage("t", "s").Finish()), "");
}

TEST(HtmlPage, RefusesARowOfAnotherLength) {
  HtmlPage page("t", "s");
  EXPECT_THROW(page.AddTable({.caption = "", .columns = {{"a", false}}, .rows = {{"1", "2"}}}),
               Error);
}

}  // namespace
}  // namespace pecg
