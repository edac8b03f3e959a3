// The two tables of PTB-XL, ptbxl_database.csv and after a line `--` scp_statements.csv: refused
// with an Error, or every row is read or listed as a failure with its line.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/fuzz/parts.h"
#include "worker/dataset/ptb_xl_table.h"
#include "worker/ecg/error.h"
#include "worker/figure/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::string> parts = pecg::CutIntoParts(data, size, 2);
  parts.resize(2);
  try {
    const auto dictionary = pecg::ScpDictionary::Parse(parts[1], "scp_statements.csv");
    const pecg::PtbXlTable table =
        pecg::ParsePtbXlTable(parts[0], "ptbxl_database.csv", dictionary, pecg::kPtbXl500Hz);
    for (const pecg::DatasetRow& row : table.rows) {
      if (row.exam < 1 || row.patient_id.empty() || row.record_id.size() < 5) std::abort();
      if (!table.named_paths.contains(row.path)) std::abort();
      for (const std::string& statement : row.statements) {
        if (!pecg::IsUtf8(statement)) std::abort();
      }
      pecg::TargetTable::PtbXl().Derive(
          {.icd_codes = {}, .statements = row.statements, .age_days = row.age_days});
    }
    for (const pecg::IndexFailure& failure : table.failures) {
      if (failure.line <= 0 || failure.what.empty()) std::abort();
    }
  } catch (const pecg::Error&) {
    // Refused, as bad input should be.
  }
  return 0;
}
