#include "worker/dataset/zzu_pecg.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "worker/dataset/disease_dictionary.h"
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

/// Files below Child_ecg that no row names: `.hea` files, and `.dat` files without a `.hea`.
void ListFilesWithoutRow(const fs::path& root, const std::unordered_set<std::string>& named_paths,
                         std::vector<IndexFailure>* failures) {
  std::error_code error;
  fs::recursive_directory_iterator file(root / kSignalFolder,
                                        fs::directory_options::skip_permission_denied, error);
  for (; !error && file != fs::recursive_directory_iterator(); file.increment(error)) {
    const fs::path extension = file->path().extension();
    if (extension != ".hea" && extension != ".dat") continue;
    fs::path header = file->path();
    header.replace_extension(".hea");
    std::error_code ignored;
    if (extension == ".dat" && fs::exists(header, ignored)) continue;
    const fs::path relative = file->path().lexically_relative(root);
    fs::path record = relative;
    record.replace_extension();
    if (named_paths.contains(record.generic_string())) continue;
    failures->push_back({.path = ToUtf8(relative.generic_string()),
                         .line = 0,
                         .kind = NameOf(Error::Kind::kNotFound),
                         .what = fmt::format("no row of {} names this record", kTable),
                         .hint = "without its row it has no patient and no label"});
  }
  if (error) {
    failures->push_back(
        {.path = kSignalFolder,
         .line = 0,
         .kind = NameOf(error == std::errc::no_such_file_or_directory ? Error::Kind::kNotFound
                                                                      : Error::Kind::kIo),
         .what = "cannot list the folder: " + error.message(),
         .hint = "join the two parts of Child_ecg.zip and extract them here"});
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
    DatasetTables tables{.rows = std::move(attributes.rows),
                         .failures = std::move(attributes.failures)};
    CompareDictionary<StatementDictionary>(root, "ECGCode.csv", &tables.failures);
    CompareDictionary<DiseaseDictionary>(root, "DiseaseCode.csv", &tables.failures);
    ListFilesWithoutRow(root, attributes.named_paths, &tables.failures);
    return tables;
  }
};

}  // namespace

std::unique_ptr<DatasetReader> MakeZzuPecgReader() { return std::make_unique<ZzuPecgReader>(); }

}  // namespace pecg
