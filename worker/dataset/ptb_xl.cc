#include "worker/dataset/ptb_xl.h"

#include <system_error>
#include <utility>

#include "worker/dataset/ptb_xl_table.h"
#include "worker/dataset/scp_dictionary.h"
#include "worker/dataset/signal_files.h"
#include "worker/ecg/error.h"
#include "worker/file/whole_file.h"

namespace pecg {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTable = "ptbxl_database.csv";
constexpr const char* kStatements = "scp_statements.csv";
constexpr std::int64_t kTableByteLimit = std::int64_t{1} << 30;

std::string ReadTable(const fs::path& root, const char* name) {
  std::error_code ignored;
  if (!fs::exists(root / name, ignored)) {
    throw Error(
        Error::Kind::kNotFound, "there is no such table", name,
        "name the folder that holds ptbxl_database.csv, scp_statements.csv and records500/");
  }
  return ReadTextFile(ResolveBelow(root, name), kTableByteLimit);
}

/// The rate of the records that are there.
const PtbXlRate& FindRate(const fs::path& root) {
  for (const PtbXlRate* rate : {&kPtbXl500Hz, &kPtbXl100Hz}) {
    std::error_code ignored;
    if (fs::is_directory(root / rate->folder, ignored)) return *rate;
  }
  throw Error(Error::Kind::kNotFound, "there are no records: neither records500 nor records100",
              kPtbXl500Hz.folder, "extract one of them beside ptbxl_database.csv");
}

class PtbXlReader : public DatasetReader {
 public:
  DatasetTables ReadTables(const fs::path& root) const override {
    const std::string csv = ReadTable(root, kTable);
    const ScpDictionary dictionary =
        ScpDictionary::Parse(ReadTable(root, kStatements), kStatements);
    const PtbXlRate& rate = FindRate(root);
    PtbXlTable table = ParsePtbXlTable(csv, kTable, dictionary, rate);
    if (table.rows.empty() && table.failures.empty()) {
      throw Error(Error::Kind::kBadInput, "the dataset has no records", kTable,
                  "its table has a header and no rows");
    }
    DatasetTables tables;
    tables.rows = std::move(table.rows);
    tables.failures = std::move(table.failures);
    tables.targets = TargetTable::PtbXl();
    ListFilesWithoutRow(root, rate.folder, kTable, table.named_paths, "extract the folder again",
                        &tables.failures);
    return tables;
  }
};

}  // namespace

std::unique_ptr<DatasetReader> MakePtbXlReader() { return std::make_unique<PtbXlReader>(); }

}  // namespace pecg
