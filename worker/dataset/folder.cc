#include "worker/dataset/folder.h"

#include <system_error>
#include <utility>

#include "worker/dataset/folder_mapping.h"
#include "worker/dataset/folder_table.h"
#include "worker/ecg/error.h"
#include "worker/file/whole_file.h"

namespace pecg {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMapping = "mapping.yaml";
constexpr std::int64_t kMappingByteLimit = std::int64_t{1} << 20;
constexpr std::int64_t kTableByteLimit = std::int64_t{1} << 30;

std::string ReadBelow(const fs::path& root, const std::string& name, std::int64_t byte_limit,
                      const char* hint) {
  std::error_code ignored;
  if (!fs::exists(root / name, ignored)) {
    throw Error(Error::Kind::kNotFound, "there is no such file", name, hint);
  }
  return ReadTextFile(ResolveBelow(root, name), byte_limit);
}

class FolderReader : public DatasetReader {
 public:
  DatasetTables ReadTables(const fs::path& root) const override {
    const FolderMapping mapping = ParseFolderMapping(
        ReadBelow(root, kMapping, kMappingByteLimit,
                  "it says what the table's columns mean: docs/folder-datasets.md"),
        kMapping);
    FolderTable table =
        ParseFolderTable(ReadBelow(root, mapping.table, kTableByteLimit, "mapping.yaml names it"),
                         mapping.table, mapping);
    if (table.rows.empty() && table.failures.empty()) {
      throw Error(Error::Kind::kBadInput, "the dataset has no records", mapping.table,
                  "its table has a header and no rows");
    }
    std::vector<std::string> names;
    for (const FolderMapping::Target& target : mapping.targets) names.push_back(target.name);
    DatasetTables tables;
    tables.rows = std::move(table.rows);
    tables.failures = std::move(table.failures);
    tables.targets = TargetTable::Given(std::move(names), mapping.sha256);
    return tables;
  }
};

}  // namespace

std::unique_ptr<DatasetReader> MakeFolderReader() { return std::make_unique<FolderReader>(); }

}  // namespace pecg
