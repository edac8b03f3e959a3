#include "worker/figure/html.h"

#include <fmt/format.h>

#include <iterator>

#include "worker/ecg/error.h"
#include "worker/figure/escape.h"

namespace pecg {
namespace {

constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--ink:#1f2933;--pale:#52606d;--paper:#ffffff;--line:#dde3ea;
--tint:#f5f7fa;--accent:#0a5c9e;--alert:#8a4b00;--alert-paper:#fff6e5}
@media (prefers-color-scheme:dark){:root{--ink:#e4e7eb;--pale:#a6b1bd;--paper:#12181f;
--line:#323f4b;--tint:#1b242d;--accent:#6bb6ef;--alert:#ffc46b;--alert-paper:#33260f}}
*{box-sizing:border-box}
body{margin:0 auto;padding:2rem 1.25rem 4rem;max-width:72rem;background:var(--paper);
color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",
sans-serif;overflow-wrap:anywhere}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .25rem}
h2{font-size:1.25rem;margin:2.5rem 0 .75rem;padding-top:.75rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:1.5rem 0 .5rem}
.subtitle{color:var(--pale);margin:0 0 1rem}
.notice{border-left:4px solid var(--alert);background:var(--alert-paper);color:var(--alert);
padding:.6rem .9rem;margin:1rem 0;font-weight:600}
nav ol{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;padding:0;margin:1rem 0}
a{color:var(--accent)}
.wide{overflow-x:auto;margin:.75rem 0}
table{border-collapse:collapse;font-size:.9rem}
caption{text-align:left;color:var(--pale);padding-bottom:.35rem}
th,td{padding:.25rem .7rem;border-bottom:1px solid var(--line);text-align:left;
vertical-align:top;overflow-wrap:normal}
td{max-width:40rem;overflow-wrap:anywhere}
td:first-child{min-width:11em}
thead th{background:var(--tint);font-weight:600;white-space:nowrap}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
figure{display:inline-block;vertical-align:top;max-width:100%;margin:1rem 1.5rem .5rem 0;
overflow-x:auto}
figcaption{color:var(--pale);font-size:.9rem}
svg{max-width:100%;height:auto}
@media print{body{max-width:none;padding:0}h2{break-after:avoid}figure,tr{break-inside:avoid}}
)";

}  // namespace

HtmlPage::HtmlPage(std::string_view title, std::string_view subtitle)
    : title_(EscapeMarkup(title)), subtitle_(EscapeMarkup(subtitle)) {}

void HtmlPage::AddNotice(std::string_view text) {
  fmt::format_to(std::back_inserter(notices_), "<p class=\"notice\" role=\"note\">{}</p>\n",
                 EscapeMarkup(text));
}

void HtmlPage::AddSection(std::string_view heading) {
  if (section_open_) body_ += "</section>\n";
  section_open_ = true;
  section_headings_.push_back(EscapeMarkup(heading));
  fmt::format_to(std::back_inserter(body_), "<section id=\"s{}\">\n<h2>{}</h2>\n",
                 section_headings_.size(), section_headings_.back());
}

void HtmlPage::AddSubheading(std::string_view heading) {
  fmt::format_to(std::back_inserter(body_), "<h3>{}</h3>\n", EscapeMarkup(heading));
}

void HtmlPage::AddParagraph(std::string_view text) {
  fmt::format_to(std::back_inserter(body_), "<p>{}</p>\n", EscapeMarkup(text));
}

void HtmlPage::AddList(const std::vector<std::string>& items) {
  body_ += "<ul>\n";
  for (const std::string& item : items) {
    fmt::format_to(std::back_inserter(body_), "<li>{}</li>\n", EscapeMarkup(item));
  }
  body_ += "</ul>\n";
}

void HtmlPage::AddTable(const HtmlTable& table) {
  const auto style = [&](std::size_t column) -> std::string_view {
    return table.columns[column].numeric ? " class=\"number\"" : "";
  };
  body_ += "<div class=\"wide\"><table>\n";
  if (!table.caption.empty()) {
    fmt::format_to(std::back_inserter(body_), "<caption>{}</caption>\n",
                   EscapeMarkup(table.caption));
  }
  body_ += "<thead><tr>";
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    fmt::format_to(std::back_inserter(body_), "<th scope=\"col\"{}>{}</th>", style(i),
                   EscapeMarkup(table.columns[i].name));
  }
  body_ += "</tr></thead>\n<tbody>\n";
  for (const std::vector<std::string>& row : table.rows) {
    if (row.size() != table.columns.size()) {
      throw Error(Error::Kind::kBadInput,
                  fmt::format("a row has {} cells, its table has {} columns", row.size(),
                              table.columns.size()),
                  table.caption);
    }
    body_ += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      fmt::format_to(std::back_inserter(body_), "<td{}>{}</td>", style(i), EscapeMarkup(row[i]));
    }
    body_ += "</tr>\n";
  }
  body_ += "</tbody></table></div>\n";
}

void HtmlPage::AddFigure(std::string_view svg, std::string_view caption) {
  fmt::format_to(std::back_inserter(body_), "<figure>\n{}", svg);
  if (!caption.empty()) {
    fmt::format_to(std::back_inserter(body_), "<figcaption>{}</figcaption>\n",
                   EscapeMarkup(caption));
  }
  body_ += "</figure>\n";
}

std::string HtmlPage::Finish() const {
  std::string contents;
  for (std::size_t i = 0; i < section_headings_.size(); ++i) {
    fmt::format_to(std::back_inserter(contents), "<li><a href=\"#s{}\">{}</a></li>\n", i + 1,
                   section_headings_[i]);
  }
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<title>{0}</title>\n<style>{2}</style>\n</head>\n<body>\n"
      "<header>\n<h1>{0}</h1>\n<p class=\"subtitle\">{1}</p>\n{3}</header>\n"
      "<nav "
      "aria-label=\"Contents\"><ol>\n{4}</ol></nav>\n<main>\n{5}{6}</main>\n</body>\n</html>\n",
      title_, subtitle_, kStyle, notices_, contents, body_, section_open_ ? "</section>\n" : "");
}

}  // namespace pecg
