#ifndef PECG_WORKER_DATASET_DATASET_READER_H_
#define PECG_WORKER_DATASET_DATASET_READER_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "worker/dataset/index.h"
#include "worker/dataset/targets.h"
#include "worker/ecg/record.h"

namespace pecg {

/// What a dataset's tables say about one record, before its signal has been opened.
struct DatasetRow {
  std::string table;      ///< The table's path below the root.
  std::int64_t line = 0;  ///< Where the row starts in it, from 1.
  std::string record_id;
  std::string patient_id;
  int exam = 0;
  std::string path;  ///< Of the record, below the root, no extension.
  std::optional<int> age_days;
  Sex sex = Sex::kUnknown;
  std::string acquisition_time;
  std::optional<std::int64_t> sample_count;
  std::optional<int> lead_count;
  std::vector<std::string> icd_codes;
  std::vector<std::string> statements;
  std::optional<SqiTable> sqi;
  std::vector<std::uint8_t> targets;  ///< Where DatasetTables::targets are Given: their values.
  std::string comment;                ///< For people; may be empty.
  std::vector<RecordAttribute> attributes;
};

/// A dataset's tables as a whole.
struct DatasetTables {
  std::vector<DatasetRow> rows;        ///< In the table's order; record_id is unique.
  std::vector<IndexFailure> failures;  ///< Rows that could not be read, files without a row.
  TargetTable targets = TargetTable::Embedded();  ///< What is derived for each record.
};

/// Knows one kind of dataset folder. Stateless; thread-safe.
class DatasetReader {
 public:
  virtual ~DatasetReader() = default;

  /// Reads the tables of the dataset in `root`. Opens no signal. Throws Error as BuildIndex does.
  virtual DatasetTables ReadTables(const std::filesystem::path& root) const = 0;
};

/// The reader of a kind. Throws Error::kBadInput, naming the kinds there are, for an unknown one.
/// A new kind of dataset is one pair of files and one line in dataset_reader.cc.
std::unique_ptr<DatasetReader> MakeDatasetReader(std::string_view kind);

/// The kinds there are, `zzu_pecg` first.
std::vector<std::string_view> DatasetKinds();

}  // namespace pecg

#endif  // PECG_WORKER_DATASET_DATASET_READER_H_
