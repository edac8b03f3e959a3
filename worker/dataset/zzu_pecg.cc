#include "worker/dataset/zzu_pecg.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "worker/dataset/disease_dictionary.h"
#include "worker/dataset/signal_files.h"
#include "worker/dataset/statement_dictionary.h"
#include "worker/dataset/zzu_attributes.h"
#include "worker/ecg/error.h"
#include "worker/figure/utf8.h"
#include "worker/file/whole_file.h"

namespace pecg {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTable = "AttributesDictionary.csv";
constexpr const char* kSignalFolder = "Child_ecg";
constexpr std::int64_t kTableByteLimit = std::int64_t{1} << 30;

std::string TextOf(const StatementDictionary::Row& row) {
  return fmt::format("{} (AHA {}, CHN {})", row.description,
                     row.aha_code.empty() ? "none" : row.aha_code,
                     row.chn_code.empty() ? "none" : row.chn_code);
}

std::string TextOf(const DiseaseDictionary::Row& row) {
  return fmt::format("{}: {}, {}", row.icd_code, row.type, row.category);
}

IndexFailure Warning(const char* file, const std::string& what) {
  return {.path = file,
          .line = 0,
          .kind = std::string(kWarningKind),
          .what = ToUtf8(what),
          .hint = "the release's own dictionary was used"};
}

/// Warns of every row that stands in one of the two only.
template <typename Row>
void CompareRows(const char* file, const std::vector<Row>& found, const std::vector<Row>& released,
                 std::vector<IndexFailure>* failures) {
  for (const Row& row : found) {
    if (std::ranges::find(released, row) == released.end()) {
      failures->push_back(Warning(file, "not in the release: " + TextOf(row)));
    }
  }
  for (const Row& row : released) {
    if (std::ranges::find(found, row) == found.end()) {
      failures->push_back(Warning(file, "not as in the release: " + TextOf(row)));
    }
  }
}

template <typename Dictionary>
void CompareDictionary(const fs::path& root, const char* file,
                       std::vector<IndexFailure>* failures) {
  std::error_code ignored;
  if (!fs::exists(root / file, ignored)) return;
  try {
    const std::string csv = ReadTextFile(root / file, kTableByteLimit);
    CompareRows(file, Dictionary::Parse(csv, file).rows(), Dictionary::Release().rows(), failures);
  } catch (const Error& error) {
    failures->push_back(Warning(file, error.what()));
  }
}

class ZzuPecgReader : public DatasetReader {
 public:
  DatasetTables ReadTables(const fs::path& root) const override {
    std::error_code ignored;
    if (!fs::exists(root / kTable, ignored)) {
      throw Error(Error::Kind::kNotFound, "there is no such table", kTable,
                  "name the folder that holds AttributesDictionary.csv and Child_ecg/");
    }
    ZzuAttributes attributes =
        ParseZzuAttributes(ReadTextFile(root / kTable, kTableByteLimit), kTable);
    if (attributes.rows.empty() && attributes.failures.empty()) {
      throw Error(Error::Kind::kBadInput, "the dataset has no records", kTable,
                  "its table has a header and no rows");
    }
    DatasetTables tables;
    tables.rows = std::move(attributes.rows);
    tables.failures = std::move(attributes.failures);
    CompareDictionary<StatementDictionary>(root, "ECGCode.csv", &tables.failures);
    CompareDictionary<DiseaseDictionary>(root, "DiseaseCode.csv", &tables.failures);
    ListFilesWithoutRow(root, kSignalFolder, kTable, attributes.named_paths,
                        "join the two parts of Child_ecg.zip and extract them here",
                        &tables.failures);
    return tables;
  }
};

}  // namespace

std::unique_ptr<DatasetReader> MakeZzuPecgReader() { return std::make_unique<ZzuPecgReader>(); }

}  // namespace pecg
