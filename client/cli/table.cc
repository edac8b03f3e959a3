#include "client/cli/table.h"

#include <algorithm>
#include <numeric>

namespace pecg {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kNarrowest = 8;

std::vector<size_t> NaturalWidths(const Table& table, bool with_header) {
  std::vector<size_t> widths;
  for (const TableColumn& column : table.columns) {
    widths.push_back(with_header ? DisplayWidth(column.header) : 0);
  }
  for (const auto& row : table.rows) {
    for (size_t i = 0; i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], DisplayWidth(row[i]));
    }
  }
  return widths;
}

/// Takes columns from the widest, one at a time, until the line fits or nothing may shrink.
void Shrink(const Table& table, size_t limit, std::vector<size_t>* widths) {
  const size_t gaps = kGap * (widths->size() - 1);
  while (std::accumulate(widths->begin(), widths->end(), gaps) > limit) {
    size_t widest = widths->size();
    for (size_t i = 0; i < widths->size(); ++i) {
      const size_t least = std::max(kNarrowest, DisplayWidth(table.columns[i].header));
      const bool may_shrink = (*widths)[i] > least && !table.columns[i].right_aligned;
      if (may_shrink && (widest == widths->size() || (*widths)[i] > (*widths)[widest])) widest = i;
    }
    if (widest == widths->size()) return;
    --(*widths)[widest];
  }
}

class Layout {
 public:
  Layout(const Table& table, const Style& style, bool with_header)
      : table_(table), style_(style), widths_(NaturalWidths(table, with_header)) {
    if (style.width != 0 && !widths_.empty()) Shrink(table, style.width, &widths_);
  }

  std::string Line(const std::vector<std::string>& cells) const {
    std::string line;
    for (size_t i = 0; i < cells.size(); ++i) {
      const std::string cell = Shorten(cells[i], widths_[i], style_.has_unicode);
      const std::string blanks(widths_[i] - DisplayWidth(cell), ' ');
      if (i > 0) line.append(kGap, ' ');
      line += table_.columns[i].right_aligned ? blanks + cell : cell + blanks;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
  }

 private:
  const Table& table_;
  const Style& style_;
  std::vector<size_t> widths_;
};

}  // namespace

std::string FormatTable(const Table& table, const Style& style, bool with_header) {
  const Layout layout(table, style, with_header);
  std::string text;
  if (with_header) {
    std::vector<std::string> headers;
    for (const TableColumn& column : table.columns) headers.push_back(column.header);
    text += Paint(style, Color::kBold, layout.Line(headers)) + "\n";
  }
  for (const auto& row : table.rows) text += layout.Line(row) + "\n";
  return text;
}

}  // namespace pecg
