#ifndef PECG_WORKER_FIGURE_HTML_H_
#define PECG_WORKER_FIGURE_HTML_H_

#include <string>
#include <string_view>
#include <vector>

namespace pecg {

/// A table of a page. Every row has as many cells as there are columns; cells are plain text.
struct HtmlTable {
  struct Column {
    std::string name;
    bool numeric = false;  ///< Right-aligned, figures of equal width.
  };
  std::string caption;  ///< What the table shows; may be empty.
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
};

/// Writes one self-contained HTML page: no scripts, no external resources, legible in light and
/// dark, printable. Every text given is escaped; AddFigure alone takes markup. Not thread-safe.
class HtmlPage {
 public:
  /// `title` is the window's title and the first heading; `subtitle` stands below it.
  HtmlPage(std::string_view title, std::string_view subtitle);

  /// A framed remark that must not be overlooked, for example that the data are synthetic.
  void AddNotice(std::string_view text);
  /// Starts a section; its heading is also an entry of the table of contents.
  void AddSection(std::string_view heading);
  void AddSubheading(std::string_view heading);
  void AddParagraph(std::string_view text);
  void AddList(const std::vector<std::string>& items);
  /// Throws Error::kBadInput for a row of another length than the header.
  void AddTable(const HtmlTable& table);
  /// `svg` is what SvgDrawing::Finish or a chart returned; it is not escaped.
  void AddFigure(std::string_view svg, std::string_view caption = "");

  /// The whole page, from `<!DOCTYPE html>` on.
  std::string Finish() const;

 private:
  std::string title_;
  std::string subtitle_;
  std::vector<std::string> section_headings_;
  std::string notices_;
  std::string body_;
  bool section_open_ = false;
};

}  // namespace pecg

#endif  // PECG_WORKER_FIGURE_HTML_H_
