#ifndef PECG_WORKER_FILE_CSV_H_
#define PECG_WORKER_FILE_CSV_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pecg {

/// One row of a CSV file.
struct CsvRow {
  std::vector<std::string> cells;
  std::int64_t line = 0;  ///< Line of the file in which the row starts, from 1.
};

/// Reads CSV as RFC 4180 has it, row by row: quoted cells with doubled quotes, commas and line
/// breaks inside; CRLF or LF between rows; a UTF-8 byte order mark at the start is dropped; a last
/// row needs no line end; empty lines are skipped. Bytes are not interpreted otherwise; a quote
/// inside an unquoted cell is an ordinary character. Not thread-safe.
class CsvReader {
 public:
  /// `text`: the whole file, which must outlive this. `where`: its name for messages.
  /// `separator`: what stands between cells, a byte that is no quote and no line break.
  CsvReader(std::string_view text, std::string where, char separator = ',');

  /// Reads the next row into `row`, reusing its memory; false at the end. Rows may be ragged.
  /// Throws kCorruptData with `where:line` for a quoted cell that never ends or goes on after its
  /// closing quote; the next call then reads the row after it.
  bool Next(CsvRow* row);

 private:
  void SkipEmptyLines();
  bool AtLineEnd() const;
  void SkipLineEnd();
  void SkipRestOfLine();
  void ReadQuoted(std::string* cell, std::int64_t row_line);
  void ReadPlain(std::string* cell);

  std::string_view text_;
  std::string where_;
  char separator_;
  std::size_t position_ = 0;
  std::int64_t line_ = 1;
};

/// A CSV file whose first row names the columns. Not thread-safe.
class CsvTable {
 public:
  /// Reads the first row. Throws kCorruptData for an empty file, kDuplicate for a column twice.
  CsvTable(std::string_view text, const std::string& where, char separator = ',');

  const std::vector<std::string>& columns() const { return columns_; }

  /// Position of a column. Throws kNotFound naming the file, the column and those that are there.
  std::size_t ColumnOf(std::string_view name) const;

  /// Reads the next row; false at the end. Throws as CsvReader::Next, and kCorruptData for a row
  /// with more or fewer cells than there are columns; the next call reads the row after it.
  bool Next(CsvRow* row);

 private:
  std::string where_;
  CsvReader reader_;
  std::vector<std::string> columns_;
};

/// Appends one row with CRLF to `text`; quotes the cells that need it.
void AppendCsvRow(std::span<const std::string> cells, std::string* text);

}  // namespace pecg

#endif  // PECG_WORKER_FILE_CSV_H_
