#ifndef PECG_WORKER_FILE_RECORD_TABLE_H_
#define PECG_WORKER_FILE_RECORD_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pecg {

/// A CSV file with a column `record` and otherwise numbers: one row per record, `N` of them.
struct RecordTable {
  std::string where;                 ///< The file, for messages.
  std::vector<std::string> columns;  ///< `[M]`, without `record`, as in the file.
  std::vector<std::string> records;  ///< `[N]`, each once, not empty.
  std::vector<std::int64_t> lines;   ///< `[N]`: where the row starts in the file, from 1.
  std::vector<double> values;        ///< `[N, M]`, row-major, finite; NaN for an empty cell.
  std::vector<int> decimal_counts;   ///< `[N]`: most decimals written in a cell of the row.

  std::span<const double> Row(std::size_t row) const {
    return std::span(values).subspan(row * columns.size(), columns.size());
  }
  /// `file:line` of a row.
  std::string Place(std::size_t row) const;
};

/// Reads such a file (CSV as CsvReader has it; blanks around numbers are dropped). Throws with
/// `where:line`: kNotFound without a column `record`; kDuplicate for a column or a record that
/// comes twice; kCorruptData for a cell that is no finite number (`nan` included), a record without
/// a name, a row of another length, or no row at all.
RecordTable ReadRecordTable(std::string_view text, const std::string& where);

/// For each record of `left` its row in `right`, `[N]`. Throws kNotFound with the line of the first
/// record that only one of the two has.
std::vector<std::size_t> MatchRecords(const RecordTable& left, const RecordTable& right);

}  // namespace pecg

#endif  // PECG_WORKER_FILE_RECORD_TABLE_H_
