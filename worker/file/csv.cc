#include "worker/file/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "worker/ecg/error.h"

namespace pecg {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string Place(const std::string& where, std::int64_t line) {
  return fmt::format("{}:{}", where, line);
}

}  // namespace

CsvReader::CsvReader(std::string_view text, std::string where, char separator)
    : text_(text), where_(std::move(where)), separator_(separator) {
  if (text_.starts_with(kByteOrderMark)) position_ = kByteOrderMark.size();
}

bool CsvReader::AtLineEnd() const {
  return position_ == text_.size() || text_[position_] == '\n' ||
         text_.substr(position_, 2) == "\r\n";
}

void CsvReader::SkipLineEnd() {
  if (position_ == text_.size()) return;
  position_ += text_[position_] == '\r' ? 2 : 1;
  ++line_;
}

void CsvReader::SkipEmptyLines() {
  while (position_ < text_.size() && AtLineEnd()) SkipLineEnd();
}

void CsvReader::SkipRestOfLine() {
  while (!AtLineEnd()) ++position_;
  SkipLineEnd();
}

void CsvReader::ReadQuoted(std::string* cell, std::int64_t row_line) {
  const std::int64_t quote_line = line_;
  ++position_;
  while (true) {
    const std::size_t quote = text_.find('"', position_);
    const std::string_view part = text_.substr(position_, quote - position_);
    line_ += std::ranges::count(part, '\n');
    cell->append(part);
    if (quote == std::string_view::npos) {
      position_ = text_.size();
      throw Error(Error::Kind::kCorruptData,
                  fmt::format("a quoted cell never ends (row {})", row_line),
                  Place(where_, quote_line), "close the quote or double it");
    }
    position_ = quote + 1;
    if (position_ == text_.size() || text_[position_] != '"') break;
    *cell += '"';
    ++position_;
  }
  if (AtLineEnd() || text_[position_] == separator_) return;
  const std::int64_t bad_line = line_;
  SkipRestOfLine();
  throw Error(Error::Kind::kCorruptData, "text after the closing quote of a cell",
              Place(where_, bad_line), "double a quote that belongs to the text");
}

void CsvReader::ReadPlain(std::string* cell) {
  const std::size_t begin = position_;
  while (!AtLineEnd() && text_[position_] != separator_) ++position_;
  cell->assign(text_.substr(begin, position_ - begin));
}

bool CsvReader::Next(CsvRow* row) {
  SkipEmptyLines();
  if (position_ == text_.size()) return false;
  row->line = line_;
  std::size_t count = 0;
  while (true) {
    if (row->cells.size() == count) row->cells.emplace_back();
    std::string& cell = row->cells[count++];
    cell.clear();
    if (position_ < text_.size() && text_[position_] == '"') {
      ReadQuoted(&cell, row->line);
    } else {
      ReadPlain(&cell);
    }
    if (AtLineEnd()) break;
    ++position_;  // The separator.
  }
  SkipLineEnd();
  row->cells.resize(count);
  return true;
}

CsvTable::CsvTable(std::string_view text, const std::string& where, char separator)
    : where_(where), reader_(text, where, separator) {
  CsvRow row;
  if (!reader_.Next(&row)) {
    throw Error(Error::Kind::kCorruptData, "no row, not even the names of the columns", where_);
  }
  columns_ = std::move(row.cells);
  for (auto name = columns_.begin(); name != columns_.end(); ++name) {
    if (std::find(columns_.begin(), name, *name) != name) {
      throw Error(Error::Kind::kDuplicate, "two columns have one name: " + *name,
                  Place(where_, row.line));
    }
  }
}

std::size_t CsvTable::ColumnOf(std::string_view name) const {
  const auto found = std::ranges::find(columns_, name);
  if (found == columns_.end()) {
    throw Error(Error::Kind::kNotFound, fmt::format("no column named {}", name), where_,
                fmt::format("the columns are {}", fmt::join(columns_, ", ")));
  }
  return static_cast<std::size_t>(found - columns_.begin());
}

bool CsvTable::Next(CsvRow* row) {
  if (!reader_.Next(row)) return false;
  if (row->cells.size() != columns_.size()) {
    throw Error(Error::Kind::kCorruptData,
                fmt::format("the row has {} cells where there are {} columns", row->cells.size(),
                            columns_.size()),
                Place(where_, row->line), "look for a missing cell or an unquoted separator");
  }
  return true;
}

void AppendCsvRow(std::span<const std::string> cells, std::string* text) {
  // A row of one empty cell would be an empty line, which readers skip.
  const bool lone_empty = cells.size() == 1 && cells.front().empty();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) *text += ',';
    if (!lone_empty && cells[i].find_first_of("\",\r\n") == std::string::npos) {
      *text += cells[i];
      continue;
    }
    *text += '"';
    for (const char letter : cells[i]) {
      if (letter == '"') *text += '"';
      *text += letter;
    }
    *text += '"';
  }
  *text += "\r\n";
}

}  // namespace pecg
