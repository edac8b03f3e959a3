// Rows either are refused with an Error, after which reading goes on, or are written and read back
// as they were.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "worker/ecg/error.h"
#include "worker/file/csv.h"

namespace {

using Rows = std::vector<std::vector<std::string>>;

template <typename Reader>
Rows ReadAll(Reader& reader, std::size_t size) {
  Rows rows;
  pecg::CsvRow row;
  for (std::size_t calls = 0;; ++calls) {
    if (calls > size + 1) std::abort();  // Each call must take at least one byte.
    try {
      if (!reader.Next(&row)) return rows;
      rows.push_back(row.cells);
    } catch (const pecg::Error&) {
      // A bad row; the next call reads the one after it.
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  pecg::CsvReader reader(text, "fuzz.csv");
  const Rows rows = ReadAll(reader, size);

  // A first row of our own: a cell may start with what is a byte order mark at a file's start.
  std::string written = "first\r\n";
  for (const auto& row : rows) pecg::AppendCsvRow(row, &written);
  pecg::CsvReader again(written, "again.csv");
  Rows back = ReadAll(again, written.size());
  back.erase(back.begin());
  if (back != rows) std::abort();

  try {
    pecg::CsvTable table(text, "fuzz.csv");
    for (const auto& row : ReadAll(table, size)) {
      if (row.size() != table.columns().size()) std::abort();
    }
  } catch (const pecg::Error&) {
    // No usable first row.
  }
  return 0;
}
