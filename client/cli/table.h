#ifndef PECG_CLIENT_CLI_TABLE_H_
#define PECG_CLIENT_CLI_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "client/cli/terminal.h"

namespace pecg {

/// One column of a table.
struct TableColumn {
  std::string header;
  bool right_aligned = false;  ///< Numbers.
};

/// Text in columns, two blanks between them, no lines drawn.
struct Table {
  std::vector<TableColumn> columns;
  std::vector<std::vector<std::string>> rows;  ///< As many cells as columns; any UTF-8.
};

/// Lays the table out. When it is wider than `style.width` (if not 0), the widest columns are
/// shortened first, none below 8 columns or its header; a table that still does not fit is left
/// too wide. No blanks at line ends. `with_header` false leaves the first line out.
std::string FormatTable(const Table& table, const Style& style, bool with_header);

}  // namespace pecg

#endif  // PECG_CLIENT_CLI_TABLE_H_
