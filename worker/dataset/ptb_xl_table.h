#ifndef PECG_WORKER_DATASET_PTB_XL_TABLE_H_
#define PECG_WORKER_DATASET_PTB_XL_TABLE_H_

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "worker/dataset/dataset_reader.h"
#include "worker/dataset/scp_dictionary.h"

namespace pecg {

/// The records of one sampling rate.
struct PtbXlRate {
  const char* folder;
  const char* column;  ///< Of the table, with the records' paths.
  const char* suffix;  ///< Of the records' names.
};
inline constexpr PtbXlRate kPtbXl500Hz{"records500", "filename_hr", "_hr"};
inline constexpr PtbXlRate kPtbXl100Hz{"records100", "filename_lr", "_lr"};

/// Rows of a ptbxl_database.csv.
struct PtbXlTable {
  std::vector<DatasetRow> rows;
  std::vector<IndexFailure> failures;
  /// DatasetRow::path of every row whose file name could be read, refused rows included.
  std::unordered_set<std::string> named_paths;
};

/// Reads the text of a ptbxl_database.csv; `table` is its path below the root, for messages.
///
/// record_id is the ecg_id with five digits, `00001`, whatever the rate; patient_id the number
/// without the `.0` that the file has; exams are numbered by date. Age is in years of 365 days; 300
/// stands for more than 89 and becomes 90 years, with an attribute `age_over_89`. Sex is 0 for
/// male, 1 for female. Statements are those of our dictionary where the AHA code of scp_statements
/// names one, else the SCP code as written; a likelihood of 0 (not graded) counts as present. The
/// attributes `strat_fold`, `scp_codes` and `validated_by_human` keep what the table says; the
/// comment is the report.
///
/// A row that cannot be read becomes a failure with its line; of rows with one ecg_id the first
/// counts. A statement that scp_statements.csv does not list is a warning, once.
/// Throws Error naming a missing column.
PtbXlTable ParsePtbXlTable(std::string_view csv, const std::string& table,
                           const ScpDictionary& dictionary, const PtbXlRate& rate);

}  // namespace pecg

#endif  // PECG_WORKER_DATASET_PTB_XL_TABLE_H_
