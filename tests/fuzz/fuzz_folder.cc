// A mapping.yaml and, after a line `--`, the table it explains: refused with an Error, or every row
// is read or listed as a failure with its line.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/fuzz/parts.h"
#include "worker/dataset/folder_table.h"
#include "worker/ecg/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::string> parts = pecg::CutIntoParts(data, size, 2);
  parts.resize(2);
  try {
    const pecg::FolderMapping mapping = pecg::ParseFolderMapping(parts[0], "mapping.yaml");
    if (mapping.targets.empty() || mapping.record.empty()) std::abort();
    const pecg::FolderTable table = pecg::ParseFolderTable(parts[1], mapping.table, mapping);
    for (const pecg::DatasetRow& row : table.rows) {
      if (row.targets.size() != mapping.targets.size() || row.patient_id.empty()) std::abort();
      if (row.exam < 1 || row.path.starts_with('/')) std::abort();
    }
    for (const pecg::IndexFailure& failure : table.failures) {
      if (failure.line <= 0 || failure.what.empty()) std::abort();
    }
  } catch (const pecg::Error&) {
    // Refused, as bad input should be.
  }
  return 0;
}
