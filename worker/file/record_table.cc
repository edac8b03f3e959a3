#include "worker/file/record_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <unordered_map>

#include "worker/ecg/error.h"
#include "worker/file/csv.h"

namespace pecg {
namespace {

constexpr std::string_view kRecordColumn = "record";
constexpr std::string_view kBlanks = " \t";

std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

/// Digits after the point; 0 for a number in scientific notation, which is taken as exact enough.
int DecimalCount(std::string_view number) {
  const std::size_t point = number.find('.');
  if (point == std::string_view::npos) return 0;
  const std::size_t end = std::min(number.find_first_of("eE"), number.size());
  return static_cast<int>(end - point) - 1;
}

double ToNumber(std::string_view cell, std::string_view column, const std::string& place) {
  const std::string text(Trimmed(cell));
  if (text.empty()) return std::numeric_limits<double>::quiet_NaN();
  // strtod also takes nan, inf and hexadecimals.
  const bool decimal = text.find_first_not_of("0123456789.eE+-") == std::string::npos;
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (!decimal || end != text.c_str() + text.size() || !std::isfinite(value)) {
    throw Error(Error::Kind::kCorruptData,
                fmt::format("column {} holds no finite number: {}", column, text), place);
  }
  return value;
}

using RowOfRecord = std::unordered_map<std::string_view, std::size_t>;

/// The names must stay where they are while the map is used.
RowOfRecord RowsByRecord(const RecordTable& table) {
  RowOfRecord rows;
  rows.reserve(table.records.size());
  for (std::size_t row = 0; row < table.records.size(); ++row) {
    const auto [first, is_new] = rows.try_emplace(table.records[row], row);
    if (is_new) continue;
    throw Error(Error::Kind::kDuplicate,
                fmt::format("a record comes twice: {}", table.records[row]), table.Place(row),
                fmt::format("the first time is line {}", table.lines[first->second]));
  }
  return rows;
}

[[noreturn]] void RefuseUnmatched(const RecordTable& table, std::size_t row,
                                  const RecordTable& other) {
  throw Error(Error::Kind::kNotFound,
              fmt::format("record {} is not in {}", table.records[row], other.where),
              table.Place(row), "both files need the same records, in any order");
}

}  // namespace

std::string RecordTable::Place(std::size_t row) const {
  return fmt::format("{}:{}", where, lines[row]);
}

RecordTable ReadRecordTable(std::string_view text, const std::string& where) {
  CsvTable csv(text, where);
  const std::size_t record_column = csv.ColumnOf(kRecordColumn);
  RecordTable table;
  table.where = where;
  table.columns = csv.columns();
  table.columns.erase(table.columns.begin() + static_cast<std::ptrdiff_t>(record_column));
  CsvRow row;
  while (csv.Next(&row)) {
    table.lines.push_back(row.line);
    const std::string place = fmt::format("{}:{}", where, row.line);
    int decimal_count = 0;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (i == record_column) continue;
      table.values.push_back(ToNumber(row.cells[i], csv.columns()[i], place));
      decimal_count = std::max(decimal_count, DecimalCount(Trimmed(row.cells[i])));
    }
    table.decimal_counts.push_back(decimal_count);
    if (row.cells[record_column].empty()) {
      throw Error(Error::Kind::kCorruptData, "a record has no name", place);
    }
    table.records.push_back(std::move(row.cells[record_column]));
  }
  if (table.records.empty()) {
    throw Error(Error::Kind::kCorruptData, "no record, only the names of the columns", where);
  }
  RowsByRecord(table);
  return table;
}

std::vector<std::size_t> MatchRecords(const RecordTable& left, const RecordTable& right) {
  const RowOfRecord right_rows = RowsByRecord(right);
  std::vector<std::size_t> matched;
  matched.reserve(left.records.size());
  std::vector<bool> used(right.records.size());
  for (std::size_t row = 0; row < left.records.size(); ++row) {
    const auto found = right_rows.find(left.records[row]);
    if (found == right_rows.end()) RefuseUnmatched(left, row, right);
    matched.push_back(found->second);
    used[found->second] = true;
  }
  const auto unused = std::ranges::find(used, false);
  if (unused != used.end()) {
    RefuseUnmatched(right, static_cast<std::size_t>(unused - used.begin()), left);
  }
  return matched;
}

}  // namespace pecg
